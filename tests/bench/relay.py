"""The relay cases: the service and a bare echo bot under the same load, in processes of their own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from statistics import median

from tests.bench.driver import Arrivals, Bot, Webhook, pace, saturate
from tests.bench.figures import Pair
from tests.bench.processes import resident_bytes, running
from tests.bench.rounds import Bench, Stretch, by_turns
from tests.bench.service_under_test import CHATS, running_service

_IN_FLIGHT = 64
# Messages in a stretch under full load, and in one at a fixed rate.
_SATURATED = 250
_PACED = 100
_PER_SECOND = 100.0


async def relay(bench: Bench) -> dict[str, Pair]:
    """Full load, then a fixed rate, then the memory of both."""
    async with echo_bot(bench.arrivals, CHATS) as echo, running_service(bench.arrivals, bench.folder) as service:
        rate, cpu = await by_turns(bench, saturated(bench.arrivals, service), saturated(bench.arrivals, echo))
        (p50,) = await by_turns(bench, paced(bench.arrivals, service), paced(bench.arrivals, echo), turns=4)
        memory = Pair(resident_bytes(service.pid), resident_bytes(echo.pid))
    return {
        "relay_cpu_vs_echo": cpu,
        "relay_rate_vs_echo": rate,
        "relay_p50_vs_echo": p50,
        "rss_vs_echo": memory,
    }


@asynccontextmanager
async def echo_bot(arrivals: Arrivals, chats: Sequence[int]) -> AsyncIterator[Bot]:
    """The bare echo bot, running."""
    async with running("tests.bench.echo_bot", arrivals.url) as (process, port):
        yield Bot(process.pid, Webhook(port), chats)


def saturated(arrivals: Arrivals, bot: Bot) -> Stretch:
    """A stretch under full load: seconds and CPU seconds a message."""

    async def stretch() -> tuple[float, float]:
        window = await saturate(arrivals, bot, messages=_SATURATED, in_flight=_IN_FLIGHT)
        return window.seconds / window.messages, window.cpu_seconds / window.messages

    return stretch


def paced(arrivals: Arrivals, bot: Bot) -> Stretch:
    """A stretch at a fixed rate: the median of the seconds on the way."""

    async def stretch() -> tuple[float]:
        return (median(await pace(arrivals, bot, messages=_PACED, per_second=_PER_SECOND)),)

    return stretch
