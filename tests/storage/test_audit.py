"""The audit trail: tampering shows, and writing it makes nobody wait."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Delete, Insert, Update, delete, insert, select, update

from storage.audit import AuditEntry, AuditState, read_audit, seal_audit, verify_audit, write_audit
from storage.database import Database
from storage.schema.keeping import audit, audit_seals
from storage.transaction import Transaction
from tests.storage.samples import PATIENCE, begin, in_threads, read, results, write


def entry(
    database: Database, actor: str, act: str, subject: str, at: datetime, **detail: str | int | bool | None
) -> None:
    """Write one entry."""
    write(database, lambda tx: write_audit(tx, actor, act, subject, at, **detail))


def note(database: Database, now: datetime, *subjects: int) -> None:
    """Write an entry for each subject."""
    for subject in subjects:
        entry(database, "person:1", "transcript.read", f"match:{subject}", now, lines=subject)


def three_seals(database: Database, now: datetime) -> None:
    """A trail of three seals over two entries each, and one entry that isn't sealed yet."""
    for subject in (1, 3, 5):
        note(database, now, subject, subject + 1)
        write(database, seal_audit, now + timedelta(minutes=subject))
    note(database, now, 7)


def check(database: Database) -> AuditState:
    """What a check finds."""
    return read(database, verify_audit)


def test_entries_come_back(database: Database, now: datetime) -> None:
    """Entries come back oldest first, all of them or those of one subject."""
    later = now + timedelta(seconds=1)
    entry(database, "operator", "person.add", "person:2", later, role="mentor", consent=None, ok=True)
    note(database, now, 7)
    first = AuditEntry(now, "person:1", "transcript.read", "match:7", {"lines": 7})
    second = AuditEntry(later, "operator", "person.add", "person:2", {"role": "mentor", "consent": None, "ok": True})
    assert read(database, read_audit) == [first, second]
    assert read(database, read_audit, subject="person:2") == [second]
    assert read(database, read_audit, subject="person:3") == []


def test_whole_trail(database: Database, now: datetime) -> None:
    """An untouched trail has no problems, and its head names the last seal."""
    assert check(database) == AuditState(0, 0, 0, "", ())
    three_seals(database, now)
    found = check(database)
    assert (found.entries, found.unsealed, found.seals, found.problems) == (7, 1, 3, ())
    last = select(audit_seals.c.mac).where(audit_seals.c.id == 3)
    assert bytes.fromhex(found.head) == read(database, lambda tx: tx.execute(last).scalar_one())


def test_sealing_twice_is_harmless(database: Database, now: datetime) -> None:
    """A sealing with nothing new to seal changes nothing."""
    note(database, now, 1, 2, 3)
    assert write(database, seal_audit, now) == 3
    before = check(database)
    assert write(database, seal_audit, now) == 0
    assert check(database) == before


def test_long_trail(database: Database, now: datetime) -> None:
    """More entries than one statement takes are sealed at once."""

    def work(tx: Transaction) -> int:
        for subject in range(1_100):
            write_audit(tx, "service", "test", f"match:{subject}", now)
        return seal_audit(tx, now)

    assert write(database, work) == 1_100
    assert check(database).problems == ()
    assert check(database).unsealed == 0


def of(subject: int) -> Update:
    """An UPDATE of the entry about this subject."""
    return update(audit).where(audit.c.subject == f"match:{subject}")


def seal(number: int) -> Update:
    """An UPDATE of this seal."""
    return update(audit_seals).where(audit_seals.c.id == number)


MOVED = datetime.fromisoformat("2001-01-01T00:00:00+00:00")
A_MAC = bytes(32)
FORGED = {"id": 17, "at": MOVED, "actor": "person:9", "act": "x", "subject": "match:1", "detail": "{}", "mac": A_MAC}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (of(3).values(actor="person:2"), "was changed"),
        (of(3).values(act="match.end"), "was changed"),
        (of(3).values(subject="match:33"), "was changed"),
        (of(3).values(detail='{"lines": 4}'), "was changed"),
        (of(3).values(at=MOVED), "was changed"),
        (of(3).values(id=18), "was changed"),
        (of(7).values(actor="person:2"), "was changed"),
        (of(3).values(mac=A_MAC), "Entries under seal 2 are missing, were added or were changed."),
        (of(3).values(seal_id=None), "Entries under seal 2 are missing, were added or were changed."),
        (of(3).values(seal_id=3), "Entries under seal 3 are missing, were added or were changed."),
        (of(3).values(seal_id=99), "Seal 99 is missing."),
        (of(7).values(seal_id=1), "Entries under seal 1 are missing, were added or were changed."),
        (delete(audit).where(audit.c.subject == "match:3"), "Entries under seal 2 are missing"),
        (delete(audit).where(audit.c.seal_id == 1), "Entries under seal 1 are missing"),
        (insert(audit).values(**FORGED, seal_id=1), "Entry 17 was changed."),
        (insert(audit).values(FORGED), "Entry 17 was changed."),
        (seal(2).values(at=MOVED), "Seal 2 was changed."),
        (seal(2).values(entries=3), "Seal 2 was changed."),
        (seal(2).values(digest=A_MAC), "Seal 2 was changed."),
        (seal(2).values(mac=A_MAC), "Seal 3 was changed."),
        (seal(3).values(id=4), "Seal 3 is missing."),
        (delete(audit_seals).where(audit_seals.c.id == 1), "Before seal 2 others are missing."),
        (delete(audit_seals).where(audit_seals.c.id == 2), "Before seal 3 others are missing."),
        (delete(audit_seals).where(audit_seals.c.id == 3), "Seal 3 is missing."),
        (delete(audit_seals), "Seal 1 is missing."),
        (
            insert(audit_seals).values(id=4, at=MOVED, entries=0, digest=A_MAC, mac=A_MAC),
            "Seal 4 was changed.",
        ),
    ],
)
def test_tampering_shows(database: Database, change: Update | Delete | Insert, problem: str, now: datetime) -> None:
    """Whatever is changed, taken out, added or moved, in entries or seals, the check says so."""
    three_seals(database, now)
    write(database, Transaction.execute, change)
    problems = check(database).problems
    assert any(problem in found for found in problems)


