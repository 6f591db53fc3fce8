"""The diary: things that fall due. A sweep takes what is due; nothing scheduled lives only in memory."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.schema.keeping import diary
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """Something that is due."""

    id: int
    kind: str
    # The number of what it is about, in the table that its kind knows.
    subject: int
    due_at: datetime
    # How often its function failed.
    attempts: int = 0


_INSERTS = {
    # What was struck out and is written again at the same time is due again.
    name: dialect.insert(diary).on_conflict_do_update(
        index_elements=[diary.c.kind, diary.c.subject, diary.c.due_at],
        set_={"state": "due"},
        where=diary.c.state == "struck",
    )
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def enter(tx: Transaction, kind: str, subject: int, due_at: datetime) -> None:
    """Write something into the diary; the same kind, subject and time twice is one entry.

    One that was struck out is due again.
    """
    values = {"kind": kind, "subject": subject, "due_at": due_at, "state": "due"}
    tx.execute(_INSERTS[tx.connection.dialect.name], values)


def list_due(tx: Transaction, now: datetime, most: int) -> list[DiaryEntry]:
    """So many entries at most that are due, longest due first; where several processes sweep, nobody else gets them."""
    query = select(diary).where(diary.c.state == "due", diary.c.due_at <= now).order_by(diary.c.due_at, diary.c.id)
    rows = tx.execute(query.limit(most).with_for_update(skip_locked=True))
    return [DiaryEntry(row.id, row.kind, row.subject, row.due_at, row.attempts) for row in rows]


def take(tx: Transaction, entry: DiaryEntry) -> bool:
    """Mark an entry as done: if the transaction fails it is due again. False when it is due no longer."""
    still = update(diary).where(diary.c.id == entry.id, diary.c.state == "due")
    return tx.execute(still.values(state="done")).rowcount == 1


def stands(tx: Transaction, kind: str, subject: int, now: datetime) -> bool:
    """Whether something of this kind about one thing is due later than now."""
    which = (diary.c.kind == kind, diary.c.subject == subject, diary.c.due_at > now, diary.c.state == "due")
    return tx.execute(select(diary.c.id).where(*which).limit(1)).first() is not None


def strike_out(tx: Transaction, kind: str, subject: int) -> None:
    """What was due of one kind about one thing no longer is."""
    tx.execute(
        update(diary)
        .where(diary.c.kind == kind, diary.c.subject == subject, diary.c.state == "due")
        .values(state="struck")
    )


def note_once(tx: Transaction, kind: str, subject: int, now: datetime, *, since: datetime) -> bool:
    """Note that something was told; False, and nothing is noted, when it was after `since` already."""
    told = (diary.c.kind == kind, diary.c.subject == subject, diary.c.due_at > since)
    if tx.execute(select(diary.c.id).where(*told).limit(1)).first() is not None:
        return False
    tx.execute(insert(diary).values(kind=kind, subject=subject, due_at=now, state="done"))
    return True


def is_entered(tx: Transaction, kind: str, subject: int) -> bool:
    """Whether something of this kind about this subject will fall due."""
    due = (diary.c.kind == kind, diary.c.subject == subject, diary.c.state == "due")
    return tx.execute(select(diary.c.id).where(*due).limit(1)).first() is not None


def hand_on(tx: Transaction, kinds: str, subject: int, to: int) -> None:
    """What is due about one thing, of all kinds whose name begins with `kinds`, is due about another one."""
    this = (diary.c.subject == subject, diary.c.state == "due", diary.c.kind.startswith(kinds, autoescape=True))
    for row in tx.execute(select(diary).where(*this).order_by(diary.c.id)).all():
        enter(tx, row.kind, to, row.due_at)
    tx.execute(update(diary).where(*this).values(state="struck"))


def put_off(tx: Transaction, entry: DiaryEntry, due_at: datetime) -> None:
    """Its function failed: it is due again later."""
    values = {"state": "due", "due_at": due_at, "attempts": diary.c.attempts + 1}
    tx.execute(update(diary).where(diary.c.id == entry.id).values(values))
