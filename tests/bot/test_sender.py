"""The sender: in order for each address, again after a failure, at last given up; nothing lost on the way."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot import sender as sender_module
from bot.channels.base import SendFailed
from content.library import Content
from storage.addresses import AddressState, addresses_of
from storage.database import Database
from storage.outbox import claiming, outcomes
from storage.outbox.claiming import claim
from storage.outbox.rows import OutboxState
from storage.people import Role
from tests.bot.services import PATIENCE, Desk, desk_for, failed
from tests.clocks import SetClock
from tests.handlers.town import SMS, Town


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What is logged, instead of its being printed."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def desk(sqlite_database: Database, content: Content, clock: SetClock) -> AsyncIterator[Desk]:
    """A desk whose sender runs, on SQLite."""
    desk = desk_for(_people(sqlite_database, content, clock))
    await desk.start()
    yield desk
    desk.telegram.gate.set()
    await desk.sender.stop()


def _people(database: Database, content: Content, clock: SetClock) -> Town:
    town = Town(database, content, clock)
    town.join("Morgan", Role.COORDINATOR)
    town.join("Alex", Role.MENTOR)
    town.join("Sam", Role.MENTEE)
    town.join("Ellie", Role.MENTEE, SMS)
    town.pair("Alex", "Sam")
    town.pair("Alex", "Ellie")
    return town


def _states(town: Town, name: str) -> list[str]:
    return [sent.state for sent in town.outbox(name)]


async def test_in_order_for_each_address(desk: Desk) -> None:
    """What is for one address goes one after the other, in order; addresses don't wait for each other."""

    def work() -> None:
        for number in range(6):
            for name in ("Sam", "Ellie"):
                desk.town.say("Alex", f"{name}: {number}")

    await desk.run(work)
    for name, channel in (("Sam", desk.telegram), ("Ellie", desk.sms)):
        address = desk.town.addresses[name][1]
        assert [message.text[-1] for message in channel.sent if message.address == address] == list("012345")
        assert channel.most[address] == 1
    assert set(_states(desk.town, "Sam")) == {OutboxState.SENT}


async def test_a_failure_is_tried_again(desk: Desk) -> None:
    """After a failure that may pass it waits for its back-off, and what stands behind it waits too."""
    desk.telegram.fails["one"] = [failed(), failed()]
    await desk.run(lambda: (desk.town.say("Alex", "Sam: one"), desk.town.say("Alex", "Sam: two")))
    assert desk.telegram.sent == []
    for seconds in (1, 2):
        desk.town.clock.move(timedelta(seconds=seconds) - timedelta(microseconds=1))
        await desk.sender.idle()
        assert desk.telegram.sent == []
        desk.town.clock.move(timedelta(microseconds=1))
        await desk.sender.idle()
    assert [text[-3:] for text in desk.telegram.texts] == ["one", "two"]


async def test_the_providers_own_wish(desk: Desk) -> None:
    """Where the provider says how long to wait, it isn't asked before."""
    desk.telegram.fails["one"] = [failed(retry_after=30)]
    await desk.run(lambda: desk.town.say("Alex", "Sam: one"))
    desk.town.clock.move(timedelta(seconds=29))
    await desk.sender.idle()
    assert desk.telegram.sent == []
    desk.town.clock.move(timedelta(seconds=1))
    await desk.sender.idle()
    assert len(desk.telegram.sent) == 1


async def test_too_early_is_no_failure(desk: Desk, logged: list[EventDict]) -> None:
    """What the channel gives back untried waits as long as it says, and comes no nearer to being given up."""
    desk.telegram.fails["one"] = [SendFailed("pace", retry=True, retry_after=3, tried=False) for _ in range(6)]
    await desk.run(lambda: desk.town.say("Alex", "Sam: one"))
    for _ in range(5):
        desk.town.clock.move(timedelta(seconds=3))
        await desk.sender.idle()
    assert _states(desk.town, "Sam") == [OutboxState.QUEUED]
    assert logged == []
    desk.town.clock.move(timedelta(seconds=2))
    await desk.sender.idle()
    assert desk.telegram.sent == []
    desk.town.clock.move(timedelta(seconds=1))
    await desk.sender.idle()
    assert len(desk.telegram.sent) == 1
    assert desk.telegram.sent[0].urgent is False


