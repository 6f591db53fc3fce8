"""Alerts: words that suggest serious harm reach the coordinators at once, until somebody says that they have it."""

from datetime import timedelta

from content.safeguarding import Severity
from handlers.context import Context
from handlers.events import Channel
from handlers.outbound import Option
from handlers.speaking import coordinators, reachable_address, speak, speak_to_stranger
from handlers.step import Member, Step
from storage.addresses import Sender
from storage.audit import write_audit
from storage.cases import Case, Source, acknowledge, add_alert, find_case, open_case
from storage.diary import enter, strike_out
from storage.ids import MessageId
from storage.messages import Finding, Kind, MessageState, last_said, last_said_at
from storage.outbox import Priority
from storage.people import Person, Role, find_person

# The diary's name for "nobody has said yet that they have this alert".
UNANSWERED = "alert_unanswered"
# A person in crisis who writes ten times gets the emergency numbers once in this time.
CRISIS_AGAIN_AFTER = timedelta(minutes=30)


def raise_alert(
    ctx: Context, finding: Finding, message_id: MessageId, member: Member | None, step: Step, sender: Sender
) -> None:
    """Raise an alert for the gravest thing that was found in a message; tell the coordinators, and help the mentee.

    `sender` is where it came from, for one of whom it can't be said (None) who they are.
    """
    person = member.person if member else None
    case = open_case(
        ctx.tx,
        programme=person.programme if person else sender.programme,
        category=finding.kind,
        severity=finding.severity or Severity.HIGH.value,
        source=Source.WORDS,
        person_id=person.id if person else None,
        match_id=step.match_id,
        key_id=person.key_id if person else sender.address.key_id,
        now=ctx.now,
    )
    add_alert(ctx.tx, case.id, message_id, category=case.category, severity=case.severity, now=ctx.now)
    write_audit(ctx.tx, "service", "case.open", f"case:{case.id}", ctx.now, category=case.category, message=message_id)
    _tell(ctx, case)
    if case.severity != Severity.CONCERN.value:
        _repeat_later(ctx, case)
    if member is not None and _needs_help(case, member.person, ctx):
        speak(
            ctx,
            member.person,
            ctx.text("crisis", member.person),
            kind=Kind.ALERT,
            priority=Priority.ALERT,
            address=member.address,
        )
    elif member is None and _may_need_help(case, sender, ctx):
        words = ctx.text("crisis", sender.sharers[0])
        speak_to_stranger(ctx, sender.address, words, kind=Kind.ALERT, priority=Priority.ALERT)


def _needs_help(case: Case, person: Person, ctx: Context) -> bool:
    if case.severity != Severity.IMMEDIATE.value or person.role is not Role.MENTEE:
        return False
    # Counted from the last time they got it: an alert of lesser severity brought no numbers.
    last = last_said(ctx.tx, person.id, Kind.ALERT)
    return last is None or ctx.now - last >= CRISIS_AGAIN_AFTER


def _may_need_help(case: Case, sender: Sender, ctx: Context) -> bool:
    """Whether one of several on a telephone may need the numbers: nobody waits for them until it is said who wrote."""
    if case.severity != Severity.IMMEDIATE.value or all(one.role is not Role.MENTEE for one in sender.sharers):
        return False
    last = last_said_at(ctx.tx, sender.address.id, Kind.ALERT)
    return last is None or ctx.now - last >= CRISIS_AGAIN_AFTER


def repeat_alert(ctx: Context, case_id: int) -> None:
    """Nobody has said that they have it: tell all coordinators again, and come back once more."""
    case = find_case(ctx.tx, case_id, lock=True)
    if case is None or case.acknowledged_at is not None:
        return
    _tell(ctx, case, again=True)
    _repeat_later(ctx, case)


def _repeat_later(ctx: Context, case: Case) -> None:
    programme = ctx.content.programmes.get(case.programme or "")
    minutes = programme.alert_repeat_minutes if programme else _shortest_repeat(ctx)
    enter(ctx.tx, UNANSWERED, case.id, ctx.now + timedelta(minutes=minutes))


def _shortest_repeat(ctx: Context) -> int:
    return min(programme.alert_repeat_minutes for programme in ctx.content.programmes.values())


def _tell(ctx: Context, case: Case, *, again: bool = False) -> None:
    """Tell every coordinator: no words, only what their channel may see. A subject isn't told about themself."""
    for person in _audience(ctx, case):
        address = reachable_address(ctx, person)
        if address is None:
            continue
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
    """An alert as somebody may see it on one channel, with its button where there are buttons."""
    subject = find_person(ctx.tx, case.person_id) if case.person_id else None
    # Words from a telephone that is shared, or was given up, are a programme's but not yet anybody's.
    side = subject.role.value if subject else "unsure" if case.programme else "stranger"
    values = {
        "case": str(case.id),
        "category": ctx.text(f"category-{case.category}", person),
        "severity": ctx.text(f"severity-{case.severity}", person),
        "side": ctx.text(f"side-{side}", person),
    }
    words = ctx.text("alert-repeat" if again else f"alert-{channel}", person, **values)
    return words, _buttons(case, person, channel, ctx)


def _audience(ctx: Context, case: Case) -> list[Person]:
    """Who hears of an alert and may take it: never the person whose words they are."""
    return coordinators(ctx, case.programme, besides=case.person_id)


def _buttons(case: Case, person: Person, channel: str, ctx: Context) -> tuple[Option, ...]:
    # By SMS the answer is "HAVE 12": a bare number could mean another case a minute later.
    if channel == "sms":
        return ()
    return (Option(ctx.text("option-have-this", person), f"have:{case.id}"),)


def acknowledge_step(member: Member, case_id: int, ctx: Context) -> Step:
    """A coordinator says that they have an alert, by button or by "HAVE 12"."""
    person = member.person
    case = find_case(ctx.tx, case_id)
    if person.role is not Role.COORDINATOR:
        key = "not-allowed"
    elif case is None or person.id not in {found.id for found in _audience(ctx, case)}:
        key = "alert-unknown"
    else:
        return Step(Kind.ANSWER, MessageState.KEPT, lambda _: _acknowledge(case, member, ctx))
    words = ctx.text(key, person)
    return Step(Kind.ANSWER, MessageState.KEPT, lambda _: speak(ctx, person, words, address=member.address))


def _acknowledge(case: Case, member: Member, ctx: Context) -> None:
    first = acknowledge(ctx.tx, case.id, member.person.id, ctx.now)
    number = str(case.id)
    if first:
        strike_out(ctx.tx, UNANSWERED, case.id)
        write_audit(ctx.tx, f"person:{member.person.id}", "case.acknowledge", f"case:{case.id}", ctx.now)
        told, key, holder = _audience(ctx, case), "alert-acknowledged", member.person
    else:
        told, key, holder = [member.person], "alert-already", _holder(case, ctx) or member.person
    for person in told:
        address = member.address if person.id == member.person.id else None
        words = ctx.text(key, person, case=number, name=holder.name)
        speak(ctx, person, words, match_id=case.match_id, address=address)


def _holder(case: Case, ctx: Context) -> Person | None:
    """Who said first that they have it, as it stands now."""
    found = find_case(ctx.tx, case.id)
    return find_person(ctx.tx, found.acknowledged_by) if found and found.acknowledged_by else None
