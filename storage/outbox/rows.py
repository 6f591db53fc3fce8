"""What a row of the outbox is: how far it has come, what goes first, and the words that it keeps for a while."""

import json
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, literal_column

from storage.ids import AddressId, KeyId, MessageId
from storage.transaction import Transaction


class OutboxState(StrEnum):
    """How far a delivery has come."""

    QUEUED = "queued"
    SENDING = "sending"
    # The provider took it.
    SENT = "sent"
    # The provider says that it arrived.
    DELIVERED = "delivered"
    FAILED = "failed"
    # The provider took it and was asked, and nobody knows what became of it.
    UNCERTAIN = "uncertain"


class Priority(IntEnum):
    """What goes first to the same address."""

    ALERT = 0
    CHAT = 1


def is_unfinished(table: FromClause) -> ColumnElement[bool]:
    """The state is queued or sending, in the words of the partial index: SQLite uses it only for these."""
    return table.c.state.in_(
        [literal_column(f"'{state.value}'") for state in (OutboxState.QUEUED, OutboxState.SENDING)]
    )


@dataclass(frozen=True, slots=True)
class Body:
    """What goes out, as a row keeps it under its key."""

    text: str
    # Pairs of label and data.
    options: tuple[tuple[str, str], ...]
    # What else there is, by name.
    more: dict[str, Any]


def seal_body(tx: Transaction, key_id: KeyId, place: tuple[MessageId, AddressId, int], body: Body) -> bytes:
    """Encrypt a body for its row: that of a message (`place`), to an address, with the number of the part."""
    known = [body.text, body.options, body.more] if body.more else [body.text, body.options]
    return tx.seal(key_id, _context(*place), json.dumps(known))


def open_body(tx: Transaction, row: Row[tuple[Any, ...]]) -> Body:
    """The body of a row that still has one."""
    context = _context(row.message_id, row.address_id, row.part)
    text, options, *more = json.loads(tx.open(row.key_id, context, row.body_cell))
    return Body(text, tuple((label, data) for label, data in options), more[0] if more else {})


def _context(message_id: int, address_id: int, part: int) -> str:
    # Not the row's number, which the database gives, but its own unique name.
    return f"outbox:{message_id}/{address_id}/{part}:body"
