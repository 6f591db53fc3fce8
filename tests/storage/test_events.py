"""Events of the providers: once, in order, and none lost."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from storage.crypto import CannotOpen
from storage.database import Database, open_database
from storage.events import (
    FailedEvent,
    due_failed,
    first_seen,
    has_failed_from,
    keep_failed,
    note_done,
    note_failed_again,
)
from storage.schema.keeping import data_keys
from storage.schema.messages import events
from storage.transaction import Transaction
from storage.vault import Vault
from tests.storage.samples import in_threads, read, write

SAM, KIM = b"sam" * 10, b"kim" * 10


def fail(database: Database, provider_id: str, now: datetime, sender: bytes = SAM) -> None:
    """Keep an event whose handler failed."""
    write(
        database,
        keep_failed,
        "telegram",
        provider_id,
        payload=f"event {provider_id}",
        sender_lookup=sender,
        error="KeyError",
        due_at=now,
        now=now,
    )


def due(database: Database, now: datetime, limit: int = 10) -> list[FailedEvent]:
    """What is to be tried again."""
    return write(database, due_failed, now, limit)


def test_first_time_only(database: Database, now: datetime) -> None:
    """An event is new once; the same number of another provider is another event."""
    assert write(database, first_seen, "telegram", "1", now)
    assert not write(database, first_seen, "telegram", "1", now)
    assert write(database, first_seen, "sms", "1", now)
    assert write(database, first_seen, "telegram", "2", now)


def test_naive_times_are_refused(database: Database, now: datetime) -> None:
    """A time without a zone is refused here too, where the statement goes straight to the driver."""
    with pytest.raises(ValueError, match="without a time zone"):
        write(database, first_seen, "telegram", "1", now.replace(tzinfo=None))


def test_new_again_when_its_work_failed(database: Database, now: datetime) -> None:
    """If the work that took an event on failed, the event is still new."""

    def work(tx: Transaction) -> None:
        assert first_seen(tx, "telegram", "1", now)
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        write(database, work)
    assert write(database, first_seen, "telegram", "1", now)


def test_first_once_of_many_at_the_same_time(database: Database, now: datetime) -> None:
    """Of many threads that bring the same event exactly one is told that it is new."""
    for number in range(5):
        told = in_threads([partial(write, database, first_seen, "sms", f"SM{number}", now)] * 12)
        assert sum(told) == 1


def test_first_once_of_several_processes(postgres_url: str, vault: Vault, now: datetime) -> None:
    """Two processes with one database agree on who has an event."""
    processes = [open_database(postgres_url, vault) for _ in range(2)]
    works = [partial(write, process, first_seen, "sms", "SM1", now) for process in processes * 4]
    assert sum(in_threads(works)) == 1
    for process in processes:
        process.close()


def test_failed_event_round_trip(database: Database, now: datetime) -> None:
    """An event whose handler failed is known, comes back whole, and only when it is due."""
    fail(database, "1", now)
    assert not write(database, first_seen, "telegram", "1", now)
    assert due(database, now - timedelta(microseconds=1)) == []
    assert due(database, now) == [FailedEvent("telegram", "1", "event 1", 1)]


def test_known_events_are_not_kept_as_failed(database: Database, now: datetime) -> None:
    """A repeated event leaves the first one as it is, and no key behind."""
    write(database, first_seen, "telegram", "1", now)
    fail(database, "1", now)
    assert due(database, now) == []
    fail(database, "2", now)
    fail(database, "2", now + timedelta(minutes=1))
    assert [event.provider_id for event in due(database, now)] == ["2"]
    keys = read(database, lambda tx: tx.execute(select(func.count()).select_from(data_keys)).scalar_one())
    assert keys == 1


def test_order_of_one_sender(database: Database, now: datetime) -> None:
    """Of one sender only the oldest is tried, though a later one is due and all came at the same moment."""
    for provider_id, sender in (("10", SAM), ("9", SAM), ("8", KIM), ("7", SAM)):
        fail(database, provider_id, now, sender)
    seen = []
    while found := due(database, now):
        seen.append([event.provider_id for event in found])
        for event in found:
            write(database, note_done, event, now)
    assert seen == [["10", "8"], ["9"], ["7"]]


def test_nothing_overtakes_one_that_waits(database: Database, now: datetime) -> None:
    """While the oldest waits for its next try, later ones of its sender wait too; others' don't."""
    fail(database, "1", now)
    fail(database, "2", now)
    fail(database, "3", now, KIM)
    (first, _) = due(database, now)
    write(database, note_failed_again, first, "OSError", now + timedelta(minutes=1))
    assert [event.provider_id for event in due(database, now)] == ["3"]
    assert read(database, has_failed_from, SAM)
    (again, _) = due(database, now + timedelta(minutes=1))
    assert again == FailedEvent("telegram", "1", "event 1", 2)


def test_as_many_as_asked_for(database: Database, now: datetime) -> None:
    """No more events come than were asked for, the oldest first."""
    fail(database, "1", now)
    fail(database, "2", now, KIM)
    assert [event.provider_id for event in due(database, now, 1)] == ["1"]


def test_who_has_failed_events(database: Database, now: datetime) -> None:
    """A sender has failed events until they are done or given up."""
    assert not read(database, has_failed_from, SAM)
    fail(database, "1", now)
    fail(database, "2", now, KIM)
    assert read(database, has_failed_from, SAM)
    first, second = due(database, now)
    write(database, note_done, first, now)
    write(database, note_failed_again, second, "OSError", None)
    assert not read(database, has_failed_from, SAM)
    assert not read(database, has_failed_from, KIM)
    assert due(database, now + timedelta(days=365)) == []


def test_what_is_done_is_destroyed(database: Database, now: datetime) -> None:
    """When a later try succeeds nothing is kept but that the event was seen; its key is gone."""
    fail(database, "1", now)
    (event,) = due(database, now)
    write(database, note_done, event, now)
    row = read(database, lambda tx: tx.execute(select(events)).one())
    assert (row.state, row.payload_cell, row.sender_lookup, row.due_at, row.error) == ("done", None, None, None, None)
    key = read(database, lambda tx: tx.execute(select(data_keys)).one())
    assert (key.wrapped, key.destroyed_at) == (None, now)
    assert not write(database, first_seen, "telegram", "1", now)


def test_given_up_is_kept(database: Database, now: datetime) -> None:
    """What is given up stays readable for whoever is told about it."""
    fail(database, "1", now)
    (event,) = due(database, now)
    write(database, note_failed_again, event, "OSError", None)
    row = read(database, lambda tx: tx.execute(select(events)).one())
    assert (row.state, row.attempts, row.error, row.due_at) == ("dead", 2, "OSError", None)
    assert row.payload_cell is not None


def test_two_processes_never_try_the_same(postgres_database: Database, now: datetime) -> None:
    """While one process tries an event again, no other one takes it, nor a later one of the same sender."""
    fail(postgres_database, "1", now)
    fail(postgres_database, "2", now)

    def work(tx: Transaction) -> list[FailedEvent]:
        (event,) = due_failed(tx, now, 10)
        meanwhile = due(postgres_database, now)
        note_done(tx, event, now)
        return meanwhile

    assert write(postgres_database, work) == []
    assert [event.provider_id for event in due(postgres_database, now)] == ["2"]


def test_payload_is_bound_to_its_event(database: Database, now: datetime) -> None:
    """The payload of one event doesn't open as another's."""
    fail(database, "1", now)
    fail(database, "2", now, KIM)

    def swap(tx: Transaction) -> None:
        rows = tx.execute(select(events).order_by(events.c.provider_id)).all()
        for mine, other in (rows, rows[::-1]):
            values = {"payload_cell": other.payload_cell, "key_id": other.key_id}
            tx.execute(events.update().where(events.c.provider_id == mine.provider_id).values(values))

    write(database, swap)
    with pytest.raises(CannotOpen):
        due(database, now)
