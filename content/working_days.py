"""Working days and the times of day that fall on them, by the calendar of a zone. Pure: moments in, moments out."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Monday to Friday, unless it is a holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def next_working_time(moment: datetime, at: time, zone: ZoneInfo, holidays: Collection[date]) -> datetime:
    """The next time after a moment (aware) that the clock shows `at` on a working day, in UTC.

    A time that comes twice as the clocks go back counts once, the first time; one that is left out as they go forward
    is as long after the change as it would have been.
    """
    day = moment.astimezone(zone).date()
    # Compared in UTC: within one zone Python compares what the clock shows.
    while not is_working_day(day, holidays) or _moment(day, at, zone) <= moment.astimezone(UTC):
        day += timedelta(days=1)
    return _moment(day, at, zone)


def on_working_day(moment: datetime, zone: ZoneInfo, holidays: Collection[date]) -> datetime:
    """The moment itself (aware) on a working day; else when the clock shows the same on the next one, in UTC."""
    local = moment.astimezone(zone)
    if is_working_day(local.date(), holidays):
        return moment.astimezone(UTC)
    return next_working_time(moment, local.time(), zone, holidays)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)
