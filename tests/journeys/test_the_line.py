"""The whole line as one story, on the installed program: its command line, its process, a kill, its transcript."""

from pathlib import Path
from typing import Any

from bot.sandbox.app import build_providers, running
from bot.sandbox.phones import Phone
from bot.sandbox.world import World
from handlers.context import Context
from handlers.events import Channel
from handlers.matching import propose
from handlers.people import enrol, invite
from storage.ids import PersonId
from storage.matches import Agreement
from storage.people import AgeBand, NewPerson, Role, get_person
from tests.departures import Departures
from tests.journeys.process import Deployment

ALEX = NewPerson(programme="mentoring", role=Role.MENTOR, name="Alex", language="en-GB")
ELLIE = NewPerson(
    programme="mentoring", role=Role.MENTEE, name="Ellie", language="en-GB", age_band=AgeBand.FROM_18_TO_24
)


def world() -> World:
    """A coordinator and a mentor on Telegram, a mentee on SMS."""

    def phone(phone_id: str, channel: Channel, address: str) -> Phone:
        return Phone(
            id=phone_id,
            owner=phone_id,
            channel=channel,
            address=address,
            username=f"{phone_id}_private" if channel is Channel.TELEGRAM else None,
            first_name=f"{phone_id.title()} Surname",
        )

    return World(
        [
            phone("morgan", Channel.TELEGRAM, "700000301"),
            phone("alex", Channel.TELEGRAM, "700000201"),
            phone("ellie", Channel.SMS, "+447700900123"),
        ]
    )


def add(service: Deployment, new: NewPerson, number: str | None = None) -> str | None:
    """Add and invite somebody; the code, unless the invitation is a text."""

    def work(ctx: Context) -> str | None:
        person = enrol(ctx, new, number=number, actor="test")
        return invite(ctx, person.id, actor="test").code

    return service.act(work)


def match(service: Deployment) -> None:
    """Propose that Alex, the second person, is Ellie's mentor."""
    agreement = Agreement(times="Mondays")
    service.act(
        lambda ctx: propose(
            ctx, get_person(ctx.tx, PersonId(2)), get_person(ctx.tx, PersonId(3)), agreement, actor="test"
        )
    )


async def join_all(service: Deployment) -> None:
    """Everybody joins by invitation, on both channels, and the two are matched."""
    play = service.world
    first = await service.cli("init", "--name", "Morgan")
    await service.run()
    play.send_from_phone("morgan", f"/start {first['invitation']['code']}")
    await service.press("morgan", "Yes", on="Do you agree?")
    await service.shows("morgan", "You have joined")
    play.send_from_phone("alex", f"/start {add(service, ALEX)}")
    await service.press("alex", "Yes", on="Do you agree?")
    await service.shows("alex", "You have joined")
    assert add(service, ELLIE, play.phone("ellie").address) is None
    await service.shows("ellie", "YES")
    play.send_from_phone("ellie", "YES")
    await service.shows("ellie", "You have joined")
    match(service)
    await service.press("alex", "Yes", on="match you with Ellie")
    await service.shows("ellie", "mentor for you: Alex")
    play.send_from_phone("ellie", "yes")
    await service.shows("alex", "matched with Ellie")


async def test_the_line(tmp_path: Path, database_url: str, departures: Departures) -> None:
    """Joining, relay, a number removed, an alarm acknowledged, SIGKILL and restart: the transcript shows it all."""
    play = world()
    departures.register(play)
    async with running(build_providers(play)) as providers:
        # On PostgreSQL a delivery of a process that died is free again after five times this and ten seconds.
        service = Deployment(tmp_path, play, providers, database_url, SEND_TIMEOUT="1")
        try:
            await join_all(service)
            await tell_the_story(service)
            lines = (await service.cli("transcript", "--match", "1"))["lines"]
        finally:
            await service.kill()
    departures.logs.append(service.log.read_text())
    check(lines)
    assert (await Deployment.cli(service, "audit", "verify"))["problems"] == []


async def tell_the_story(service: Deployment) -> None:
    """What is said between the two, and what happens meanwhile."""
    play = service.world
    play.send_from_phone("ellie", "hi alex, my number is 07700 900123 if you want to ring")
    await service.shows("alex", "hi alex, my number is [")
    await service.shows("ellie", "a phone number")
    play.send_from_phone("alex", "hello ellie, how was your week?")
    await service.shows("ellie", "Alex: hello ellie, how was your week?")
    play.send_from_phone("ellie", "bad. i want to die")
    await service.shows("alex", "i want to die")
    await service.press("morgan", "I have this", on="Alert 1")
    await service.shows("morgan", "Morgan is taking care of alert 1")
    await service.kill()
    play.send_from_phone("ellie", "are you still there?")
    play.send_from_phone("alex", "i am calling the office")
    await service.run()
    await service.shows("alex", "Ellie: are you still there?")
    await service.shows("ellie", "Alex: i am calling the office")


def check(lines: list[dict[str, Any]]) -> None:
    """The transcript holds everything that was said, with what was found in it and what became of it."""
    relayed = [line for line in lines if line["kind"] == "relay"]
    assert [(line["who"], line["words"], line["state"]) for line in relayed[:3]] == [
        ("Ellie", "hi alex, my number is 07700 900123 if you want to ring", "changed"),
        ("Alex", "hello ellie, how was your week?", "relayed"),
        ("Ellie", "bad. i want to die", "relayed"),
    ]
    assert {(line["who"], line["words"]) for line in relayed[3:]} == {
        ("Ellie", "are you still there?"),
        ("Alex", "i am calling the office"),
    }
    assert len(relayed) == 5
    found = [[(finding["engine"], finding["kind"]) for finding in line["findings"]] for line in relayed[:3]]
    assert [sorted(set(one)) for one in found] == [[("contact", "phone")], [], [("safeguarding", "suicide")]]
    assert relayed[2]["cases"] == [1]
    assert all(delivery["state"] in {"sent", "delivered"} for line in relayed for delivery in line["deliveries"])
    assert any(line["kind"] == "alert" and line["to"] == "Morgan" for line in lines)
    assert any("taking care of alert 1" in (line["words"] or "") for line in lines)
