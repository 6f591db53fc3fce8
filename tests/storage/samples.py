"""Rows that tests of storage begin with. All people are invented."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import count
from threading import Barrier
from typing import Concatenate, ParamSpec, TypeVar

from storage.addresses import Address, add_address
from storage.alerts import add_alert
from storage.cases import Case, Source, open_case
from storage.database import Database
from storage.diary import DiaryEntry, enter, list_due, take
from storage.ids import AddressId, KeyId, MatchId, MessageId
from storage.matches import Agreement, Match, MatchState, add_match, set_match_state
from storage.messages.findings import Finding
from storage.messages.keeping import NewMessage, add_message
from storage.messages.kinds import Direction, Kind, MessageState
from storage.outbox.queueing import Parcel, enqueue
from storage.outbox.rows import Priority
from storage.people import NewPerson, Person, Role, add_person
from storage.transaction import Transaction

T = TypeVar("T")
P = ParamSpec("P")

# Seconds that anything in these tests may take before something is broken.
PATIENCE = 20
PROGRAMME = "mentoring"


def begin(
    database: Database, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **named: P.kwargs
) -> Future[T]:
    """Give `work(tx, …)` to the writer."""
    return database.write(lambda tx: work(tx, *args, **named))


def write(database: Database, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **named: P.kwargs) -> T:
    """Run `work(tx, …)` and wait for its commit."""
    return begin(database, work, *args, **named).result(PATIENCE)


def read(database: Database, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **named: P.kwargs) -> T:
    """Run `work(tx, …)` on a snapshot and wait for it."""
    return database.read(lambda tx: work(tx, *args, **named)).result(PATIENCE)


def entering(subject: int, now: datetime) -> Callable[[Transaction], None]:
    """A work that enters something into the diary."""
    return lambda tx: enter(tx, "test", subject, now)


def take_due(tx: Transaction, now: datetime) -> DiaryEntry | None:
    """The entry that is longest due, marked as done: if the transaction fails it is due again. None when none is."""
    for entry in list_due(tx, now, 1):
        take(tx, entry)
        return entry
    return None


def nothing(_: Transaction) -> None:
    """A work that does nothing."""


def results(futures: list[Future[T]]) -> list[T]:
    """What all of them came to."""
    return [future.result(PATIENCE) for future in futures]


def new_person(role: Role = Role.MENTEE, name: str = "Sam") -> NewPerson:
    """What a coordinator says of somebody."""
    return NewPerson(programme=PROGRAMME, role=role, name=name, language="en-GB")


def someone(tx: Transaction, now: datetime, role: Role = Role.MENTEE, name: str = "Sam") -> Person:
    """Somebody new."""
    return add_person(tx, new_person(role, name), now)


def pair(tx: Transaction, now: datetime, state: MatchState = MatchState.ACTIVE) -> tuple[Person, Person, Match]:
    """A mentor, a mentee and their match."""
    mentor, mentee = someone(tx, now, Role.MENTOR, "Robin"), someone(tx, now)
    match = add_match(tx, mentor, mentee, Agreement(), now)
    set_match_state(tx, match.id, state, now)
    return mentor, mentee, match


_telegram_chats = count(1_000)


def reachable(tx: Transaction, now: datetime) -> tuple[Person, Address]:
    """Somebody new with a chat on Telegram."""
    person = someone(tx, now)
    return person, add_address(tx, "telegram", str(next(_telegram_chats)), now, person=person)


def said(
    tx: Transaction,
    person: Person,
    now: datetime,
    words: str = "Hello",
    *,
    match_id: MatchId | None = None,
    delivered: str | None = None,
    found: tuple[Finding, ...] = (),
    state: MessageState = MessageState.RELAYED,
) -> MessageId:
    """A message that somebody sent."""
    new = NewMessage(
        direction=Direction.IN,
        kind=Kind.RELAY,
        state=state,
        key_id=person.key_id,
        at=now,
        received_at=now,
        original=words,
        delivered=delivered,
        person_id=person.id,
        match_id=match_id,
    )
    return add_message(tx, new, found)


def queue(
    tx: Transaction,
    message_id: MessageId,
    address_id: AddressId,
    key_id: KeyId,
    now: datetime,
    *,
    priority: Priority = Priority.CHAT,
    part: int = 0,
    text: str = "Hello",
) -> None:
    """Put a message into the outbox."""
    parcel = Parcel(message_id=message_id, key_id=key_id, text=text, priority=priority)
    enqueue(tx, address_id, parcel, now, part=part)


def in_threads(functions: Sequence[Callable[[], T]]) -> list[T]:
    """Run all of them at the same time, each in a thread of its own, and give back what they returned."""
    barrier = Barrier(len(functions))

    def start(function: Callable[[], T]) -> T:
        barrier.wait(PATIENCE)
        return function()

    with ThreadPoolExecutor(len(functions)) as pool:
        return results([pool.submit(start, function) for function in functions])


def alarmed(tx: Transaction, mentee: Person, match: Match, message_id: MessageId, now: datetime) -> Case:
    """A case that begins with a message of a mentee to their mentor."""
    case = open_case(
        tx,
        programme=match.programme,
        category="self_harm",
        severity="high",
        source=Source.WORDS,
        person_id=mentee.id,
        match_id=match.id,
        key_id=mentee.key_id,
        now=now,
    )
    add_alert(tx, case.id, message_id, category="self_harm", severity="high", now=now)
    return case
