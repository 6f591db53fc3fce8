"""One way to run a transaction: what holds of it on every engine."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, literal, select
from sqlalchemy.exc import IntegrityError, StatementError

from storage.database import Database, DatabaseError, open_database, parse_url
from storage.diary import enter
from storage.migrate import upgrade_schema
from storage.people import find_person, list_people
from storage.schema.keeping import audit_seals, diary
from storage.schema.people import people
from storage.transaction import Transaction
from storage.vault import Vault
from tests.storage.samples import PATIENCE, begin, entering, nothing, read, results, someone, write


class Trouble(Exception):
    """What a work raises in these tests."""


def entries(tx: Transaction) -> list[int]:
    """The subjects of the diary, in the order in which they were entered."""
    return [row.subject for row in tx.execute(select(diary.c.subject).order_by(diary.c.id))]


def test_committed_before_resolved(database: Database, now: datetime) -> None:
    """What a resolved write stored is there for every later read."""
    for subject in range(20):
        write(database, enter, "test", subject, now)
        assert subject in read(database, entries)


def test_result_of_the_work(database: Database) -> None:
    """The future gives back what the work returned, of a read as of a write."""
    assert write(database, lambda tx: tx.execute(select(literal(2))).scalar_one()) == 2
    assert read(database, lambda tx: tx.execute(select(literal(3))).scalar_one()) == 3


def test_changes_of_a_read_are_thrown_away(database: Database, now: datetime) -> None:
    """A read may write, but nobody ever sees it."""

    def work(tx: Transaction) -> list[int]:
        enter(tx, "test", 1, now)
        return entries(tx)

    assert read(database, work) == [1]
    assert read(database, entries) == []


def test_a_read_sees_one_moment(database: Database, now: datetime) -> None:
    """Whatever is committed while a read runs, all its statements see the same state."""
    begun, written = threading.Event(), threading.Event()

    def work(tx: Transaction) -> tuple[list[int], list[int]]:
        before = entries(tx)
        begun.set()
        assert written.wait(PATIENCE)
        return before, entries(tx)

    reading = database.read(work)
    assert begun.wait(PATIENCE)
    write(database, enter, "test", 1, now)
    written.set()
    assert reading.result(PATIENCE) == ([], [])
    assert read(database, entries) == [1]


def test_failure_undoes_only_its_own(database: Database, now: datetime) -> None:
    """Of works that wait together, one that raises loses its changes, all others keep theirs."""
    gate = threading.Event()

    def work(subject: int) -> Callable[[Transaction], int]:
        def run(tx: Transaction) -> int:
            gate.wait(PATIENCE)
            enter(tx, "test", subject, now)
            if subject % 3 == 0:
                raise Trouble
            return subject

        return run

    futures = [database.write(work(subject)) for subject in range(30)]
    gate.set()
    for subject, future in enumerate(futures):
        if subject % 3 == 0:
            with pytest.raises(Trouble):
                future.result(PATIENCE)
        else:
            assert future.result(PATIENCE) == subject
    assert sorted(read(database, entries)) == [subject for subject in range(30) if subject % 3]


def test_error_of_the_database_undoes_only_its_own(database: Database, now: datetime) -> None:
    """A statement that the database refuses fails its own work, and the next one runs."""

    def work(tx: Transaction) -> None:
        enter(tx, "test", 1, now)
        tx.execute(insert(people).values(programme="mentoring", role="mentee"))

    with pytest.raises(IntegrityError):
        write(database, work)
    write(database, enter, "test", 2, now)
    assert read(database, entries) == [2]


def test_part_of_a_work_can_be_undone(database: Database, now: datetime) -> None:
    """Inside a work a nested transaction undoes what a handler did, and the rest is committed."""

    def work(tx: Transaction) -> None:
        enter(tx, "test", 1, now)
        nested = tx.connection.begin_nested()
        enter(tx, "test", 2, now)
        nested.rollback()
        with tx.connection.begin_nested():
            enter(tx, "test", 3, now)

    write(database, work)
    assert read(database, entries) == [1, 3]


def test_even_an_exit_ends_only_its_own_work(database: Database, now: datetime) -> None:
    """`SystemExit` and its kind reach the caller; the thread that ran the work lives on, also for the same order."""

    def leave(tx: Transaction) -> None:
        enter(tx, "test", 1, now)
        raise SystemExit

    first = database.write(leave, "a")
    second = database.write(entering(2, now), "a")
    with pytest.raises(SystemExit):
        first.result(PATIENCE)
    second.result(PATIENCE)
    assert read(database, entries) == [2]


def test_same_order_runs_in_order(database: Database, now: datetime) -> None:
    """Works with the same order take effect as given, also after one that raised and one that was cancelled."""
    seen: list[int] = []
    gate = threading.Event()

    def work(subject: int) -> Callable[[Transaction], None]:
        def run(tx: Transaction) -> None:
            gate.wait(PATIENCE)
            seen.append(subject)
            enter(tx, "test", subject, now)
            if subject == 3:
                raise Trouble

        return run

    futures = [database.write(work(subject), order=("telegram", "1")) for subject in range(50)]
    assert futures[10].cancel()
    gate.set()
    others = [future for subject, future in enumerate(futures) if subject not in {3, 10}]
    results(others)
    with pytest.raises(Trouble):
        futures[3].result(PATIENCE)
    assert seen == [subject for subject in range(50) if subject != 10]
    assert read(database, entries) == [subject for subject in seen if subject != 3]


def test_cancelled_while_waiting(database: Database, now: datetime) -> None:
    """A work that is cancelled before its turn never runs; one that runs can't be cancelled."""
    begun, gate = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        begun.set()
        assert gate.wait(PATIENCE)

    holding = database.write(hold, order=1)
    assert begun.wait(PATIENCE)
    waiting = database.write(entering(1, now), order=1)
    assert waiting.cancel()
    assert not holding.cancel()
    gate.set()
    holding.result(PATIENCE)
    with pytest.raises(CancelledError):
        waiting.result(PATIENCE)
    assert write(database, entries) == []


