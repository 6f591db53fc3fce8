"""What people wrote to each other and the other side did not get, as far as is known."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal_column, select

from storage.ids import MatchId, MessageId, PersonId
from storage.messages.kinds import Direction, Kind
from storage.outbox.rows import OutboxState
from storage.schema.messages import messages
from storage.schema.outbox import outbox
from storage.schema.people import addresses
from storage.transaction import Transaction

_LOST = (OutboxState.FAILED, OutboxState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class NotReached:
    """One message that did not, or may not, have arrived."""

    message_id: MessageId
    match_id: MatchId | None
    # Who wrote it.
    sender_id: PersonId
    # Who was to get it.
    recipient_id: PersonId
    channel: str
    received_at: datetime
    state: OutboxState
    # Why: an error's code; None where nobody knows.
    error: str | None


_QUERY = (
    select(
        messages.c.id,
        messages.c.match_id,
        messages.c.person_id,
        messages.c.received_at,
        addresses.c.person_id.label("recipient_id"),
        addresses.c.channel,
        outbox.c.state,
        outbox.c.error,
    )
    .select_from(messages)
    .join(outbox, outbox.c.message_id == messages.c.id)
    .join(addresses, addresses.c.id == outbox.c.address_id)
    .where(
        messages.c.direction == Direction.IN.value,
        messages.c.kind == Kind.RELAY.value,
        # In the words of the partial index.
        outbox.c.state.in_([literal_column(f"'{state.value}'") for state in _LOST]),
        addresses.c.person_id.is_not(None),
    )
    .order_by(messages.c.received_at, messages.c.id, outbox.c.state, outbox.c.part)
)


def not_reached(tx: Transaction, since: datetime) -> list[NotReached]:
    """The relayed messages since then that failed or may not have arrived, oldest first; each once, however long."""
    found: dict[MessageId, NotReached] = {}
    # What goes out was received before: the index knows only when it was decided.
    for row in tx.execute(_QUERY.where(messages.c.received_at >= since, outbox.c.created_at >= since)):
        one = NotReached(
            MessageId(row.id),
            None if row.match_id is None else MatchId(row.match_id),
            PersonId(row.person_id),
            PersonId(row.recipient_id),
            row.channel,
            row.received_at,
            OutboxState(row.state),
            row.error,
        )
        # Of a message in parts a failed one says most: "failed" comes before "uncertain".
        found.setdefault(one.message_id, one)
    return list(found.values())
