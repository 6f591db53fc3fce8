"""Hours of the week in which something may be passed on, as people write them: "mon-fri 08:00-21:00, sat 10:00-18:00".

Times are those of a zone's clock. A span that ends before it begins goes on after midnight ("fri 18:00-02:00"), and
"24:00" is the end of a day. Without days a span is for every day. Nothing at all is always open.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# Minutes of a day from midnight; the end (above the start, at most 1440) is no longer in it.
Span = tuple[int, int]

_DAY = 24 * 60
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY_DAY = frozenset(range(7))
_TIME = r"(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|to|until|till)\s*{_TIME}(?![\w:.])")
_DASHES = str.maketrans("–—‐‑", "----")
_EXAMPLE = "mon-fri 08:00-21:00, sat 10:00-18:00"
# Clocks change on a whole quarter of an hour everywhere (IANA time zone data).
_QUARTER = timedelta(minutes=15)
# Farther than any holidays reach.
_FARTHEST = 400


@dataclass(frozen=True, slots=True)
class Hours:
    """When something is open, on the clock of any zone."""

    # The spans of Monday to Sunday, in order, none touching the next.
    week: tuple[tuple[Span, ...], ...]
    # Days on which it is closed all day, whatever their day of the week.
    closed: frozenset[date] = frozenset()

    def is_open(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether it is open at a moment (aware)."""
        local = moment.astimezone(zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self._on(local.date()))

    def opens_at(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The first moment from this one (aware) on at which it is open, in UTC; None when it stays closed."""
        if self.is_open(moment, zone):
            return moment
        first = moment.astimezone(zone).date()
        for number in range(_FARTHEST):
            day = first + timedelta(days=number)
            for start in sorted(_starts(day, self._on(day), zone)):
                if start > moment and self.is_open(start, zone):
                    return start
        return None

    def without(self, span: Span) -> "Hours":
        """The same hours, less a span of every day; one that ends before it begins goes over midnight."""
        away = [(0, span[1]), (span[0], _DAY)] if span[0] > span[1] else [span]
        return replace(self, week=tuple(_less(day, away) for day in self.week))

    def closed_on(self, days: frozenset[date]) -> "Hours":
        """The same hours, closed on these days too."""
        return replace(self, closed=self.closed | days)

    def _on(self, day: date) -> tuple[Span, ...]:
        return () if day in self.closed else self.week[day.weekday()]


def _starts(day: date, spans: tuple[Span, ...], zone: ZoneInfo) -> Iterator[datetime]:
    """The moments of a day at which it may begin to be open: where a span begins, and where the clocks change."""
    midnight = datetime.combine(day, time(), zone)
    for start, _ in spans:
        wall = datetime.combine(day, time(start // 60, start % 60), zone)
        # An hour that comes twice begins twice; one that is left out begins at the change, below.
        yield from (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if spans and midnight.utcoffset() != datetime.combine(day + timedelta(days=1), time(), zone).utcoffset():
        quarters = (midnight.astimezone(UTC) + number * _QUARTER for number in range(25 * 4))
        # The next day has starts of its own, and an earlier one may be among them.
        yield from (quarter for quarter in quarters if quarter.astimezone(zone).date() == day)


ALWAYS = Hours(week=(((0, _DAY),),) * 7)


@lru_cache(maxsize=1024)
def parse_hours(text: str) -> Hours:
    """Read hours as people write them; nothing is `ALWAYS`. Raises `ValueError` with one sentence about what is wrong.

    Days are names or their first three letters, also as "mon-fri"; times are "8", "08:00", "8.30" or "8pm". Several
    spans may follow the same days, and different days stand behind commas.
    """
    week: list[list[Span]] = [[] for _ in range(7)]
    named: set[int] = set()
    days: frozenset[int] = frozenset()
    for entry in filter(None, (part.strip() for part in re.split(r"[,;]", text.lower().translate(_DASHES)))):
        first = _SPAN.search(entry)
        if first is None:
            raise ValueError(f'"{entry}" has no hours; write it like "{_EXAMPLE}"')
        words = entry[: first.start()].strip()
        if words or not days:
            days = _days(words) if words else _EVERY_DAY
            if named & days:
                twice = _NAMES[min(named & days)]
                raise ValueError(f'{twice} is named twice; write both hours behind it: "mon 08:00-12:00 13:00-17:00"')
            named |= days
        for start, end in _spans(entry[first.start() :]):
            for day in days:
                _add(week, day, start, end)
    return ALWAYS if not named else Hours(tuple(_joined(spans) for spans in week))


def parse_span(text: str) -> Span:
    """Read one span, "22:00-07:00"; it may end before it begins, over midnight. Raises `ValueError`."""
    found = _spans(text.lower().translate(_DASHES).strip())
    if len(found) != 1:
        raise ValueError('write one time from and one time to, like "22:00-07:00"')
    return found[0]


def show_span(span: Span) -> str:
    """A span as it is kept and shown: "22:00-07:00"."""
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)


def in_span(moment: datetime, span: Span, zone: ZoneInfo) -> bool:
    """Whether a moment (aware) lies in a span of the day on a zone's clock."""
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    start, end = span
    return start <= minute < end if start < end else minute >= start or minute < end


def _days(words: str) -> frozenset[int]:
    found: set[int] = set()
    for word in re.sub(r"\s*-\s*", "-", words.rstrip(":")).split():
        if word in {"and", "&", "+"}:
            continue
        if word in {"daily", "every", "day", "everyday"}:
            found |= _EVERY_DAY
            continue
        first, _, last = word.partition("-")
        start, end = _day(first), _day(last or first)
        found |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return frozenset(found)


def _day(word: str) -> int:
    for number, name in enumerate(_NAMES):
        if word.rstrip(".") in {name, f"{name}s", name[:3], name[:4], name[:5]}:
            return number
    raise ValueError(f'"{word}" isn\'t a day; write it like "{_EXAMPLE}"')


def _spans(text: str) -> list[Span]:
    """Every span of a text that holds nothing else."""
    found = [_span(match) for match in _SPAN.finditer(text)]
    rest = re.sub(r"\band\b|[&+\s]", "", _SPAN.sub("", text))
    if rest or not found:
        raise ValueError(f'"{text}" isn\'t a time of the day; write it like "08:00-21:00"')
    return found


def _span(match: re.Match[str]) -> Span:
    start_hour, start_minute, start_half, end_hour, end_minute, end_half = match.groups()
    start = _minute(start_hour, start_minute, start_half, match[0])
    end = _minute(end_hour, end_minute, end_half, match[0])
    if start % _DAY == end:
        raise ValueError(f'"{match[0]}" ends where it begins; a whole day is "00:00-24:00"')
    return start % _DAY, end


def _minute(hour: str, minute: str | None, half: str | None, written: str) -> int:
    hours, minutes = int(hour), int(minute or 0)
    if half is not None and 1 <= hours <= 12:
        hours = hours % 12 + (12 if half == "pm" else 0)
    elif half is not None:
        hours = 99
    if hours > 24 or minutes > 59 or (hours == 24 and minutes):
        raise ValueError(f'"{written}" isn\'t a time of the day; write it like "08:00-21:00"')
    return hours * 60 + minutes


def _add(week: list[list[Span]], day: int, start: int, end: int) -> None:
    """A span of a day; what goes over midnight belongs to the next one."""
    if start < end:
        week[day].append((start, end))
    else:
        week[day].append((start, _DAY))
        if end:
            week[(day + 1) % 7].append((0, end))


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def _less(spans: tuple[Span, ...], away: list[Span]) -> tuple[Span, ...]:
    for begin, end in away:
        pieces = [piece for one in spans for piece in ((one[0], min(one[1], begin)), (max(one[0], end), one[1]))]
        spans = tuple(piece for piece in pieces if piece[0] < piece[1])
    return spans
