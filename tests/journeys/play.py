"""What a journey is told with: people in a service that runs, what they do, and what can be seen of it."""

import asyncio
import contextlib
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import and_, func, not_, or_, select

from bot.sandbox.app import build_providers, running
from bot.sandbox.clock import MovableClock
from bot.sandbox.phones import Blocked, Message, Phone, Pressed, Reacted, Wrote
from bot.sandbox.stage import Stage, running_stage
from bot.sandbox.world import World
from handlers.context import Context
from handlers.events import Channel, Inbound
from handlers.matching import propose
from handlers.people import enrol, invite
from handlers.receive import receive
from handlers.transcripts import Line, read_transcript
from storage.ids import MatchId, PersonId
from storage.matches import Agreement
from storage.people import AgeBand, NewPerson, ParentalConsent, Person, Role, get_person
from storage.schema.messages import events
from storage.schema.outbox import outbox
from storage.transaction import Transaction

T = TypeVar("T")

PROGRAMME = "mentoring"
_ACTOR = "test"
# Events that the play itself brings in begin like this; delivery reports have a colon in their id.
_SET_UP = "set-up-"


class Play:
    """A service on a stage, and its people by the names of their phones."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.world = stage.world
        self.people: dict[str, PersonId] = {}
        # Events that were posted to the service past the world, and taken.
        self.posted = 0
        self._languages: dict[str, str] = {}
        self._heard: Counter[str] = Counter()

    # Setting the scene

    def phone(self, phone_id: str, channel: Channel) -> Phone:
        """Put a phone into the world whose owner the service doesn't know."""
        number = len(self.world.phones) + 1
        sms = channel is Channel.SMS
        return self.world.add_phone(
            Phone(
                id=phone_id,
                owner=phone_id,
                channel=channel,
                # Ofcom's range for drama, and invented chats.
                address=f"+447700900{number:03}" if sms else f"7000{number:05}",
                username=None if sms else f"{phone_id}_private",
                first_name=f"{phone_id.title()} Surname",
            )
        )

    def add(
        self,
        phone_id: str,
        role: Role,
        channel: Channel,
        *,
        name: str | None = None,
        age_band: AgeBand = AgeBand.FROM_18_TO_24,
        consent: ParentalConsent = ParentalConsent.NOT_NEEDED,
        language: str = "en-GB",
    ) -> Person:
        """Add somebody with a phone; they have not joined."""
        phone = self.phone(phone_id, channel)
        new = NewPerson(
            programme=PROGRAMME,
            role=role,
            name=name or phone_id.title(),
            language=language,
            age_band=age_band if role is Role.MENTEE else None,
            parental_consent=consent,
        )
        number = phone.address if channel is Channel.SMS else None
        person = self.act(lambda ctx: enrol(ctx, new, number=number, actor=_ACTOR))
        self.people[phone_id], self._languages[phone_id] = person.id, language
        return person

    def invite(self, phone_id: str) -> str | None:
        """Invite somebody; the code for Telegram, None for a text that is on its way."""
        return self.act(lambda ctx: invite(ctx, self.people[phone_id], actor=_ACTOR)).code

    def join(self, phone_id: str, role: Role, channel: Channel, *, name: str | None = None) -> None:
        """Add somebody and let them join, without the wait for what travels there and back."""
        self.add(phone_id, role, channel, name=name)

        def work(ctx: Context) -> None:
            code = invite(ctx, self.people[phone_id], actor=_ACTOR).code
            if code is None:
                self._bring_in(ctx, phone_id, text="YES")
            else:
                self._bring_in(ctx, phone_id, text=f"/start {code}")
                self._bring_in(ctx, phone_id, button="join:0:yes")

        self.act(work)

    def propose(self, mentor: str, mentee: str, agreement: Agreement | None = None) -> MatchId:
        """Propose a match, as a coordinator does."""

        def work(ctx: Context) -> MatchId:
            pair = get_person(ctx.tx, self.people[mentor]), get_person(ctx.tx, self.people[mentee])
            return propose(ctx, *pair, agreement or Agreement(), actor=_ACTOR).id

        return self.act(work)

    def pair(self, mentor: str, mentee: str, agreement: Agreement | None = None) -> MatchId:
        """Match two who have joined, without the wait."""
        match_id = self.propose(mentor, mentee, agreement)

        def work(ctx: Context) -> None:
            self._bring_in(ctx, mentor, button=f"match:{match_id}:yes")
            self._bring_in(ctx, mentee, button=f"match:{match_id}:yes")

        self.act(work)
        return match_id

    def _bring_in(self, ctx: Context, phone_id: str, *, text: str = "", button: str | None = None) -> None:
        phone = self.world.phone(phone_id)
        receive(
            Inbound(
                channel=phone.channel,
                event_id=f"{_SET_UP}{uuid4()}",
                sender=phone.address,
                text=text,
                button=button,
                at=ctx.now,
            ),
            ctx,
        )

    # What people and coordinators do

    def act(self, work: Callable[[Context], T]) -> T:
        """Do something by the functions that the command line calls."""
        return self.stage.act(work)

    def send(self, phone_id: str, text: str, **more: object) -> Message:
        """Send something from a phone; see `World.send_from_phone`."""
        return self.world.send_from_phone(phone_id, text, **more)  # type: ignore[arg-type]  # handed through

    async def say(self, phone_id: str, text: str, **more: object) -> list[str]:
        """Send something and let all of it happen; what the same phone heard then."""
        self.send(phone_id, text, **more)
        await self.settled()
        return self.heard(phone_id)

    async def press(self, phone_id: str, label: str, *, on: Message | None = None) -> list[str]:
        """Press the button of this label, on the newest message that has it, and let all of it happen."""
        message = on or self.newest(phone_id, label)
        labels = [option.label for option in message.options()]
        self.world.press(phone_id, message.id, labels.index(label))
        await self.settled()
        return self.heard(phone_id)

    # What can be seen

    def newest(self, phone_id: str, label: str) -> Message:
        """The newest message on a phone with a button of this label."""
        shown = self.world.phone(phone_id).shown()
        return next(m for m in reversed(shown) if label in [option.label for option in m.options()])

    def heard(self, phone_id: str) -> list[str]:
        """The texts that came to a phone since it was asked last."""
        received = self.world.phone(phone_id).received()
        before = self._heard[phone_id]
        self._heard[phone_id] = len(received)
        return received[before:]

    def words(self, key: str, to: str | None = None, **values: str | int) -> str:
        """A text of the content, in the language of whose phone it comes to."""
        language = self._languages.get(to or "", "en-GB")
        return self.stage.core.content.texts.say(key, language, **values)

    async def settled(self, *, within: float = 20.0) -> None:
        """Wait until all that people did has taken effect and nothing can be sent now. Raises `TimeoutError`."""
        happenings = sum(
            isinstance(happening, Wrote | Pressed | Reacted | Blocked) for happening in self.world.happenings
        )
        done = self.posted + happenings
        await self.until(lambda tx: _taken(tx) >= done, within=within)
        self.stage.service.sender.wake()
        await self.until(lambda tx: not _under_way(tx, self.stage.clock.now()), within=within)

    async def until(self, fact: Callable[[Transaction], T], *, within: float = 20.0) -> T:
        """Wait until the database shows something; returns what it shows. Raises `TimeoutError`."""
        async with asyncio.timeout(within):
            while not (found := await asyncio.wrap_future(self.stage.core.database.read(fact))):
                pass
        return found

    def transcript(self, **of: Any) -> list[Line]:  # noqa: ANN401 - of `read_transcript`
        """The transcript of a match, a person, or all."""
        return self.act(lambda ctx: read_transcript(ctx, actor=_ACTOR, **of))

    def recorded(self, words: str) -> Line:
        """The line of the record whose original is this."""
        return next(line for line in self.transcript() if line.original == words)


