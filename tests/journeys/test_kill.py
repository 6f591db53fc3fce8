"""SIGKILL at random moments under load: nothing accepted is lost, nothing recorded stays undelivered, order holds."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.bootstrap import opened_core
from bot.sandbox.app import build_providers, running
from bot.sandbox.clock import MovableClock
from bot.sandbox.stage import Stage, running_stage
from bot.sandbox.world import World
from handlers.events import Channel
from handlers.transcripts import read_transcript
from storage.people import Role
from tests.departures import Departures
from tests.journeys.play import Play
from tests.journeys.process import Deployment, Nursling

KILLS = 50
# So many messages may be on their way: then the phones wait.
WINDOW = 40
# One in so many kills comes while the process starts, which takes about so many seconds.
STARTING = 5
START = 0.4

TELEGRAM, SMS = Channel.TELEGRAM, Channel.SMS
PAIRS = ((TELEGRAM, SMS), (TELEGRAM, SMS), (TELEGRAM, TELEGRAM), (TELEGRAM, TELEGRAM), (SMS, SMS), (SMS, TELEGRAM))


@dataclass(slots=True)
class Talk:
    """What the pairs say to each other, on and on."""

    world: World
    # Each phone's partner.
    partners: dict[str, str]
    choice: random.Random
    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # How many messages each phone showed before.
    before: dict[str, int] = field(default_factory=dict)
    stopped: bool = False

    def heard(self, phone_id: str) -> list[str]:
        """What came to a phone since the talk began."""
        return self.world.phone(phone_id).received()[self.before[phone_id] :]

    async def go_on(self) -> None:
        """Send one message after the other from phones at random, never too many at once, until it is stopped."""
        while not self.stopped:
            await self.world.changes.until(self._is_room, within=60)
            phone_id = self.choice.choice(list(self.partners))
            words = f"line {len(self.said[phone_id])} of {phone_id}"
            self.said[phone_id].append(words)
            self.world.send_from_phone(phone_id, words)

    def _is_room(self) -> bool:
        sent = sum(map(len, self.said.values()))
        # What was sent stands on its phone too. (Where some came twice, a few more are on their way than meant.)
        arrived = sum(len(phone.messages) for phone in self.world.phones) - sum(self.before.values()) - sent
        return self.stopped or sent - arrived < WINDOW

    def all_arrived(self) -> bool:
        """Whether every message of everybody was delivered to their partner."""
        return all(
            set(self._lines(phone_id)) <= set(self.heard(partner)) for phone_id, partner in self.partners.items()
        )

    def check_phones(self) -> None:
        """Each phone got all of its partner's words, in order, and nothing else."""
        for phone_id, partner in self.partners.items():
            assert list(dict.fromkeys(self.heard(partner))) == self._lines(phone_id)

    def _lines(self, phone_id: str) -> list[str]:
        return [f"{phone_id.title()}: {words}" for words in self.said[phone_id]]


@pytest.fixture
async def sandbox(departures: Departures) -> AsyncIterator[tuple[World, str]]:
    """A world, and the address of its providers."""
    clock = MovableClock()
    world = World(now=clock.now)
    departures.register(world)
    async with running(build_providers(world)) as providers:
        yield world, providers


async def prepare(stage: Stage, seed: int) -> Talk:
    """Let the pairs join; the talk that they will have."""
    partners: dict[str, str] = {}
    async with running_stage(stage):
        play = Play(stage)
        play.join("morgan", Role.COORDINATOR, TELEGRAM)
        for number, (of_mentor, of_mentee) in enumerate(PAIRS):
            mentor, mentee = f"mentor{number}", f"mentee{number}"
            play.join(mentor, Role.MENTOR, of_mentor)
            play.join(mentee, Role.MENTEE, of_mentee)
            play.pair(mentor, mentee)
            partners |= {mentor: mentee, mentee: mentor}
        await play.settled()
    talk = Talk(stage.world, partners, random.Random(seed))  # noqa: S311 - a test that can be repeated
    talk.before = {phone.id: len(phone.messages) for phone in stage.world.phones}
    return talk


async def kill_once(service: Deployment, choice: random.Random) -> None:
    """Start the service and kill it: while it starts, or after it made so many calls."""
    await service.launch()
    if choice.randrange(STARTING) == 0:
        # No event marks the moments of a start: only here time decides.
        await asyncio.sleep(choice.random() * START)
    elif await service.is_up():
        calls = len(service.world.calls) + choice.randrange(60)
        await service.world.changes.until(lambda: len(service.world.calls) >= calls, within=60)
    await service.kill()


@pytest.mark.kill
async def test_killed_again_and_again(tmp_path: Path, sqlite_url: str, sandbox: tuple[World, str]) -> None:
    """Fifty kills, half with polling and half with webhook: see the module's first line."""
    world, providers = sandbox
    stage = Stage(tmp_path, world, MovableClock(), providers, database_url=SecretStr(sqlite_url))
    talk = await prepare(stage, seed=20261123)
    # People of this talk write faster than anybody can, and the brake would keep it going for minutes.
    (tmp_path / "content" / "programmes").mkdir(parents=True)
    (tmp_path / "content" / "programmes" / "mentoring.toml").write_text("flood_per_minute = 0\n")
    service = Nursling(tmp_path, world, providers, sqlite_url, CONTENT_DIR=str(tmp_path / "content"))
    talking = asyncio.create_task(talk.go_on())
    try:
        for number in range(KILLS):
            if number == KILLS // 2:
                service.settings |= {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": "kill-secret_1"}
            await kill_once(service, talk.choice)
        talk.stopped = True
        world.changes.bump()
        await talking
        await service.run()
        await world.changes.until(talk.all_arrived, within=30)
    finally:
        talking.cancel()
        await service.close()
    talk.check_phones()
    assert world.phone("morgan").received()[talk.before["morgan"] :] == []
    with opened_core(stage.settings) as core:
        lines = core.act(lambda ctx: read_transcript(ctx, actor="test"))
    recorded = defaultdict(list)
    for line in lines:
        if line.kind == "relay":
            recorded[line.who.lower()].append(line.original)
    assert recorded == talk.said
    assert sum(map(len, recorded.values())) > KILLS
