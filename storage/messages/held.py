"""Messages that a coordinator is to look at before they go."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, literal_column, select

from storage.ids import AddressId, KeyId, MatchId, MessageId, PersonId
from storage.messages.cells import open_words
from storage.messages.kinds import Direction, MessageState
from storage.schema.messages import messages
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message of somebody that is or was held."""

    id: MessageId
    person_id: PersonId
    match_id: MatchId | None
    state: MessageState
    album: str | None
    key_id: KeyId
    address_id: AddressId | None
    received_at: datetime
    attachments: str | None
    reply_to_ref: str | None
    original: str
    # What may be passed on, as far as that was known when it came.
    delivered: str


def with_its_album(tx: Transaction, message_id: int) -> list[HeldMessage]:
    """A message that somebody sent and the other parts of its album, oldest first; locked until the commit.

    Empty when there is no such message.
    """
    one = tx.execute(select(messages).where(messages.c.id == message_id)).one_or_none()
    if one is None or one.direction != Direction.IN or one.person_id is None:
        return []
    query = select(messages).where(messages.c.id == message_id)
    if one.album is not None:
        query = select(messages).where(messages.c.person_id == one.person_id, messages.c.album == one.album)
    rows = tx.execute(query.order_by(messages.c.id).with_for_update(key_share=True)).all()
    return [_held(tx, row) for row in rows]


def held_messages(tx: Transaction) -> list[HeldMessage]:
    """All messages that are held, oldest first."""
    query = select(messages).where(messages.c.state == literal_column("'held'")).order_by(messages.c.id)
    return [_held(tx, row) for row in tx.execute(query)]


def _held(tx: Transaction, row: Row[tuple[object, ...]]) -> HeldMessage:
    original, delivered = open_words(tx, row)
    return HeldMessage(
        MessageId(row.id),
        PersonId(row.person_id),
        None if row.match_id is None else MatchId(row.match_id),
        MessageState(row.state),
        row.album,
        KeyId(row.key_id),
        None if row.address_id is None else AddressId(row.address_id),
        row.received_at,
        row.attachments,
        row.reply_to_ref,
        original,
        delivered,
    )
