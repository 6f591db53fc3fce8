"""A town: people of a programme on a database, what they write, and what the service says to them.

No network and no event loop: each event is one transaction, and what would be sent is read from the outbox.
"""

import json
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any, Self, TypeVar

from sqlalchemy import select

from content.library import Content
from handlers.context import Context
from handlers.events import Channel, Event, Inbound, Unreachable
from handlers.matching import propose
from handlers.people import enrol
from handlers.receive import receive
from handlers.transcripts import Line, read_transcript
from scheduler.sweeps import DIARY
from storage.addresses import add_address, open_address
from storage.database import Database
from storage.ids import AddressId, MatchId, OutboxId, PersonId
from storage.matches import Agreement, MatchState, add_match, get_match, set_match_state
from storage.outbox.claiming import claim
from storage.outbox.outcomes import note_sent
from storage.outbox.rows import OutboxState
from storage.people import AgeBand, NewPerson, Person, PersonState, Role, get_person, record_consent, set_person_state
from storage.schema.cases import cases
from storage.schema.messages import messages
from storage.schema.outbox import outbox
from storage.transaction import Transaction
from tests.clocks import SetClock
from tests.storage.samples import take_due

T = TypeVar("T")

PROGRAMME = "mentoring"
# A second programme.
OTHER = "other"
SMS, TELEGRAM = Channel.SMS, Channel.TELEGRAM
# Seconds that a transaction may take before something is broken.
_PATIENCE = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """Something in the outbox."""

    id: OutboxId
    # The name of whose address it goes to, or the address where nobody has it.
    to: str
    text: str
    options: tuple[tuple[str, str], ...]
    state: str
    priority: int
    reply_to: str | None
    error: str | None

    @property
    def labels(self) -> list[str]:
        """What its buttons say."""
        return [label for label, _ in self.options]


