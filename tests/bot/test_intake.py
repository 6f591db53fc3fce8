"""The intake: received means stored, whatever the handler does."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot import intake as intake_module
from bot.channels.base import NotStored
from content.library import Content
from handlers.events import Channel, DeliveryReport, DeliveryStatus
from storage.database import Database
from storage.people import Role
from storage.schema.messages import events
from tests.bot.services import Desk, desk_for
from tests.clocks import SetClock
from tests.handlers.town import Town


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What is logged, instead of its being printed."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def desk(database: Database, content: Content, clock: SetClock) -> AsyncIterator[Desk]:
    """A desk with one pair, whose sender runs, once for each engine."""
    town = Town(database, content, clock)
    town.join("Alex", Role.MENTOR)
    town.join("Sam", Role.MENTEE)
    town.pair("Alex", "Sam")
    desk = desk_for(town)
    await desk.start()
    yield desk
    await desk.sender.stop()


def _event_states(town: Town) -> list[str]:
    return [row.state for row in town.act(lambda ctx: ctx.tx.execute(select(events)).all())]


async def test_received_is_stored_and_sent(desk: Desk) -> None:
    """After `receive` the message is in the record, and what it says is on its way without anybody's looking."""
    await desk.intake.receive(desk.town.inbound("Sam", "hello"))
    assert desk.town.received() == 1
    await desk.sender.idle()
    assert desk.telegram.texts == [desk.town.words("relay-mentor", "Alex", name="Sam", words="hello")]


async def test_words_leave_before_the_provider_is_told(desk: Desk) -> None:
    """The send has begun when `receive` returns: whoever waits for words goes before a provider that is told 200."""
    await desk.intake.receive(desk.town.inbound("Sam", "hello"))
    assert desk.telegram.sending.is_set()


async def test_a_press_is_answered(desk: Desk) -> None:
    """A pressed button is confirmed to the provider after it was stored, whatever came of it."""
    await desk.intake.receive(desk.town.inbound("Sam", button="old:1:yes", press_id="press-1"))
    await desk.sender.idle()
    assert desk.telegram.pressed == ["press-1"]


async def test_the_same_event_again(desk: Desk) -> None:
    """An event that comes again is received again, and nothing more happens."""
    message = desk.town.inbound("Sam", "hello")
    for _ in range(3):
        await desk.intake.receive(message)
    await desk.sender.idle()
    assert len(desk.telegram.sent) == 1


async def test_in_the_order_of_the_sender(desk: Desk) -> None:
    """What one person sends takes effect in the order in which it came, also when all of it comes at once."""
    messages = [desk.town.inbound("Sam", f"number {number}") for number in range(10)]
    await asyncio.gather(*(desk.intake.receive(message) for message in messages))
    await desk.sender.idle()
    assert [text[-1] for text in desk.telegram.texts] == list("0123456789")


async def test_a_handler_that_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]) -> None:
    """An event whose handler fails is kept, so it has been received; nothing of what it did stays but a log line."""
    monkeypatch.setattr(intake_module, "receive_in_order", _fail)
    await desk.intake.receive(desk.town.inbound("Sam", "hello"))
    assert (desk.town.received(), desk.town.outbox()) == (0, [])
    assert _event_states(desk.town) == ["failed"]
    assert [(entry["event"], "hello" in str(entry)) for entry in logged] == [("handler failed", False)]


async def test_a_database_that_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """When not even that can be stored, the provider must send it again."""
    monkeypatch.setattr(intake_module, "receive_in_order", _fail)
    monkeypatch.setattr(intake_module, "keep", _fail)
    with pytest.raises(NotStored):
        await desk.intake.receive(desk.town.inbound("Sam", "hello"))
    assert _event_states(desk.town) == []


async def test_a_closed_database(desk: Desk) -> None:
    """A database that takes nothing any more makes every event one that was not stored."""
    message = desk.town.inbound("Sam", "hello")
    desk.town.database.close()
    with pytest.raises(NotStored):
        await desk.intake.receive(message)


async def test_a_report_has_no_order(desk: Desk) -> None:
    """What comes from nobody is received like anything else."""
    report = DeliveryReport(
        channel=Channel.SMS,
        event_id="SM1:sent",
        provider_ref="SM1",
        status=DeliveryStatus.SENT,
        at=desk.town.clock(),
    )
    await desk.intake.receive(report)
    assert _event_states(desk.town) == ["done"]


async def test_what_comes_while_the_service_stops(desk: Desk) -> None:
    """What is received after the sender stopped is stored, and lies ready for the next run."""
    await desk.sender.stop()
    await desk.intake.receive(desk.town.inbound("Sam", "hello"))
    assert [sent.state for sent in desk.town.outbox()] == ["queued"]


def _fail(*_: object) -> None:
    raise RuntimeError
