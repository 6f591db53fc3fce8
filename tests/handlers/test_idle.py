"""When a reminder of a case in which nothing is done comes: in the rota's working hours, on the programme's clock."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from handlers.cases import reminding
from handlers.cases.office import write_down
from handlers.cases.reminding import IDLE
from handlers.context import Context
from storage.case_entries import EntryKind, add_entry
from storage.cases import find_case
from storage.diary import list_due
from storage.duties import DutyKind, NewDuty, add_duty, remove_duty
from storage.ids import CaseId
from storage.people import Role, set_safeguarding_lead
from storage.schema.cases import cases
from tests.handlers.test_digest import _concern, _idle, _sweep
from tests.handlers.test_hours import set_programme
from tests.handlers.town import PROGRAMME, Town

_OFFICE = "mon-fri 09:00-17:00"
# A Friday in winter, when London's clock shows UTC.
_FRIDAY = datetime(2026, 1, 9, 16, tzinfo=UTC)


def _line(town: Town, kind: DutyKind = DutyKind.WORKING, hours: str = _OFFICE, **days: Any) -> int:  # noqa: ANN401 - of NewDuty
    values: dict[str, Any] = {"from_day": date(2026, 1, 1)} | days
    new = NewDuty(programme=PROGRAMME, person_id=town.people["Morgan"], kind=kind, hours=hours, **values)
    return town.act(lambda ctx: add_duty(ctx.tx, new)).id


def _taken(town: Town, moment: datetime, severity: str = "high") -> None:
    """Morgan takes a case at a moment."""
    town.clock.now = moment
    number = _concern(town, severity=severity)
    town.press("Morgan", f"have:{number}")
    town.heard("Morgan")


def _due(town: Town) -> datetime:
    far = town.clock.now + timedelta(days=30)
    (entry,) = town.act(lambda ctx: [one for one in list_due(ctx.tx, far, 50) if one.kind == IDLE])
    return entry.due_at


def test_it_waits_for_the_office(settled: Town) -> None:
    """A day after Friday at four is a Saturday: Monday at nine, to the second, and a day later at the same time."""
    _line(settled)
    _taken(settled, _FRIDAY)
    monday = datetime(2026, 1, 12, 9, tzinfo=UTC)
    _sweep(settled, monday - timedelta(seconds=1))
    assert not _idle(settled, "Morgan")
    _sweep(settled, monday)
    assert _idle(settled, "Morgan")
    assert _due(settled) == monday + timedelta(days=1)


@pytest.mark.parametrize(
    ("taken", "due"),
    [
        # In hours it is to the minute.
        (datetime(2026, 1, 7, 10, 20, tzinfo=UTC), datetime(2026, 1, 8, 10, 20, tzinfo=UTC)),
        # The end is no longer in them.
        (datetime(2026, 1, 7, 17, tzinfo=UTC), datetime(2026, 1, 9, 9, tzinfo=UTC)),
        (datetime(2026, 1, 7, 3, tzinfo=UTC), datetime(2026, 1, 8, 9, tzinfo=UTC)),
        # The clocks go back on the night to Sunday, 25 October: nine is an hour later than it was.
        (datetime(2026, 10, 23, 15, tzinfo=UTC), datetime(2026, 10, 26, 9, tzinfo=UTC)),
        (datetime(2026, 10, 22, 7, 30, tzinfo=UTC), datetime(2026, 10, 23, 8, tzinfo=UTC)),
        # And forward on the one to 29 March.
        (datetime(2026, 3, 27, 16, tzinfo=UTC), datetime(2026, 3, 30, 8, tzinfo=UTC)),
    ],
)
def test_by_the_calendar(quick: Town, taken: datetime, due: datetime) -> None:
    """Hours are those that the programme's clock shows."""
    _line(quick)
    _taken(quick, taken)
    assert _due(quick) == due


def test_in_the_hour_that_comes_twice(quick: Town) -> None:
    """Half past one on the night of the change comes twice: whoever works from one to two is reminded in either."""
    _line(quick, hours="01:00-02:00")
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    for moment in (first, second):
        _taken(quick, moment - timedelta(days=1))
        assert _due(quick) == moment
        quick.act(lambda ctx: ctx.tx.execute(update(cases).values(state="closed")))
        _sweep(quick, moment)
    _taken(quick, datetime(2026, 10, 24, 1, 59, tzinfo=UTC))
    assert _due(quick) == datetime(2026, 10, 25, 1, 59, tzinfo=UTC)
    _sweep(quick, datetime(2026, 10, 25, 1, 59, tzinfo=UTC))
    assert _idle_of(quick, 3)


