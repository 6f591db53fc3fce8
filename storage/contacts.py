"""Contacts outside of the relay: letters, calls, visits and video calls of a match."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import insert, select, update

from storage.ids import KeyId, MatchId, MessageId, PersonId
from storage.parts import in_parts
from storage.schema.people import contacts
from storage.transaction import Transaction


class ContactKind(StrEnum):
    """How two people were in touch."""

    LETTER = "letter"
    CALL = "call"
    VISIT = "visit"
    VIDEO = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One contact as it was written down."""

    match_id: MatchId
    kind: ContactKind
    on_day: date
    note: str
    # Who wrote it down; None for the command line.
    by_person_id: PersonId | None
    # The message that it was written down with, if there was one.
    message_id: MessageId | None
    # When it was written down.
    at: datetime


def add_contact(tx: Transaction, contact: Contact, key_id: KeyId) -> int:
    """Keep a contact, its note under the mentee's key. Returns its number."""
    values = {
        "match_id": contact.match_id,
        "kind": contact.kind,
        "on_day": contact.on_day,
        "key_id": key_id,
        "by_person_id": contact.by_person_id,
        "message_id": contact.message_id,
        "at": contact.at,
    }
    number: int = tx.execute(insert(contacts).values(values).returning(contacts.c.id)).scalar_one()
    cell = tx.seal(key_id, f"contacts:{number}:note", contact.note)
    tx.execute(update(contacts).where(contacts.c.id == number).values(note_cell=cell))
    return number


def contacts_of(tx: Transaction, match_ids: list[MatchId]) -> list[Contact]:
    """The contacts of these matches, in the order of their days."""
    query = select(contacts)
    rows = [row for part in in_parts(match_ids) for row in tx.execute(query.where(contacts.c.match_id.in_(part)))]
    return [
        Contact(
            match_id=MatchId(row.match_id),
            kind=ContactKind(row.kind),
            on_day=row.on_day,
            note=tx.open(row.key_id, f"contacts:{row.id}:note", row.note_cell),
            by_person_id=None if row.by_person_id is None else PersonId(row.by_person_id),
            message_id=None if row.message_id is None else MessageId(row.message_id),
            at=row.at,
        )
        for row in sorted(rows, key=lambda row: (row.on_day, row.id))
    ]
