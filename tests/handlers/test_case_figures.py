"""The figures of cases."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.cases.figures import Taken, figures, read_figures
from storage.case_figures import Alarm, CaseFacts
from storage.people import Role
from tests.handlers.town import OTHER, PROGRAMME, Town

_AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
_ZONES = {"mentoring": ZoneInfo("Europe/London")}


def _fact(
    minutes: float | None, severity: str = "immediate", *, outcome: str | None = None, at: datetime = _AT
) -> CaseFacts:
    taken = None if minutes is None else at + timedelta(minutes=minutes)
    return CaseFacts("mentoring", severity, at, at, taken, outcome, None)


def test_how_soon_they_were_taken() -> None:
    """The median, and the time within which 95 in 100 were taken, of those that anybody had."""
    [found] = figures([*(_fact(minutes) for minutes in range(1, 21)), _fact(None)], (), _ZONES)
    assert found.cases == 21
    assert found.taken == {"immediate": Taken(21, 1, 10.5, 19)}


def test_concerns_do_not_hide_how_alerts_fare() -> None:
    """Concerns wait for the digest: each severity has its own times, the gravest first."""
    waiting = [_fact(minutes, "concern") for minutes in (900, 1100, 1300)]
    [found] = figures([*waiting, _fact(20, "high"), _fact(None, "high"), _fact(1), _fact(3)], (), _ZONES)
    assert list(found.taken.items()) == [
        ("immediate", Taken(2, 0, 2, 3)),
        ("high", Taken(2, 1, 20, 20)),
        ("concern", Taken(3, 0, 1100, 1300)),
    ]


@pytest.mark.parametrize(
    ("many", "most"), [(1, 1), (2, 2), (19, 19), (20, 19), (21, 20), (40, 38), (100, 95), (101, 96)]
)
def test_the_nearest_rank(many: int, most: int) -> None:
    """The least of the times within which 95 in 100 of them lie, or more."""
    [found] = figures([_fact(minutes) for minutes in range(many, 0, -1)], (), _ZONES)
    assert found.taken["immediate"].most_minutes == most
    assert most / many >= 0.95 > (most - 1) / many


def test_where_nobody_had_any() -> None:
    """No time is made up where nobody took a case."""
    [found] = figures([_fact(None)], (), _ZONES)
    assert found.taken == {"immediate": Taken(1, 1, None, None)}
    assert found.false_share == 0


def test_months_are_those_of_the_programmes_clock() -> None:
    """Half an hour before midnight in UTC is the next day in summer."""
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    found = figures([_fact(1, at=late), _fact(1, at=late - timedelta(hours=1))], (), _ZONES)
    assert [one.month for one in found] == ["2026-06", "2026-07"]


def test_alarms_are_of_the_month_in_which_they_came() -> None:
    """A case of June that goes on in July has alarms in both; a month without a case of its own has no share."""
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    raised = [Alarm("mentoring", "suicide", late), *[Alarm("mentoring", "neglect", late + timedelta(hours=1))] * 2]
    june, july = figures([_fact(1, at=late)], raised, _ZONES)
    assert (june.month, june.cases, june.categories) == ("2026-06", 1, {"suicide": 1})
    assert (july.month, july.cases, july.categories, july.taken) == ("2026-07", 0, {"neglect": 2}, {})
    assert july.false_share == 0


def test_false_alarms() -> None:
    """Their share is of all cases of the month."""
    [found] = figures([_fact(1, outcome="false_alarm"), _fact(1, outcome="referred"), _fact(1), _fact(1)], (), _ZONES)
    assert (found.false_alarms, found.false_share) == (1, 0.25)


def test_by_hand(settled: Town) -> None:
    """Two programmes, two months, by the clock in London: each figure as it is counted on paper."""
    settled.join("Far", Role.COORDINATOR, programme=OTHER)
    settled.join("Lou", Role.MENTEE, programme=OTHER)
    settled.stranger("Nobody")

    def case(who: str, words: str, taken_after: float | None = None, *end: str, by: str = "Morgan") -> None:
        settled.receive(settled.inbound(who, words))
        number = settled.cases()[-1].id
        if taken_after is not None:
            settled.clock.move(timedelta(minutes=taken_after))
            settled.receive(settled.inbound(by, button=f"have:{number}", message_ref=None))
        for act in end:
            settled.receive(settled.inbound(by, act.format(number), message_ref=None))
        settled.clock.move(timedelta(minutes=60))

    def false(who: str, words: str, taken_after: float, why: str, by: str = "Morgan") -> None:
        case(who, words, taken_after, by=by)
        number = settled.cases()[-1].id
        for choice in ("false", f"why-{why}"):
            settled.press(by, f"case:{number}:{choice}")

    # May, in London's summer: 30 April 23:30 UTC is half past midnight there.
    settled.clock.now = datetime(2026, 4, 30, 23, 30, tzinfo=UTC)
    case("Sam", "i want to die", 1)
    case("Ellie", "i want to die", 4, "/close {} support given: rang her")
    false("Kim", "been drinking again", 10, "idiom")
    false("Sam", "i carry a knife to school now", 30, "idiom")
    # Closed as a false alarm, and reopened since: it is none.
    case("Ellie", "i ran away from home", 55)
    settled.press("Morgan", f"case:{settled.cases()[-1].id}:false")
    settled.receive(settled.inbound("Morgan", f"/reopen {settled.cases()[-1].id} it was real", message_ref=None))
    # Given back and taken again: the first time counts.
    case("Kim", "i ran away from home", 2, "/letgo {}")
    settled.press("Morgan", f"have:{settled.cases()[-1].id}")
    case("Sam", "he beats my mum")
    case("Nobody", "i want to die")
    case("Lou", "i want to die", 7, by="Far")
    # June.
    settled.clock.now = datetime(2026, 6, 3, 12, tzinfo=UTC)
    false("Lou", "i want to die", 0.5, "quotation", by="Far")

    found = {(one.programme, one.month): one for one in settled.act(lambda ctx: read_figures(ctx, None, actor="test"))}
    assert list(found) == [(None, "2026-05"), (PROGRAMME, "2026-05"), (OTHER, "2026-05"), (OTHER, "2026-06")]
    mine = found[PROGRAMME, "2026-05"]
    assert mine.cases == 7
    assert mine.categories == {
        "suicide": 2, "missing": 2, "substance_risk": 1, "violence_weapons": 1, "domestic_abuse": 1,
    }  # fmt: skip
    assert (mine.false_alarms, mine.false_share, mine.whys) == (2, 2 / 7, {"idiom": 2})
    stranger = found[None, "2026-05"]
    assert (stranger.cases, stranger.taken, stranger.false_share) == (1, {"immediate": Taken(1, 1, None, None)}, 0)
    may, june = found[OTHER, "2026-05"], found[OTHER, "2026-06"]
    assert (may.cases, may.taken, may.false_alarms) == (1, {"immediate": Taken(1, 0, 7, 7)}, 0)
    assert june.taken == {"immediate": Taken(1, 0, 0.5, 0.5)}
    assert (june.cases, june.false_share, june.whys) == (1, 1, {"quotation": 1})
    only = settled.act(lambda ctx: read_figures(ctx, "2026-06", actor="test"))
    assert only == [june]


def test_from_what_happened(settled: Town) -> None:
    """The time counts until the first who had it, also after they let it go; the reason of a false alarm counts."""
    settled.say("Sam", "i want to die")
    settled.clock.move(timedelta(minutes=3))
    settled.press("Morgan", "have:1")
    settled.press("Morgan", "case:1:letgo")
    settled.clock.move(timedelta(minutes=30))
    settled.press("Morgan", "case:1:false")
    settled.press("Morgan", "case:1:why-idiom")
    [found] = settled.act(lambda ctx: read_figures(ctx, None, actor="test"))
    assert found.taken == {"immediate": Taken(1, 0, 3, 3)}
    assert (found.whys, found.categories) == ({"idiom": 1}, {"suicide": 1})
    assert settled.act(lambda ctx: read_figures(ctx, "1999-01", actor="test")) == []


def test_alarms_by_category(settled: Town) -> None:
    """What is found in each message of a case counts, not only the gravest of it; a message counts once for each."""
    settled.say("Sam", "been drinking again and i want to die")
    settled.say("Sam", "i want to die")
    settled.say("Sam", "see you on tuesday")
    settled.say("Kim", "been drinking again, ring me on 07700 900123")
    settled.say("Jo", "/concern Kim says she has taken an overdose")
    [found] = settled.act(lambda ctx: read_figures(ctx, None, actor="test"))
    assert (found.cases, found.categories) == (3, {"suicide": 3, "substance_risk": 3, "concern_told": 1})


def test_alarms_that_add_up(settled: Town) -> None:
    """Three concerns are three alarms, and that they are three is one more; what began without words is one too."""
    for _ in range(4):
        settled.say("Sam", "been drinking again")
    settled.say("Alex", "/concern")
    settled.pass_time(hours=1)
    [found] = settled.act(lambda ctx: read_figures(ctx, None, actor="test"))
    assert found.categories == {"substance_risk": 4, "several_concerns": 1, "concern_told": 1}


def test_a_case_that_became_graver(settled: Town) -> None:
    """The time counts from when it called at the severity that it has now: before, it waited for the digest."""
    settled.say("Sam", "i am not going to kill myself")
    settled.clock.move(timedelta(minutes=4))
    settled.say("Sam", "i want to die")
    settled.clock.move(timedelta(minutes=1))
    assert _taken(settled) == {"immediate": Taken(1, 1, None, None)}
    settled.press("Morgan", "have:1")
    assert _taken(settled) == {"immediate": Taken(1, 0, 1, 1)}


def test_who_had_it_before_it_became_graver(settled: Town) -> None:
    """It called again: whoever had it as a lesser one had no part in that."""
    settled.say("Alex", "/concern Sam was hurt at home")
    settled.clock.move(timedelta(minutes=2))
    settled.press("Morgan", "have:1")
    assert _taken(settled) == {"high": Taken(1, 0, 2, 2)}
    settled.press("Alex", "danger:1:yes")
    settled.clock.move(timedelta(minutes=3))
    assert _taken(settled) == {"immediate": Taken(1, 1, None, None)}
    settled.press("Morgan", "have:1")
    settled.press("Morgan", "case:1:letgo")
    settled.clock.move(timedelta(minutes=30))
    settled.press("Morgan", "have:1")
    assert _taken(settled) == {"immediate": Taken(1, 0, 3, 3)}


def _taken(town: Town) -> dict[str, Taken]:
    [found] = town.act(lambda ctx: read_figures(ctx, None, actor="test"))
    return found.taken
