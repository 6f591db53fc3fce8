"""PostgreSQL: works run side by side, lost races are run again, and a lost connection is replaced."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage.addresses import add_address, find_sender
from storage.database import Database, open_database
from storage.diary import enter
from storage.people import get_person, list_people
from storage.transaction import Transaction
from storage.vault import Vault
from tests.storage.samples import PATIENCE, nothing, read, results, someone, write
from tests.storage.test_database import entries


def test_several_processes_may_serve_it(postgres_database: Database) -> None:
    """Any number of processes may serve one database."""
    assert postgres_database.shared


@pytest.mark.parametrize("orders", [(None, None, None), ("a", "b", "c"), ("a", None, "b")])
def test_different_orders_run_side_by_side(postgres_database: Database, orders: tuple[str | None, ...]) -> None:
    """Works of different orders, or of none, are in their transactions at the same time."""
    meeting = threading.Barrier(len(orders))

    def work(tx: Transaction) -> int:
        tx.execute(select(1))
        return meeting.wait(PATIENCE)

    assert sorted(results([postgres_database.write(work, order) for order in orders])) == [0, 1, 2]


def test_same_order_never_side_by_side(postgres_database: Database) -> None:
    """Of many works of a few orders, no two of one order ever run at the same time, and each order is kept."""
    running: set[str] = set()
    seen: dict[str, list[int]] = {"a": [], "b": [], "c": []}

    def work(order: str, number: int) -> Callable[[Transaction], None]:
        def run(tx: Transaction) -> None:
            assert order not in running
            running.add(order)
            tx.execute(select(1))
            seen[order].append(number)
            running.remove(order)

        return run

    results([postgres_database.write(work(order, n), order) for n in range(60) for order in seen])
    assert seen == {order: list(range(60)) for order in seen}


def test_an_order_is_forgotten_when_it_is_done(postgres_database: Database) -> None:
    """An order may be used again at any time; nothing is kept of it in between."""
    for _ in range(3):
        results([postgres_database.write(nothing, "a") for _ in range(3)])
    postgres_database.close()
    assert not postgres_database._waiting  # type: ignore[attr-defined]  # of this engine only


def failing(code: str, times: int, tries: list[int], *, raw: bool) -> Callable[[Transaction], None]:
    """A work that the server stops with an error of this code, so many times."""
    statement = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$"

    def work(tx: Transaction) -> None:
        tries.append(len(tries))
        enter(tx, "test", len(tries), tx_time())
        if len(tries) <= times:
            if raw:
                tx.driver.execute(statement)
            else:
                tx.execute(text(statement))

    return work


def tx_time() -> datetime:
    """Some aware time."""
    return datetime.fromisoformat("2026-03-02T09:30:00+00:00")


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("code", ["40001", "40P01", "23505"])
def test_lost_races_are_run_again(postgres_database: Database, code: str, *, raw: bool) -> None:
    """Serialization failure, deadlock and two equal ids: the work is run again from its beginning, three times more."""
    tries: list[int] = []
    write(postgres_database, failing(code, 3, tries, raw=raw))
    assert len(tries) == 4
    # Of the tries that failed nothing is left.
    assert read(postgres_database, entries) == [4]


@pytest.mark.parametrize("raw", [False, True])
def test_a_race_is_not_run_for_ever(postgres_database: Database, *, raw: bool) -> None:
    """A work that fails like this every time gets its error after four tries."""
    tries: list[int] = []
    with pytest.raises(Exception, match=r"40001|SerializationFailure") as caught:
        write(postgres_database, failing("40001", 99, tries, raw=raw))
    assert getattr(caught.value, "orig", caught.value).sqlstate == "40001"  # type: ignore[union-attr]  # psycopg's
    assert len(tries) == 4
    assert read(postgres_database, entries) == []


def test_other_errors_are_not_run_again(postgres_database: Database) -> None:
    """What would fail again is not tried again."""
    tries: list[int] = []
    with pytest.raises(DBAPIError):
        write(postgres_database, failing("22012", 99, tries, raw=False))
    assert len(tries) == 1


def test_a_real_deadlock(postgres_database: Database, now: datetime) -> None:
    """Two works that lock the same two people in opposite orders both succeed."""
    first, second = (write(postgres_database, someone, now) for _ in range(2))
    meeting = threading.Barrier(2)
    tries: list[str] = []

    def work(name: str, *ids: int) -> Callable[[Transaction], None]:
        def run(tx: Transaction) -> None:
            tries.append(name)
            tx.execute(text("SET LOCAL deadlock_timeout = '10ms'"))
            get_person(tx, ids[0], lock=True)  # type: ignore[arg-type]  # an id of a person
            if len(tries) <= 2:
                meeting.wait(PATIENCE)
            get_person(tx, ids[1], lock=True)  # type: ignore[arg-type]

        return run

    one = postgres_database.write(work("one", first.id, second.id))
    two = postgres_database.write(work("two", second.id, first.id))
    results([one, two])
    assert len(tries) == 3


def test_two_first_messages_of_one_stranger(postgres_database: Database, now: datetime) -> None:
    """Two works that both find an address unknown and add it: the second one finds it when it is run again."""
    meeting = threading.Barrier(2)
    tries: list[int] = []

    def work(tx: Transaction) -> int:
        tries.append(1)
        sender = find_sender(tx, "sms", "+447700900123")
        if len(tries) <= 2:
            meeting.wait(PATIENCE)
        address = sender.address if sender else add_address(tx, "sms", "+447700900123", now)
        return address.id

    one, two = results([postgres_database.write(work) for _ in range(2)])
    assert one == two
    assert len(tries) == 3


def test_lost_connection(postgres_database: Database, now: datetime) -> None:
    """A work whose connection is lost gets an error, and the next one a new connection."""
    for raw in (False, True):

        def lose(tx: Transaction, *, raw: bool = raw) -> None:
            enter(tx, "test", 1, now)
            statement = "SELECT pg_terminate_backend(pg_backend_pid())"
            if raw:
                tx.driver.execute(statement)
            else:
                tx.execute(text(statement))

        with pytest.raises(Exception, match=r"terminat|lost|closed"):
            write(postgres_database, lose)
        write(postgres_database, enter, "test", 2, now)
    assert read(postgres_database, entries) == [2]


def test_all_connections_lost(postgres_url: str, vault: Vault, now: datetime) -> None:
    """After the server was away, works fail for no more than one round of the pool; then all is well."""
    database, other = open_database(postgres_url, vault, connections=3), open_database(postgres_url, vault)
    meeting = threading.Barrier(3)
    results([database.write(lambda _: meeting.wait(PATIENCE)) for _ in range(3)])
    away = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    write(other, lambda tx: tx.execute(away).all())
    errors = []
    for subject in range(10):
        try:
            write(database, enter, "test", subject, now)
        except OperationalError as error:
            errors.append(error)
    assert len(errors) <= 3
    assert len(read(database, entries)) == 10 - len(errors)
    database.close()
    other.close()


def test_server_that_is_away(vault: Vault, tmp_path: object) -> None:
    """Without a server a work gets an error, and nothing hangs."""
    database = open_database(f"postgresql://postgres@/none?host={tmp_path}", vault)
    with pytest.raises(OperationalError):
        write(database, nothing)
    with pytest.raises(OperationalError):
        read(database, nothing)
    database.close()


def test_two_processes(postgres_url: str, vault: Vault, now: datetime) -> None:
    """What one process committed, another one sees."""
    one, two = open_database(postgres_url, vault), open_database(postgres_url, vault)
    person = write(one, someone, now)
    assert read(two, list_people) == [person]
    one.close()
    two.close()


def test_unique_errors_reach_the_caller(postgres_database: Database, now: datetime) -> None:
    """A row that really is there twice is an error in the end."""
    write(postgres_database, add_address, "sms", "+447700900123", now)
    with pytest.raises(IntegrityError):
        write(postgres_database, add_address, "sms", "+447700900123", now)
