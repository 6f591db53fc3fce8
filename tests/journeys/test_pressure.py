"""Too much, too fast, from machines, and other hands on the line: slowed down and told, never lost."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.sandbox.faults import answer_lost, garbage, held, refused
from storage import sqlite
from tests.databases import PostgresServer
from tests.journeys.journal import Journal
from tests.journeys.play import Play, Town, inhabit, playing, playing_in

HOOKED = {"telegram_mode": "webhook", "telegram_webhook_secret": SecretStr("journey-secret_1")}


def of_sam(play: Play, words: str) -> str:
    """Words of Sam as they come to Alex."""
    return play.words("relay-mentor", "alex", name="Sam", words=words)


async def _switched(play: Play, **changes: object) -> None:
    """Start the stopped service again with other settings."""
    play.stage.settings = play.stage.settings.model_copy(update=changes)
    await play.stage.start()
    await play.settled()


async def test_webhook_and_polling_are_switched_over_without_losing_an_update(sqlite_busy: Play) -> None:
    """What waits at Telegram while the mode changes, there and back, comes once and in order."""
    play, wanted = sqlite_busy, list[str]()
    switches = (("spring", HOOKED), ("summer", {"telegram_mode": "polling"}), ("autumn", HOOKED))
    for season, changes in switches:
        await play.say("sam", f"before {season}")
        await play.stage.stop()
        wanted += [f"before {season}", *(f"in {season} {month}" for month in ("early", "midway", "late"))]
        for words in wanted[-3:]:
            play.send("sam", words)
        await _switched(play, **changes)
    assert play.heard("alex") == [of_sam(play, words) for words in wanted]


async def test_a_second_poller(sqlite_busy: Play, journal: Journal) -> None:
    """409: the service says in the log and by its readiness that somebody else polls; then all that came is there."""
    play = sqlite_busy
    play.world.faults.plan("getUpdates", refused(409), times=2)
    play.send("sam", "hello?")
    async with asyncio.timeout(10), aiohttp.ClientSession() as client:
        while "a second program takes this bot's updates" not in journal.text:  # noqa: ASYNC110 - a log is no event
            await asyncio.sleep(0.01)
        async with client.get(f"{play.stage.service.address}/health/ready") as answer:
            assert await answer.json() == {"ready": False, "waiting_for": ["telegram"]}
    await play.settled()
    assert play.heard("alex") == [of_sam(play, "hello?")]
    assert play.heard("sam") == play.heard("morgan") == []


async def test_a_flood_comes_slower_and_whole(sqlite_busy: Play) -> None:
    """Forty messages in a row: twenty at once, the others later, all in order; the coordinator is told once."""
    play = sqlite_busy
    said = [f"message number {number}" for number in range(40)]
    for words in said:
        play.send("sam", words)
    await play.settled()
    await play.stage.hears("alex", after=19)
    first = play.heard("alex")
    assert 20 <= len(first) < 40
    assert play.heard("morgan") == [play.words("notice-flood", "morgan", name="Sam")]
    # Another mentee of the same mentor waits no longer than a minute, and an alert not at all.
    play.send("ellie", "hello from Ellie")
    assert await play.say("sam", "i want to die") == [play.words("crisis", "sam")]
    assert "Alert 1" in play.heard("morgan")[-1]
    await play.stage.clock.move_on(timedelta(minutes=1, seconds=1))
    await play.settled()
    heard = first + play.heard("alex")
    assert heard[:40] == [of_sam(play, words) for words in said]
    assert play.words("relay-mentor", "alex", name="Ellie", words="hello from Ellie") in heard[40:]
    assert of_sam(play, "i want to die") in heard[40:]


async def test_two_telephones_that_answer_each_other(sqlite_busy: Play) -> None:
    """An automatic reply on either side of a match: it gets slower and slower, and the coordinator can end it."""
    play, auto = sqlite_busy, {"jo": "I am driving and will reply later.", "kim": "I am at college until four today."}
    play.send("kim", auto["kim"])
    for _ in range(12):
        await play.settled()
        for name, words in auto.items():
            for _ in play.heard(name):
                play.send(name, words)
    await play.settled()
    told = play.heard("morgan")
    assert play.words("notice-repeats", "morgan", name="Kim") in told
    assert len(told) <= 2
    assert sum(line.original in auto.values() for line in play.transcript()) < 12


async def test_a_provider_that_answers_slowly_holds_up_nobody_else(sqlite_busy: Play) -> None:
    """While a call to one chat hangs, others get theirs; then it arrives once."""
    play, release = sqlite_busy, asyncio.Event()
    play.world.faults.plan("sendMessage", held(release), address=play.world.phone("sam").address)
    play.send("alex", "Sam: hello")
    play.send("alex", "Ellie: hello")
    await play.stage.shows("ellie", "hello")
    assert play.heard("sam") == []
    release.set()
    await play.settled()
    assert play.heard("sam") == [play.words("relay-mentee", "sam", name="Alex", words="hello")]
    assert play.heard("alex") == play.heard("morgan") == []


@pytest.fixture
async def hasty(tmp_path: Path, town: Town) -> AsyncIterator[Play]:
    """The town, with a service that waits a quarter of a second for a provider."""
    async with playing_in(town, tmp_path, send_timeout=0.25) as ready:
        yield ready


async def test_a_provider_that_does_not_answer_at_all(hasty: Play) -> None:
    """A call that gets no answer is given up and made again; nobody is troubled with it."""
    never = asyncio.Event()
    hasty.world.faults.plan("sendMessage", held(never), address=hasty.world.phone("sam").address)
    await hasty.say("alex", "Sam: hello")
    await hasty.stage.clock.move_on(timedelta(seconds=5))
    await hasty.stage.shows("sam", "hello")
    never.set()
    await hasty.settled()
    assert set(hasty.heard("sam")) == {hasty.words("relay-mentee", "sam", name="Alex", words="hello")}
    assert hasty.heard("alex") == hasty.heard("morgan") == []


@pytest.mark.parametrize("fault", [garbage(), refused(500), refused(429, retry_after=1), answer_lost()])
async def test_an_alert_gets_through_a_confused_provider(sqlite_busy: Play, fault: object) -> None:
    """Whatever happens to its first two tries, the alert reaches the coordinator and the numbers the mentee."""
    play = sqlite_busy
    for name in ("sam", "morgan"):
        play.world.faults.plan("sendMessage", fault, address=play.world.phone(name).address, times=2)  # type: ignore[arg-type]  # made by the functions above
    play.send("sam", "i want to die")
    await play.settled()
    for _ in range(3):
        await play.stage.clock.move_on(timedelta(seconds=10))
        await play.settled()
    assert "Alert 1" in play.heard("morgan")[0]
    assert set(play.heard("sam")) == {play.words("crisis", "sam")}


# What may be logged while the database takes nothing: whatever was just under way.
WITHOUT_DATABASE = {
    "asking failed",
    "claiming failed",
    "coordinators can't be told",
    "diary entry failed",
    "fetching failed",
    "handler failed",
    "outcome not recorded",
    "receiving failed",
    "sweep failed",
}


async def test_a_database_that_is_locked(
    tmp_path: Path, town: Town, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While nothing can be stored nothing is confirmed; when it can again all of it is there, once and in order."""
    monkeypatch.setattr(sqlite, "_BUSY", 0.05)
    journal.expected |= WITHOUT_DATABASE
    async with playing_in(town, tmp_path) as play:
        with sqlite3.connect(tmp_path / "telementor.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            for words in ("one", "two"):
                play.send("sam", words)
            async with asyncio.timeout(10):
                while "event not stored" not in journal.text:  # noqa: ASYNC110 - a log is no event
                    await asyncio.sleep(0.01)
            assert play.heard("alex") == play.heard("sam") == play.heard("morgan") == []
            other.execute("ROLLBACK")
        other.close()
        await play.settled()
        assert play.heard("alex") == [of_sam(play, "one"), of_sam(play, "two")]
        assert play.heard("sam") == play.heard("morgan") == []


async def test_a_database_that_is_gone(
    tmp_path: Path, postgres: PostgresServer, postgres_url: str, journal: Journal
) -> None:
    """PostgreSQL ends all connections and lets nobody in: what people write then comes once and in order after it."""
    journal.expected |= WITHOUT_DATABASE
    async with playing(tmp_path, postgres_url) as play:
        await inhabit(play)
        await play.settled()
        with postgres.gone(postgres_url):
            for words in ("one", "two"):
                play.send("sam", words)
            async with asyncio.timeout(20):
                while "event not stored" not in journal.text:  # noqa: ASYNC110 - a log is no event
                    await asyncio.sleep(0.01)
            assert play.heard("alex") == play.heard("sam") == play.heard("morgan") == []
        await play.stage.shows("alex", of_sam(play, "two"))
        await play.settled()
        assert play.heard("alex") == [of_sam(play, "one"), of_sam(play, "two")]
        assert play.heard("sam") == play.heard("morgan") == []
