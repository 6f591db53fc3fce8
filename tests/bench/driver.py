"""The load: posts webhook updates to a bot, and knows from the fake Bot API when each of them came out again."""

import asyncio
import itertools
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from tests.bench.fake_bot_api import RECORD
from tests.bench.http import take_message
from tests.bench.processes import cpu_seconds, running
from tests.bench.texts import marker, update

# A run that takes longer than this has lost a message.
_PATIENCE_SECONDS = 120.0


class Arrivals:
    """What the fake Bot API saw. `url` is where it listens."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._expected: dict[bytes, asyncio.Future[float]] = {}
        # Across all bots of a run: markers, update ids and message ids are never used twice.
        self.numbers = itertools.count(1)

    def expect(self, number: int) -> asyncio.Future[float]:
        """The time (`time.monotonic`) at which message `number` will have reached the provider."""
        future = asyncio.get_running_loop().create_future()
        self._expected[marker(number).encode()] = future
        return future

    async def collect(self, reports: asyncio.StreamReader) -> None:
        """Read the fake's reports until it ends. A message that arrives again counts the first time only."""
        while True:
            found, at = RECORD.unpack(await reports.readexactly(RECORD.size))
            if (future := self._expected.pop(found, None)) and not future.done():
                future.set_result(at)


@asynccontextmanager
async def fake_bot_api() -> AsyncIterator[Arrivals]:
    """The fake Bot API in a process of its own."""
    async with running("tests.bench.fake_bot_api") as (process, port):
        assert process.stdout is not None
        arrivals = Arrivals(f"http://127.0.0.1:{port}")
        collector = asyncio.create_task(arrivals.collect(process.stdout))
        try:
            yield arrivals
        finally:
            collector.cancel()


class Webhook:
    """Where a bot takes its updates: as many kept-alive connections as there are posts under way."""

    def __init__(self, port: int, *, secret: str = "") -> None:
        self._port = port
        self._head = (
            f"POST /telegram HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
        ).encode()
        self.idle: deque[_Connection] = deque()
        self.statuses: Counter[bytes] = Counter()

    async def post(self, content: bytes) -> float:
        """Post an update and return when it was written (`time.monotonic`), without waiting for the answer."""
        connection = self.idle.pop() if self.idle else await self._connect()
        at = time.monotonic()
        connection.transport.write(b"%b%d\r\n\r\n%b" % (self._head, len(content), content))
        return at

    async def _connect(self) -> "_Connection":
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._port))[1]

    def close(self) -> None:
        """Close the connections."""
        for connection in list(self.idle):
            connection.transport.close()
        self.idle.clear()


class _Connection(asyncio.Protocol):
    """One connection to a webhook: it counts the status of each answer and becomes idle again."""

    transport: asyncio.Transport

    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if (answer := take_message(self._buffer)) is not None:
            head, _, self._buffer = answer
            self._webhook.statuses[head.split(b" ", 2)[1]] += 1
            self._webhook.idle.append(self)

    def connection_lost(self, _error: Exception | None) -> None:
        if self in self._webhook.idle:
            self._webhook.idle.remove(self)


@dataclass(frozen=True)
class Bot:
    """A running bot that is measured."""

    pid: int
    webhook: Webhook
    # Whose private chats write to it, in turn.
    chats: Sequence[int]


class Window(NamedTuple):
    """A stretch of a run under full load, from one arrival to a later one."""

    # Messages that arrived in it.
    messages: int
    # Its length.
    seconds: float
    # CPU time of the bot in it.
    cpu_seconds: float


@dataclass
class _Gauge:
    """Counts arrivals; reads the bot's clock and CPU time at the first and at the last arrival of the window."""

    pid: int
    first: int
    last: int
    _arrived: int = 0
    _readings: list[tuple[float, float]] = field(default_factory=list)

    def count(self, at: float) -> None:
        self._arrived += 1
        if self._arrived in {self.first, self.last}:
            self._readings.append((at, cpu_seconds(self.pid)))

    def window(self) -> Window:
        (begun, cpu_begun), (ended, cpu_ended) = self._readings
        return Window(self.last - self.first, ended - begun, cpu_ended - cpu_begun)


async def saturate(arrivals: Arrivals, bot: Bot, *, messages: int, in_flight: int) -> Window:
    """Keep `in_flight` messages between their post and their arrival at the provider; weigh `messages` of them.

    The window opens when the load has been full for a while and closes while it still is, so that work which the bot
    does after a delivery is in it. Raises RuntimeError when a message is lost or a post refused.
    """
    lead = 2 * in_flight
    gauge = _Gauge(bot.pid, lead, lead + messages)
    turns = iter(range(lead + messages + in_flight))

    async def keep_one_in_flight() -> None:
        for _ in turns:
            _, arrived = await _deliver(arrivals, bot)
            gauge.count(arrived)

    await _finish(bot, [asyncio.ensure_future(keep_one_in_flight()) for _ in range(in_flight)])
    return gauge.window()


async def pace(arrivals: Arrivals, bot: Bot, *, messages: int, per_second: float) -> list[float]:
    """Post `messages` at a fixed rate, whatever comes of them, and return the seconds that each was on its way.

    Raises RuntimeError when a message is lost or a post refused.
    """
    begun = time.monotonic()
    deliveries = []
    for index in range(messages):
        await asyncio.sleep(begun + index / per_second - time.monotonic())
        deliveries.append(asyncio.ensure_future(_deliver(arrivals, bot)))
    await _finish(bot, deliveries)
    return [arrived - posted for posted, arrived in (delivery.result() for delivery in deliveries)]


async def _deliver(arrivals: Arrivals, bot: Bot) -> tuple[float, float]:
    """Post the next message; return when it was posted and when it arrived at the provider."""
    number = next(arrivals.numbers)
    arrival = arrivals.expect(number)
    posted = await bot.webhook.post(update(number, bot.chats[number % len(bot.chats)]))
    return posted, await arrival


async def _finish(bot: Bot, deliveries: Sequence["asyncio.Future[Any]"]) -> None:
    """Wait for all deliveries, make sure that the bot took every post, and close its connections.

    A server closes a connection that was idle for some seconds: the next run must not meet it just then.
    """
    ended, lost = await asyncio.wait(deliveries, timeout=_PATIENCE_SECONDS, return_when=asyncio.FIRST_EXCEPTION)
    errors = [error for delivery in ended if (error := delivery.exception())]
    statuses = dict(bot.webhook.statuses)
    if errors or lost or set(statuses) - {b"200"}:
        problem = f"{len(lost)} of {len(deliveries)} deliveries did not end; answers by status: {statuses}."
        raise RuntimeError(problem) from next(iter(errors), None)
    bot.webhook.close()
