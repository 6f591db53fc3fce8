"""Boundaries in plain sight: who writes late at night, far more than usual, or tries to pass contact details.

Only counts are looked at: of attempts to pass details when a message is one, of all else in the morning and never while
a message waits. What they mean is for a coordinator to judge.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.hours import in_span, parse_span
from content.programme import Programme
from content.safeguarding import Severity
from handlers.cases.opening import raise_case, raised_by_words
from handlers.context import Context
from handlers.numbers import programme_number
from handlers.speaking import tell_coordinators
from handlers.step import Step
from storage.audit import write_audit
from storage.boundaries import attempts_of, with_details, written
from storage.diary import enter, is_entered, note_once
from storage.ids import MatchId, MessageId, PersonId
from storage.matches import Match, get_match
from storage.messages.findings import Finding
from storage.people import Person, get_person

# The diary's name for "look at the boundaries of a programme".
LOOK = "boundaries"
# The category of a case about attempts to pass contact details.
ATTEMPTS = "details_attempts"
# And the diary's name for "the coordinators were told of somebody's attempts to pass contact details".
_DETAILS = "boundary_details"
# When coordinators are told of the rest, on the programme's clock: at the beginning of a working day.
_HOUR = time(8)
# Late messages and attempts are counted over so many days; a coordinator hears of each no more often.
_WEEK = 7
# What is usual is the mean of so many days, or of as many as there are, but not of fewer than the least.
_USUAL_DAYS = 28
_LEAST_DAYS = 7


@dataclass(slots=True)
class Habits:
    """How somebody writes in one match."""

    match: Match
    person: Person
    # Messages by the day on the programme's clock, and those of them that came late at night by the day too.
    days: Counter[date] = field(default_factory=Counter)
    late: Counter[date] = field(default_factory=Counter)
    # Messages with contact details that the programme doesn't allow now, over the time that was asked for.
    details: int = 0


def habits(ctx: Context, programme: Programme, days: int) -> list[Habits]:
    """How everybody writes in the live matches of a programme, over so many days before today and today."""
    zone = ZoneInfo(programme.time_zone)
    since = _midnight(_today(ctx, zone) - timedelta(days=days), zone)
    late = parse_span(programme.boundaries.late)
    found: dict[tuple[MatchId, PersonId], Habits] = {}
    for count in written(ctx.tx, programme.id, since):
        key = count.match_id, count.person_id
        if key not in found:
            found[key] = Habits(get_match(ctx.tx, count.match_id), get_person(ctx.tx, count.person_id))
        day = count.at.astimezone(zone).date()
        found[key].days[day] += count.messages
        found[key].late[day] += count.messages * in_span(count.at, late, zone)
    for key, details in with_details(ctx.tx, programme.id, since, allowed=_allowed(programme)).items():
        found[key].details = details
    return list(found.values())


def read_habits(ctx: Context, days: int, *, actor: str) -> list[Habits]:
    """The same for all programmes, for a coordinator. The access is written into the audit trail."""
    write_audit(ctx.tx, actor, "boundaries.read", "service", ctx.now, days=days)
    return [one for programme in ctx.content.programmes.values() for one in habits(ctx, programme, days)]


def begin(ctx: Context) -> None:
    """See to it that the diary has each programme's next look at its boundaries."""
    for programme in ctx.content.programmes.values():
        if not is_entered(ctx.tx, LOOK, programme_number(programme.id)):
            _next(ctx, programme)


def look(ctx: Context, subject: int) -> None:
    """Tell the coordinators of a programme what crosses its figures, each thing once a week; come back tomorrow."""
    programme = next((one for one in ctx.content.programmes.values() if programme_number(one.id) == subject), None)
    if programme is None:
        return
    today = _today(ctx, ZoneInfo(programme.time_zone))
    for one in habits(ctx, programme, _USUAL_DAYS + 1):
        for boundary, count in _crossed(one, programme, today):
            _tell(ctx, one, boundary, count)
    _next(ctx, programme)


def mind_details(ctx: Context, person: Person, message_id: MessageId, step: Step, found: Iterable[Finding]) -> None:
    """Tell the coordinators at once when what was found in somebody's message makes it one attempt too many.

    It is a case of severity concern too, which stays until somebody has it. To be called when the message is recorded
    as theirs. Attempts count over 7 days, in all matches of theirs, and are told once in 7 days; details of a kind that
    the programme allows now are none.
    """
    programme = ctx.programme(person)
    allowed = _allowed(programme)
    if all(finding.engine != "contact" or finding.kind in allowed for finding in found):
        return
    since = ctx.now - timedelta(days=_WEEK)
    count = attempts_of(ctx.tx, person.id, since, allowed=allowed)
    enough = count >= programme.boundaries.detail_messages
    if enough and note_once(ctx.tx, _DETAILS, person.id, ctx.now, since=since):
        raise_case(ctx, raised_by_words(ATTEMPTS, Severity.CONCERN, person, step, message_id))
        tell_coordinators(ctx, person.programme, "notice-boundary-details", name=person.name, count=count)


def _allowed(programme: Programme) -> set[str]:
    """The kinds of contact details that may be passed: they are recorded, and count for nothing."""
    return {kind for kind, policy in programme.contact_details.root.items() if policy == "allow"}


def usual(one: Habits, day: date) -> float | None:
    """The mean of somebody's messages a day before this day; None when they have not been writing for long enough."""
    begun = min(one.days)
    history = min((day - begun).days, _USUAL_DAYS)
    if history < _LEAST_DAYS:
        return None
    first = day - timedelta(days=history)
    return sum(count for when, count in one.days.items() if first <= when < day) / history


def _crossed(one: Habits, programme: Programme, today: date) -> Iterator[tuple[str, int]]:
    """What crosses the programme's figures, as the end of its text's name, with the count."""
    figures = programme.boundaries
    late = sum(count for day, count in one.late.items() if day >= today - timedelta(days=_WEEK))
    if late >= figures.late_messages:
        yield "late", late
    yesterday = today - timedelta(days=1)
    mean, much = usual(one, yesterday), one.days[yesterday]
    if mean is not None and much > figures.much_messages and much > figures.much_times * mean:
        yield "much", much


def _tell(ctx: Context, one: Habits, boundary: str, count: int) -> None:
    side = "mentor" if one.person.id == one.match.mentor_id else "mentee"
    # A little less than a week: next week's look comes at the same hour, by a clock that may have changed.
    since = ctx.now - timedelta(days=_WEEK) + timedelta(hours=12)
    if note_once(ctx.tx, f"boundary_{boundary}_{side}", one.match.id, ctx.now, since=since):
        name, match = one.person.name, str(one.match.id)
        tell_coordinators(ctx, one.match.programme, f"notice-boundary-{boundary}", name=name, match=match, count=count)


def _next(ctx: Context, programme: Programme) -> None:
    zone = ZoneInfo(programme.time_zone)
    today = _today(ctx, zone)
    due = datetime.combine(today, _HOUR, zone)
    if due <= ctx.now:
        due = datetime.combine(today + timedelta(days=1), _HOUR, zone)
    enter(ctx.tx, LOOK, programme_number(programme.id), due)


def _today(ctx: Context, zone: ZoneInfo) -> date:
    return ctx.now.astimezone(zone).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
