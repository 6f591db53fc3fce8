"""The clock: read where work begins, handed down as a value from there."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def real_clock() -> datetime:
    """The present time, aware, in UTC."""
    return datetime.now(UTC)
