"""The demo and its tour: the whole service against the sandbox, as a newcomer sees it."""

import asyncio
import os
import signal
from io import StringIO

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


async def test_the_demo_ends_with_a_signal() -> None:
    """The demo says its address when its people are there, and SIGTERM ends it cleanly."""
    addresses: list[str] = []

    def announce(address: str) -> None:
        addresses.append(address)
        os.kill(os.getpid(), signal.SIGTERM)

    async with asyncio.timeout(_PATIENCE):
        await run_demo(0, announce)
    assert addresses[0].startswith("http://127.0.0.1:")
