"""What a row of the outbox was about: whose words, to whom, of which match."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from storage.ids import AddressId, MatchId, MessageId, OutboxId, PersonId
from storage.outbox.rows import OutboxState, Priority
from storage.schema.messages import messages
from storage.schema.outbox import outbox
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a row of the outbox was about."""

    id: OutboxId
    state: OutboxState
    message_id: MessageId
    address_id: AddressId
    match_id: MatchId | None
    # Whose words (of a message that came in) or who was told.
    person_id: PersonId | None
    kind: str
    direction: str
    priority: Priority = Priority.CHAT
    # What the provider called its last try, where it took one.
    provider_ref: str | None = None
    # After this it is stale; None: it never is.
    expires_at: datetime | None = None
    # Whether what goes out is still there.
    repeatable: bool = False

    @property
    def is_alarm(self) -> bool:
        """Whether it goes before everything else."""
        return self.priority is Priority.ALERT


DELIVERIES = select(
    outbox.c.id,
    outbox.c.state,
    outbox.c.message_id,
    outbox.c.address_id,
    outbox.c.priority,
    outbox.c.provider_ref,
    outbox.c.expires_at,
    outbox.c.body_cell.is_not(None).label("repeatable"),
    messages.c.match_id,
    messages.c.person_id,
    messages.c.kind,
    messages.c.direction,
).join(messages, messages.c.id == outbox.c.message_id)


def get_delivery(tx: Transaction, outbox_id: OutboxId) -> Delivery | None:
    """What a row of the outbox was about; None when there is none."""
    row = tx.execute(DELIVERIES.where(outbox.c.id == outbox_id)).one_or_none()
    return None if row is None else delivery_of(row)


def find_delivery(tx: Transaction, provider_ref: str, address_id: AddressId | None = None) -> Delivery | None:
    """The delivery that the provider calls `provider_ref` (on Telegram that is unique for each address only)."""
    query = DELIVERIES.where(outbox.c.provider_ref == provider_ref)
    if address_id is not None:
        query = query.where(outbox.c.address_id == address_id)
    row = tx.execute(query.order_by(outbox.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else delivery_of(row)


def delivery_of(row: Row[tuple[object, ...]]) -> Delivery:
    """The delivery of a row of `DELIVERIES`."""
    return Delivery(
        OutboxId(row.id),
        OutboxState(row.state),
        MessageId(row.message_id),
        AddressId(row.address_id),
        None if row.match_id is None else MatchId(row.match_id),
        None if row.person_id is None else PersonId(row.person_id),
        row.kind,
        row.direction,
        Priority(row.priority),
        row.provider_ref,
        row.expires_at,
        bool(row.repeatable),
    )
