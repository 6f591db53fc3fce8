"""A fault of our own: the event is kept, tried again, overtaken by none of the same person, and at last told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from handlers import receive
from handlers.context import Context
from handlers.events import Inbound
from handlers.routing import route
from handlers.screening import Screened
from handlers.step import Step
from storage.addresses import Address
from storage.people import Person
from tests.journeys.journal import Journal
from tests.journeys.play import Play, Town, playing_in


class Faults:
    """Lets the handler fail for messages with certain words, so many times."""

    def __init__(self) -> None:
        self.left: dict[str, int] = {}

    def route(
        self,
        inbound: Inbound,
        person: Person | None,
        address: Address,
        words: Screened,
        ctx: Context,
        *,
        former: Person | None = None,
    ) -> Step:
        """As the handlers do, unless a failure is planned."""
        step = route(inbound, person, address, words, ctx, former=former)
        if self.left.get(inbound.text, 0):
            self.left[inbound.text] -= 1
            raise RuntimeError(f"planned, and with words: {inbound.text}")
        return step


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch, journal: Journal) -> Faults:
    """Planned failures of the handlers."""
    journal.expected.add("handler failed")
    planned = Faults()
    monkeypatch.setattr(receive, "route", planned.route)
    return planned


def of_sam(play: Play, words: str) -> str:
    """Words of Sam as they come to Alex."""
    return play.words("relay-mentor", "alex", name="Sam", words=words)


async def later(play: Play) -> None:
    """Let enough time pass for the next try."""
    await play.stage.clock.move_on(timedelta(minutes=11))
    await play.settled()


async def test_a_failed_event_is_tried_again_and_none_overtakes_it(busy: Play, faults: Faults) -> None:
    """Later messages of the same person wait behind it; those of others don't; then all arrive in order."""
    faults.left["first"] = 2
    for words in ("first", "second", "third"):
        busy.send("sam", words)
    await busy.settled()
    await busy.say("ellie", "meanwhile")
    assert busy.heard("alex") == [busy.words("relay-mentor", "alex", name="Ellie", words="meanwhile")]
    for _ in range(3):
        await later(busy)
    assert busy.heard("alex") == [of_sam(busy, words) for words in ("first", "second", "third")]


async def test_what_a_failed_handler_had_done_is_undone(sqlite_busy: Play, faults: Faults) -> None:
    """The record holds the message once, whatever was tried before."""
    play = sqlite_busy
    faults.left["hello"] = 2
    await play.say("sam", "hello")
    for _ in range(2):
        await later(play)
    assert [line.original for line in play.transcript()].count("hello") == 1
    assert play.heard("alex") == [of_sam(play, "hello")]


@pytest.fixture
async def impatient(tmp_path: Path, town: Town) -> AsyncIterator[Play]:
    """The town, with a service that gives up after three tries."""
    async with playing_in(town, tmp_path, retry_limit=3) as ready:
        yield ready


async def test_an_event_that_never_succeeds_is_put_before_a_coordinator(impatient: Play, faults: Faults) -> None:
    """After the last try the coordinators learn its number, and the messages behind it go on."""
    play = impatient
    faults.left["poison"] = 99
    await play.say("sam", "poison")
    await play.say("sam", "harmless")
    for _ in range(4):
        await later(play)
    [notice] = [text for text in play.heard("morgan") if "event" in text]
    assert "telegram/" in notice
    assert "poison" not in notice
    assert play.heard("alex") == [of_sam(play, "harmless")]


async def test_serious_words_do_not_wait_for_the_next_try(sqlite_busy: Play, faults: Faults) -> None:
    """A fault must not keep an alarm back: coordinators learn at once that a message needs a look."""
    play = sqlite_busy
    faults.left["i want to die"] = 1
    await play.say("sam", "i want to die")
    assert any("event" in text for text in play.heard("morgan"))


async def test_serious_words_behind_a_failed_event_do_not_wait_either(sqlite_busy: Play, faults: Faults) -> None:
    """Words that wait behind an earlier event of the same person are looked at when they come."""
    play = sqlite_busy
    faults.left["hello"] = 5
    await play.say("sam", "hello")
    play.heard("morgan")
    await play.say("sam", "i want to die")
    assert any("event" in text for text in play.heard("morgan"))
