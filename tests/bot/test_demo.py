"""The demo and its tour: the whole service against the sandbox, as a newcomer sees it."""

import asyncio
import os
import signal
from io import StringIO
from typing import Any

import aiohttp
from rich.console import Console

from bot.sandbox.cast import CAST, fill
from bot.sandbox.demo import demo_stage, run_demo
from bot.sandbox.tour import run_tour
from storage.people import ParentalConsent, PersonState, list_people

_PATIENCE = 60


async def test_the_tour() -> None:
    """The tour plays to its end and shows the removed number, the alarm that is taken, and what a restart kept."""
    screen = StringIO()
    async with asyncio.timeout(_PATIENCE):
        await run_tour(Console(file=screen, width=160))
    shown = screen.getvalue()
    assert "The tour is over" in shown
    assert "[number removed]" in shown
    assert "Morgan is taking care of alert 1" in shown
    assert "are you there?" in shown
    assert "STOP" in shown
    assert "0 problems" in shown


async def test_the_cast_joins() -> None:
    """The demo's people join by the real doors; who is young has a parent's yes; who is in custody has no phone."""
    async with asyncio.timeout(_PATIENCE), demo_stage() as (stage, address):
        await fill(stage)
        people = {person.name: person for person in stage.act(lambda ctx: list_people(ctx.tx))}
        assert set(people) == {part.name for part in CAST}
        assert {name for name, person in people.items() if person.state is not PersonState.JOINED} == {"Kai"}
        recorded = {name for name, one in people.items() if one.parental_consent is ParentalConsent.RECORDED}
        assert recorded == {"Sam"}
        await stage.say("sam", "ring 07700 900456")
        # What a coordinator can read back stands beside the phones.
        async with aiohttp.ClientSession() as session, session.get(f"{address}/state") as answer:
            said = (await answer.json())["transcript"]
        changed = next(line for line in said if line["original"] == "ring 07700 900456")
        assert (changed["who"], changed["side"], changed["findings"]) == ("Sam", "mentee", ["phone"])
        assert any(line["who"] == "office" for line in said)
        # A restart loses nothing, and the page goes on.
        await stage.stop()
        async with aiohttp.ClientSession() as session, session.get(address) as page:
            assert page.status == 200
        await stage.start()
        await stage.say("sam", "/about")
        await stage.shows("sam", "library")


async def test_a_picture_waits_in_the_demo() -> None:
    """Sam's picture waits, Morgan looks and passes it on, Alex sees it; the transcript says that it was a photo."""
    async with (
        asyncio.timeout(_PATIENCE),
        demo_stage() as (stage, address),
        aiohttp.ClientSession(address) as session,
    ):
        await fill(stage)

        async def state() -> dict[str, Any]:
            async with session.get("/state") as answer:
                found: dict[str, Any] = await answer.json()
            return found

        async with session.post("/phones/sam/pictures", json={}) as sent:
            assert sent.status == 201
        await stage.shows("sam", "look at it first")
        # Look, then Pass on: each is the first button.
        await stage.shows("morgan", "waits until you have looked")
        await stage.press("morgan")
        await stage.shows("morgan", "From Sam")
        assert not any(message["picture"] for message in (await state())["phones"][1]["messages"])
        await stage.press("morgan")
        await stage.shows("alex", "From Sam")
        shown = await state()
        for phone in shown["phones"][:3]:
            assert [message["attachments"] for message in phone["messages"] if message["picture"]] == [["photo"]]
        assert [line["attachments"] for line in shown["transcript"] if line["who"] == "Sam"] == [["photo"]]


async def test_the_demo_ends_with_a_signal() -> None:
    """The demo says its address when its people are there, and SIGTERM ends it cleanly."""
    addresses: list[str] = []

    def announce(address: str) -> None:
        addresses.append(address)
        os.kill(os.getpid(), signal.SIGTERM)

    async with asyncio.timeout(_PATIENCE):
        await run_demo(0, announce)
    assert addresses[0].startswith("http://127.0.0.1:")
