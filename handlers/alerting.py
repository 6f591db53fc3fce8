"""Alerts: words that suggest serious harm reach the coordinators at once, until somebody says that they have it."""

from datetime import timedelta

from content.safeguarding import Severity
from handlers.context import Context
from handlers.events import Channel
from handlers.outbound import Option
from handlers.speaking import coordinators, reachable_address, speak, speak_to_stranger
from handlers.step import Member, Step
from storage.addresses import Sender
from storage.alerts import Alert, acknowledge, add_alert, find_alert
from storage.audit import write_audit
from storage.diary import enter, strike_out
from storage.ids import AlertId, MessageId
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
    alert = add_alert(
        ctx.tx,
        programme=person.programme if person else sender.programme,
        message_id=message_id,
        person_id=person.id if person else None,
        match_id=step.match_id,
        category=finding.kind,
        severity=finding.severity or Severity.HIGH.value,
        now=ctx.now,
    )
    write_audit(
        ctx.tx, "service", "alert.raise", f"alert:{alert.id}", ctx.now, category=alert.category, message=message_id
    )
    _tell(ctx, alert)
    if alert.severity != Severity.CONCERN.value:
        _repeat_later(ctx, alert)
    if member is not None and _needs_help(alert, member.person, ctx):
        speak(
            ctx,
            member.person,
            ctx.text("crisis", member.person),
            kind=Kind.ALERT,
            priority=Priority.ALERT,
            address=member.address,
        )
    elif member is None and _may_need_help(alert, sender, ctx):
        words = ctx.text("crisis", sender.sharers[0])
        speak_to_stranger(ctx, sender.address, words, kind=Kind.ALERT, priority=Priority.ALERT)


def _needs_help(alert: Alert, person: Person, ctx: Context) -> bool:
    if alert.severity != Severity.IMMEDIATE.value or person.role is not Role.MENTEE:
        return False
    # Counted from the last time they got it: an alert of lesser severity brought no numbers.
    last = last_said(ctx.tx, person.id, Kind.ALERT)
    return last is None or ctx.now - last >= CRISIS_AGAIN_AFTER


def _may_need_help(alert: Alert, sender: Sender, ctx: Context) -> bool:
    """Whether one of several on a telephone may need the numbers: nobody waits for them until it is said who wrote."""
    if alert.severity != Severity.IMMEDIATE.value or all(one.role is not Role.MENTEE for one in sender.sharers):
        return False
    last = last_said_at(ctx.tx, sender.address.id, Kind.ALERT)
    return last is None or ctx.now - last >= CRISIS_AGAIN_AFTER


def repeat_alert(ctx: Context, alert_id: int) -> None:
    """Nobody has said that they have it: tell all coordinators again, and come back once more."""
    alert = find_alert(ctx.tx, alert_id, lock=True)
    if alert is None or alert.acknowledged_at is not None:
        return
    _tell(ctx, alert, again=True)
    _repeat_later(ctx, alert)


def _repeat_later(ctx: Context, alert: Alert) -> None:
    programme = ctx.content.programmes.get(alert.programme or "")
    minutes = programme.alert_repeat_minutes if programme else _shortest_repeat(ctx)
    enter(ctx.tx, UNANSWERED, alert.id, ctx.now + timedelta(minutes=minutes))


def _shortest_repeat(ctx: Context) -> int:
    return min(programme.alert_repeat_minutes for programme in ctx.content.programmes.values())


def _tell(ctx: Context, alert: Alert, *, again: bool = False) -> None:
    """Tell every coordinator: no words, only what their channel may see. A subject isn't told about themself."""
    for person in _audience(ctx, alert):
        address = reachable_address(ctx, person)
        if address is None:
            continue
        words, options = put(alert, person, Channel(address.channel), ctx, again=again)
        speak(
            ctx,
            person,
            words,
            kind=Kind.ALERT,
            options=options,
            match_id=alert.match_id,
            priority=Priority.ALERT,
            address=address,
        )


def put(
    alert: Alert, person: Person, channel: Channel, ctx: Context, *, again: bool = False
) -> tuple[str, tuple[Option, ...]]:
    """An alert as somebody may see it on one channel, with its button where there are buttons."""
    subject = find_person(ctx.tx, alert.person_id) if alert.person_id else None
    # Words from a telephone that is shared, or was given up, are a programme's but not yet anybody's.
    side = subject.role.value if subject else "unsure" if alert.programme else "stranger"
    values = {
        "case": str(alert.id),
        "category": ctx.text(f"category-{alert.category}", person),
        "severity": ctx.text(f"severity-{alert.severity}", person),
        "side": ctx.text(f"side-{side}", person),
    }
    words = ctx.text("alert-repeat" if again else f"alert-{channel}", person, **values)
    return words, _buttons(alert, person, channel, ctx)


def _audience(ctx: Context, alert: Alert) -> list[Person]:
    """Who hears of an alert and may take it: never the person whose words they are."""
    return coordinators(ctx, alert.programme, besides=alert.person_id)


def _buttons(alert: Alert, person: Person, channel: str, ctx: Context) -> tuple[Option, ...]:
    # By SMS the answer is "HAVE 12": a bare number could mean another case a minute later.
    if channel == "sms":
        return ()
    return (Option(ctx.text("option-have-this", person), f"have:{alert.id}"),)


def acknowledge_step(member: Member, alert_id: int, ctx: Context) -> Step:
    """A coordinator says that they have an alert, by button or by "HAVE 12"."""
    person = member.person
    alert = find_alert(ctx.tx, alert_id)
    if person.role is not Role.COORDINATOR:
        key = "not-allowed"
    elif alert is None or person.id not in {found.id for found in _audience(ctx, alert)}:
        key = "alert-unknown"
    else:
        return Step(Kind.ANSWER, MessageState.KEPT, lambda _: _acknowledge(alert, member, ctx))
    words = ctx.text(key, person)
    return Step(Kind.ANSWER, MessageState.KEPT, lambda _: speak(ctx, person, words, address=member.address))


def _acknowledge(alert: Alert, member: Member, ctx: Context) -> None:
    first = acknowledge(ctx.tx, AlertId(alert.id), member.person.id, ctx.now)
    case = str(alert.id)
    if first:
        strike_out(ctx.tx, UNANSWERED, alert.id)
        write_audit(ctx.tx, f"person:{member.person.id}", "alert.acknowledge", f"alert:{alert.id}", ctx.now)
        told, key, holder = _audience(ctx, alert), "alert-acknowledged", member.person
    else:
        told, key, holder = [member.person], "alert-already", _holder(alert, ctx) or member.person
    for person in told:
        address = member.address if person.id == member.person.id else None
        words = ctx.text(key, person, case=case, name=holder.name)
        speak(ctx, person, words, match_id=alert.match_id, address=address)


def _holder(alert: Alert, ctx: Context) -> Person | None:
    """Who said first that they have it, as it stands now."""
    found = find_alert(ctx.tx, alert.id)
    return find_person(ctx.tx, found.acknowledged_by) if found and found.acknowledged_by else None