def test_cut_end_shows_by_the_head(database: Database, now: datetime) -> None:
    """If the end of the trail is cut off with its seal, the head that was noted elsewhere is no longer the last one."""
    three_seals(database, now)
    head = check(database).head
    write(database, Transaction.execute, delete(audit).where(audit.c.seal_id == 3))
    write(database, Transaction.execute, delete(audit_seals).where(audit_seals.c.id == 3))
    after = check(database)
    assert after.problems == ()
    assert after.head != head


def test_each_problem_is_named_once(database: Database, now: datetime) -> None:
    """A missing seal isn't blamed on those that are there."""
    three_seals(database, now)
    write(database, Transaction.execute, delete(audit_seals).where(audit_seals.c.id == 2))
    assert check(database).problems == ("Before seal 3 others are missing.", "Seal 2 is missing.")


def test_writers_never_wait_for_each_other(postgres_database: Database, now: datetime) -> None:
    """Many transactions write entries at the same time, and all are open together before the first one commits."""
    meeting = threading.Barrier(4)

    def work(tx: Transaction) -> None:
        write_audit(tx, "service", "test", "match:1", now)
        meeting.wait(PATIENCE)

    results([postgres_database.write(work) for _ in range(4)])
    assert check(postgres_database).entries == 4


def test_sealing_waits_for_no_writer(postgres_database: Database, now: datetime) -> None:
    """An entry of a transaction that is still open is left for the next sealing."""
    written, gate = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        write_audit(tx, "service", "test", "match:1", now)
        written.set()
        assert gate.wait(PATIENCE)

    holding = postgres_database.write(hold)
    assert written.wait(PATIENCE)
    note(postgres_database, now, 2)
    assert write(postgres_database, seal_audit, now) == 1
    gate.set()
    holding.result(PATIENCE)
    assert write(postgres_database, seal_audit, now) == 1
    assert check(postgres_database).problems == ()


def test_second_sealer_sees_the_first_seal(postgres_database: Database, now: datetime) -> None:
    """A sealing that began while another one ran waits for it, then builds upon its seal and its entries."""
    note(postgres_database, now, 1, 2)
    sealed, gate = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> int:
        number = seal_audit(tx, now)
        sealed.set()
        assert gate.wait(PATIENCE)
        return number

    first = postgres_database.write(hold)
    assert sealed.wait(PATIENCE)
    started = threading.Event()

    def follow(tx: Transaction) -> int:
        # Its transaction has begun, so that anything but READ COMMITTED would see the state before the first seal.
        tx.execute(select(audit_seals)).all()
        write_audit(tx, "service", "test", "match:3", now)
        started.set()
        return seal_audit(tx, now)

    second = postgres_database.write(follow)
    assert started.wait(PATIENCE)
    gate.set()
    assert (first.result(PATIENCE), second.result(PATIENCE)) == (2, 1)
    found = check(postgres_database)
    assert (found.seals, found.unsealed, found.problems) == (2, 0, ())


def test_sealings_at_the_same_time(database: Database, now: datetime) -> None:
    """Sealings and writers that run across each other leave a whole chain over all entries."""

    def mixed(number: int) -> Callable[[], None]:
        def run() -> None:
            for round_ in range(5):
                note(database, now, number * 10 + round_)
                begin(database, seal_audit, now).result(PATIENCE)

        return run

    in_threads([mixed(number) for number in range(6)])
    write(database, seal_audit, now)
    found = check(database)
    assert (found.entries, found.unsealed, found.problems) == (30, 0, ())


def test_checking_while_others_seal(postgres_database: Database, now: datetime) -> None:
    """A check that runs while a sealing commits raises no false alarm."""
    stop = threading.Event()
    alarms: list[str] = []

    def watch() -> None:
        while not stop.is_set():
            alarms.extend(check(postgres_database).problems)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for subject in range(20):
        note(postgres_database, now, subject)
        write(postgres_database, seal_audit, now)
    stop.set()
    watcher.join(PATIENCE)
    assert alarms == []
