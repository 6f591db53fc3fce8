"""Who is on call: the rota at a moment, and the fallback that always exists."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from content.programme import Programme
from handlers.duty import everybody, is_there, leads, on_duty, out_of_hours
from handlers.rota import Rota
from storage.duties import Duty, DutyKind, NewDuty, add_duty, list_duties, remove_duty
from storage.ids import PersonId
from storage.people import PersonState, Role, set_away_until, set_person_state, set_safeguarding_lead
from tests.handlers.town import OTHER, PROGRAMME, SMS, Town

# A Wednesday in winter, when London's clock shows UTC.
_WEDNESDAY = date(2026, 1, 7)
_WORKING, _OUT, _OFF = DutyKind.WORKING, DutyKind.OUT_OF_HOURS, DutyKind.OFF


def _at(hour: int, minute: int = 0, day: date = _WEDNESDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.fixture
def office(quick_town: Town) -> Town:
    """Morgan, Ray (SMS) and Lee coordinate; nobody is on the rota yet. It is Wednesday, ten o'clock."""
    for name, channel in (("Morgan", None), ("Ray", SMS), ("Lee", None)):
        quick_town.join(name, Role.COORDINATOR, *([channel] if channel else []))
    quick_town.clock.now = _at(10)
    return quick_town


def _line(town: Town, name: str, kind: DutyKind = _WORKING, hours: str = "", **days: Any) -> Duty:  # noqa: ANN401 - of NewDuty
    values: dict[str, Any] = {"programme": PROGRAMME, "from_day": _WEDNESDAY} | days
    new = NewDuty(person_id=town.people[name], kind=kind, hours=hours, **values)
    return town.act(lambda ctx: add_duty(ctx.tx, new))


def _on(town: Town, programme: str | None = PROGRAMME, besides: tuple[str, ...] = ()) -> list[str]:
    left_out = [town.people[name] for name in besides]
    return [one.name for one in town.act(lambda ctx: on_duty(ctx, programme, besides=left_out))]


def test_without_a_rota(office: Town) -> None:
    """Alarms go to every coordinator of the programme who ever agreed to be one."""
    office.enrol("Invited", Role.COORDINATOR)
    assert _on(office) == ["Morgan", "Ray", "Lee"]
    assert _on(office, None) == ["Morgan", "Ray", "Lee"]


def test_working_hours_and_out_of_hours(office: Town) -> None:
    """In working hours those who work; else the out-of-hours duty; else everybody."""
    _line(office, "Morgan", hours="mon-fri 09:00-17:00")
    _line(office, "Ray", _OUT, "17:00-22:00")
    expected = {(8, 59): ["Morgan", "Ray", "Lee"], (9, 0): ["Morgan"], (16, 59): ["Morgan"], (17, 0): ["Ray"],
                (21, 59): ["Ray"], (22, 0): ["Morgan", "Ray", "Lee"]}  # fmt: skip
    for moment, names in expected.items():
        office.clock.now = _at(*moment)
        assert _on(office) == names, moment


def test_the_out_of_hours_duty_in_working_hours(office: Town) -> None:
    """Asked for by itself, it is who the rota names for it now; without one, everybody."""
    _line(office, "Morgan", hours="09:00-17:00")
    _line(office, "Lee", _OUT, "09:00-12:00")
    named = [office.act(lambda ctx: [one.name for one in out_of_hours(ctx, PROGRAMME)])]
    office.clock.now = _at(12)
    named.append(office.act(lambda ctx: [one.name for one in out_of_hours(ctx, PROGRAMME)]))
    assert named == [["Lee"], ["Morgan", "Ray", "Lee"]]


def test_days_of_a_line(office: Town) -> None:
    """A line holds from its first day to its last, both included, on the programme's calendar."""
    _line(office, "Morgan", from_day=date(2026, 1, 8), to_day=date(2026, 1, 9))
    _line(office, "Ray", _OUT)
    found = {}
    for day in (7, 8, 9, 10):
        office.clock.now = _at(10, day=date(2026, 1, day))
        found[day] = _on(office)
    assert found == {7: ["Ray"], 8: ["Morgan"], 9: ["Morgan"], 10: ["Ray"]}


