"""The sweeps: what is due is done once, whatever fails beside it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from structlog.typing import EventDict

from content.library import Content
from handlers import failures
from handlers.context import Context
from handlers.events import Channel, Ignored
from handlers.failures import Backoff, keep
from scheduler import sweeps
from scheduler.sweeps import Sweeper
from storage.addresses import add_address
from storage.audit import verify_audit, write_audit
from storage.database import Database
from storage.diary import enter, strike_out
from storage.outbox import Claimed, claim
from storage.schema import diary, outbox
from storage.transaction import Transaction
from tests.clocks import SetClock
from tests.storage.samples import queue, said, someone, write

_BACKOFF = Backoff(timedelta(seconds=1), timedelta(seconds=5), 3)
_LEASE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What is logged, instead of its being printed."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def sweeper(database: Database, content: Content, clock: SetClock) -> Sweeper:
    """The sweeps of a service."""
    return Sweeper(database, content, clock, _BACKOFF, _LEASE)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The subjects of the entries of kind "note" that were done; those below 0 fail."""
    subjects: list[int] = []

    def note(ctx: Context, subject: int) -> None:
        write_audit(ctx.tx, "service", "note", f"note:{subject}", ctx.now)
        if subject < 0:
            raise RuntimeError
        subjects.append(subject)

    monkeypatch.setattr(sweeps, "DIARY", {"note": note})
    return subjects


def _enter(database: Database, due: datetime, *subjects: int, kind: str = "note") -> None:
    for subject in subjects:
        write(database, lambda tx, subject=subject: enter(tx, kind, subject, due))  # type: ignore[misc]  # a default


def test_what_is_due_is_done_once(sweeper: Sweeper, database: Database, clock: SetClock, done: list[int]) -> None:
    """Everything that is due is done, longest due first, and not again; what isn't due stays."""
    _enter(database, clock.now, 2, 3)
    _enter(database, clock.now - timedelta(hours=1), 1)
    _enter(database, clock.now + timedelta(microseconds=1), 4)
    assert sweeper.diary() == 3
    assert sweeper.diary() == 0
    assert done == [1, 2, 3]
    clock.move(timedelta(seconds=1))
    sweeper.sweep()
    assert done == [1, 2, 3, 4]


def test_an_entry_that_fails(sweeper: Sweeper, database: Database, clock: SetClock, done: list[int]) -> None:
    """It leaves nothing behind, is due again a minute later, and keeps no other one from being done."""
    _enter(database, clock.now, -1)
    _enter(database, clock.now, 5)
    _enter(database, clock.now, 9, kind="unknown")
    assert sweeper.diary() == 3
    assert done == [5]
    assert write(database, lambda tx: verify_audit(tx).entries) == 1
    assert sweeper.diary() == 0
    clock.move(timedelta(minutes=1))
    assert sweeper.diary() == 2
    rows = write(database, lambda tx: tx.execute(select(diary).order_by(diary.c.id)).all())
    assert [(row.subject, row.state, row.attempts) for row in rows] == [(-1, "due", 2), (5, "done", 0), (9, "due", 2)]