async def test_it_is_given_up(desk: Desk) -> None:
    """After the last try its sender and the coordinator learn it, at once, and the next one goes."""
    desk.telegram.fails["one"] = [failed() for _ in range(4)]
    await desk.run(lambda: (desk.town.say("Alex", "Sam: one"), desk.town.say("Alex", "Sam: two")))
    for seconds in (1, 2, 4):
        desk.town.clock.move(timedelta(seconds=seconds))
        await desk.sender.idle()
    assert _states(desk.town, "Sam") == [OutboxState.FAILED, OutboxState.SENT]
    texts = desk.telegram.texts
    assert desk.town.words("not-delivered", "Alex") in texts
    assert desk.town.words("notice-not-delivered", name="Sam") in texts


async def test_a_failure_that_will_not_pass(desk: Desk) -> None:
    """What can't succeed isn't tried again; a dead address is marked."""
    desk.telegram.fails["one"] = [SendFailed("telegram:403", retry=False, unreachable=True)]
    await desk.run(lambda: desk.town.say("Alex", "Sam: one"))
    assert _states(desk.town, "Sam") == [OutboxState.FAILED]
    (address,) = desk.town.act(lambda ctx: addresses_of(ctx.tx, desk.town.people["Sam"]))
    assert address.state is AddressState.UNREACHABLE


async def test_a_channel_that_raises_anything(desk: Desk, logged: list[EventDict]) -> None:
    """A fault of our own loses nothing: the message is tried again, and the log names it by its number."""
    desk.telegram.fails["one"] = [ZeroDivisionError()]
    await desk.run(lambda: desk.town.say("Alex", "Sam: one"))
    (sent,) = desk.town.outbox("Sam")
    assert (sent.state, sent.error) == (OutboxState.QUEUED, "fault:ZeroDivisionError")
    assert [entry["outbox_id"] for entry in logged] == [sent.id, sent.id]
    desk.town.clock.move(timedelta(seconds=1))
    await desk.sender.idle()
    assert len(desk.telegram.sent) == 1


async def test_a_channel_that_is_left_out(sqlite_database: Database, content: Content, clock: SetClock) -> None:
    """What is for a channel that the settings no longer name waits, as after any failure."""
    desk = desk_for(_people(sqlite_database, content, clock))
    await desk.sender.start([desk.telegram])
    await desk.run(lambda: desk.town.say("Alex", "Ellie: hello"))
    (sent,) = desk.town.outbox("Ellie")
    assert (sent.state, sent.error) == (OutboxState.QUEUED, "channel left out of the settings")
    desk.sender.answer_press(SMS, "press")
    await desk.sender.stop()


async def test_alerts_first(desk: Desk) -> None:
    """An alert overtakes what waits for the same coordinator."""
    desk.telegram.gate.clear()
    await asyncio.to_thread(desk.town.say, "Sam", "STOP")
    desk.sender.wake()
    async with asyncio.timeout(PATIENCE):
        await desk.telegram.sending.wait()
    await asyncio.to_thread(desk.town.say, "Sam", "START")
    await asyncio.to_thread(desk.town.say, "Sam", "i want to die")
    desk.telegram.gate.set()
    await desk.sender.idle()
    address = desk.town.addresses["Morgan"][1]
    first, second, third = [message.text for message in desk.telegram.sent if message.address == address]
    assert first == desk.town.words("notice-stopped", name="Sam")
    assert "lert 1" in second
    assert third == desk.town.words("notice-started", name="Sam")


async def test_no_more_than_so_many_at_once(sqlite_database: Database, content: Content, clock: SetClock) -> None:
    """No more sends run at the same time than the settings say; the others go as soon as there is room."""
    desk = desk_for(_people(sqlite_database, content, clock), at_once=1)
    await desk.start()

    def work() -> None:
        for number in range(3):
            for name in ("Sam", "Ellie"):
                desk.town.say("Alex", f"{name}: {number}")

    await desk.run(work)
    assert (len(desk.telegram.sent), len(desk.sms.sent)) == (3, 3)
    await desk.sender.stop()


