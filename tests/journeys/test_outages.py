"""Providers that are away, slow, confused or strict: nothing is lost, order holds, and who must know learns it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.faults import answer_lost, cut, garbage, refused
from tests.journeys.play import Play, Town, playing_in

# What a provider may do to a message that it should take.
FAULTS = (
    refused(429, retry_after=2),
    refused(500),
    refused(503),
    garbage(),
    garbage("[]"),
    garbage('{"ok": true, "result": {}}'),
    cut(),
    answer_lost(),
)
METHODS = {"sam": "sendMessage", "ellie": "Messages.create"}


def of_alex(play: Play, to: str, words: str) -> str:
    """Words of Alex as they come to a mentee."""
    return play.words("relay-mentee", to, name="Alex", words=words)


async def later(play: Play, delta: timedelta) -> None:
    """Let time pass, and all that falls due happen."""
    await play.stage.clock.move_on(delta)
    await play.settled()


@pytest.mark.parametrize("phone_id", ["sam", "ellie"])
async def test_what_could_not_be_sent_is_sent_again_in_order(sqlite_busy: Play, phone_id: str) -> None:
    """Whatever goes wrong twice, both messages arrive, the first one first (it may come again)."""
    play = sqlite_busy
    for number, fault in enumerate(FAULTS):
        play.world.faults.plan(METHODS[phone_id], fault, address=play.world.phone(phone_id).address, times=2)
        both = f"first of {number}", f"second of {number}"
        for words in both:
            await play.say("alex", f"{phone_id}: {words}")
        for _ in range(3):
            await later(play, timedelta(seconds=30))
        heard = play.heard(phone_id)
        assert list(dict.fromkeys(heard)) == [of_alex(play, phone_id, words) for words in both]
        assert fault.accept or len(heard) == len(both)
        assert len(play.world.faults) == 0


async def test_the_providers_own_wish_to_wait_is_kept(patient: Play) -> None:
    """After 429 with retry_after nothing is tried before that time."""
    play = patient
    sam = play.world.phone("sam").address
    play.world.faults.plan("sendMessage", refused(429, retry_after=60), address=sam)
    await play.say("alex", "Sam: hello")

    def tries() -> int:
        return sum(call.address == sam for call in play.world.calls)

    assert tries() == 1
    await later(play, timedelta(seconds=50))
    assert tries() == 1
    await later(play, timedelta(seconds=15))
    assert play.heard("sam") == [of_alex(play, "sam", "hello")]


async def test_one_dead_phone_holds_up_nobody_else(sqlite_busy: Play) -> None:
    """What waits for one person keeps nothing from others."""
    play = sqlite_busy
    play.world.faults.plan("sendMessage", refused(500), address=play.world.phone("sam").address, times=5)
    await play.say("alex", "Sam: hello")
    await play.say("alex", "Ellie: hello")
    assert play.heard("ellie") == [of_alex(play, "ellie", "hello")]


async def test_who_blocked_the_bot_is_marked_and_sender_and_coordinator_learn_it(busy: Play) -> None:
    """403 for a message: its sender and the coordinators are told, and later ones aren't even tried."""
    busy.world.phone("sam").blocked = True
    assert await busy.say("alex", "Sam: hello?") == [busy.words("not-delivered", "alex")]
    assert busy.words("notice-not-delivered", "morgan", name="Sam") in busy.heard("morgan")
    calls = len(busy.world.calls)
    assert await busy.say("alex", "Sam: still there?") == [busy.words("other-not-reachable", "alex")]
    assert not any(call.address == busy.world.phone("sam").address for call in busy.world.calls[calls:])
    [delivery] = busy.recorded("Sam: hello?").deliveries
    assert (delivery.state, delivery.error) == ("failed", "telegram:403")


async def test_a_sign_of_life_makes_reachable_again(sqlite_busy: Play) -> None:
    """Blocking is told to the coordinators once; letting the bot in again, or writing, ends it."""
    play = sqlite_busy
    play.world.block("sam")
    await play.settled()
    why = play.words("why-blocked", "morgan")
    assert play.heard("morgan") == [play.words("notice-unreachable", "morgan", name="Sam", why=why)]
    assert play.heard("alex") == [play.words("partner-unreachable", "alex", name="Sam")]
    assert await play.say("alex", "Sam: hello?") == [play.words("other-not-reachable", "alex")]
    play.world.block("sam", blocked=False)
    await play.settled()
    await play.say("alex", "Sam: there you are")
    assert play.heard("sam") == [of_alex(play, "sam", "there you are")]