def test_close_finishes_what_was_given(database_url: str, vault: Vault, now: datetime) -> None:
    """Closing waits for every work that was given, then refuses more; closing twice is harmless."""
    database = open_database(database_url, vault)
    begun, gate = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        begun.set()
        assert gate.wait(PATIENCE)

    futures = [database.write(hold, 1)]
    futures += [database.write(entering(subject, now), 1) for subject in range(100)]
    reading = database.read(lambda tx: tx.execute(select(literal(1))).scalar_one())
    assert begun.wait(PATIENCE)
    closing = threading.Thread(target=database.close)
    closing.start()
    gate.set()
    closing.join(PATIENCE)
    assert not closing.is_alive()
    assert all(future.done() for future in futures)
    assert reading.result(0) == 1
    results(futures)
    with pytest.raises(DatabaseError, match=r"^The database is closed\.$"):
        database.write(nothing)
    with pytest.raises(DatabaseError, match=r"^The database is closed\.$"):
        database.read(nothing)
    database.close()
    again = open_database(database_url, vault)
    assert read(again, entries) == list(range(100))
    again.close()


def test_what_was_queued_is_of_one_work(database: Database) -> None:
    """Each work begins with an empty list of addresses that something was queued for."""
    assert write(database, lambda tx: tx.queued_for) == []

    def work(tx: Transaction) -> int:
        tx.queued_for.append(7)  # type: ignore[arg-type]  # any address
        return len(tx.queued_for)

    assert results([database.write(work) for _ in range(5)]) == [1] * 5


def test_naive_datetimes_are_refused(database: Database, now: datetime) -> None:
    """A datetime without a time zone can't be stored, nor compared with one that was."""
    naive = now.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a time zone"):
        write(database, enter, "test", 1, naive)
    with pytest.raises(StatementError, match="without a time zone"):
        read(database, lambda tx: tx.execute(select(diary).where(diary.c.due_at < naive)).all())


def test_moments_keep_their_microseconds(database: Database, now: datetime) -> None:
    """A point in time comes back in UTC, to the microsecond, before 1970 too."""
    moments = [
        now,
        now + timedelta(microseconds=1),
        now.replace(year=1955),
        now.replace(year=2999, microsecond=999_999),
    ]
    for number, at in enumerate(moments, start=1):
        row = insert(audit_seals).values(id=number, at=at, entries=0, digest=b"", mac=b"")
        write(database, Transaction.execute, row)
    query = select(audit_seals.c.at).order_by(audit_seals.c.id)
    found = read(database, lambda tx: tx.execute(query).scalars().all())
    assert found == moments
    assert {moment.utcoffset() for moment in found} == {timedelta()}