def test_holidays_close_the_office(office: Town) -> None:
    """On a holiday of the programme nobody works, and the out-of-hours duty is on call all day."""
    programme = office.content.programmes[PROGRAMME].model_copy(update={"holidays": (_WEDNESDAY,)})
    office.content = _with(office, programme)
    _line(office, "Morgan")
    _line(office, "Ray", _OUT)
    assert _on(office) == ["Ray"]
    office.clock.now = _at(10, day=date(2026, 1, 8))
    assert _on(office) == ["Morgan"]


def _with(town: Town, programme: Programme) -> Any:  # noqa: ANN401 - Content
    return replace(town.content, programmes={**town.content.programmes, programme.id: programme})


@pytest.mark.parametrize("why", ["off", "away", "stopped", "unreachable", "subject"])
def test_somebody_who_is_not_there(office: Town, why: str) -> None:
    """Off, away, stopped, out of reach or themself meant: the next one of the rota is on call, and not them."""
    _line(office, "Morgan")
    _line(office, "Ray", _OUT)
    besides: tuple[str, ...] = ()
    match why:
        case "off":
            _line(office, "Morgan", _OFF)
        case "away":
            office.act(lambda ctx: set_away_until(ctx.tx, office.people["Morgan"], date(2026, 1, 8)))
        case "stopped":
            office.act(lambda ctx: set_person_state(ctx.tx, office.people["Morgan"], PersonState.STOPPED, ctx.now))
        case "unreachable":
            office.block("Morgan")
        case _:
            besides = ("Morgan",)
    assert "Morgan" not in _on(office, besides=besides)
    # Back the next day, or never.
    office.act(lambda ctx: set_away_until(ctx.tx, office.people["Morgan"], _WEDNESDAY))
    assert ("Morgan" in _on(office)) is (why in {"away", "subject"})


def test_alone_on_duty_and_the_subject(office: Town) -> None:
    """Whoever is alone on the rota and is meant isn't called: all the others are."""
    _line(office, "Morgan")
    assert _on(office, besides=("Morgan",)) == ["Ray", "Lee"]


def test_everybody_and_the_leads(office: Town) -> None:
    """A programme without coordinators falls back on the leads of the service, and without these on all."""
    assert [one.name for one in office.act(lambda ctx: everybody(ctx, OTHER))] == ["Morgan", "Ray", "Lee"]
    assert office.act(lambda ctx: leads(ctx, PROGRAMME)) == []
    office.act(lambda ctx: set_safeguarding_lead(ctx.tx, office.people["Lee"], lead=True))
    assert [one.name for one in office.act(lambda ctx: everybody(ctx, OTHER))] == ["Lee"]
    assert _on(office, OTHER) == ["Lee"]
    assert _on(office, "taken-out") == ["Lee"]
    found = {each: office.act(lambda ctx, each=each: leads(ctx, each)) for each in (PROGRAMME, OTHER, None)}  # type: ignore[misc]
    assert {each: [one.name for one in people] for each, people in found.items()} == {
        PROGRAMME: ["Lee"], OTHER: [], None: ["Lee"],
    }  # fmt: skip


def test_the_rota_of_another_programme(office: Town) -> None:
    """Each programme has its own rota; an alarm of nobody's goes to who is on call in each, once."""
    office.join("Far", Role.COORDINATOR, programme=OTHER)
    office.join("Near", Role.COORDINATOR, programme=OTHER)
    _line(office, "Far", programme=OTHER)
    _line(office, "Ray")
    assert (_on(office, PROGRAMME), _on(office, OTHER), _on(office, None)) == (["Ray"], ["Far"], ["Ray", "Far"])


def test_a_programme_without_people_calls_nobody_else_for_a_stranger(office: Town) -> None:
    """Who is on call in the others is enough; where nobody of any programme is there, everybody is called."""
    _line(office, "Ray")
    assert (_on(office, OTHER), _on(office, None)) == (["Morgan", "Ray", "Lee"], ["Ray"])
    assert _on(office, None, besides=("Ray",)) == ["Morgan", "Lee"]
    office.content = replace(office.content, programmes={OTHER: office.content.programmes[OTHER]})
    assert _on(office, None) == ["Morgan", "Ray", "Lee"]


def test_a_mentor_is_never_on_call(office: Town) -> None:
    """A line about somebody who is no coordinator calls nobody."""
    mentor = office.join("Alex", Role.MENTOR)
    _line(office, "Alex")
    assert "Alex" not in _on(office)
    assert not office.act(lambda ctx: is_there(ctx, mentor))


