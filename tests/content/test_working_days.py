"""Working days by the calendar: nine stays nine, whatever the clocks do."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from content.working_days import is_working_day, next_working_time, on_working_day

_LONDON = ZoneInfo("Europe/London")
_NINE = time(9)
_CHRISTMAS = (date(2026, 12, 25), date(2026, 12, 28))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # A Wednesday in winter.
        ("2026-01-07T08:59", "2026-01-07T09:00"),
        ("2026-01-07T09:00", "2026-01-08T09:00"),
        # Over a weekend, and over Christmas with the Monday in lieu.
        ("2026-01-09T09:00", "2026-01-12T09:00"),
        ("2026-12-24T10:00", "2026-12-29T09:00"),
        # Over the weekends on which clocks go forward and back.
        ("2026-03-27T09:00", "2026-03-30T08:00"),
        ("2026-10-23T08:00", "2026-10-26T09:00"),
        # Before midnight by UTC it is the next day by London's summer clock.
        ("2026-07-05T23:30", "2026-07-06T08:00"),
    ],
)
def test_nine_on_a_working_day(now: str, expected: str) -> None:
    """The next nine o'clock on the clock of the zone, strictly later than now."""
    assert next_working_time(_utc(now), _NINE, _LONDON, _CHRISTMAS) == _utc(expected)


def test_an_hour_that_comes_twice() -> None:
    """In a zone that changes its clocks on a working day a time of the repeated hour comes once, the first time."""
    # Cairo: the night to Friday, 30 October 2026, midnight goes back to 23:00 on Thursday.
    cairo, at = ZoneInfo("Africa/Cairo"), time(23, 30)
    first = next_working_time(_utc("2026-10-29T12:00"), at, cairo, ())
    assert first == _utc("2026-10-29T20:30")
    assert next_working_time(first, at, cairo, ()) == _utc("2026-10-30T21:30")
    # In the second half past eleven it is over.
    assert next_working_time(_utc("2026-10-29T21:15"), at, cairo, ()) == _utc("2026-10-30T21:30")


def test_an_hour_that_is_left_out() -> None:
    """It is as long after the change as it would have been."""
    # Cairo: on Friday, 24 April 2026, midnight goes forward to one o'clock.
    cairo = ZoneInfo("Africa/Cairo")
    assert next_working_time(_utc("2026-04-23T12:00"), time(0, 30), cairo, ()) == _utc("2026-04-23T22:30")


def test_a_moment_on_a_working_day() -> None:
    """It stays on a working day; from a weekend or holiday it goes to the same time of the next one."""
    assert on_working_day(_utc("2026-01-09T16:05"), _LONDON, ()) == _utc("2026-01-09T16:05")
    assert on_working_day(_utc("2026-01-10T16:05"), _LONDON, ()) == _utc("2026-01-12T16:05")
    assert on_working_day(_utc("2026-12-25T16:05"), _LONDON, _CHRISTMAS) == _utc("2026-12-29T16:05")
    # Saturday in summer time, Monday in winter time.
    assert on_working_day(_utc("2026-10-24T15:05"), _LONDON, ()) == _utc("2026-10-26T16:05")


def test_working_days() -> None:
    """Monday to Friday without holidays."""
    days = [date(2026, 12, day) for day in range(21, 30)]
    assert [day.day for day in days if is_working_day(day, _CHRISTMAS)] == [21, 22, 23, 24, 29]
