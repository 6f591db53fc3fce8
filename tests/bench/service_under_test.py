"""Our own side of the comparison: the only module of the benchmark that knows the service from inside."""

import asyncio
import itertools
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.settings import PREFIX
from storage.addresses import Address, add_address
from storage.database import Database, open_database
from storage.events import first_seen
from storage.key_file import create_key_file, load_key_file
from storage.matches import Agreement, MatchState, add_match, record_answer, set_match_state
from storage.messages.keeping import NewMessage, add_message
from storage.messages.kinds import Direction, Kind, MessageState
from storage.migrate import upgrade_schema
from storage.outbox.queueing import Parcel, enqueue
from storage.people import NewPerson, Person, PersonState, Role, add_person, get_person, set_person_state
from storage.transaction import Transaction
from storage.vault import Vault
from tests.bench.driver import Arrivals, Bot, Webhook
from tests.bench.fake_bot_api import TOKEN
from tests.bench.probes import ROW_BYTES
from tests.bench.processes import ROOT, START_SECONDS, end, free_port

# Everybody who writes: the mentees of all pairs first, then their mentors in the same order.
_PAIRS = 500
CHATS = range(5_000_000, 5_000_000 + 2 * _PAIRS)

_PROGRAMME = "mentoring"
_SECRET = "bench-webhook-secret"
# Between two questions whether the service is ready.
_PAUSE_SECONDS = 0.02

# Words that make a cell of `ROW_BYTES`: a cell is 29 bytes longer than its words.
_WORDS = ("It was good to see you on Tuesday and I have thought about what you said. " * 10)[: ROW_BYTES - 29]


@dataclass(frozen=True)
class Store:
    """An open database with one person in it, for the storage cases."""

    database: Database
    person: Person
    address: Address
    # Provider's ids of the events to come.
    numbers: "itertools.count[int]"

    async def run(self, transactions: int, callers: int) -> float:
        """Store so many messages, `callers` at once, as the service does it; the seconds that it took."""
        turns = iter(range(transactions))
        begun = time.perf_counter()
        await asyncio.gather(*(self._call(turns) for _ in range(callers)))
        return time.perf_counter() - begun

    async def _call(self, turns: Iterator[int]) -> None:
        for _ in turns:
            await asyncio.wrap_future(self.database.write(self.store_three_rows))

    def store_three_rows(self, tx: Transaction) -> None:
        """What every relayed message writes: the event, the message, and its place in the outbox; both encrypted."""
        now = datetime.now(UTC)
        number = str(next(self.numbers))
        first_seen(tx, "telegram", number, now)
        message_id = add_message(
            tx,
            NewMessage(
                direction=Direction.IN,
                kind=Kind.RELAY,
                state=MessageState.RELAYED,
                key_id=self.person.key_id,
                at=now,
                received_at=now,
                original=_WORDS,
                person_id=self.person.id,
                address_id=self.address.id,
                channel="telegram",
                provider_ref=number,
            ),
        )
        parcel = Parcel(message_id=message_id, key_id=self.person.key_id, text=_WORDS)
        enqueue(tx, self.address.id, parcel, now)


@contextmanager
def open_store(url: str, folder: Path, *, connections: int = 8) -> Iterator[Store]:
    """A new database at `url` with one person in it, opened with keys in `folder`."""
    with _open_new(url, folder, connections) as database:
        person, address = database.write(partial(_join, role=Role.MENTEE, chat=CHATS[0])).result()
        yield Store(database, person, address, itertools.count(1))


@asynccontextmanager
async def running_service(arrivals: Arrivals, folder: Path) -> AsyncIterator[Bot]:
    """`telementor run` on Telegram's webhook and a new SQLite database full of active pairs; ended with the context.

    Its log goes to `service.log` in `folder`.
    """
    url = f"sqlite:///{folder / 'service.db'}"
    with _open_new(url, folder, connections=1) as database:
        for index in range(_PAIRS):
            database.write(partial(_add_pair, mentee_chat=CHATS[index], mentor_chat=CHATS[_PAIRS + index])).result()
    port = free_port()
    command = Path(sys.executable).with_name("telementor")
    settings = os.environ | _settings(arrivals.url, port, url, folder)
    log = folder / "service.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            command, "run", env=settings, cwd=ROOT, stdout=output, stderr=output
        )
    try:
        await _wait_until_ready(process, port, log)
        yield Bot(process.pid, Webhook(port, secret=_SECRET), CHATS)
    finally:
        await end(process)


async def _wait_until_ready(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    """Ask until it says that it is ready. Raises RuntimeError, with the end of its log, when it never does."""
    for _ in range(int(START_SECONDS / _PAUSE_SECONDS)):
        if process.returncode is not None:
            break
        if await _ready(port):
            return
        await asyncio.sleep(_PAUSE_SECONDS)
    problem = f"The service did not become ready. Its log ends with:\n{_end_of(log)}"
    raise RuntimeError(problem)


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8")[-2000:]


def _settings(api_url: str, port: int, database_url: str, folder: Path) -> dict[str, str]:
    """What the service is told: a deployment on SQLite with Telegram alone."""
    settings = {
        "DATABASE_URL": database_url,
        "KEY_FILE": str(_key_file(folder)),
        "HTTP_PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": _SECRET,
        "TELEGRAM_API_URL": api_url,
        # The most that it can do, not the most that Telegram takes.
        "TELEGRAM_RATE": "0",
        "TELEGRAM_CHAT_RATE": "0",
    }
    return {PREFIX + name: value for name, value in settings.items()}


async def _ready(port: int) -> bool:
    """Whether the service says that it is ready."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return False
    writer.write(b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    status = await reader.readline()
    writer.close()
    return b" 200 " in status


@contextmanager
def _open_new(url: str, folder: Path, connections: int) -> Iterator[Database]:
    """A new database with its tables, opened with new keys."""
    create_key_file(_key_file(folder), datetime.now(UTC))
    upgrade_schema(url)
    database = open_database(url, Vault(load_key_file(_key_file(folder))), connections=connections)
    try:
        yield database
    finally:
        database.close()


def _key_file(folder: Path) -> Path:
    return folder / "bench.keys"


def _add_pair(tx: Transaction, mentee_chat: int, mentor_chat: int) -> None:
    """A mentee and a mentor who have joined, matched and said yes."""
    now = datetime.now(UTC)
    mentee, _ = _join(tx, Role.MENTEE, mentee_chat)
    mentor, _ = _join(tx, Role.MENTOR, mentor_chat)
    match = add_match(tx, mentor, mentee, Agreement(), now)
    for person in (mentee, mentor):
        record_answer(tx, match, person.id, yes=True)
    set_match_state(tx, match.id, MatchState.ACTIVE, now)


def _join(tx: Transaction, role: Role, chat: int) -> tuple[Person, Address]:
    """Somebody who has joined from a private chat on Telegram."""
    now = datetime.now(UTC)
    added = add_person(tx, NewPerson(programme=_PROGRAMME, role=role, name="Robin", language="en-GB"), now)
    set_person_state(tx, added.id, PersonState.JOINED, now)
    person = get_person(tx, added.id)
    return person, add_address(tx, "telegram", str(chat), now, person=person)