class Town:
    """People by their names. The clock stands until a test moves it."""

    def __init__(self, database: Database, content: Content, clock: SetClock) -> None:
        first = content.programmes[PROGRAMME]
        second = first.model_copy(update={"id": OTHER, "name": "Harbour Mentoring"})
        self.database = database
        self.content = replace(content, programmes={PROGRAMME: first, OTHER: second})
        self.clock = clock
        self.people: dict[str, PersonId] = {}
        self.addresses: dict[str, tuple[Channel, str]] = {}
        self._numbers = count(1)
        self._scene: Context | None = None
        self._heard: dict[str, int] = {}
        self._opened: dict[int, str] = {}
        # What deliveries said, where this was asked before they were made: then the outbox forgets it.
        self._bodies: dict[int, tuple[str, list[tuple[str, str]]]] = {}

    def once_more(self, database: Database, clock: SetClock) -> Self:
        """The same people in a copy of the database."""
        other = copy(self)
        other.database, other.clock = database, clock
        other.people, other.addresses, other._numbers = dict(self.people), dict(self.addresses), copy(self._numbers)
        other._heard, other._opened, other._bodies = {}, dict(self._opened), {}
        return other

    # Who is there

    def at_once(self, work: Callable[[], object]) -> None:
        """Do what usually takes many transactions in one: to set a scene, where each commit would cost."""

        def in_one(tx: Transaction) -> None:
            self._scene = self.context(tx)
            try:
                work()
            finally:
                self._scene = None

        self.database.write(in_one).result(_PATIENCE)

    def act(self, work: Callable[[Context], T]) -> T:
        """Do something in a transaction."""
        if self._scene is not None:
            return work(self._scene)
        return self.database.write(lambda tx: work(self.context(tx))).result(_PATIENCE)

    def context(self, tx: Transaction) -> Context:
        """What a handler gets."""
        return Context(tx, self.clock(), self.content)

    def enrol(self, key: str, role: Role, channel: Channel | None = TELEGRAM, **changes: Any) -> Person:  # noqa: ANN401 - fields of NewPerson
        """Add somebody who has not joined, called `key` here; on Telegram nobody knows their chat yet."""
        number = next(self._numbers)
        age = AgeBand.FROM_18_TO_24 if role is Role.MENTEE else None
        new = NewPerson(programme=PROGRAMME, role=role, name=key, language="en-GB", age_band=age)
        # Ofcom's range for drama, and invented chats.
        address = f"+447700900{number:03}" if channel is SMS else f"7000{number:05}"
        person = self.act(
            lambda ctx: enrol(ctx, replace(new, **changes), number=address if channel is SMS else None, actor="test")
        )
        self.people[key] = person.id
        if channel is not None:
            self.addresses[key] = (channel, address)
        return person

    def join(self, key: str, role: Role, channel: Channel | None = TELEGRAM, **changes: Any) -> Person:  # noqa: ANN401 - fields of NewPerson
        """Add somebody who has joined, without their having to say so."""
        person = self.enrol(key, role, channel, **changes)

        def work(ctx: Context) -> Person:
            if channel is TELEGRAM:
                add_address(ctx.tx, TELEGRAM, self.addresses[key][1], ctx.now, person=person)
            record_consent(ctx.tx, person.id, kind="service", version="1", wording=None, agreed=True, now=ctx.now)
            set_person_state(ctx.tx, person.id, PersonState.JOINED, ctx.now)
            return get_person(ctx.tx, person.id)

        return self.act(work)

    def stranger(self, name: str, channel: Channel = TELEGRAM) -> None:
        """Give a name to an address that nobody has."""
        number = next(self._numbers)
        self.addresses[name] = (channel, f"+447700900{number:03}" if channel is SMS else f"7000{number:05}")

    def propose(self, mentor: str, mentee: str, **more: Any) -> MatchId:  # noqa: ANN401 - of `propose`
        """Propose a match."""
        agreement = more.pop("agreement", Agreement())
        return self.act(
            lambda ctx: propose(ctx, self._get(ctx, mentor), self._get(ctx, mentee), agreement, actor="test", **more).id
        )

    def pair(self, mentor: str, mentee: str, *, agreement: Agreement | None = None) -> MatchId:
        """A match that is active, without anybody's having been asked."""

        def work(ctx: Context) -> MatchId:
            match = add_match(ctx.tx, self._get(ctx, mentor), self._get(ctx, mentee), agreement or Agreement(), ctx.now)
            set_match_state(ctx.tx, match.id, MatchState.ACTIVE, ctx.now)
            return match.id

        return self.act(work)

    def person(self, name: str) -> Person:
        """Somebody as they are now."""
        return self.act(lambda ctx: self._get(ctx, name))

    def match_state(self, match_id: MatchId) -> MatchState:
        """How far a match has come."""
        return self.act(lambda ctx: get_match(ctx.tx, match_id).state)

    def _get(self, ctx: Context, name: str) -> Person:
        return get_person(ctx.tx, self.people[name])

    # What people do

    def inbound(self, name: str, text: str = "", **changes: Any) -> Inbound:  # noqa: ANN401 - fields of Inbound
        """A message of somebody as it comes from their channel."""
        channel, address = self.addresses[name]
        number = next(self._numbers)
        message = Inbound(
            channel=channel,
            event_id=f"event-{number}",
            sender=address,
            text=text,
            message_ref=f"in-{number}",
            at=self.clock(),
        )
        return replace(message, **changes)

    def receive(self, event: Event) -> bool:
        """Let an event take effect."""
        return self.act(lambda ctx: receive(event, ctx))

    def say(self, name: str, text: str = "", **changes: Any) -> list[str]:  # noqa: ANN401 - fields of Inbound
        """Somebody sends something; what they are told because of it."""
        self.heard(name)
        assert self.receive(self.inbound(name, text, **changes))
        return self.heard(name)

    def press(self, name: str, data: str) -> list[str]:
        """Somebody presses a button with this data; what they are told because of it."""
        return self.say(name, button=data, press_id="press", message_ref=None)

    def block(self, name: str, *, blocked: bool = True) -> None:
        """Somebody blocks the bot, or lets it in again."""
        channel, address = self.addresses[name]
        number = next(self._numbers)
        event = Unreachable(
            channel=channel, event_id=f"event-{number}", sender=address, blocked=blocked, at=self.clock()
        )
        self.receive(event)

    def pass_time(self, **span: float) -> None:
        """Let time pass, of `timedelta`, and do what the diary says is due then."""
        self.clock.move(timedelta(**span))
        self.do_due()

    def do_due(self, *kinds: str) -> int:
        """Do what the diary says is due now, of these kinds or of all; how much was due, of whatever kind."""

        def one(ctx: Context) -> bool:
            entry = take_due(ctx.tx, ctx.now)
            if entry is None:
                return False
            if not kinds or entry.kind in kinds:
                DIARY[entry.kind](ctx, entry.subject)
            return True

        done = 0
        while self.act(one):
            done += 1
        return done

    # What comes of it

    def outbox(self, name: str | None = None) -> list[Sent]:
        """What is or was in the outbox, oldest first: everything, or what goes to somebody."""
        everything = self.act(self._outbox)
        return everything if name is None else [sent for sent in everything if sent.to == name]

    def _outbox(self, ctx: Context) -> list[Sent]:
        names = {address: name for name, (_, address) in self.addresses.items()}
        rows = ctx.tx.execute(select(outbox).order_by(outbox.c.id)).all()
        found = []
        for row in rows:
            if row.body_cell is not None:
                context = f"outbox:{row.message_id}/{row.address_id}/{row.part}:body"
                text, options, *_ = json.loads(ctx.tx.open(row.key_id, context, row.body_cell))
                self._bodies[row.id] = text, options
            text, options = self._bodies.get(row.id, ("", []))
            if row.address_id not in self._opened:
                self._opened[row.address_id] = open_address(ctx.tx, AddressId(row.address_id))
            address = self._opened[row.address_id]
            found.append(
                Sent(
                    OutboxId(row.id),
                    names.get(address, address),
                    text,
                    tuple((label, data) for label, data in options),
                    row.state,
                    row.priority,
                    row.reply_to_ref,
                    row.error,
                )
            )
        return found

    def heard(self, name: str) -> list[str]:
        """The texts for somebody since this was asked last."""
        texts = [sent.text for sent in self.outbox(name)]
        before = self._heard.get(name, 0)
        self._heard[name] = len(texts)
        return texts[before:]

    def deliver(self) -> None:
        """Let the provider take all that waits; it calls each one "out-" and its number."""
        self.outbox()

        def work(ctx: Context) -> int:
            taken = claim(ctx.tx, "test", ctx.now, 100)
            for one in taken:
                note_sent(ctx.tx, one.id, f"out-{one.id}", ctx.now)
            return len(taken)

        while self.act(work):
            pass

    def last_ref(self, name: str, words: str) -> str:
        """What the provider calls the newest message to somebody with these words."""
        self.deliver()
        return f"out-{[sent.id for sent in self.outbox(name) if words in sent.text][-1]}"

    def words(self, key: str, to: str | None = None, **values: str | int) -> str:
        """A text of the content in somebody's language."""
        language = self.person(to).language if to else "en-GB"
        return self.content.texts.say(key, language, **values)

    def record(self) -> list[Line]:
        """Everything that was said by people and service."""
        return self.act(lambda ctx: read_transcript(ctx, actor="test"))

    def line(self, words: str) -> Line:
        """The newest line of the record whose original is this."""
        return [line for line in self.record() if line.original == words][-1]

    def cases(self) -> list[Any]:
        """All cases, oldest first."""
        return self.act(lambda ctx: list(ctx.tx.execute(select(cases).order_by(cases.c.id)).all()))

    def received(self) -> int:
        """How many messages of people are in the record."""
        return self.act(
            lambda ctx: len(ctx.tx.execute(select(messages.c.id).where(messages.c.direction == "in")).all())
        )


def unfinished(sent: list[Sent]) -> list[Sent]:
    """What waits or is on its way."""
    return [one for one in sent if one.state in {OutboxState.QUEUED, OutboxState.SENDING}]
