"""Asking what became of a message: once, later if nobody answers, and by whoever comes first."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.asking import Asker
from bot.channels.base import SendFailed
from content.library import Content
from handlers.events import Channel, DeliveryReport, DeliveryStatus
from handlers.receive import receive
from storage.database import Database
from storage.people import Role
from tests.bot.services import ASK_AFTER, ObedientChannel, desk_for
from tests.clocks import SetClock
from tests.handlers.town import SMS, Town


@dataclass
class ReportingChannel(ObedientChannel):
    """A channel whose provider can be asked."""

    # What it says, in turn; a failure is raised.
    says: list[DeliveryReport | SendFailed | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def ask(self, provider_ref: str) -> DeliveryReport | None:
        """Say what it was told to."""
        self.asked.append(provider_ref)
        answer = self.says.pop(0)
        if isinstance(answer, SendFailed):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What is logged, instead of its being printed."""
    with capture_logs() as entries:
        yield entries


async def _asker(database: Database, content: Content, clock: SetClock) -> tuple[Asker, ReportingChannel, Town]:
    """A text to Ellie that was taken, and who asks about it."""
    town = Town(database, content, clock)
    town.join("Alex", Role.MENTOR)
    town.join("Ellie", Role.MENTEE, SMS)
    town.pair("Alex", "Ellie")
    desk = desk_for(town)
    desk.sms = channel = ReportingChannel(SMS)
    await desk.start()
    await desk.run(lambda: town.say("Alex", "hello"))
    await desk.sender.stop()

    async def take(event: object) -> None:
        await asyncio.to_thread(town.act, lambda ctx: receive(event, ctx))  # type: ignore[arg-type]  # a report

    return Asker(database, [channel, ObedientChannel(Channel.TELEGRAM)], take, clock), channel, town


async def test_it_is_asked_once_when_it_is_due(sqlite_database: Database, content: Content, clock: SetClock) -> None:
    """Not before its time, and not by two at once; without an end it may not have arrived."""
    asker, channel, town = await _asker(sqlite_database, content, clock)
    clock.move(ASK_AFTER - timedelta(seconds=1))
    await asker.ask_due()
    assert channel.asked == []
    clock.move(timedelta(seconds=1))
    channel.says = [None]
    await asyncio.gather(asker.ask_due(), asker.ask_due())
    assert len(channel.asked) == 1
    assert town.outbox("Ellie")[0].state == "uncertain"
    clock.move(ASK_AFTER)
    await asker.ask_due()
    assert len(channel.asked) == 1


async def test_a_provider_that_is_away_is_asked_again(
    sqlite_database: Database, content: Content, clock: SetClock
) -> None:
    """No answer is no end: it is asked ten minutes later, and what it says then counts."""
    asker, channel, town = await _asker(sqlite_database, content, clock)
    clock.move(ASK_AFTER)
    [sent] = town.outbox("Ellie")
    channel.says = [SendFailed("timeout", retry=True)]
    await asker.ask_due()
    assert town.outbox("Ellie")[0].state == "sent"
    clock.move(timedelta(minutes=10))
    channel.says = [
        DeliveryReport(
            channel=SMS,
            event_id="r1",
            provider_ref=f"ref-{sent.id}",
            status=DeliveryStatus.DELIVERED,
            at=clock(),
        )
    ]
    await asker.ask_due()
    assert town.outbox("Ellie")[0].state == "delivered"
    assert len(channel.asked) == 2


async def test_it_looks_by_itself_and_outlives_a_failure(
    sqlite_database: Database,
    content: Content,
    clock: SetClock,
    logged: list[EventDict],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The loop goes on after a failure of ours; stopping twice is harmless."""
    asker, channel, _ = await _asker(sqlite_database, content, clock)
    asked = asyncio.Event()
    tries = 0

    async def ask_due() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError
        asked.set()

    monkeypatch.setattr(asker, "ask_due", ask_due)
    asker.start(0.001)
    async with asyncio.timeout(10):
        await asked.wait()
    await asker.stop()
    await asker.stop()
    assert [entry["event"] for entry in logged] == ["asking failed"]
    assert channel.asked == []


async def test_a_channel_that_was_left_out(sqlite_database: Database, content: Content, clock: SetClock) -> None:
    """Of a channel that isn't in the settings any more nobody can ask: it may not have arrived."""
    asker, _, town = await _asker(sqlite_database, content, clock)
    asker._channels.clear()
    clock.move(ASK_AFTER)
    await asker.ask_due()
    assert town.outbox("Ellie")[0].state == "uncertain"