def _idle_of(town: Town, number: int) -> bool:
    return town.words("case-idle", case=str(number)) in town.heard("Morgan")


def test_a_matter_of_life_does_not_wait(quick: Town) -> None:
    """An immediate one comes to the minute, at night and at the weekend."""
    _line(quick)
    _taken(quick, datetime(2026, 1, 10, 3, tzinfo=UTC), "immediate")
    assert _due(quick) == datetime(2026, 1, 11, 3, tzinfo=UTC)
    _sweep(quick, datetime(2026, 1, 11, 3, tzinfo=UTC))
    assert _idle(quick, "Morgan")


def test_a_matter_of_life_does_not_wait_without_a_rota(quick: Town) -> None:
    """Nor for a working day."""
    _taken(quick, _FRIDAY, "immediate")
    assert _due(quick) == _FRIDAY + timedelta(days=1)


def test_holidays_and_days_off(quick: Town) -> None:
    """A holiday has no working hours, nor has the day off of the only one who works."""
    set_programme(quick, holidays=(date(2026, 1, 12),))
    _line(quick)
    _line(quick, DutyKind.OFF, "", from_day=date(2026, 1, 13), to_day=date(2026, 1, 13))
    _taken(quick, _FRIDAY)
    assert _due(quick) == datetime(2026, 1, 14, 9, tzinfo=UTC)


def test_the_office_is_closed_for_long(quick: Town) -> None:
    """Without working hours within a week it is the next working day: nobody is forgotten over a long holiday."""
    _line(quick, from_day=date(2026, 2, 1))
    _taken(quick, _FRIDAY)
    assert _due(quick) == datetime(2026, 1, 12, 16, tzinfo=UTC)


def test_the_out_of_hours_duty_is_no_office(quick: Town) -> None:
    """Reminders come in working hours, though somebody else is on duty at all hours."""
    _line(quick)
    _line(quick, DutyKind.OUT_OF_HOURS, "")
    _taken(quick, _FRIDAY)
    assert _due(quick) == datetime(2026, 1, 12, 9, tzinfo=UTC)


def test_the_rota_has_changed(quick: Town) -> None:
    """The hours at the time of the reminder count; so they do after the service was away over night."""
    number = _line(quick, hours="sat 09:00-17:00")
    _taken(quick, _FRIDAY)
    quick.act(lambda ctx: remove_duty(ctx.tx, number))
    _line(quick)
    _sweep(quick, datetime(2026, 1, 10, 16, tzinfo=UTC))
    assert not _idle(quick, "Morgan")
    assert _due(quick) == datetime(2026, 1, 12, 9, tzinfo=UTC)
    _sweep(quick, datetime(2026, 1, 12, 22, tzinfo=UTC))
    assert not _idle(quick, "Morgan")
    _sweep(quick, datetime(2026, 1, 13, 9, tzinfo=UTC))
    assert _idle(quick, "Morgan")


def test_the_leads_in_their_hours(quick: Town) -> None:
    """The second reminder, which goes to the leads too, keeps to the hours as well."""
    quick.join("Ray", Role.COORDINATOR)
    quick.act(lambda ctx: set_safeguarding_lead(ctx.tx, quick.people["Ray"], lead=True))
    _line(quick, hours="mon 16:00-17:00, thu 09:00-10:00")
    _taken(quick, _FRIDAY)
    _sweep(quick, datetime(2026, 1, 12, 16, tzinfo=UTC))
    assert (_idle(quick, "Morgan"), _idle(quick, "Ray")) == (True, False)
    assert _due(quick) == datetime(2026, 1, 15, 9, tzinfo=UTC)
    _sweep(quick, datetime(2026, 1, 15, 9, tzinfo=UTC))
    assert (_idle(quick, "Morgan"), _idle(quick, "Ray")) == (True, True)


def _written(town: Town, kind: EntryKind, name: str | None = None) -> None:
    """Somebody writes into the case, or the service does."""

    def work(ctx: Context) -> None:
        case = find_case(ctx.tx, 1)
        assert case is not None
        add_entry(ctx.tx, case, kind, ctx.now, by=town.people[name] if name else None)

    town.act(work)


