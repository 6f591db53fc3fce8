"""The call case: what an outgoing Telegram call costs when 64 are under way, and when it is the only one."""

import asyncio
import time
from collections.abc import Iterator

from bot.channels.telegram_bot import LeanBot
from bot.channels.telegram_request import AiohttpRequest
from tests.bench.fake_bot_api import TOKEN
from tests.bench.figures import Pair
from tests.bench.rounds import Bench, by_turns
from tests.bench.texts import SENTENCES

_IN_FLIGHT = 64
# Calls in a stretch.
_CALLS = 320


async def calls(bench: Bench) -> dict[str, Pair]:
    """Calls of `sendMessage`, as the service makes them."""
    request = AiohttpRequest(timeout=10.0, connections=_IN_FLIGHT)
    async with LeanBot(TOKEN, base_url=f"{bench.arrivals.url}/bot", request=request) as bot:
        return {"call_cpu_64_vs_1": await _beside_single_calls(bench, bot)}


async def _beside_single_calls(bench: Bench, bot: LeanBot) -> Pair:
    async def many() -> tuple[float]:
        return (await cpu_of_calls(bot, in_flight=_IN_FLIGHT),)

    async def one() -> tuple[float]:
        return (await cpu_of_calls(bot, in_flight=1),)

    return (await by_turns(bench, many, one))[0]


async def cpu_of_calls(bot: LeanBot, *, in_flight: int) -> float:
    """CPU time of this process, in seconds, that a call takes with so many under way."""
    turns = iter(range(_CALLS))
    begun = time.process_time()
    await asyncio.gather(*(_call(bot, turns) for _ in range(in_flight)))
    return (time.process_time() - begun) / _CALLS


async def _call(bot: LeanBot, turns: Iterator[int]) -> None:
    for turn in turns:
        await bot.send({"chat_id": 5_000_000 + turn, "text": SENTENCES[turn % len(SENTENCES)]})