async def test_stop_lets_what_runs_end(desk: Desk) -> None:
    """After `stop` nothing new is claimed; what is on its way ends and is recorded."""
    desk.telegram.gate.clear()
    await asyncio.to_thread(lambda: (desk.town.say("Alex", "Sam: one"), desk.town.say("Alex", "Sam: two")))
    desk.sender.wake()
    async with asyncio.timeout(PATIENCE):
        await desk.telegram.sending.wait()
    stopping = asyncio.create_task(desk.sender.stop())
    await asyncio.sleep(0)
    assert not desk.sender.accepting
    desk.telegram.gate.set()
    await stopping
    assert _states(desk.town, "Sam") == [OutboxState.SENT, OutboxState.QUEUED]


async def test_stop_does_not_wait_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What doesn't end in time is cut off; the next run sends it again."""
    monkeypatch.setattr(sender_module, "_DRAIN", 0)
    desk.telegram.gate.clear()
    await asyncio.to_thread(desk.town.say, "Alex", "Sam: one")
    desk.sender.wake()
    async with asyncio.timeout(PATIENCE):
        await desk.telegram.sending.wait()
    await desk.sender.stop()
    assert _states(desk.town, "Sam") == [OutboxState.SENDING]
    again = desk_for(desk.town)
    await again.start()
    await again.sender.idle()
    assert len(again.telegram.sent) == 1
    assert _states(desk.town, "Sam") == [OutboxState.SENT]
    await again.sender.stop()


async def test_what_another_process_sends(database: Database, content: Content, clock: SetClock) -> None:
    """A start takes back what an earlier run left only where no other process can be sending it now."""
    town = _people(database, content, clock)
    await asyncio.to_thread(town.say, "Alex", "Sam: one")
    await asyncio.to_thread(town.act, lambda ctx: claim(ctx.tx, "other", ctx.now, 9))
    desk = desk_for(town)
    await desk.start()
    await desk.sender.idle()
    assert len(desk.telegram.sent) == (0 if database.shared else 1)
    await desk.sender.stop()


