"""Twilio's mishaps: webhooks missed, answers lost, telephones that are off, reports that never come."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot.channels import sms
from bot.sandbox.faults import Fault, answer_lost, held, refused
from storage.addresses import AddressState, addresses_of
from tests.journeys.play import Play, Town, playing_in
from tests.journeys.test_outages import later, of_alex

T = TypeVar("T")


@pytest.fixture
async def alert_play(tmp_path: Path, town: Town) -> AsyncIterator[Play]:
    """The town, with a service that looks into Twilio's list all the time."""
    async with playing_in(town, tmp_path, twilio_catch_up=0.05) as ready:
        yield ready


async def _until(play: Play, fact: Callable[[], T]) -> T:
    """Wait until something is so; what it is then."""
    async with asyncio.timeout(10):
        while not (found := fact()):
            await play.until(lambda _: True)
    return found


async def test_a_text_whose_webhook_failed_is_fetched_once(alert_play: Play) -> None:
    """What came in while nobody could be called takes effect at the next round, in order and once."""
    play = alert_play
    url, play.world.twilio.webhook_url = play.world.twilio.webhook_url, None
    for words in ("first", "second"):
        play.send("ellie", words)
    await play.stage.shows("alex", "second")
    play.world.twilio.webhook_url = url
    await play.say("ellie", "third")
    assert play.heard("alex") == [
        play.words("relay-mentor", "alex", name="Ellie", words=words) for words in ("first", "second", "third")
    ]
    assert [line.original for line in play.transcript() if line.who == "Ellie"][-3:] == ["first", "second", "third"]


async def test_what_came_in_while_the_service_was_stopped_is_fetched_at_the_start(sqlite_busy: Play) -> None:
    """The first round looks back for days: a text and a STOP from the time without a service count."""
    play = sqlite_busy
    await play.stage.stop()
    url, play.world.twilio.webhook_url = play.world.twilio.webhook_url, None
    play.send("ellie", "anybody there?")
    play.send("ellie", "STOP")
    await play.stage.clock.move_on(timedelta(days=2))
    await play.stage.start()
    await play.stage.shows("morgan", play.words("notice-stopped", "morgan", name="Ellie"))
    await play.stage.shows("alex", "anybody there?")
    play.world.twilio.webhook_url = url
    assert await play.say("alex", "Ellie: hello?") != []
    assert not any("hello?" in text for text in play.world.phone("ellie").received())


async def test_what_was_missed_comes_before_what_comes_in_at_the_start(sqlite_busy: Play) -> None:
    """While the first round is under way, a text that the webhook brings waits behind those that nobody brought."""
    play = sqlite_busy
    await play.stage.stop()
    url, play.world.twilio.webhook_url = play.world.twilio.webhook_url, None
    play.send("ellie", "first")
    play.world.twilio.webhook_url = url
    release = asyncio.Event()
    # The probe of the start is the first call that reads the list.
    play.world.faults.plan("Messages.list", Fault())
    play.world.faults.plan("Messages.list", held(release))
    await play.stage.start()
    await play.world.changes.until(lambda: len(play.world.faults) == 0)
    play.send("ellie", "second")
    play.send("sam", "meanwhile")
    await play.stage.shows("alex", "meanwhile")
    release.set()
    await play.settled()
    assert play.heard("alex") == [
        play.words("relay-mentor", "alex", name=name, words=words)
        for name, words in (("Sam", "meanwhile"), ("Ellie", "first"), ("Ellie", "second"))
    ]


