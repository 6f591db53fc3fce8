"""Days to come, as people write them: "monday", "5 January", "2027-01-05", "for a week"."""

import calendar
import contextlib
import re
from datetime import date, datetime, timedelta

_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d/%m/%y")
_LEAD = re.compile(r"(?:until|till|to|on|next|back)\s+")
_FOR = re.compile(r"(?:for\s+)?(a|one|two|three|\d{1,3})\s+(day|week)s?")
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3}
_DATE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]+)\.?(?:\s+(\d{4}))?")
_DATE_MONTH_FIRST = re.compile(r"([a-z]+)\s+(\d{1,2})(?:st|nd|rd|th)?(?:\s+(\d{4}))?")


def read_coming_day(words: str, today: date) -> date | None:
    """The day that words mean; None when they mean none. It may be today or past: that is for the caller to judge.

    A day of the week is the next one after today; a day and month without a year is the next one that comes.
    """
    text = " ".join(words.lower().replace(",", " ").split()).rstrip(".")
    while lead := _LEAD.match(text):
        text = text[lead.end() :]
    if text in {"today", "tomorrow"}:
        return today + timedelta(days=text == "tomorrow")
    if span := _FOR.fullmatch(text):
        number = _NUMBERS.get(span[1]) or int(span[1])
        return today + timedelta(days=number * (7 if span[2] == "week" else 1))
    for number, name in enumerate(calendar.day_name):
        if text in {name.lower(), name[:3].lower()}:
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    for pattern in _FORMATS:
        with contextlib.suppress(ValueError):
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
    return _day_and_month(text, today)


def _day_and_month(text: str, today: date) -> date | None:
    if found := _DATE.fullmatch(text):
        day, month, year = int(found[1]), _month(found[2]), found[3]
    elif found := _DATE_MONTH_FIRST.fullmatch(text):
        month, day, year = _month(found[1]), int(found[2]), found[3]
    else:
        return None
    # 29 February may be four years away, or eight around a century.
    for candidate in [int(year)] if year else range(today.year, today.year + 9):
        with contextlib.suppress(ValueError):
            meant = date(candidate, month, day)
            if year or meant >= today:
                return meant
    return None


def _month(name: str) -> int:
    """The number of a month by its name or at least its first three letters; 0 for any other word."""
    names = [month.lower() for month in calendar.month_name]
    return next((number for number, full in enumerate(names) if full and name in {full, full[:3], full[:4]}), 0)
