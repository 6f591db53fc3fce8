"""A clock that can be moved forward."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.clock import Clock, real_clock


class MovableClock:
    """Runs as `base` does, ahead of it by as much as it was moved."""

    def __init__(self, base: Clock = real_clock) -> None:
        self._base = base
        self._ahead = timedelta()
        # Awaited after each move: what became due has to happen.
        self.on_move: Callable[[], Awaitable[None]] | None = None

    def now(self) -> datetime:
        """The time that it shows (aware)."""
        return self._base() + self._ahead

    async def move_on(self, delta: timedelta) -> None:
        """Move it forward, and let everything that falls due happen. Raises `ValueError` for a step back."""
        if delta < timedelta():
            raise ValueError("the clock only goes forward")
        self._ahead += delta
        if self.on_move is not None:
            await self.on_move()

    async def move_to(self, when: datetime) -> None:
        """Move it forward to a moment (aware), and let everything that falls due happen."""
        await self.move_on(when - self.now())