def test_errors_hold_no_values(database: Database, now: datetime) -> None:
    """SQLAlchemy adds no values to what the database itself says (which names ids, codes and cells at most)."""
    values = {"programme": "planted-word", "role": "mentee"}
    with pytest.raises(IntegrityError) as caught:
        write(database, lambda tx: tx.execute(insert(people).values(values)))
    statement = str(caught.value).replace(str(caught.value.orig), "")
    assert "planted-word" not in statement


def test_many_threads(database: Database, now: datetime) -> None:
    """Works may be given from any thread, and none is lost."""

    def give(start: int) -> None:
        results([begin(database, enter, "test", n, now) for n in range(start, start + 25)])

    threads = [threading.Thread(target=give, args=(start,)) for start in range(0, 100, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert read(database, lambda tx: tx.execute(select(func.count()).select_from(diary)).scalar_one()) == 100


def test_ids_survive_reopening(database_url: str, vault: Vault, now: datetime) -> None:
    """What was stored is there after the database was closed and opened again."""
    first = open_database(database_url, vault)
    person = write(first, someone, now)
    first.close()
    second = open_database(database_url, vault)
    assert read(second, find_person, person.id) == person
    assert read(second, list_people) == [person]
    second.close()


@pytest.mark.parametrize(
    "url",
    ["mysql://localhost/telementor", "oracle://localhost/x", "nonsense", "", "://", "mongodb://sam:hush@localhost"],
)
def test_unknown_kinds_are_refused(url: str, vault: Vault) -> None:
    """An address that is neither SQLite nor PostgreSQL is refused with one sentence, which doesn't repeat it."""
    with pytest.raises(DatabaseError, match=r"^The database must be SQLite .* or PostgreSQL .*\.$") as caught:
        open_database(url, vault)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_memory_is_no_place_for_a_record(url: str, vault: Vault) -> None:
    """A database in memory is refused: it would lose everything."""
    with pytest.raises(DatabaseError, match="must be a file"):
        open_database(url, vault)


def test_folder_must_be_there(tmp_path: Path, vault: Vault) -> None:
    """A file in a folder that isn't there is refused with a sentence that says so."""
    with pytest.raises(DatabaseError, match="folder of the database file"):
        open_database(f"sqlite:///{tmp_path}/nowhere/telementor.db", vault)


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///a.db", "sqlite+pysqlite"),
        ("sqlite+aiosqlite:///a.db", "sqlite+pysqlite"),
        ("postgresql://h/d", "postgresql+psycopg"),
        ("postgresql+asyncpg://h/d", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_ours(url: str, driver: str) -> None:
    """Whatever driver an address names, the one that is installed and synchronous is used."""
    assert parse_url(url).drivername == driver


def test_what_runs_instead_keeps_the_order(database: Database, now: datetime) -> None:
    """When a work fails, what runs in its place does so before every later work of the same order."""
    gate = threading.Event()

    def fail(tx: Transaction) -> None:
        gate.wait(PATIENCE)
        enter(tx, "test", 1, now)
        raise Trouble

    def instead(error: Exception) -> Callable[[Transaction], None]:
        assert isinstance(error, Trouble)
        return lambda tx: enter(tx, "test", 2, now)

    first = database.write(fail, "anna", otherwise=instead)
    second = database.write(lambda tx: enter(tx, "test", 3, now), "anna")
    gate.set()
    results([first, second])
    assert read(database, entries) == [2, 3]


def test_what_runs_instead_may_fail(database: Database, now: datetime) -> None:
    """When that fails too, the caller learns it, and nothing of either stays."""

    def fail(tx: Transaction) -> None:
        enter(tx, "test", 1, now)
        raise Trouble("again")

    future = database.write(fail, otherwise=lambda _: fail)
    with pytest.raises(Trouble, match="again"):
        future.result(PATIENCE)
    assert read(database, entries) == []


def test_a_new_file_is_private(tmp_path: Path) -> None:
    """A SQLite database that the schema is made in can be read by its owner alone, and so can its companions."""
    file = tmp_path / "new.db"
    upgrade_schema(f"sqlite:///{file}")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
