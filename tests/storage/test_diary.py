"""The diary: what will fall due, and what was told lately."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.diary import enter, is_entered, note_once, put_off, strike_out
from storage.schema.keeping import diary
from storage.transaction import Transaction
from tests.clocks import SetClock
from tests.storage.samples import read, take_due, write


def test_what_is_entered(database: Database, clock: SetClock) -> None:
    """Only what is still due counts, of this kind and about this subject."""

    def entered(kind: str, subject: int) -> bool:
        return write(database, lambda tx: is_entered(tx, kind, subject))

    write(database, lambda tx: enter(tx, "look", 1, clock.now + timedelta(hours=1)))
    assert [entered("look", 1), entered("look", 2), entered("other", 1)] == [True, False, False]
    write(database, lambda tx: strike_out(tx, "look", 1))
    assert not entered("look", 1)


def test_told_once(database: Database, clock: SetClock) -> None:
    """What was told lately isn't told again; each kind and subject for itself, and it never falls due."""

    def told(kind: str, subject: int) -> bool:
        return write(
            database, lambda tx: note_once(tx, kind, subject, clock.now, since=clock.now - timedelta(hours=24))
        )

    assert [told("late", 1), told("late", 1), told("late", 2), told("other", 1)] == [True, False, True, True]
    clock.move(timedelta(hours=24) - timedelta(microseconds=1))
    assert not told("late", 1)
    clock.move(timedelta(microseconds=1))
    assert told("late", 1)
    assert write(database, lambda tx: take_due(tx, clock.now + timedelta(days=9))) is None


def test_diary_gives_what_is_due(database: Database, now: datetime) -> None:
    """Due entries are taken one by one, the longest due first, each once; what is not due yet stays."""
    for subject, hours in ((1, 2), (2, 1), (3, 48), (2, 1)):
        at = now + timedelta(hours=hours)
        write(database, enter, "unanswered", subject, at)
    later = now + timedelta(hours=2)
    taken = [write(database, take_due, later) for _ in range(3)]
    assert [(entry.kind, entry.subject, entry.due_at) for entry in taken if entry] == [
        ("unanswered", 2, now + timedelta(hours=1)),
        ("unanswered", 1, now + timedelta(hours=2)),
    ]
    assert taken[2] is None


def test_diary_entry_that_fails_is_due_again(database: Database, now: datetime) -> None:
    """If its work fails an entry stays due, until it is put off."""
    write(database, enter, "unanswered", 1, now)

    def fail(tx: Transaction) -> None:
        assert take_due(tx, now) is not None
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        write(database, fail)
    entry = write(database, take_due, now)
    assert entry is not None
    write(database, put_off, entry, now + timedelta(minutes=1))
    assert write(database, take_due, now) is None
    again = write(database, take_due, now + timedelta(minutes=1))
    assert again == replace(entry, due_at=now + timedelta(minutes=1), attempts=1)
    assert read(database, lambda tx: tx.execute(select(diary.c.attempts)).scalar_one()) == 1


def test_diary_entries_can_be_struck_out(database: Database, now: datetime) -> None:
    """What was due about one thing no longer is; everything else still is."""
    for kind, subject in (("a", 1), ("a", 2), ("b", 1)):
        write(database, enter, kind, subject, now)
    write(database, strike_out, "a", 1)
    left = [write(database, take_due, now) for _ in range(3)]
    assert [(entry.kind, entry.subject) for entry in left if entry] == [("a", 2), ("b", 1)]
