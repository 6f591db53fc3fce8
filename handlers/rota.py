"""The rota as it reads at a moment and over the days to come. Pure: lines, people and hours in, people out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.hours import Hours, parse_hours
from content.programme import Programme
from storage.duties import Duty, DutyKind
from storage.ids import PersonId

# In this order: those in working hours, else the out-of-hours duty.
ON_CALL = (DutyKind.WORKING, DutyKind.OUT_OF_HOURS)


@dataclass(frozen=True, slots=True)
class Rota:
    """The lines of one programme."""

    lines: Sequence[Duty]
    programme: Programme

    @property
    def zone(self) -> ZoneInfo:
        """On whose clock it is read."""
        return ZoneInfo(self.programme.time_zone)

    def on(self, moment: datetime, there: Callable[[PersonId], bool]) -> tuple[PersonId, ...]:
        """Who is on call at a moment (aware), of those who are there; maybe nobody."""
        for named in self.by_kind(ON_CALL, moment):
            found = tuple(person for person in named if there(person))
            if found:
                return found
        return ()

    def by_kind(self, kinds: Sequence[DutyKind], moment: datetime) -> Iterator[tuple[PersonId, ...]]:
        """Whom the lines of each of these kinds name at a moment."""
        return (self.of(kind, moment) for kind in kinds)

    def of(self, kind: DutyKind, moment: datetime) -> tuple[PersonId, ...]:
        """Whom the lines of one kind name at a moment, each once, less those who are off."""
        found = dict.fromkeys(line.person_id for line in self._lines(kind, moment))
        off = {line.person_id for line in self._lines(DutyKind.OFF, moment)} if found else set()
        return tuple(person for person in found if person not in off)

    def first(self, kind: DutyKind, since: datetime, until: datetime) -> datetime | None:
        """The first moment between two (aware) at which the lines of one kind name anybody; None when none does."""
        pieces = self.stretches(since, until, lambda moment: self.of(kind, moment))
        return next((one.since for one in pieces if one.people), None)

    def stretches(
        self, since: datetime, until: datetime, who: Callable[[datetime], tuple[PersonId, ...]]
    ) -> Iterator["Stretch"]:
        """The time between two moments in pieces in which `who` gives the same people, without a gap."""
        points = sorted({since, *(point for point in self._points(since, until) if since < point < until)})
        begun, people = points[0], who(points[0])
        for point in points[1:]:
            now = who(point)
            if now != people:
                yield Stretch(begun, point, people)
                begun, people = point, now
        yield Stretch(begun, until, people)

    def _lines(self, kind: DutyKind, moment: datetime) -> Iterator[Duty]:
        day = moment.astimezone(self.zone).date()
        for line in self.lines:
            if line.kind is kind and line.holds_on(day) and self._hours(line).is_open(moment, self.zone):
                yield line

    def _hours(self, line: Duty) -> Hours:
        hours = parse_hours(line.hours)
        return hours.closed_on(frozenset(self.programme.holidays)) if line.kind is DutyKind.WORKING else hours

    def _points(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Every moment at which anything may change."""
        day, last = since.astimezone(self.zone).date(), until.astimezone(self.zone).date()
        weeks = [parse_hours(line.hours).week for line in self.lines]
        while day <= last:
            yield from _starts_of(day, self.zone)
            for minute in {edge for week in weeks for span in week[day.weekday()] for edge in span if edge < 24 * 60}:
                yield from _both(datetime.combine(day, time(minute // 60, minute % 60), self.zone))
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the same people are on call."""

    since: datetime
    # No longer in it.
    until: datetime
    people: tuple[PersonId, ...]


def _starts_of(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Midnight, and each quarter of an hour of a day whose clocks change (they change on a whole quarter)."""
    midnight = datetime.combine(day, time(), zone)
    yield from _both(midnight)
    if midnight.utcoffset() != datetime.combine(day + timedelta(days=1), time(), zone).utcoffset():
        begin = midnight.astimezone(_UTC)
        yield from (begin + number * timedelta(minutes=15) for number in range(25 * 4))


def _both(wall: datetime) -> tuple[datetime, datetime]:
    """A time on the clock as one or two moments: an hour that comes twice comes twice."""
    return wall.replace(fold=0).astimezone(_UTC), wall.replace(fold=1).astimezone(_UTC)


_UTC = ZoneInfo("UTC")
