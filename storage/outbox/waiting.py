"""What waits in the outbox: hurried, let expire, dropped, counted."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, select, update

from storage.ids import AddressId, OutboxId
from storage.outbox.deliveries import DELIVERIES, Delivery, delivery_of
from storage.outbox.rows import OutboxState, is_unfinished
from storage.schema.outbox import outbox
from storage.transaction import Transaction


def queued_at(tx: Transaction, address_id: AddressId) -> list[Delivery]:
    """What waits for one address and isn't being sent, in order."""
    rows = tx.execute(
        DELIVERIES.where(*_at(address_id, OutboxState.QUEUED)).order_by(outbox.c.priority, outbox.c.id)
    ).all()
    return [delivery_of(row) for row in rows]


def make_due(tx: Transaction, address_id: AddressId, now: datetime) -> None:
    """What waits for its next try to this address may go at once: somebody is there again."""
    tx.execute(update(outbox).where(*_at(address_id, OutboxState.QUEUED), outbox.c.due_at > now).values(due_at=now))
    tx.queued_for.append(address_id)


def let_expire(tx: Transaction, address_id: AddressId, now: datetime) -> None:
    """What is on its way to one address is not sent again, should this try fail."""
    tx.execute(update(outbox).where(*_at(address_id, OutboxState.SENDING)).values(expires_at=now))


def cancel_queued(tx: Transaction, address_id: AddressId, error: str) -> list[OutboxId]:
    """What waits for one address will not be sent any more; returns what it was."""
    statement = update(outbox).where(*_at(address_id, OutboxState.QUEUED))
    values = {"state": OutboxState.FAILED, "error": error, "body_cell": None}
    rows = tx.execute(statement.values(values).returning(outbox.c.id))
    return [OutboxId(row.id) for row in rows]


def take_expired(tx: Transaction, now: datetime) -> Delivery | None:
    """The delivery that is longest stale and still waits; None when there is none. Held until the commit."""
    stale = (outbox.c.state == literal_column(f"'{OutboxState.QUEUED.value}'"), outbox.c.expires_at <= now)
    first = DELIVERIES.where(*stale).order_by(outbox.c.expires_at, outbox.c.id).limit(1)
    row = tx.execute(first.with_for_update(of=outbox, skip_locked=True)).one_or_none()
    return None if row is None else delivery_of(row)


def count_unfinished(tx: Transaction) -> int:
    """How many deliveries are queued or being made."""
    return int(tx.execute(select(func.count()).select_from(outbox).where(is_unfinished(outbox))).scalar_one())


def _at(address_id: AddressId, state: OutboxState) -> tuple[ColumnElement[bool], ...]:
    """The unfinished rows of one address in this state."""
    return outbox.c.address_id == address_id, is_unfinished(outbox), outbox.c.state == state.value