async def test_a_number_that_opted_out_at_the_provider(sqlite_busy: Play) -> None:
    """21610: sender and coordinators learn it, and it isn't tried again and again."""
    play = sqlite_busy
    play.world.phone("ellie").opted_out = True
    assert await play.say("alex", "Ellie: hello?") == [play.words("not-delivered", "alex")]
    assert play.words("notice-not-delivered", "morgan", name="Ellie") in play.heard("morgan")
    calls = len(play.world.calls)
    assert await play.say("alex", "Ellie: still there?") == [play.words("other-not-reachable", "alex")]
    assert [call.method for call in play.world.calls[calls:]].count("Messages.create") == 0


async def test_a_number_that_is_gone_is_told_when_the_network_says_so(sqlite_busy: Play) -> None:
    """An undelivered report after the provider took it: sender and coordinators learn it."""
    play = sqlite_busy
    play.world.phone("ellie").dead = "30005"
    play.send("alex", "Ellie: hello?")
    await play.stage.shows("alex", play.words("not-delivered", "alex"))
    await play.stage.shows("morgan", play.words("notice-not-delivered", "morgan", name="Ellie"))


async def test_a_report_before_the_answer_counts(sqlite_busy: Play) -> None:
    """A status callback may overtake the answer to the send: the message is known to be delivered all the same."""
    play = sqlite_busy
    play.world.twilio.callbacks = "before"
    await play.say("alex", "Ellie: hello")
    reports = await _reports(play, "Ellie: hello", 2)
    assert reports == ["sent", "delivered"]
    [delivery] = play.recorded("Ellie: hello").deliveries
    assert delivery.state == "delivered"


async def _reports(play: Play, words: str, count: int) -> list[str]:
    """The statuses that were reported of a message, once there are so many."""
    [delivery] = play.recorded(words).deliveries
    while len(delivery.reports) < count:
        await play.settled()
        [delivery] = play.recorded(words).deliveries
    return [report.status for report in delivery.reports]


async def test_a_report_twice_or_about_nothing_changes_nothing(sqlite_busy: Play) -> None:
    """The same report again is one; one about an unknown message is kept and does nothing."""
    play = sqlite_busy
    await play.say("alex", "Ellie: hello")
    await _reports(play, "Ellie: hello", 2)
    sid = play.world.phone("ellie").shown()[-1].id
    play.world.report_sms(sid, "delivered")
    play.world.report_sms("SM" + "0" * 32, "failed", error="30003")
    play.world.report_sms(sid, "undelivered", error="30003")
    await play.say("ellie", "got it")
    assert play.heard("alex") == [play.words("relay-mentor", "alex", name="Ellie", words="got it")]
    [delivery] = play.recorded("Ellie: hello").deliveries
    assert delivery.state == "delivered"


@pytest.fixture
async def impatient(tmp_path: Path, town: Town) -> AsyncIterator[Play]:
    """The town, with a service that gives up after three tries."""
    async with playing_in(town, tmp_path, retry_limit=3) as ready:
        yield ready


async def test_what_can_not_be_sent_at_all_is_given_up_and_told(impatient: Play) -> None:
    """After the last try the sender and the coordinators learn it; the next message goes."""
    play = impatient
    play.world.faults.plan("sendMessage", refused(500), address=play.world.phone("sam").address, times=3)
    await play.say("alex", "Sam: hello")
    for _ in range(3):
        await later(play, timedelta(minutes=1))
    assert play.heard("alex") == [play.words("not-delivered", "alex")]
    assert play.heard("morgan") == [play.words("notice-not-delivered", "morgan", name="Sam")]
    await play.say("alex", "Sam: hello again")
    assert play.heard("sam") == [of_alex(play, "sam", "hello again")]


async def test_telegram_away_at_the_start(tmp_path: Path, town: Town) -> None:
    """A service that starts while its provider is away comes to life with it."""
    async with playing_in(town, tmp_path) as play:
        await play.stage.stop()
        play.world.faults.plan("deleteWebhook", refused(502), times=2)
        play.world.faults.plan("getUpdates", cut(), times=2)
        play.send("sam", "anybody there?")
        await play.stage.start()
        await play.stage.shows("alex", "anybody there?")
