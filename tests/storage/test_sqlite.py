"""SQLite: one writer, shared commits, and what happens when the file can't be written."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, make_url, select
from sqlalchemy.exc import OperationalError, StatementError

from storage.database import Database, open_database
from storage.diary import enter
from storage.schema.keeping import diary
from storage.schema.messages import events
from storage.transaction import Transaction
from storage.vault import Vault
from tests.storage.samples import PATIENCE, begin, entering, read, results, write
from tests.storage.test_database import entries


@pytest.fixture
def other(sqlite_url: str) -> Iterator[sqlite3.Connection]:
    """Another process that has the file open."""
    path = make_url(sqlite_url).database
    assert path is not None
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def give_together(
    database: Database, works: Sequence[Callable[[Transaction], Any]]
) -> tuple[list[Future[Any]], list[str]]:
    """Give works that all wait while the writer is busy; also the statements that it runs from then on."""
    statements: list[str] = []
    begun, gate = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        begun.set()
        assert gate.wait(PATIENCE)
        tx.driver.set_trace_callback(statements.append)

    holding = database.write(hold)
    assert begun.wait(PATIENCE)
    futures = [database.write(work) for work in works]
    gate.set()
    holding.result(PATIENCE)
    return futures, statements


def test_waiting_works_share_a_commit(sqlite_database: Database, now: datetime) -> None:
    """64 works that wait together are made durable by one commit."""
    works = [entering(n, now) for n in range(64)]
    futures, statements = give_together(sqlite_database, works)
    results(futures)
    # The first commit is of the work that they waited for.
    assert statements.count("COMMIT") == 2
    assert read(sqlite_database, entries) == list(range(64))


def test_no_commit_is_shared_by_too_many(sqlite_database: Database, now: datetime) -> None:
    """More than 64 take turns, so that the first ones don't wait for the last ones."""
    works = [entering(n, now) for n in range(130)]
    futures, statements = give_together(sqlite_database, works)
    results(futures)
    assert statements.count("COMMIT") == 1 + 3


def test_a_lone_work_is_committed_at_once(sqlite_database: Database, now: datetime) -> None:
    """A work that comes alone has a commit of its own."""
    for n in range(3):
        futures, statements = give_together(sqlite_database, [entering(n, now)])
        results(futures)
        assert statements.count("COMMIT") == 2


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)]
)
def test_commits_are_on_the_disk(sqlite_database: Database, pragma: str, value: object) -> None:
    """Write-ahead log, every commit synced (2 is FULL), foreign keys checked, deleted cells overwritten."""

    def ask(tx: Transaction) -> object:
        return tx.driver.execute(f"PRAGMA {pragma}").fetchone()[0]

    assert write(sqlite_database, ask) == value
    assert read(sqlite_database, ask) == value


def test_one_process_serves_it(sqlite_database: Database) -> None:
    """Only one process may serve a file."""
    assert not sqlite_database.shared


