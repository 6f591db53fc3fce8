"""Words that come outside of the hours: they wait, and their sender learns it once, with what to do in an emergency."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.context import Context
from handlers.hours import Wait
from handlers.speaking import speak, tell_coordinators
from handlers.step import Member, Step
from storage.diary import enter
from storage.ids import MessageId
from storage.matches import Partner
from storage.messages.kinds import Kind, MessageState
from storage.messages.waiting import deferred_messages
from storage.people import AgeBand, Role

# The diary's name for "what waits in this match may go now".
DEFERRED = "deferred"
# The coordinators learn when words wait longer than this for somebody who is away.
_LONG = timedelta(hours=24)
# Whom Childline is for (it helps until the 19th birthday); the others are given Samaritans.
_YOUNG = {AgeBand.UNDER_13, AgeBand.FROM_13_TO_16, AgeBand.SEVENTEEN}


def defer(member: Member, partner: Partner, wait: Wait | None, ctx: Context) -> Step:
    """The step for words that have to wait; `wait` None: only behind earlier ones, which are about to go."""
    return Step(Kind.RELAY, MessageState.DEFERRED, lambda message_id: _put_off(message_id, member, partner, wait, ctx))


def _put_off(message_id: MessageId, member: Member, partner: Partner, wait: Wait | None, ctx: Context) -> None:
    enter(ctx.tx, DEFERRED, partner.match_id, ctx.now if wait is None else wait.until)
    before = [
        found
        for found in deferred_messages(ctx.tx, partner.match_id)
        if found.person_id == member.person.id and found.id != message_id and found.kind is Kind.RELAY
    ]
    if wait is None or before:
        return
    words = f"{_when(member, partner, wait, ctx)} {_in_an_emergency(member, ctx)}"
    speak(ctx, member.person, words, address=member.address)
    if wait.away and wait.until - ctx.now > _LONG:
        day = f"{_local(wait, partner, ctx):%A %-d %B}"
        tell_coordinators(
            ctx, partner.person.programme, "notice-waits", name=partner.person.name, other=member.person.name, day=day
        )


def _when(member: Member, partner: Partner, wait: Wait, ctx: Context) -> str:
    """When the other side gets it: "after 8:00" of today or tomorrow, else the day."""
    person, name = member.person, partner.person.name
    until = _local(wait, partner, ctx)
    days = (until.date() - ctx.now.astimezone(until.tzinfo).date()).days
    if days > 1 or (until.hour, until.minute) == (0, 0):
        return ctx.text("deferred-day", person, name=name, day=f"{until:%A %-d %B}")
    key = "deferred-tomorrow" if days else "deferred-today"
    return ctx.text(key, person, name=name, time=f"{until.hour}:{until.minute:02}")


def _local(wait: Wait, partner: Partner, ctx: Context) -> datetime:
    return wait.until.astimezone(ZoneInfo(ctx.programme(partner.person).time_zone))


def _in_an_emergency(member: Member, ctx: Context) -> str:
    if member.person.role is Role.MENTOR:
        return ctx.text("deferred-help-mentor", member.person)
    young = member.person.age_band in _YOUNG
    return ctx.text("deferred-help-young" if young else "deferred-help-adult", member.person)