async def test_an_outcome_is_recorded_in_the_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database can't take the outcome of a send, it is offered again; the message goes out once."""
    monkeypatch.setattr(sender_module, "_RECORD_AGAIN", 0)
    real, left = outcomes.note_sent, [2]

    def note_sent(*given: object) -> None:
        if left[0]:
            left[0] -= 1
            raise RuntimeError
        real(*given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(sender_module, "note_sent", note_sent)
    await desk.run(lambda: desk.town.say("Alex", "Sam: one"))
    assert len(desk.telegram.sent) == 1
    assert _states(desk.town, "Sam") == [OutboxState.SENT]
    assert left == [0]


async def test_claiming_goes_on_after_a_failure(
    sqlite_database: Database, content: Content, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is away for a while doesn't end the sender: it looks again by itself."""
    desk = desk_for(_people(sqlite_database, content, clock), poll_seconds=0.001)
    await asyncio.to_thread(desk.town.say, "Alex", "Sam: one")
    real, left = claiming.claim, [3]

    def claim_later(*given: object) -> object:
        if left[0]:
            left[0] -= 1
            raise RuntimeError
        return real(*given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(sender_module, "claim", claim_later)
    await desk.start()
    async with asyncio.timeout(PATIENCE):
        await desk.telegram.sending.wait()
    await desk.sender.stop()
    assert len(desk.telegram.sent) == 1


async def test_it_looks_by_itself(sqlite_database: Database, content: Content, clock: SetClock) -> None:
    """What another process put into the outbox is found without anybody's saying so."""
    desk = desk_for(_people(sqlite_database, content, clock), poll_seconds=0.01)
    await desk.start()
    for words in ("one", "two"):
        desk.telegram.sending.clear()
        await asyncio.to_thread(desk.town.say, "Alex", f"Sam: {words}")
        async with asyncio.timeout(PATIENCE):
            await desk.telegram.sending.wait()
    await desk.sender.stop()
    assert len(desk.telegram.sent) == 2


async def test_a_stop_before_the_start(sqlite_database: Database, content: Content, clock: SetClock) -> None:
    """A sender that never started can be stopped, and one can be stopped twice."""
    desk = desk_for(Town(sqlite_database, content, clock))
    await desk.sender.stop()
    await desk.sender.stop()


async def test_nothing_is_tried_again_for_who_stopped(desk: Desk) -> None:
    """A send that fails after its recipient said STOP is not tried again; the answer to STOP itself is."""
    desk.telegram.gate.clear()
    desk.telegram.fails = {"one": [failed()], "stopped": [failed()]}
    await asyncio.to_thread(desk.town.say, "Alex", "Sam: one")
    desk.sender.wake()
    async with asyncio.timeout(PATIENCE):
        await desk.telegram.sending.wait()
    await asyncio.to_thread(desk.town.say, "Sam", "STOP")
    desk.telegram.gate.set()
    await desk.sender.idle()
    assert _states(desk.town, "Sam") == [OutboxState.FAILED, OutboxState.QUEUED]
    desk.town.clock.move(timedelta(seconds=1))
    await desk.sender.idle()
    assert _states(desk.town, "Sam") == [OutboxState.FAILED, OutboxState.SENT]


async def test_an_outcome_that_cannot_be_recorded_lets_the_rest_go_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a fault of our own keeps an outcome from the record, the delivery is put back and others go on."""
    monkeypatch.setattr(sender_module, "_RECORD_AGAIN", 0)

    def note_sent(*_given: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(sender_module, "note_sent", note_sent)
        await desk.run(lambda: desk.town.say("Alex", "Sam: one"))
    assert _states(desk.town, "Sam") == [OutboxState.QUEUED]
    await desk.run(lambda: desk.town.say("Sam", "are you there"))
    assert OutboxState.SENT in _states(desk.town, "Alex")


async def test_no_try_goes_beyond_the_life_of_the_words(desk: Desk) -> None:
    """A provider that wants to be left alone for longer than the words live: their sender knows at once."""
    desk.telegram.fails["hello"] = [failed(retry_after=13 * 3600.0)]
    await desk.run(lambda: desk.town.say("Alex", "Sam: hello"))
    assert _states(desk.town, "Sam") == [OutboxState.FAILED]
    assert desk.town.words("not-delivered", "Alex") in desk.telegram.texts


async def test_a_channel_gets_the_life_of_what_it_sends(desk: Desk) -> None:
    """Words of people live twelve hours, notices three days, alarms for ever; a lost answer is told with its time."""
    desk.sms.fails["hello"] = [SendFailed("timeout", retry=True, maybe_sent=True)]
    await desk.run(lambda: (desk.town.say("Alex", "Ellie: hello"), desk.town.say("Sam", "i want to die")))
    began = desk.town.clock()
    desk.town.clock.move(timedelta(seconds=2))
    await desk.sender.idle()
    [words] = desk.sms.sent
    assert (words.expires_at, words.maybe_sent_since) == (began + timedelta(hours=12), began)
    alarms = [message for message in desk.telegram.sent if message.urgent]
    assert alarms
    assert {message.expires_at for message in alarms} == {None}


async def test_somebody_sees_that_their_message_went(desk: Desk) -> None:
    """After a relayed text was taken, its own message shows it; a notice and a text from SMS show nothing."""
    await desk.run(lambda: (desk.town.say("Sam", "hello", message_ref="m1"), desk.town.say("Ellie", "hello")))
    assert desk.telegram.shown == [(desk.town.addresses["Sam"][1], "m1")]
    assert desk.sms.shown == []


async def test_a_message_that_did_not_go_shows_nothing(desk: Desk) -> None:
    """A failure is no receipt; the try that succeeds is one."""
    desk.telegram.fails["hello"] = [failed()]
    await desk.run(lambda: desk.town.say("Sam", "hello", message_ref="m1"))
    assert desk.telegram.shown == []
    desk.town.clock.move(timedelta(seconds=1))
    await desk.sender.idle()
    assert len(desk.telegram.shown) == 1


async def test_a_busy_sender_shows_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While much is under way the calls are for messages."""
    monkeypatch.setattr(sender_module, "_CALM", 0)
    await desk.run(lambda: desk.town.say("Sam", "hello", message_ref="m1"))
    assert desk.telegram.shown == []
    assert len(desk.telegram.sent) == 1