@pytest.fixture
def impatient(sqlite_url: str, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database that doesn't wait long for another process."""
    monkeypatch.setattr("storage.sqlite._BUSY", 0.01)
    database = open_database(sqlite_url, vault)
    yield database
    database.close()


def test_locked_by_another_process(impatient: Database, other: sqlite3.Connection, now: datetime) -> None:
    """While another process keeps the lock, those who wait get an error; then it goes on as before."""
    write(impatient, enter, "test", 1, now)
    other.execute("BEGIN IMMEDIATE")
    futures = [begin(impatient, enter, "test", n, now) for n in range(2, 5)]
    for future in futures:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            future.result(PATIENCE)
    assert read(impatient, entries) == [1]
    other.execute("ROLLBACK")
    write(impatient, enter, "test", 5, now)
    assert read(impatient, entries) == [1, 5]


def test_cancelled_while_the_file_is_locked(impatient: Database, other: sqlite3.Connection, now: datetime) -> None:
    """A work that was cancelled stays so when the rest of its batch fails."""
    other.execute("BEGIN IMMEDIATE")
    failing = [begin(impatient, enter, "test", 1, now) for _ in range(2)]
    cancelled = begin(impatient, enter, "test", 2, now)
    was_cancelled = cancelled.cancel()
    for future in failing:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            future.result(PATIENCE)
    with pytest.raises(CancelledError if was_cancelled else sqlite3.OperationalError):
        cancelled.result(PATIENCE)
    other.execute("ROLLBACK")
    write(impatient, enter, "test", 3, now)
    assert read(impatient, entries) == [3]


def test_failed_commit(sqlite_database: Database, now: datetime) -> None:
    """If the commit itself fails, every work that shared it gets the error and none of them took effect."""

    def spoil(tx: Transaction) -> None:
        # A key that isn't there is found out only by the commit.
        tx.driver.execute("PRAGMA defer_foreign_keys=ON")
        values = {"channel": "sms", "provider_id": "1", "state": "done", "received_at": now, "key_id": 404}
        tx.execute(insert(events).values(values))

    works = [entering(1, now), spoil, entering(2, now)]
    futures, _ = give_together(sqlite_database, works)
    for future in futures:
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            future.result(PATIENCE)
    write(sqlite_database, enter, "test", 3, now)
    assert read(sqlite_database, entries) == [3]


def test_broken_connection(sqlite_database: Database, now: datetime) -> None:
    """If the writer's connection breaks, its batch fails and the next work gets a new connection."""
    works: list[Callable[[Transaction], Any]] = [
        entering(1, now),
        lambda tx: tx.driver.close(),
        entering(2, now),
    ]
    futures, _ = give_together(sqlite_database, works)
    for future in futures:
        with pytest.raises((sqlite3.ProgrammingError, StatementError)):
            future.result(PATIENCE)
    write(sqlite_database, enter, "test", 3, now)
    assert read(sqlite_database, entries) == [3]


def test_rolled_back_by_sqlite(sqlite_database: Database, now: datetime) -> None:
    """If SQLite rolls the whole transaction back, all of the batch learn it: none is said to be stored."""

    def lose(tx: Transaction) -> None:
        tx.driver.execute("ROLLBACK")
        raise OSError

    works = [entering(1, now), lose, entering(2, now)]
    futures, _ = give_together(sqlite_database, works)
    for future in futures:
        with pytest.raises(sqlite3.OperationalError, match="savepoint"):
            future.result(PATIENCE)
    assert read(sqlite_database, entries) == []


def test_broken_read(sqlite_database: Database, now: datetime) -> None:
    """A read whose transaction SQLite has ended raises what its work raised, and the next read works."""

    def lose(tx: Transaction) -> None:
        tx.driver.execute("ROLLBACK")
        raise OSError

    for _ in range(3):
        with pytest.raises(OSError, match=r"^$"):
            read(sqlite_database, lose)
        assert read(sqlite_database, entries) == []


def test_refused_statement_leaves_the_batch_alone(sqlite_database: Database, now: datetime) -> None:
    """A statement that SQLAlchemy refuses, before the driver sees it, takes none of the batch's other works with it."""

    def refused(tx: Transaction) -> None:
        tx.execute(select(diary).where(diary.c.due_at == now.replace(tzinfo=None)))

    by_hand = "INSERT INTO diary (kind, subject, due_at, state) VALUES ('test', 1, 0, 'due')"
    futures, _ = give_together(sqlite_database, [lambda tx: tx.driver.execute(by_hand), refused])
    futures[0].result(PATIENCE)
    with pytest.raises(StatementError):
        futures[1].result(PATIENCE)
    assert read(sqlite_database, entries) == [1]


def test_error_in_a_callback(sqlite_database: Database, caplog: pytest.LogCaptureFixture, now: datetime) -> None:
    """A callback of a future that raises does not end the writer."""

    def fail(_: object) -> None:
        raise OSError

    future = begin(sqlite_database, enter, "test", 1, now)
    future.add_done_callback(fail)
    future.result(PATIENCE)
    write(sqlite_database, enter, "test", 2, now)
    assert read(sqlite_database, entries) == [1, 2]


def test_reading_while_another_process_writes(impatient: Database, other: sqlite3.Connection, now: datetime) -> None:
    """Reads go on while somebody else has the lock for writing."""
    write(impatient, enter, "test", 1, now)
    other.execute("BEGIN IMMEDIATE")
    assert read(impatient, entries) == [1]
    other.execute("ROLLBACK")


def test_another_process_writes_between(sqlite_database: Database, other: sqlite3.Connection, now: datetime) -> None:
    """What the command line writes beside the service is seen by the next work."""
    write(sqlite_database, enter, "test", 1, now)
    other.execute("INSERT INTO diary (kind, subject, due_at, state) VALUES ('test', 2, 0, 'due')")
    assert write(sqlite_database, entries) == read(sqlite_database, entries) == [1, 2]


def test_file_that_is_no_database(tmp_path: Path, vault: Vault) -> None:
    """A file that isn't a database gives an error to everybody who waits, again and again, and hangs nobody."""
    path = tmp_path / "other.db"
    path.write_text("Dear diary, " * 100)
    database = open_database(f"sqlite:///{path}", vault)
    for _ in range(2):
        with pytest.raises((sqlite3.DatabaseError, OperationalError, StatementError)):
            write(database, entries)
        with pytest.raises((sqlite3.DatabaseError, OperationalError, StatementError)):
            read(database, entries)
    database.close()
