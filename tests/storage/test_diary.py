"""The diary: what will fall due, and what was told lately."""

from datetime import timedelta

from storage.database import Database
from storage.diary import enter, is_entered, note_once, strike_out, take_due
from tests.clocks import SetClock
from tests.storage.samples import write


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
