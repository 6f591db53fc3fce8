"""What every send of a channel passes: it keeps the pace and knows which sends are still under way."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from bot.channels.base import SendFailed

# Who would have to wait longer than this gives the place back, so that others can be sent meanwhile: in seconds.
_LONGEST_WAIT = 5.0
# Chats are looked through for idle ones when there are so many, and again whenever they are twice as many as then.
_MANY_CHATS = 1000


@dataclass(frozen=True, slots=True)
class Pace:
    """So many sends a second, of which `burst` may go at once after a lull; 0 a second: no limit."""

    per_second: float
    burst: int = 1

    @property
    def spacing(self) -> float:
        """Seconds between two sends in a long row."""
        return 1 / self.per_second if self.per_second else 0.0

    def wait(self, used_until: float, now: float) -> float:
        """Seconds until a send may begin. `used_until` is when a row that went at the pace would have ended."""
        return used_until - (self.burst - 1) * self.spacing - now


class SendGate:
    """A turn for each send: alerts first, the others in the order in which they came.

    `overall` is the pace of the channel, `chat` that of each address. `time` is a monotonic clock in seconds and
    `sleep` waits for so many; both are those of the event loop unless given. A provider's wish to wait is kept by
    `wall`, the clock by which the outbox tries again (`time` unless given).
    """

    def __init__(
        self,
        overall: Pace,
        chat: Pace = Pace(0),
        *,
        time: Callable[[], float] | None = None,
        wall: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._overall = overall
        self._chat = chat
        self._time = time
        self._wall = wall or self._now
        self._sleep = sleep
        self._used_until = 0.0
        # The same for each chat, and until when a provider wants to be left alone about it; idle ones are forgotten.
        self._chats: dict[str, float] = {}
        self._held: dict[str, float] = {}
        self._forget_at = _MANY_CHATS
        self._waiting: dict[bool, deque[asyncio.Future[None]]] = {True: deque(), False: deque()}
        self._promised = 0.0
        self._pump: asyncio.Task[None] | None = None
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextlib.asynccontextmanager
    async def turn(self, address: str, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for the turn of a send to `address`; it is under way while the block runs.

        Raises `SendFailed` (not tried, with the seconds to wait) instead of waiting long: a place is for who can go.
        """
        self._under_way += 1
        self._idle.clear()
        try:
            await self._wait_for_chat(address)
            if self._overall.per_second:
                await self._wait_in_line(urgent=urgent)
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    def hold(self, address: str, seconds: float) -> None:
        """Begin nothing to one address for so long, because its provider said so; the others go on."""
        until = self._wall() + seconds
        self._held[address] = max(until, self._held.get(address, until))
        self._forget()

    async def drained(self) -> None:
        """Return as soon as no send is under way."""
        await self._idle.wait()

    def _now(self) -> float:
        return (self._time or asyncio.get_running_loop().time)()

    async def _wait_for_chat(self, address: str) -> None:
        held = self._held.get(address, 0.0) - self._wall()
        if held > 0:
            raise _later(held)
        while (wait := self._chat_wait(address)) > 0:
            if wait > _LONGEST_WAIT:
                raise _later(wait)
            await self._sleep(wait)
        if self._chat.per_second:
            self._chats[address] = max(self._chats.get(address, 0.0), self._now()) + self._chat.spacing
            self._forget()

    def _chat_wait(self, address: str) -> float:
        now = self._now()
        return self._chat.wait(self._chats.get(address, now), now)

    def _forget(self) -> None:
        """Forget the chats about which nothing has to be known any more."""
        if len(self._chats) + len(self._held) > self._forget_at:
            for known, now in ((self._chats, self._now()), (self._held, self._wall())):
                for address in [address for address, until in known.items() if until <= now]:
                    del known[address]
            self._forget_at = max(_MANY_CHATS, 2 * (len(self._chats) + len(self._held)))

    async def _wait_in_line(self, *, urgent: bool) -> None:
        now = self._now()
        ahead = len(self._waiting[True]) + (0 if urgent else len(self._waiting[False]))
        wait = self._overall.wait(max(self._used_until, now), now) + ahead * self._overall.spacing
        if wait > _LONGEST_WAIT and not urgent:
            # Each at a time of its own, so that they don't all come back at once.
            self._promised = max(self._promised, now + wait) + self._overall.spacing
            raise _later(self._promised - now)
        turn = asyncio.get_running_loop().create_future()
        self._waiting[urgent].append(turn)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._call_in_turn())
        await turn

    async def _call_in_turn(self) -> None:
        """Let those who wait go, one after the other at the pace, until nobody waits."""
        while self._waiting[True] or self._waiting[False]:
            wait = self._overall.wait(max(self._used_until, self._now()), self._now())
            if wait > 0:
                await self._sleep(wait)
            # Only now: an alert may have come meanwhile.
            turn = (self._waiting[True] or self._waiting[False]).popleft()
            if not turn.done():
                self._used_until = max(self._used_until, self._now()) + self._overall.spacing
                turn.set_result(None)


def _later(seconds: float) -> SendFailed:
    return SendFailed("pace", retry=True, retry_after=seconds, tried=False)