async def test_a_list_that_cannot_be_read_holds_up_nobody_for_long(
    sqlite_busy: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the webhook brings goes on after a short while; what was missed comes when the list can be read."""
    play = sqlite_busy
    await play.stage.stop()
    monkeypatch.setattr(sms, "_MISSED_FIRST", 0.01)
    release = asyncio.Event()
    play.world.faults.plan("Messages.list", held(release))
    await play.stage.start()
    await play.say("ellie", "hello?")
    assert play.heard("alex") == [play.words("relay-mentor", "alex", name="Ellie", words="hello?")]
    release.set()


async def test_a_stop_that_is_fetched_late_is_not_answered(alert_play: Play) -> None:
    """Twilio said so to the person when it came, and would refuse our text: nothing is sent, and all else is done."""
    play = alert_play
    play.world.twilio.webhook_url, phone = None, play.world.phone("ellie")
    phone.opted_out = True
    before = [call for call in play.world.calls if call.method == "Messages.create"]
    play.send("ellie", "STOP")
    # So long it is left to its webhook.
    await play.stage.clock.move_on(timedelta(seconds=20))
    await play.stage.shows("morgan", play.words("notice-stopped", "morgan", name="Ellie"))
    await play.settled()
    assert await play.say("alex", "Ellie: hello?") == [play.words("other-not-reachable", "alex")]
    assert [call for call in play.world.calls if call.method == "Messages.create"] == before


async def test_files_of_a_fetched_text_are_known(alert_play: Play) -> None:
    """An MMS that is fetched is told from a text."""
    play = alert_play
    play.world.twilio.webhook_url = None
    play.send("ellie", "look", attachments=("photo",))
    line = await _recorded(play, "look")
    assert line == "photo"


async def _recorded(play: Play, words: str) -> str | None:
    lines = await _until(play, lambda: [line for line in play.transcript() if line.original == words])
    return lines[0].attachments


@pytest.mark.parametrize("away", [False, True])
async def test_a_text_whose_answer_was_lost_comes_once(sqlite_busy: Play, *, away: bool) -> None:
    """Twilio took it: it is found in its list and not sent again, even if the list can't be read at first."""
    play = sqlite_busy
    play.world.twilio.callbacks = "manual"
    play.world.faults.plan("Messages.create", answer_lost(), address=play.world.phone("ellie").address)
    if away:
        play.world.faults.plan("Messages.list", refused(503))
    await play.say("alex", "Ellie: hello")
    for _ in range(3):
        await later(play, timedelta(seconds=30))
    assert play.heard("ellie") == [of_alex(play, "ellie", "hello")]
    assert [call.method for call in play.world.calls].count("Messages.create") == 1
    [delivery] = play.recorded("Ellie: hello").deliveries
    assert delivery.state in {"sent", "delivered"}


async def test_a_text_that_never_left_is_sent_again(sqlite_busy: Play) -> None:
    """The same words of an earlier time don't count: what Twilio does not have is sent."""
    play = sqlite_busy
    await play.say("alex", "Ellie: hello")
    await later(play, timedelta(minutes=1))
    play.world.faults.plan("Messages.create", refused(500), address=play.world.phone("ellie").address)
    await play.say("alex", "Ellie: hello")
    await later(play, timedelta(seconds=30))
    assert play.heard("ellie") == [of_alex(play, "ellie", "hello")] * 2


async def test_a_phone_that_is_off_for_an_hour_gets_everything_in_order(sqlite_busy: Play) -> None:
    """It is tried again within the life of the message, what stands behind it waits, and nobody is worried."""
    play = sqlite_busy
    ellie = play.world.phone("ellie")
    ellie.dead = "30003"
    play.send("alex", "Ellie: first")
    await _reported(play, "Ellie: first", 1)
    await play.say("alex", "Ellie: second")
    assert play.heard("alex") == play.heard("morgan") == []
    ellie.dead = None
    await later(play, timedelta(minutes=16))
    assert play.heard("ellie") == [of_alex(play, "ellie", words) for words in ("first", "second")]


async def test_a_phone_that_stays_off_gets_nothing_stale(sqlite_busy: Play) -> None:
    """After 13 hours nothing is sent any more; sender and coordinators know, and the list shows it."""
    play = sqlite_busy
    ellie = play.world.phone("ellie")
    ellie.dead = "30003"
    play.send("alex", "Ellie: first")
    await _reported(play, "Ellie: first", 1)
    for number, hours in enumerate((0.3, 1.1, 3.1, 6.1), start=2):
        await later(play, timedelta(hours=hours))
        await _reported(play, "Ellie: first", number)
    await play.stage.shows("alex", play.words("not-delivered", "alex"))
    why = play.words("why-off", "morgan")
    await play.stage.shows("morgan", play.words("notice-unreachable", "morgan", name="Ellie", why=why))
    assert await play.say("alex", "Ellie: still there?") != []
    play.heard("morgan")
    [listed] = await play.say("morgan", "/unreached")
    assert play.words("unreached-person", "morgan", name="Ellie", why=why) in listed
    assert play.words("unreached-failed", "morgan", name="Ellie", count="1") in listed
    ellie.dead = None
    await later(play, timedelta(hours=3))
    assert play.heard("ellie") == []
    await play.say("ellie", "back again")
    assert play.heard("morgan") == [play.words("notice-reachable", "morgan", name="Ellie")]
    await play.say("alex", "Ellie: welcome")
    assert play.heard("ellie") == [of_alex(play, "ellie", "welcome")]


async def _reported(play: Play, words: str, count: int) -> None:
    """Wait until so many reports came about a message, and all that follows was said."""
    await _until(play, lambda: _failures(play, words) >= count)


def _failures(play: Play, words: str) -> int:
    """How many tries of a message are known to have failed; 0 when there is no message yet."""
    lines = [line for line in play.transcript() if line.original == words]
    return sum(report.status == "failed" for line in lines for report in line.deliveries[0].reports)


async def test_what_stays_undelivered_for_its_life_is_given_up(sqlite_busy: Play) -> None:
    """A provider that is away for longer than the life of the words: they are not sent when it is back."""
    play = sqlite_busy
    await play.stage.stop()
    await play.stage.start()
    play.world.faults.plan(
        "Messages.create", refused(429, retry_after=60 * 60 * 11), address=play.world.phone("ellie").address
    )
    await play.say("alex", "Ellie: see you at four")
    await later(play, timedelta(hours=12, minutes=1))
    assert play.heard("alex") == [play.words("not-delivered-in-time", "alex")]
    assert play.heard("morgan") == [play.words("notice-not-delivered", "morgan", name="Ellie")]
    assert play.heard("ellie") == []
    [delivery] = play.recorded("Ellie: see you at four").deliveries
    assert (delivery.state, delivery.error) == ("failed", "expired")


async def test_twilio_keeps_a_text_no_longer_than_it_lives(sqlite_busy: Play) -> None:
    """ValidityPeriod is the rest of the life, at most Twilio's own most."""
    play = sqlite_busy
    await play.say("alex", "Ellie: hello")
    [create] = [call for call in play.world.calls if call.method == "Messages.create"]
    assert create.payload["ValidityPeriod"] == "36000"


@pytest.mark.parametrize(
    ("status", "error", "state"),
    [("sent", None, "uncertain"), ("delivered", None, "delivered"), ("undelivered", "30005", "failed")],
)
async def test_a_text_without_a_report_is_asked_about_once(
    sqlite_busy: Play, status: str, error: str | None, state: str
) -> None:
    """After an hour Twilio is asked; what it says counts like a report, and if it knows no end neither do we."""
    play = sqlite_busy
    play.world.twilio.callbacks = "manual"
    await play.say("alex", "Ellie: hello")
    sid = play.world.phone("ellie").shown()[-1].id
    await later(play, timedelta(minutes=59))
    assert _asked(play, sid) == 0
    play.world.report_sms(sid, status, error=error, called_back=False)
    for _ in range(2):
        await later(play, timedelta(hours=1))
    assert _asked(play, sid) == 1
    [delivery] = play.recorded("Ellie: hello").deliveries
    assert delivery.state == state
    if state == "uncertain":
        play.world.report_sms(sid, "delivered")
        await _until(play, lambda: play.recorded("Ellie: hello").deliveries[0].state == "delivered")


def _asked(play: Play, sid: str) -> int:
    """How often Twilio was asked about a text."""
    return sum(call.method == "Messages.fetch" and call.payload["Sid"] == sid for call in play.world.calls)


async def test_who_told_the_network_stop_is_tried_once(patient: Play) -> None:
    """21610 for the first of many: the others are dropped, their sender is told once, and nothing more is tried."""
    play = patient
    ellie = play.world.phone("ellie")
    play.world.faults.plan("Messages.create", refused(429), address=ellie.address)
    for number in range(4):
        await play.say("alex", f"Ellie: number {number}")
    ellie.opted_out = True
    before = _creates(play, ellie.address)
    await later(play, timedelta(seconds=30))
    why = play.words("why-stop", "morgan")
    await play.stage.shows("morgan", play.words("notice-unreachable", "morgan", name="Ellie", why=why))
    await play.settled()
    assert _creates(play, ellie.address) == before + 1
    assert play.heard("alex") == [play.words("not-delivered", "alex")]
    [address] = play.act(lambda ctx: addresses_of(ctx.tx, play.people["ellie"]))
    assert (address.state, address.reason) == (AddressState.OPTED_OUT, "twilio:21610")


def _creates(play: Play, address: str) -> int:
    """How often a text to a number was tried."""
    return sum(call.method == "Messages.create" and call.address == address for call in play.world.calls)
