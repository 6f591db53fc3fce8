"""Events of the providers: each takes effect once, and one that failed is kept until it has been dealt with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, bindparam, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.hot import Hot
from storage.ids import KeyId
from storage.schema.messages import events
from storage.transaction import Transaction


class EventState(StrEnum):
    """What became of an event."""

    DONE = "done"
    # Its handler failed; it is tried again.
    FAILED = "failed"
    # It failed too often; a coordinator was told.
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """An event that waits to be tried again."""

    channel: str
    provider_id: str
    # The event as JSON.
    payload: str
    attempts: int


# Two dialects, one statement: the row of an event that was already seen stays as it is.
_INSERTS = {
    name: dialect.insert(events).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
# As the partial index has it: SQLite uses that only where the condition stands in the same words.
_FAILED = text("events.state = 'failed'")
_FAILED_FROM = Hot(select(events.c.provider_id).where(events.c.sender_lookup == bindparam("sender"), _FAILED).limit(1))
_FIRST_SEEN = {
    name: Hot(statement, columns=("channel", "provider_id", "state", "received_at"))
    for name, statement in _INSERTS.items()
}


def first_seen(tx: Transaction, channel: str, provider_id: str, now: datetime) -> bool:
    """Take an event on: True the first time, False when it was seen before (whatever became of it)."""
    values = {"channel": channel, "provider_id": provider_id, "state": EventState.DONE.value, "received_at": now}
    return _FIRST_SEEN[tx.connection.dialect.name].run(tx, values) == 1


def keep_failed(  # noqa: PLR0913 - the facts of one failure
    tx: Transaction,
    channel: str,
    provider_id: str,
    *,
    payload: str,
    sender_lookup: bytes,
    error: str,
    due_at: datetime,
    now: datetime,
) -> None:
    """Keep an event whose handler failed, to be tried again; does nothing when it is already known."""
    if tx.execute(select(events.c.state).where(_is(channel, provider_id))).first() is not None:
        return
    key_id = tx.new_key(now)
    values = {
        "channel": channel,
        "provider_id": provider_id,
        "state": EventState.FAILED,
        "received_at": now,
        "payload_cell": tx.seal(key_id, _context(channel, provider_id), payload),
        "key_id": key_id,
        "sender_lookup": sender_lookup,
        "due_at": due_at,
        "attempts": 1,
        "error": error,
    }
    tx.execute(_INSERTS[tx.connection.dialect.name], values)


def has_failed_from(tx: Transaction, sender_lookup: bytes) -> bool:
    """Whether an earlier event of this sender waits to be tried again: a later one must not overtake it."""
    return bool(_FAILED_FROM.rows(tx, {"sender": sender_lookup}))


def due_failed(tx: Transaction, now: datetime, limit: int) -> list[FailedEvent]:
    """The events whose next try is due: of each sender only the oldest, so that their order stays.

    Other processes leave them alone until the commit.
    """
    # The ids of keys grow with time, and unlike times no two are the same.
    oldest = select(func.min(events.c.key_id)).where(_FAILED).group_by(events.c.sender_lookup)
    query = (
        select(events)
        .where(_FAILED, events.c.due_at <= now, events.c.key_id.in_(oldest))
        .order_by(events.c.key_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [
        FailedEvent(
            row.channel,
            row.provider_id,
            tx.open(row.key_id, _context(row.channel, row.provider_id), row.payload_cell),
            row.attempts,
        )
        for row in tx.execute(query)
    ]


def note_done(tx: Transaction, event: FailedEvent, now: datetime) -> None:
    """A later try succeeded: what was kept for it is destroyed, since the record has it now."""
    this = _is(event.channel, event.provider_id)
    key_id = tx.execute(select(events.c.key_id).where(this)).scalar_one()
    tx.execute(
        update(events)
        .where(this)
        .values(state=EventState.DONE, payload_cell=None, sender_lookup=None, due_at=None, error=None)
    )
    tx.destroy_key(KeyId(key_id), now)


def note_failed_again(tx: Transaction, event: FailedEvent, error: str, due_at: datetime | None) -> None:
    """Another try failed: when the next one is due, or None when there is none any more."""
    state = EventState.DEAD if due_at is None else EventState.FAILED
    values = {"state": state, "attempts": event.attempts + 1, "due_at": due_at, "error": error}
    tx.execute(update(events).where(_is(event.channel, event.provider_id)).values(values))


def _is(channel: str, provider_id: str) -> ColumnElement[bool]:
    return (events.c.channel == channel) & (events.c.provider_id == provider_id)


def _context(channel: str, provider_id: str) -> str:
    return f"events:{channel}/{provider_id}:payload"
