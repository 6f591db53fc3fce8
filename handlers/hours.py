"""Whether words may be passed on to somebody now, or when: contact hours, holidays, quiet hours, and being away."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from content.hours import parse_span
from handlers.context import Context
from storage.matches import Partner
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Wait:
    """Words for somebody have to wait."""

    # When they may go, as far as is known now; after the present.
    until: datetime
    # True when it is because somebody is away, not because of the hour.
    away: bool


def wait_for(partner: Partner, ctx: Context) -> Wait | None:
    """How long words for this partner have to wait; None when they may go now.

    Hours that are never open, because the quiet hours leave nothing of the contact hours, hold nothing back for good:
    then the contact hours alone count.
    """
    person = partner.person
    programme = ctx.programme(person)
    zone = ZoneInfo(programme.time_zone)
    back = back_at(person, zone)
    earliest = ctx.now if back is None else max(ctx.now, back)
    hours = programme.hours(partner.contact_hours)
    opens = None
    if person.quiet_hours is not None:
        opens = hours.without(parse_span(person.quiet_hours)).opens_at(earliest, zone)
    opens = opens or hours.opens_at(earliest, zone) or earliest
    return None if opens <= ctx.now else Wait(opens, away=earliest > ctx.now)


def back_at(person: Person, zone: ZoneInfo) -> datetime | None:
    """The first moment of the day on which somebody is back; None for somebody who has not said that they are away."""
    return None if person.away_until is None else datetime.combine(person.away_until, time(), zone)
