"""The words of messages in the record, in all their versions."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Row, or_, select

from storage.ids import AddressId, KeyId, MatchId, MessageId, PersonId
from storage.messages.cells import open_words
from storage.messages.kinds import Direction, Kind, MessageState
from storage.schema.messages import messages
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a kept message."""

    id: MessageId
    original: str
    # What the other side gets or got.
    delivered: str
    state: MessageState
    match_id: MatchId | None
    provider_ref: str | None
    address_id: AddressId | None
    key_id: KeyId
    received_at: datetime
    kind: Kind
    reply_to_ref: str | None
    # Whose words they are; None: nobody knows.
    person_id: PersonId | None


def get_words(tx: Transaction, message_id: MessageId) -> Words:
    """The words of one message. Raises `NoResultFound`."""
    return _words(tx, tx.execute(select(messages).where(messages.c.id == message_id)).one())


def versions_of(tx: Transaction, message_id: MessageId) -> list[Words]:
    """All versions of a message, oldest first; `message_id` is any one of them. Raises `NoResultFound`."""
    own = tx.execute(select(messages.c.edits_id).where(messages.c.id == message_id)).scalar_one()
    first = message_id if own is None else MessageId(own)
    query = select(messages).where(or_(messages.c.id == first, messages.c.edits_id == first)).order_by(messages.c.id)
    return [_words(tx, row) for row in tx.execute(query)]


def latest_words(tx: Transaction, message_id: MessageId) -> Words:
    """The words of a message as its sender changed them last, and everything else of the message itself.

    For whoever lets go what waited or was held: the newest version takes the place of the first. It must be screened
    again before it goes, since the filter may have failed on the newer words. Raises `NoResultFound`.
    """
    newest = versions_of(tx, message_id)[-1]
    return replace(get_words(tx, message_id), original=newest.original, delivered=newest.delivered)


def find_incoming(tx: Transaction, provider_ref: str, address_id: AddressId) -> MessageId | None:
    """The message that came in from this address under this name, in its first version; None when none did."""
    named = (messages.c.provider_ref == provider_ref, messages.c.address_id == address_id)
    query = select(messages.c.id).where(*named, messages.c.direction == Direction.IN, messages.c.edits_id.is_(None))
    found = tx.execute(query.order_by(messages.c.id).limit(1)).scalar_one_or_none()
    return None if found is None else MessageId(found)


def _words(tx: Transaction, row: Row[tuple[object, ...]]) -> Words:
    original, delivered = open_words(tx, row)
    return Words(
        MessageId(row.id),
        original,
        delivered,
        MessageState(row.state),
        None if row.match_id is None else MatchId(row.match_id),
        row.provider_ref,
        None if row.address_id is None else AddressId(row.address_id),
        KeyId(row.key_id),
        row.received_at,
        Kind(row.kind),
        row.reply_to_ref,
        None if row.person_id is None else PersonId(row.person_id),
    )
