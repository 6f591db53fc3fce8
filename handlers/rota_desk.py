"""The rota as coordinators change and read it, and the hours that it leaves without anybody."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from content.hours import parse_hours
from content.programme import Programme
from handlers.context import Context
from handlers.duty import is_there, rota_of
from handlers.errors import Refused
from handlers.numbers import record_number
from handlers.people import require_person
from handlers.rota import ON_CALL, Rota, Stretch
from storage.audit import write_audit
from storage.duties import Duty, DutyKind, NewDuty, add_duty, remove_duty
from storage.ids import PersonId
from storage.people import Person, Role, find_person, get_person, list_people, set_safeguarding_lead

# So many days ahead a coordinator is told who is next.
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Watch:
    """A time in which the same people are on call; nobody: alarms go to everybody."""

    since: datetime
    # No longer in it.
    until: datetime
    people: tuple[Person, ...]


def put_on(
    ctx: Context, who: str, kind: DutyKind, hours: str, from_day: date | None, to_day: date | None, *, actor: str
) -> Duty:
    """Write a line into the rota of somebody's programme, from today on where no first day is given.

    `who` is a coordinator's number or name. Raises `Refused` for somebody who isn't a coordinator, for a name that
    several have, and for hours or days that can't be.
    """
    person = _called(ctx, who)
    from_day = from_day or ctx.now.astimezone(ZoneInfo(ctx.programme(person).time_zone)).date()
    try:
        parse_hours(hours)
    except ValueError as error:
        raise Refused(f"These hours can't be read: {error}.") from None
    if to_day is not None and to_day < from_day:
        raise Refused(f"The last day, {to_day}, is before the first one, {from_day}. Please change one of them.")
    new = NewDuty(
        programme=person.programme, person_id=person.id, kind=kind, hours=hours, from_day=from_day, to_day=to_day
    )
    line = add_duty(ctx.tx, new)
    write_audit(ctx.tx, actor, "rota.add", f"person:{person.id}", ctx.now, line=line.id, kind=kind.value)
    return line


def take_off(ctx: Context, line_id: int, *, actor: str) -> Duty:
    """Take a line out of the rota. Raises `Refused` when there is none of this number."""
    line = remove_duty(ctx.tx, line_id)
    if line is None:
        raise Refused(f"The rota has no line {line_id}. See: telementor rota show")
    write_audit(ctx.tx, actor, "rota.remove", f"person:{line.person_id}", ctx.now, line=line.id, kind=line.kind.value)
    return line


def make_lead(ctx: Context, person_id: int, *, lead: bool, actor: str) -> Person:
    """Note whether a coordinator is a safeguarding lead. Raises `Refused` for anybody else."""
    person = _coordinator(ctx, person_id)
    set_safeguarding_lead(ctx.tx, person.id, lead=lead)
    act = "person.lead" if lead else "person.lead_ended"
    write_audit(ctx.tx, actor, act, f"person:{person.id}", ctx.now)
    return get_person(ctx.tx, person.id)


def watches(ctx: Context, programme: Programme, days: int) -> Iterator[Watch]:
    """Who is on call over the next days, without a gap, as far as is known now: who is away counts as not there."""
    rota = rota_of(ctx, programme)
    for one in _stretches(ctx, rota, days):
        yield Watch(one.since, one.until, tuple(get_person(ctx.tx, number) for number in one.people))


def on_call_by_chat(person: Person, ctx: Context) -> str:
    """Who is on call now in a coordinator's programme, and who is next within a week."""
    programme = ctx.programme(person)
    now, *later = islice(watches(ctx, programme, _WEEK), 2)
    words = ctx.text("duty-now", person, names=_names(now, person, ctx))
    for following in later:
        when = f"{following.since.astimezone(ZoneInfo(programme.time_zone)):%A %H:%M}"
        words += "\n" + ctx.text("duty-next", person, when=when, names=_names(following, person, ctx))
    return words


def _names(watch: Watch, to: Person, ctx: Context) -> str:
    return ", ".join(one.name for one in watch.people) or ctx.text("duty-everybody", to)


def uncovered(ctx: Context, programme: Programme, days: int) -> list[tuple[datetime, datetime]]:
    """The times of the next days without anybody of the rota; none for a programme that has no rota."""
    rota = rota_of(ctx, programme)
    return [(one.since, one.until) for one in _stretches(ctx, rota, days) if not one.people] if has_rota(rota) else []


def has_rota(rota: Rota) -> bool:
    """Whether any line puts somebody on call: days off alone are no rota."""
    return any(line.kind in ON_CALL for line in rota.lines)


def _stretches(ctx: Context, rota: Rota, days: int) -> Iterator[Stretch]:
    known = {line.person_id: find_person(ctx.tx, line.person_id) for line in rota.lines}
    # Reached as things stand now; who is away comes back on a day that is known.
    reached = {
        one.id: one
        for one in known.values()
        if one and one.programme == rota.programme.id and is_there(ctx, replace(one, away_until=None))
    }

    def there(number: PersonId, moment: datetime) -> bool:
        one = reached.get(number)
        return one is not None and (one.away_until is None or one.away_until <= moment.astimezone(rota.zone).date())

    until = ctx.now + timedelta(days=days)
    return rota.stretches(ctx.now, until, lambda moment: rota.on(moment, lambda number: there(number, moment)))


def _called(ctx: Context, who: str) -> Person:
    """The coordinator of a number or a name, however it is spaced and in any case. Raises `Refused`."""
    number = record_number(who.strip().removeprefix("#"))
    if number:
        return _coordinator(ctx, number)
    named = " ".join(who.casefold().split())
    everybody = list_people(ctx.tx, role=Role.COORDINATOR)
    found = [person for person in everybody if " ".join(person.name.casefold().split()) == named]
    if not found:
        raise Refused("No coordinator has this name. See: telementor person list")
    if len(found) > 1:
        *most, last = (str(person.id) for person in found)
        numbers = f"{', '.join(most)} and {last}"
        raise Refused(f"{len(found)} coordinators are called {found[0].name}: {numbers}. Please give the number.")
    return found[0]


def _coordinator(ctx: Context, person_id: int) -> Person:
    person = require_person(ctx, person_id)
    if person.role is not Role.COORDINATOR:
        raise Refused(f"Person {person_id} is a {person.role}, and only coordinators get alarms. Please name another.")
    return person
