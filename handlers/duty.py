"""Who is on call for a programme now. There is always a fallback: an alarm with nobody to hear it must not be."""

from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from content.programme import Programme
from handlers.context import Context
from handlers.hours import back_at
from handlers.rota import ON_CALL, Rota
from handlers.speaking import is_on_duty, is_reachable
from storage.duties import DutyKind, list_duties
from storage.ids import PersonId
from storage.people import Person, PersonState, Role, find_person, list_people

# Who isn't to hear of it: whose words they are, and whom they are about.
Besides = Collection[PersonId | None]


def on_duty(ctx: Context, programme: str | None, *, besides: Besides = ()) -> list[Person]:
    """Who is on call now: the people in working hours, else the out-of-hours duty, else `everybody`.

    Whoever can't be reached, is off or away, or must not hear of it (`besides`) counts as not there. None as the
    programme means all of them, each by its own rota: nobody knows yet whose an alarm is.
    """
    return _named(ctx, programme, ON_CALL, besides)


def out_of_hours(ctx: Context, programme: str | None, *, besides: Besides = ()) -> list[Person]:
    """Whom the rota names for out of hours now, whether or not these are working hours; else `everybody`."""
    return _named(ctx, programme, (DutyKind.OUT_OF_HOURS,), besides)


def everybody(ctx: Context, programme: str | None, *, besides: Besides = ()) -> list[Person]:
    """Every coordinator of a programme; without one, every safeguarding lead; without one, every coordinator.

    Without one who can be reached, that is. Those who said STOP are among them: they get alarms and nothing else.
    """
    all_of_them = [one for one in coordinators_of_service(ctx) if one.id not in besides]
    own = [one for one in all_of_them if programme is None or one.programme == programme]
    groups = own, [one for one in all_of_them if one.safeguarding_lead], all_of_them
    found = (group for group in groups if any(is_reachable(ctx, one) for one in group))
    return next(found, own or all_of_them)


def leads(ctx: Context, programme: str | None, *, besides: Besides = ()) -> list[Person]:
    """The safeguarding leads of a programme, or of all (None); a programme may have none."""
    return [
        one
        for one in coordinators_of_service(ctx)
        if one.safeguarding_lead and one.id not in besides and programme in {None, one.programme}
    ]


def coordinators_of_service(ctx: Context) -> list[Person]:
    """Everybody who once agreed to be a coordinator, oldest first."""
    return [one for one in list_people(ctx.tx, role=Role.COORDINATOR) if is_on_duty(ctx, one)]


def rota_of(ctx: Context, programme: Programme) -> Rota:
    """The rota of a programme from today on."""
    today = ctx.now.astimezone(ZoneInfo(programme.time_zone)).date()
    return Rota(list_duties(ctx.tx, programme.id, since=today), programme)


def is_there(ctx: Context, person: Person) -> bool:
    """Whether somebody whom the rota names would get an alert at once: joined, not away, and to be reached."""
    return (
        person.role is Role.COORDINATOR
        and person.state is PersonState.JOINED
        and not _is_away(ctx, person)
        and is_reachable(ctx, person)
    )


def _is_away(ctx: Context, person: Person) -> bool:
    back = back_at(person, ZoneInfo(ctx.programme(person).time_zone))
    return back is not None and back > ctx.now


def _named(ctx: Context, programme: str | None, kinds: Sequence[DutyKind], besides: Besides) -> list[Person]:
    """Those whom the rota names now in the first of these kinds of which somebody is there; else everybody."""
    if programme is None:
        each_ones = ((each, _named(ctx, each, kinds, besides)) for each in ctx.content.programmes)
        # A programme without anybody of its own falls back on the others', who are called by their own rota.
        found = [one for each, people in each_ones for one in people if one.programme == each]
        return found or everybody(ctx, None, besides=besides)
    known = ctx.content.programmes.get(programme)
    by_kind = rota_of(ctx, known).by_kind(kinds, ctx.now) if known else []
    for people in by_kind:
        named = [find_person(ctx.tx, number) for number in people]
        there = [
            one for one in named if one and one.programme == programme and one.id not in besides and is_there(ctx, one)
        ]
        if there:
            return there
    return everybody(ctx, programme, besides=besides)
