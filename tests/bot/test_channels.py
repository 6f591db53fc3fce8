"""Tests of what the channels share: pauses, the gate of sends, the watch, the registry."""

import asyncio
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.gate import SendGate
from bot.channels.pauses import pauses
from bot.channels.registry import build_channels
from bot.channels.unicode import storable
from bot.channels.watch import Watch
from bot.settings import Settings
from handlers.events import Channel
from tests.bot.providers import Storage, at_noon

TELEGRAM = {"telegram_bot_token": "7000000001:invented"}
SMS = {
    "twilio_account_sid": "AC00000000000000000000000000000001",
    "twilio_auth_token": "invented",
    "twilio_from": "+441632960000",
    "public_url": "https://bot.example.org",
}


def test_pauses_double_up_to_the_longest() -> None:
    """Each pause is twice the one before, until the longest."""
    assert list(islice(pauses(0.5, 3), 5)) == [0.5, 1.0, 2.0, 3, 3]
    assert list(islice(pauses(5, 3), 2)) == [3, 3]


@given(st.text(st.characters()))
def test_storable_text_can_be_written(text: str) -> None:
    """Whatever comes in can be written as UTF-8; what could be written before is unchanged."""
    made = storable(text)
    made.encode()
    assert made == text or any("\ud800" <= char <= "\udfff" for char in text)


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        """The present time in seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds


async def test_the_gate_keeps_the_pace() -> None:
    """With four a second, sends begin a quarter of a second apart; after a lull there is no burst to make up."""
    clock = Clock()
    gate = SendGate(4, clock.time, clock.sleep)
    begun = []
    for _ in range(3):
        async with gate:
            begun.append(clock.now)
    clock.now += 10
    for _ in range(2):
        async with gate:
            begun.append(clock.now)
    assert begun == [100.0, 100.25, 100.5, 110.5, 110.75]


async def test_a_gate_without_a_pace_never_waits() -> None:
    """Without a rate every send begins at once; an idle gate is drained."""
    gate = SendGate(0)
    await gate.drained()
    async with gate, gate:
        assert not gate._idle.is_set()
    await gate.drained()


async def test_the_gate_uses_the_loops_clock() -> None:
    """Without a clock of its own the gate takes the event loop's."""
    async with SendGate(1_000_000) as gate:
        assert not gate._idle.is_set()


async def test_a_send_given_up_while_it_waits_is_not_under_way() -> None:
    """Cancelling a send that still waits for its turn leaves the gate drained."""
    clock = Clock()

    async def forever(_seconds: float) -> None:
        await asyncio.Event().wait()

    gate = SendGate(1, clock.time, forever)
    async with gate:
        pass
    waiting = asyncio.create_task(gate.__aenter__())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await gate.drained()


async def test_the_watch_asks_until_there_is_an_answer() -> None:
    """A silent provider is asked again until it answers; then it isn't asked until it falls silent."""
    codes: list[str | None] = ["network", "timeout", None, None]
    asked = 0

    async def ask() -> str | None:
        nonlocal asked
        asked += 1
        return codes.pop(0)

    watch = Watch("test", ask, 0.001, 0.001)
    assert not watch.answers
    running = asyncio.create_task(watch.run())
    await watch.until_answers()
    assert (asked, watch.answers) == (3, True)
    watch.fell_silent()
    assert not watch.answers
    await watch.until_answers()
    assert asked == 4
    running.cancel()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        (TELEGRAM, [Channel.TELEGRAM]),
        (SMS, [Channel.SMS]),
        (TELEGRAM | SMS, [Channel.TELEGRAM, Channel.SMS]),
    ],
)
async def test_the_registry_builds_what_is_set(values: dict[str, str], expected: list[Channel]) -> None:
    """Only channels whose settings are there are built."""
    settings = Settings(**values)  # type: ignore[arg-type] # pydantic reads texts
    channels = build_channels(settings, Storage(), at_noon)
    assert [channel.channel for channel in channels] == expected
