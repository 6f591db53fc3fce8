"""The figures of cases."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.cases.figures import figures, read_figures
from storage.case_figures import CaseFacts
from tests.handlers.town import Town

_AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
_ZONES = {"mentoring": ZoneInfo("Europe/London")}


def _fact(minutes: float | None, *, outcome: str | None = None, at: datetime = _AT) -> CaseFacts:
    taken = None if minutes is None else at + timedelta(minutes=minutes)
    return CaseFacts("mentoring", "suicide", "immediate", at, taken, outcome, None)


def test_how_soon_they_were_taken() -> None:
    """The median, and the time within which 95 in 100 were taken, of those that anybody had."""
    [found] = figures([*(_fact(minutes) for minutes in range(1, 21)), _fact(None)], _ZONES)
    assert (found.cases, found.untaken, found.median_minutes, found.most_minutes) == (21, 1, 10.5, 19)


def test_where_nobody_had_any() -> None:
    """No time is made up where nobody took a case."""
    [found] = figures([_fact(None)], _ZONES)
    assert (found.median_minutes, found.most_minutes, found.false_share) == (None, None, 0)


def test_months_are_those_of_the_programmes_clock() -> None:
    """Half an hour before midnight in UTC is the next day in summer."""
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    found = figures([_fact(1, at=late), _fact(1, at=late - timedelta(hours=1))], _ZONES)
    assert [one.month for one in found] == ["2026-06", "2026-07"]


def test_false_alarms() -> None:
    """Their share is of all cases of the month."""
    [found] = figures([_fact(1, outcome="false_alarm"), _fact(1, outcome="referred"), _fact(1), _fact(1)], _ZONES)
    assert (found.false_alarms, found.false_share) == (1, 0.25)


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
    assert (found.median_minutes, found.whys, found.categories) == (3, {"idiom": 1}, {"suicide": 1})
    assert settled.act(lambda ctx: read_figures(ctx, "1999-01", actor="test")) == []
