"""What somebody wrote before: the words that a message may go on from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal_column, select

from storage.hot import Hot
from storage.ids import AddressId, KeyId, MatchId, MessageId, PersonId
from storage.messages import open_original
from storage.schema import messages
from storage.transaction import Transaction

# Later than every id that was made.
_NEWEST = 2**63 - 1
# Among so many of the newest words from nobody known are those of one stranger looked for.
_STRANGERS = 500


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message of somebody, or a later version of one; its words are still locked."""

    id: MessageId
    # The message in its first version.
    first_id: MessageId
    # None: for nobody, or nobody knows yet for whom.
    match_id: MatchId | None
    provider_ref: str | None
    received_at: datetime
    original_cell: bytes
    key_id: KeyId


# Words in somebody's own writing: no commands, answers and reactions. Written out: a hot statement takes no lists.
_WORDS: ColumnElement[bool] = literal_column("direction = 'in' AND kind IN ('relay', 'other', 'stranger')")


_COLUMNS = (
    messages.c.id,
    messages.c.edits_id,
    messages.c.match_id,
    messages.c.provider_ref,
    messages.c.received_at,
    messages.c.original_cell,
    messages.c.key_id,
)
_OF_PERSON = Hot(
    select(*_COLUMNS)
    .where(messages.c.person_id == bindparam("person"), messages.c.id <= bindparam("until"), _WORDS)
    .order_by(messages.c.id.desc())
    .limit(bindparam("most"))
)
_NOBODYS = (
    select(*_COLUMNS, messages.c.address_id)
    .where(messages.c.person_id.is_(None), messages.c.id <= bindparam("until"), _WORDS)
    .order_by(messages.c.id.desc())
    .limit(_STRANGERS)
    .subquery()
)
_FROM_ADDRESS = Hot(
    select(_NOBODYS)
    .where(_NOBODYS.c.address_id == bindparam("address"))
    .order_by(_NOBODYS.c.id.desc())
    .limit(bindparam("most"))
)


def written_by(tx: Transaction, person_id: PersonId, most: int, *, until: MessageId | None = None) -> list[Earlier]:
    """The newest words of somebody, at most so many versions of messages, the newest first.

    `until` leaves out what came after that message, which itself is among them.
    """
    rows = _OF_PERSON.rows(tx, {"person": person_id, "until": until or _NEWEST, "most": most})
    return [_earlier(row) for row in rows]


def written_at(tx: Transaction, address_id: AddressId, most: int, *, until: MessageId | None = None) -> list[Earlier]:
    """The same of whoever writes from an address of which nobody knows whose it is."""
    rows = _FROM_ADDRESS.rows(tx, {"address": address_id, "until": until or _NEWEST, "most": most})
    return [_earlier(row) for row in rows]


def open_earlier(tx: Transaction, earlier: Earlier) -> str:
    """The words, as they were written."""
    return open_original(tx, earlier.id, earlier.key_id, earlier.original_cell)


def _earlier(row: Any) -> Earlier:  # noqa: ANN401 - a row, by its names
    first = MessageId(row.id if row.edits_id is None else row.edits_id)
    match_id = None if row.match_id is None else MatchId(row.match_id)
    place = MessageId(row.id), first, match_id, row.provider_ref, row.received_at
    return Earlier(*place, row.original_cell, KeyId(row.key_id))