def _taken(tx: Transaction) -> int:
    own = select(func.count()).select_from(events)
    own = own.where(not_(events.c.provider_id.contains(":")), not_(events.c.provider_id.startswith(_SET_UP)))
    return int(tx.execute(own).scalar_one())


def _under_way(tx: Transaction, now: datetime) -> bool:
    """Whether something is being sent, or waits and nothing before it has to wait for its time."""
    later = select(outbox.c.address_id).where(outbox.c.state == "queued", outbox.c.due_at > now)
    waits = and_(outbox.c.state == "queued", outbox.c.address_id.not_in(later))
    return tx.execute(select(outbox.c.id).where(or_(outbox.c.state == "sending", waits)).limit(1)).first() is not None


@contextlib.asynccontextmanager
async def playing(folder: Path, url: str, **changes: object) -> AsyncIterator[Play]:
    """A service with nobody in it, on a database that has its tables. `changes` are settings that differ."""
    clock = MovableClock()
    world = World(now=clock.now)
    sandbox, service = contextlib.AsyncExitStack(), contextlib.AsyncExitStack()
    try:
        providers = await sandbox.enter_async_context(running(build_providers(world)))
        stage = Stage(folder, world, clock, providers, database_url=SecretStr(url), **changes)
        await service.enter_async_context(running_stage(stage))
        yield Play(stage)
    finally:
        # Beside each other, since each of the two servers takes its time.
        await asyncio.gather(service.aclose(), sandbox.aclose())


# The people of most journeys.
TOWN = (
    ("morgan", Role.COORDINATOR, Channel.TELEGRAM),
    ("alex", Role.MENTOR, Channel.TELEGRAM),
    ("sam", Role.MENTEE, Channel.TELEGRAM),
    ("ellie", Role.MENTEE, Channel.SMS),
    ("jo", Role.MENTOR, Channel.SMS),
    ("kim", Role.MENTEE, Channel.TELEGRAM),
)
# Their matches are numbered from 1 in this order.
PAIRS = (("alex", "sam"), ("alex", "ellie"), ("jo", "kim"))


@dataclass(frozen=True, slots=True)
class Town:
    """A SQLite database in which the people of `TOWN` have joined and are matched, to be copied."""

    database: Path
    key_file: Path
    people: dict[str, PersonId]


async def inhabit(play: Play) -> None:
    """Let the people of `TOWN` join and be matched."""
    for phone_id, role, channel in TOWN:
        play.join(phone_id, role, channel)
    for mentor, mentee in PAIRS:
        play.pair(mentor, mentee)
    await play.settled()
    for phone in play.world.phones:
        play.heard(phone.id)


async def found_town(folder: Path, database: Path) -> Town:
    """Found a town in a database that has its tables."""
    async with playing(folder, f"sqlite:///{database}") as play:
        await inhabit(play)
        return Town(database, play.stage.settings.key_file, play.people)


@contextlib.asynccontextmanager
async def playing_in(town: Town, folder: Path, **changes: object) -> AsyncIterator[Play]:
    """A service for the people of a town, on a copy of its database in `folder`."""
    database, key_file = folder / "telementor.db", folder / "telementor.keys"
    shutil.copyfile(town.database, database)
    shutil.copyfile(town.key_file, key_file)
    key_file.chmod(0o600)
    async with playing(folder, f"sqlite:///{database}", **changes) as play:
        for phone_id, _, channel in TOWN:
            play.phone(phone_id, channel)
            play.people[phone_id] = town.people[phone_id]
        yield play
