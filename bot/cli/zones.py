"""Times as the people of a programme read them on their clocks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from content.library import Content


def zone_of(content: Content, programme: str) -> ZoneInfo:
    """The time zone of a programme; UTC for one that was taken out of the content."""
    found = content.programmes.get(programme)
    return ZoneInfo(found.time_zone if found else "UTC")


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment (aware) on a zone's clock, in whole seconds."""
    return moment.astimezone(zone).replace(microsecond=0)
