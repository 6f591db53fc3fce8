"""A clock for tests."""

from datetime import datetime, timedelta


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The present time."""
        return self.now

    def move(self, step: timedelta) -> datetime:
        """Go on by `step`; returns what time it is then."""
        self.now += step
        return self.now
