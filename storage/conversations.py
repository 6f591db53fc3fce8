"""Conversations: what the service asked somebody and has no answer to yet. A restart loses none."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, insert, select, update

from storage.hot import Hot
from storage.ids import ConversationId, PersonId
from storage.people import Person
from storage.schema import conversations
from storage.transaction import Transaction


class Topic(StrEnum):
    """What a conversation is about."""

    # Will you join? No subject.
    JOINING = "joining"
    # Will you be matched with …? Its subject is the match.
    MATCH = "match"
    # Whom is this message for? Its subject is the message.
    ADDRESSEE = "addressee"
    # The next message goes to one match: its subject. Nothing was asked.
    NEXT = "next"
    # Who is writing from a telephone that several share: its subject is the address. Whom it is with has said so.
    WRITER = "writer"
    # Somebody changes to another phone or channel. Its subject is the new number; none while a code is waited for.
    MOVING = "moving"
    # The same, but the address that they have stays.
    ADDING = "adding"
    # Is anyone in danger now? Its subject is the case.
    DANGER = "danger"
    # What worries you? Its subject is the case, once it was opened without the words; none before.
    CONCERN = "concern"
    # Which mentee is a concern about? Its subject is the case.
    CONCERN_WHOM = "concern_whom"
    # What help a mentee wants. No subject.
    HELP = "help"
    # Which mentor isn't something right about? Its subject is the case.
    HELP_MENTOR = "help_mentor"
    # What is to be written into a case (its subject), and how and why it is closed: the next message says it.
    CASE_NOTE = "case_note"
    CASE_ACTION = "case_action"
    CASE_REFERRAL = "case_referral"
    CASE_REFERENCE = "case_reference"
    CASE_OUTCOME = "case_outcome"
    CASE_REASON = "case_reason"


@dataclass(frozen=True, slots=True)
class Conversation:
    """An open question."""

    id: ConversationId
    person_id: PersonId
    topic: Topic
    subject: int | None
    opened_at: datetime
    # Pairs of label and data, in the order in which they were offered.
    options: tuple[tuple[str, str], ...]


def open_conversation(
    tx: Transaction,
    person: Person,
    topic: Topic,
    now: datetime,
    *,
    subject: int | None = None,
    options: tuple[tuple[str, str], ...] = (),
) -> ConversationId:
    """Note that something was asked; `options` are kept so that "2" can be understood."""
    values = {
        "person_id": person.id,
        "kind": topic,
        "subject": subject,
        "key_id": person.key_id,
        "opened_at": now,
    }
    made = tx.execute(insert(conversations).values(values).returning(conversations.c.id)).scalar_one()
    cell = tx.seal(person.key_id, _context(made), json.dumps(options))
    tx.execute(update(conversations).where(conversations.c.id == made).values(options_cell=cell))
    return ConversationId(made)


_OPEN = Hot(
    select(conversations)
    .where(conversations.c.closed_at.is_(None), conversations.c.person_id == bindparam("person"))
    .order_by(conversations.c.id)
)


def open_conversations(tx: Transaction, person_id: PersonId) -> list[Conversation]:
    """The open questions to somebody, oldest first."""
    rows = _OPEN.rows(tx, {"person": person_id})
    return [
        Conversation(
            ConversationId(row.id),
            PersonId(row.person_id),
            Topic(row.kind),
            row.subject,
            row.opened_at,
            tuple((label, data) for label, data in json.loads(tx.open(row.key_id, _context(row.id), row.options_cell))),
        )
        for row in rows
    ]


def open_about(tx: Transaction, topics: tuple[Topic, ...], subject: int) -> list[tuple[Topic, PersonId, datetime]]:
    """Whom something is open with that is about one thing, and since when; oldest first."""
    this = (conversations.c.closed_at.is_(None), conversations.c.subject == subject)
    query = select(conversations.c.kind, conversations.c.person_id, conversations.c.opened_at)
    rows = tx.execute(query.where(*this, conversations.c.kind.in_(topics)).order_by(conversations.c.id))
    return [(Topic(row.kind), PersonId(row.person_id), row.opened_at) for row in rows]


def close_topic(tx: Transaction, person_id: PersonId, topics: tuple[Topic, ...], now: datetime) -> None:
    """Whatever is open with somebody of these kinds no longer matters."""
    this = (conversations.c.person_id == person_id, conversations.c.kind.in_(topics))
    tx.execute(update(conversations).where(*this, conversations.c.closed_at.is_(None)).values(closed_at=now))


def close_conversation(tx: Transaction, conversation_id: ConversationId, now: datetime) -> None:
    """It was answered, or no longer matters."""
    tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(closed_at=now))


def close_about(tx: Transaction, topic: Topic, subject: int, now: datetime) -> None:
    """Close every open question about one thing."""
    tx.execute(
        update(conversations)
        .where(conversations.c.kind == topic, conversations.c.subject == subject, conversations.c.closed_at.is_(None))
        .values(closed_at=now)
    )


def _context(conversation_id: int) -> str:
    return f"conversations:{conversation_id}:options"
