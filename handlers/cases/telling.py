"""What coordinators are told of a case: never the words, and only what their channel may see."""

from datetime import timedelta

from content.safeguarding import Severity
from handlers.cases.audience import audience, is_in_audience, rules_for
from handlers.cases.before import messages_before
from handlers.cases.buttons import below_alert
from handlers.context import Context
from handlers.events import Channel
from handlers.outbound import Option
from handlers.speaking import speak, tell
from storage.addresses import Address
from storage.cases import Case, CaseState, find_earlier
from storage.diary import note_once
from storage.messages.kinds import Kind
from storage.outbox.rows import Priority
from storage.people import Person, find_person

# The diary's name for "the coordinators saw that a case grew".
_GREW = "case_grew"


def tell_alert(ctx: Context, case: Case, person: Person, address: Address, *, again: bool = False) -> None:
    """Tell somebody of an alert at one of their addresses, in front of everything else."""
    words, options = put(case, person, Channel(address.channel), ctx, again=again)
    speak(
        ctx,
        person,
        words,
        kind=Kind.ALERT,
        options=options,
        match_id=case.match_id,
        priority=Priority.ALERT,
        address=address,
    )


def put(
    case: Case, person: Person, channel: Channel, ctx: Context, *, again: bool = False
) -> tuple[str, tuple[Option, ...]]:
    """An alert as somebody may see it on one channel, with its buttons where there are buttons."""
    severity = ctx.text(f"severity-{case.severity}", person)
    if again:
        return ctx.text("alert-repeat", person, case=str(case.id)), _buttons(case, person, channel, ctx)
    if channel is Channel.SMS:
        # By SMS the answer is "HAVE 12": a bare number could mean another case a minute later.
        return ctx.text("alert-sms", person, case=str(case.id), severity=severity), ()
    category, side = ctx.text(f"category-{case.category}", person), whose(case, person, ctx)
    words = ctx.text("alert-telegram", person, case=str(case.id), category=category, severity=severity, side=side)
    before = messages_before(ctx, case)
    if before:
        words += "\n" + ctx.text("alert-before", person, count=before)
    earlier = find_earlier(ctx.tx, case, case.opened_at - timedelta(days=rules_for(ctx, case).case_recalls_days))
    if earlier is not None and is_in_audience(ctx, earlier, person):
        words += "\n" + ctx.text("alert-earlier", person, case=str(earlier.id))
    return words, _buttons(case, person, channel, ctx)


def whose(case: Case, person: Person, ctx: Context) -> str:
    """Whose words they are as the programme's policy lets an alert say it: a name, or a number of the records."""
    subject = find_person(ctx.tx, case.person_id) if case.person_id else None
    if subject is None:
        # Words from a telephone that is shared, or was given up, are a programme's but not yet anybody's.
        return ctx.text("side-unsure" if case.programme else "side-stranger", person)
    if rules_for(ctx, case).alert_names == "name":
        return subject.name
    return ctx.text(f"reference-{subject.role}", person, number=str(subject.id))


def _buttons(case: Case, person: Person, channel: Channel, ctx: Context) -> tuple[Option, ...]:
    if channel is Channel.SMS:
        return ()
    return below_alert(case, person, ctx)


def tell_grown(ctx: Context, case: Case) -> None:
    """A further message joined a case: one quiet line to whoever has it, or to all; once in a time."""
    if case.state is CaseState.OPEN and case.severity == Severity.CONCERN.value:
        # It is told in the digest.
        return
    since = ctx.now - timedelta(minutes=rules_for(ctx, case).case_joins_minutes)
    if not note_once(ctx.tx, _GREW, case.id, ctx.now, since=since):
        return
    for person in audience(ctx, case):
        if case.state is CaseState.OPEN or person.id == case.acknowledged_by:
            tell(ctx, person, "case-grew", case=str(case.id))
