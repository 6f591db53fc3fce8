"""Quiet hours and being away: what people say of themselves, by chat or through a coordinator."""

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from content.hours import parse_hours, parse_span, show_span
from handlers.context import Context
from handlers.days import read_coming_day
from handlers.errors import Refused
from handlers.people import require_person
from handlers.replying import reply
from handlers.resuming import look_again, look_again_for
from handlers.speaking import speak
from handlers.step import Member, Step
from storage.audit import write_audit
from storage.ids import MessageId
from storage.matches import Match, find_match, get_match, set_contact_hours
from storage.messages.kinds import Kind, MessageState
from storage.people import Person, Role, get_person, set_away_until, set_quiet_hours

# Whoever is away for longer needs a coordinator, not a date.
_LONGEST = timedelta(days=366)
_OFF = {"off", "none", "stop", "no"}
_LONGEST_HOURS = 200


def quiet_by_chat(rest: str, member: Member, ctx: Context) -> Step:
    """`/quiet 22:00-07:00`: nothing is passed on to them in these hours; `/quiet off` ends it, `/quiet` shows it."""
    person = member.person
    if not rest and person.quiet_hours is not None:
        return _answer(ctx.text("quiet-now", person, value=person.quiet_hours), member, ctx)
    off = rest.lower() in _OFF
    try:
        span = None if off else show_span(parse_span(rest))
    except ValueError:
        return _answer(ctx.text("quiet-usage", person), member, ctx)
    words = ctx.text("quiet-off", person) if span is None else ctx.text("quiet-set", person, value=span)
    return _do(words, member, ctx, lambda: _set_quiet(ctx, person, span, f"person:{person.id}"))


def away_by_chat(rest: str, member: Member, ctx: Context) -> Step:
    """`/away monday`: nothing is passed on to them before that day."""
    person = member.person
    if rest.lower() in _OFF:
        return back_by_chat(rest, member, ctx)
    today = _today(ctx, person)
    day = read_coming_day(rest, today)
    if day is None:
        return _answer(ctx.text("away-usage", person), member, ctx)
    if not today < day <= today + _LONGEST:
        return _answer(ctx.text("away-bad-day", person), member, ctx)
    words = ctx.text("away-set", person, day=show_day(day))
    return _do(words, member, ctx, lambda: _set_away(ctx, person, day, f"person:{person.id}"))


def back_by_chat(_rest: str, member: Member, ctx: Context) -> Step:
    """`/back`: they are there again, and what waited for them comes."""
    person = member.person
    words = ctx.text("away-back", person)
    return _do(words, member, ctx, lambda: _set_away(ctx, person, None, f"person:{person.id}"))


def change_quiet(ctx: Context, person_id: int, typed: str, *, actor: str) -> Person:
    """Set somebody's quiet hours, or end them with "off". Raises `Refused`."""
    person = _of_a_match(ctx, person_id)
    try:
        span = None if typed.strip().lower() in _OFF else show_span(parse_span(typed))
    except ValueError as error:
        raise Refused(f"Those aren't quiet hours: {error}. To end them, write off.") from None
    _set_quiet(ctx, person, span, actor)
    return get_person(ctx.tx, person.id)


def change_away(ctx: Context, person_id: int, day: date | None, *, actor: str) -> Person:
    """Note until which day somebody is away; None: they are back. Raises `Refused` for a day that isn't ahead."""
    person = _of_a_match(ctx, person_id)
    today = _today(ctx, person)
    if day is not None and not today < day <= today + _LONGEST:
        raise Refused("Away until when? The day must lie ahead, within a year. To end it, use --back.")
    _set_away(ctx, person, day, actor)
    return get_person(ctx.tx, person.id)


def change_hours(ctx: Context, match_id: int, typed: str, *, actor: str) -> Match:
    """Give a match its own contact hours; with nothing it goes by its programme's again. Raises `Refused`."""
    match = find_match(ctx.tx, match_id)
    if match is None:
        raise Refused(f"There is no match {match_id}. See: telementor match list")
    own = read_hours(typed)
    set_contact_hours(ctx.tx, match.id, own)
    write_audit(ctx.tx, actor, "match.hours", f"match:{match.id}", ctx.now)
    look_again(ctx, match.id)
    return get_match(ctx.tx, match.id)


def read_hours(typed: str) -> str | None:
    """Contact hours as they are kept; None for nothing. Raises `Refused` when they can't be read."""
    text = " ".join(typed.split())
    if len(text) > _LONGEST_HOURS:
        raise Refused(f"Those hours are too long: write them in at most {_LONGEST_HOURS} letters.")
    try:
        parse_hours(text)
    except ValueError as error:
        raise Refused(f"Those aren't contact hours: {error}.") from None
    return text or None


def show_day(day: date) -> str:
    """A day as people read it."""
    return f"{day:%A %-d %B %Y}"


def is_away(ctx: Context, person: Person) -> bool:
    """Whether somebody has said that they are away, and the day has not come."""
    return person.away_until is not None and person.away_until > _today(ctx, person)


def _of_a_match(ctx: Context, person_id: int) -> Person:
    person = require_person(ctx, person_id)
    if person.role is Role.COORDINATOR:
        raise Refused(f"{person.name} is a coordinator: alarms must reach them, and nothing is passed on to them.")
    return person


def _set_quiet(ctx: Context, person: Person, span: str | None, actor: str) -> None:
    set_quiet_hours(ctx.tx, person.id, span)
    write_audit(ctx.tx, actor, "person.quiet", f"person:{person.id}", ctx.now)
    look_again_for(ctx, person)


def _set_away(ctx: Context, person: Person, day: date | None, actor: str) -> None:
    set_away_until(ctx.tx, person.id, day)
    write_audit(ctx.tx, actor, "person.back" if day is None else "person.away", f"person:{person.id}", ctx.now)
    look_again_for(ctx, person)


def _answer(words: str, member: Member, ctx: Context) -> Step:
    return reply(member, words, ctx)


def _do(words: str, member: Member, ctx: Context, work: Callable[[], None]) -> Step:
    def follow(_: MessageId) -> None:
        work()
        speak(ctx, member.person, words, address=member.address)

    return Step(Kind.COMMAND, MessageState.KEPT, follow)


def _today(ctx: Context, person: Person) -> date:
    return ctx.now.astimezone(ZoneInfo(ctx.programme(person).time_zone)).date()
