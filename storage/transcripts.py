"""Reading back what was said: messages and how far their deliveries have come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from storage.ids import MatchId, MessageId, OutboxId, PersonId
from storage.messages.cells import open_words
from storage.parts import in_parts
from storage.reports import Report, reports_of
from storage.schema.messages import messages
from storage.schema.outbox import outbox
from storage.schema.people import matches
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message as it stands in the record."""

    id: MessageId
    received_at: datetime
    direction: str
    kind: str
    state: str
    person_id: PersonId | None
    match_id: MatchId | None
    attachments: str | None
    original: str
    delivered: str


def messages_about(tx: Transaction, *, match_id: int | None = None, person_id: int | None = None) -> list[MessageLine]:
    """The messages of a match, or from and to a person and in their matches, or all; oldest first."""
    query = select(messages).order_by(messages.c.received_at, messages.c.id)
    if match_id is not None:
        query = query.where(messages.c.match_id == match_id)
    elif person_id is not None:
        own = select(matches.c.id).where(or_(matches.c.mentor_id == person_id, matches.c.mentee_id == person_id))
        query = query.where(or_(messages.c.person_id == person_id, messages.c.match_id.in_(own)))
    lines = []
    for row in tx.execute(query):
        original, delivered = open_words(tx, row)
        lines.append(
            MessageLine(
                MessageId(row.id),
                row.received_at,
                row.direction,
                row.kind,
                row.state,
                None if row.person_id is None else PersonId(row.person_id),
                None if row.match_id is None else MatchId(row.match_id),
                row.attachments,
                original,
                delivered,
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """How far one delivery of a message has come."""

    state: str
    attempts: int
    error: str | None
    sent_at: datetime | None
    reports: list[Report]


def deliveries_of(tx: Transaction, message_ids: list[MessageId]) -> dict[MessageId, list[DeliveryLine]]:
    """The deliveries of these messages, by message, in the order in which they were decided."""
    query = select(outbox).order_by(outbox.c.id)
    rows = [row for part in in_parts(message_ids) for row in tx.execute(query.where(outbox.c.message_id.in_(part)))]
    reports = reports_of(tx, [OutboxId(row.id) for row in rows])
    found: dict[MessageId, list[DeliveryLine]] = {}
    for row in rows:
        line = DeliveryLine(row.state, row.attempts, row.error, row.sent_at, reports.get(OutboxId(row.id), []))
        found.setdefault(MessageId(row.message_id), []).append(line)
    return found