def test_lines_are_kept(office: Town) -> None:
    """What was written is read back until it is taken away or over."""
    first = _line(office, "Morgan", hours="mon 09:00-17:00", to_day=_WEDNESDAY)
    second = _line(office, "Ray", _OUT)
    lines = office.act(lambda ctx: list_duties(ctx.tx, PROGRAMME, since=_WEDNESDAY))
    assert lines == [first, second]
    assert office.act(lambda ctx: list_duties(ctx.tx, PROGRAMME, since=_WEDNESDAY + timedelta(days=1))) == [second]
    assert office.act(lambda ctx: remove_duty(ctx.tx, second.id)) == second
    assert office.act(lambda ctx: remove_duty(ctx.tx, second.id)) is None
    assert office.act(lambda ctx: list_duties(ctx.tx, OTHER, since=_WEDNESDAY)) == []


def _rota(town: Town, *lines: tuple[str, DutyKind, date, date | None]) -> Rota:
    duties = [
        Duty(id=number, programme=PROGRAMME, person_id=PersonId(number), kind=kind, hours=hours, from_day=a, to_day=b)
        for number, (hours, kind, a, b) in enumerate(lines, start=1)
    ]
    return Rota(duties, town.content.programmes[PROGRAMME])


def _all_there(rota: Rota) -> Callable[[datetime], tuple[PersonId, ...]]:
    return lambda moment: rota.on(moment, lambda _: True)


def test_stretches(quick_town: Town) -> None:
    """The time in pieces, each with who is on call, to the minute and without a gap."""
    rota = _rota(
        quick_town,
        ("mon-fri 09:05-17:00", _WORKING, _WEDNESDAY, _WEDNESDAY),
        ("17:00-24:00", _OUT, _WEDNESDAY, None),
    )
    found = [
        (one.since, one.until, one.people)
        for one in rota.stretches(_at(8), _at(8) + timedelta(days=1), _all_there(rota))
    ]
    assert found == [
        (_at(8), _at(9, 5), ()),
        (_at(9, 5), _at(17), (1,)),
        (_at(17), _at(0, day=date(2026, 1, 8)), (2,)),
        (_at(0, day=date(2026, 1, 8)), _at(8, day=date(2026, 1, 8)), ()),
    ]


def test_clocks_go_back(quick_town: Town) -> None:
    """The hour that comes twice is twice somebody's, and the hour that is left out is nobody's gap."""
    october, march = date(2026, 10, 25), date(2026, 3, 29)
    rota = _rota(quick_town, ("00:00-02:00", _WORKING, october, october), ("02:00-24:00", _OUT, october, october))
    # Midnight in London's summer is 23:00 UTC of the day before; 02:00 in winter is 02:00 UTC.
    begin = datetime(2026, 10, 24, 23, tzinfo=UTC)
    found = [
        (one.since, one.until, one.people)
        for one in rota.stretches(begin, _at(0, day=date(2026, 10, 26)), _all_there(rota))
    ]
    assert found == [(begin, _at(2, day=october), (1,)), (_at(2, day=october), _at(0, day=date(2026, 10, 26)), (2,))]
    rota = _rota(quick_town, ("00:00-01:30", _WORKING, march, march), ("01:30-24:00", _OUT, march, march))
    found = [
        (one.since, one.until, one.people)
        for one in rota.stretches(_at(0, day=march), _at(3, day=march), _all_there(rota))
    ]
    assert found == [(_at(0, day=march), _at(1, day=march), (1,)), (_at(1, day=march), _at(3, day=march), (2,))]


def test_who_is_on_call_by_chat(office: Town) -> None:
    """A coordinator asks who is on call now and who is next; a mentor may not."""
    assert office.say("Morgan", "/duty") == ["On call now: every coordinator."]
    _line(office, "Morgan", hours="mon-fri 09:00-17:00")
    _line(office, "Ray", _OUT, "17:00-22:00")
    assert office.say("Morgan", "/duty") == ["On call now: Morgan.\nFrom Wednesday 17:00: Ray."]
    office.clock.now = _at(18)
    assert office.say("Morgan", "/duty") == ["On call now: Ray.\nFrom Wednesday 22:00: every coordinator."]
    office.join("Alex", Role.MENTOR)
    assert office.say("Alex", "/duty") == [office.words("not-allowed", "Alex")]