def test_a_longer_and_longer_wait(sweeper: Sweeper, database: Database, clock: SetClock, done: list[int]) -> None:
    """An entry that goes on failing waits twice as long each time, but never more than a quarter of an hour or so."""
    _enter(database, clock.now, -1)
    waits = []
    for _ in range(7):
        assert sweeper.diary() == 1
        (row,) = write(database, lambda tx: tx.execute(select(diary).where(diary.c.state == "due")).all())
        waits.append((row.due_at - clock.now) // timedelta(minutes=1))
        clock.now = row.due_at
    assert (waits, done) == ([1, 2, 4, 8, 16, 16, 16], [])


def test_more_than_a_batch(sweeper: Sweeper, database: Database, clock: SetClock, done: list[int]) -> None:
    """One sweep does all that is due, however much it is, with one that fails in the middle."""
    _enter(database, clock.now, *range(30), -1, *range(30, 60))
    assert sweeper.diary() == 61
    assert done == list(range(60))
    assert write(database, lambda tx: verify_audit(tx).entries) == 60


def test_an_entry_that_another_one_strikes_out(
    sweeper: Sweeper, database: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one entry of a batch strikes out isn't done any more."""
    did: list[int] = []

    def strike(ctx: Context, subject: int) -> None:
        did.append(subject)
        strike_out(ctx.tx, "note", subject + 1)

    monkeypatch.setattr(sweeps, "DIARY", {"note": strike})
    _enter(database, clock.now, 1, 2, 3)
    sweeper.diary()
    assert did == [1, 3]


def test_what_comes_again_and_again_is_entered(sweeper: Sweeper, database: Database, clock: SetClock) -> None:
    """A service that starts has its next look at the boundaries in the diary, also when it starts a second time."""
    sweeper.begin()
    sweeper.begin()
    rows = write(database, lambda tx: tx.execute(select(diary)).all())
    assert [(row.kind, row.state) for row in rows] == [("boundaries", "due"), ("digest", "due")]
    clock.move(timedelta(days=7))
    assert sweeper.diary() == 2
    rows = write(database, lambda tx: tx.execute(select(diary).where(diary.c.state == "due")).all())
    assert [timedelta() < row.due_at - clock.now <= timedelta(days=3) for row in rows] == [True, True]


def test_failed_events_are_tried(
    sweeper: Sweeper, database: Database, content: Content, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each failed event that is due is tried once in a sweep."""
    for number in range(3):
        event = Ignored(channel=Channel.TELEGRAM, event_id=f"event-{number}", kind="poll", at=clock.now)
        write(database, lambda tx, event=event: keep(event, Context(tx, clock.now, content), _BACKOFF, "x"))  # type: ignore[misc]
    assert sweeper.failed_events() == 0
    clock.move(timedelta(seconds=1))

    def fail(event: object, ctx: Context) -> None:
        if getattr(event, "event_id", "") == "event-1":
            raise RuntimeError

    monkeypatch.setattr(failures, "handle", fail)
    assert sweeper.failed_events() == 3
    assert sweeper.failed_events() == 0
    clock.move(timedelta(seconds=2))
    assert sweeper.failed_events() == 1


def test_the_audit_is_sealed(sweeper: Sweeper, database: Database, clock: SetClock) -> None:
    """New entries of the audit trail are taken into the chain."""
    write(database, lambda tx: write_audit(tx, "service", "test", "test:1", clock.now))
    assert (sweeper.audit(), sweeper.audit()) == (1, 0)
    state = write(database, verify_audit)
    assert (state.unsealed, state.seals, state.problems) == (0, 1, ())


def test_deliveries_of_a_process_that_died(sweeper: Sweeper, database: Database, clock: SetClock) -> None:
    """Where several processes serve, what one claimed and never finished is put back after the lease."""

    def work(tx: Transaction) -> list[Claimed]:
        person = someone(tx, clock.now)
        address = add_address(tx, "telegram", "700000001", clock.now, person=person)
        queue(tx, said(tx, person, clock.now), address.id, person.key_id, clock.now)
        return claim(tx, "dead", clock.now, 9)

    assert len(write(database, work)) == 1
    clock.move(_LEASE)
    assert sweeper.claims() == 0
    clock.move(timedelta(microseconds=1))
    released = sweeper.claims()
    (state,) = [row.state for row in write(database, lambda tx: tx.execute(select(outbox)).all())]
    assert (released, state) == ((1, "queued") if database.shared else (0, "sending"))


@pytest.mark.parametrize("broken", ["diary", "failed_events", "audit", "claims"])
def test_a_sweep_that_fails(
    sqlite_database: Database, content: Content, clock: SetClock, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """One sweep that fails doesn't keep the others from running."""
    ran: list[str] = []

    def standing_in(name: str) -> Callable[[Sweeper], None]:
        def sweep(_: Sweeper) -> None:
            ran.append(name)
            if name == broken:
                raise RuntimeError

        sweep.__name__ = name
        return sweep

    names = ("diary", "failed_events", "audit", "claims")
    for name in names:
        monkeypatch.setattr(Sweeper, name, standing_in(name))
    Sweeper(sqlite_database, content, clock, _BACKOFF, _LEASE).sweep()
    assert ran == list(names)


def test_a_database_that_is_away(
    sqlite_database: Database, content: Content, clock: SetClock, done: list[int], logged: list[EventDict]
) -> None:
    """With a closed database a sweep ends without an error, but for the log: the next one tries again."""
    sweeper = Sweeper(sqlite_database, content, clock, _BACKOFF, _LEASE)
    sqlite_database.close()
    sweeper.sweep()
    assert done == []
    assert [entry["sweep"] for entry in logged] == ["diary", "failed_events", "stale", "audit"]


def test_a_diary_that_cannot_be_read(
    sqlite_database: Database, content: Content, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When not even an entry can be taken, the error is the caller's."""
    monkeypatch.setattr(sweeps, "list_due", _fail)
    with pytest.raises(RuntimeError):
        Sweeper(sqlite_database, content, clock, _BACKOFF, _LEASE).diary()


def _fail(*_: object) -> None:
    raise RuntimeError