def test_the_time_runs_from_what_was_done_last(settled: Town) -> None:
    """Something done an hour after the case was taken puts the reminder off by an hour, and not by a day."""
    _line(settled)
    taken = datetime(2026, 1, 6, 10, tzinfo=UTC)
    _taken(settled, taken)
    done = taken + timedelta(hours=1)
    settled.clock.now = done
    _written(settled, EntryKind.ACTION, "Morgan")
    _sweep(settled, taken + timedelta(days=1))
    assert not _idle(settled, "Morgan")
    assert _due(settled) == done + timedelta(days=1)
    _sweep(settled, done + timedelta(days=1))
    assert _idle(settled, "Morgan")
    assert _due(settled) == done + timedelta(days=2)


def test_what_was_done_last_was_done_at_night(quick: Town) -> None:
    """A day after it the office is closed: the reminder comes when it opens."""
    _line(quick)
    _taken(quick, datetime(2026, 1, 6, 10, tzinfo=UTC))
    quick.clock.now = datetime(2026, 1, 6, 20, tzinfo=UTC)
    _written(quick, EntryKind.NOTE, "Morgan")
    _sweep(quick, datetime(2026, 1, 7, 10, tzinfo=UTC))
    assert _due(quick) == datetime(2026, 1, 8, 9, tzinfo=UTC)
    _sweep(quick, datetime(2026, 1, 8, 9, tzinfo=UTC))
    assert _idle(quick, "Morgan")


@pytest.mark.parametrize(("name", "reminded"), [("Morgan", False), (None, True)])
def test_a_note_of_the_service_is_nothing_done(quick: Town, name: str | None, *, reminded: bool) -> None:
    """Only what a person writes down puts the reminder off."""
    _line(quick)
    taken = datetime(2026, 1, 6, 10, tzinfo=UTC)
    _taken(quick, taken)
    quick.clock.now = taken + timedelta(hours=1)
    _written(quick, EntryKind.NOTE, name)
    _sweep(quick, taken + timedelta(days=1))
    assert _idle(quick, "Morgan") is reminded


def test_a_note_at_the_command_line_is_something_done(quick: Town) -> None:
    """Nobody is named there, and somebody wrote it all the same."""
    _line(quick)
    taken = datetime(2026, 1, 6, 10, tzinfo=UTC)
    _taken(quick, taken)
    quick.clock.now = taken + timedelta(hours=1)
    quick.act(lambda ctx: write_down(ctx, 1, EntryKind.NOTE, "rang the school", actor="operator"))
    _sweep(quick, taken + timedelta(days=1))
    assert not _idle(quick, "Morgan")
    assert _due(quick) == quick.clock() + timedelta(hours=1)


def test_an_open_case_is_called_for_not_reminded_of(quick: Town) -> None:
    """A case that nobody has climbs the ladder; the reminder is for who has one."""
    _line(quick)
    quick.clock.now = _FRIDAY
    _concern(quick)
    quick.act(lambda ctx: reminding.remind(ctx, CaseId(1)))
    assert quick.heard("Morgan") == []


def test_who_has_it_cant_be_reached(settled: Town) -> None:
    """The leads are reminded at once; without a lead all who can be."""
    for name in ("Ray", "Lead"):
        settled.join(name, Role.COORDINATOR)
    _line(settled)
    _taken(settled, datetime(2026, 1, 6, 10, tzinfo=UTC))
    settled.block("Morgan")
    _sweep(settled, datetime(2026, 1, 7, 10, tzinfo=UTC))
    assert (_idle(settled, "Ray"), _idle(settled, "Lead")) == (True, True)
    settled.act(lambda ctx: set_safeguarding_lead(ctx.tx, settled.people["Lead"], lead=True))
    _sweep(settled, datetime(2026, 1, 8, 10, tzinfo=UTC))
    assert (_idle(settled, "Ray"), _idle(settled, "Lead")) == (False, True)
    # Whoever has it is back.
    settled.block("Morgan", blocked=False)
    settled.act(lambda ctx: write_down(ctx, 1, EntryKind.ACTION, "rang the school", actor="operator"))
    _sweep(settled, datetime(2026, 1, 9, 10, tzinfo=UTC))
    assert (_idle(settled, "Morgan"), _idle(settled, "Ray"), _idle(settled, "Lead")) == (True, False, False)
