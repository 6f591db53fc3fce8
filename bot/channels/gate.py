"""What every send of a channel passes: it keeps the pace and knows which sends are still under way."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self


class SendGate:
    """An async context manager around each send.

    `per_second` is the most sends that may begin in one second, evenly spread; 0 means as many as come. `time` is a
    monotonic clock in seconds and `sleep` waits for so many; both are those of the event loop unless given.
    """

    def __init__(
        self,
        per_second: float,
        time: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._spacing = 1 / per_second if per_second else 0.0
        self._time = time
        self._sleep = sleep
        self._next = 0.0
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def __aenter__(self) -> Self:
        self._under_way += 1
        self._idle.clear()
        try:
            if self._spacing:
                await self._wait_for_turn()
        except BaseException:
            self._leave()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    async def drained(self) -> None:
        """Return as soon as no send is under way."""
        await self._idle.wait()

    def _leave(self) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._idle.set()

    async def _wait_for_turn(self) -> None:
        now = (self._time or asyncio.get_running_loop().time)()
        turn = max(now, self._next)
        self._next = turn + self._spacing
        if turn > now:
            await self._sleep(turn - now)
