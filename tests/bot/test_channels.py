"""Tests of what the channels share: pauses, the gate of sends, the watch, the registry."""

import asyncio
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import SendFailed
from bot.channels.gate import Pace, SendGate
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


def paced(clock: Clock, overall: Pace, chat: Pace = Pace(0)) -> SendGate:  # noqa: B008 - it can't be changed
    """A gate on a clock that moves only when somebody sleeps."""
    return SendGate(overall, chat, time=clock.time, sleep=clock.sleep)


async def begun(gate: SendGate, clock: Clock, *addresses: str) -> list[float]:
    """When sends to these addresses began, one after the other."""
    found = []
    for address in addresses:
        async with gate.turn(address):
            found.append(clock.now)
    return found


async def test_the_gate_keeps_the_pace() -> None:
    """With four a second, sends begin a quarter of a second apart; after a lull there is no burst to make up."""
    clock = Clock()
    gate = paced(clock, Pace(4))
    assert await begun(gate, clock, "a", "b", "c") == [100.0, 100.25, 100.5]
    clock.now += 10
    assert await begun(gate, clock, "a", "b") == [110.5, 110.75]


async def test_a_burst_to_one_chat() -> None:
    """One a second to a chat, three at once after a lull; another chat doesn't wait for it."""
    clock = Clock()
    gate = paced(clock, Pace(0), Pace(1, 3))
    assert await begun(gate, clock, "a", "a", "a", "b") == [100.0] * 4
    assert await begun(gate, clock, "a", "a") == [101.0, 102.0]
    clock.now += 2
    assert await begun(gate, clock, "a", "a", "a") == [104.0, 104.0, 105.0]


async def test_a_chat_that_is_to_be_left_alone() -> None:
    """A provider's wish to wait holds its chat only; the place is given back at once, with what is left of the wait."""
    clock = Clock()
    gate = paced(clock, Pace(30), Pace(1, 3))
    gate.hold("a", 60)
    gate.hold("a", 20)
    assert await begun(gate, clock, "b") == [100.0]
    with pytest.raises(SendFailed) as given_back:
        await begun(gate, clock, "a")
    failure = given_back.value
    assert (failure.code, failure.retry, failure.retry_after, failure.tried) == ("pace", True, 60, False)
    await gate.drained()
    clock.now += 60
    assert await begun(gate, clock, "a") == [160.0]


async def test_a_slow_chat_gives_its_place_back() -> None:
    """Where the chat's own pace makes it wait longer than five seconds, others get the place."""
    clock = Clock()
    gate = paced(clock, Pace(30), Pace(0.1))
    assert await begun(gate, clock, "a", "b") == [100.0, pytest.approx(100 + 1 / 30)]
    with pytest.raises(SendFailed) as given_back:
        await begun(gate, clock, "a")
    assert given_back.value.retry_after == pytest.approx(10 - 1 / 30)


async def test_alerts_first_through_the_gate() -> None:
    """Whoever waits, an alert is the next to go; the others go in their order."""
    clock, order = Clock(), list[str]()
    gate = paced(clock, Pace(1))

    async def send(address: str, *, urgent: bool) -> None:
        async with gate.turn(address, urgent=urgent):
            order.append(address)

    waiting = [asyncio.create_task(send(name, urgent=name.isupper())) for name in ("a", "b", "A", "c", "B")]
    await asyncio.gather(*waiting)
    assert order == ["A", "B", "a", "b", "c"]
    assert clock.now == 104.0


async def test_who_would_wait_long_gives_the_place_back() -> None:
    """More than can go in five seconds is given back, each with a time of its own; an alert never is."""
    clock, late = Clock(), list[float | None]()
    gate = paced(clock, Pace(1))

    async def send(*, urgent: bool = False) -> None:
        try:
            async with gate.turn("a", urgent=urgent):
                pass
        except SendFailed as failure:
            late.append(failure.retry_after)

    await asyncio.gather(*(send() for _ in range(9)), *(send(urgent=True) for _ in range(7)))
    assert late == [7, 8, 9]


async def test_idle_chats_are_forgotten() -> None:
    """However many chats there are, only those that were written to lately are remembered."""
    clock = Clock()
    gate = paced(clock, Pace(0), Pace(1))
    for number in range(5000):
        gate.hold(f"held {number}", 0.5)
        await begun(gate, clock, str(number))
        clock.now += 0.01
    assert len(gate._chats) + len(gate._held) <= 1001
    # Not those that still matter.
    assert await begun(gate, clock, "4999") == [clock.now]
    assert clock.now == pytest.approx(100 + 50 + 0.99)


async def test_a_gate_without_a_pace_never_waits() -> None:
    """Without a rate every send begins at once; an idle gate is drained."""
    gate = SendGate(Pace(0))
    await gate.drained()
    async with gate.turn("a"), gate.turn("a"):
        assert not gate._idle.is_set()
    await gate.drained()


async def test_the_gate_uses_the_loops_clock() -> None:
    """Without a clock of its own the gate takes the event loop's."""
    gate = SendGate(Pace(1_000_000), Pace(1_000_000))
    async with gate.turn("a"):
        assert not gate._idle.is_set()


async def test_a_send_given_up_while_it_waits_is_not_under_way() -> None:
    """Cancelling a send that still waits for its turn leaves the gate drained, and costs nobody a turn."""
    clock = Clock()
    go_on = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await go_on.wait()
        clock.now += seconds

    gate = SendGate(Pace(1), time=clock.time, sleep=sleep)
    await begun(gate, clock, "a")
    first, second = (asyncio.create_task(begun(gate, clock, name)) for name in "bc")
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    go_on.set()
    assert await second == [101.0]
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
