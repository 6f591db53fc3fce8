"""Messages from a telephone that several share, which wait for who wrote them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal_column, select, update

from storage.ids import AddressId, KeyId, MatchId, MessageId, PersonId
from storage.messages.cells import open_words, seal_words
from storage.messages.kinds import Kind, MessageState
from storage.schema.messages import messages
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Unattributed:
    """A message from a telephone that several share, of which nobody has said yet who wrote it."""

    id: MessageId
    original: str
    delivered: str
    provider_ref: str | None
    reply_to_ref: str | None
    attachments: tuple[str, ...]
    at: datetime
    received_at: datetime


def unattributed_at(tx: Transaction, address_id: AddressId) -> list[Unattributed]:
    """The messages of one address that wait for who wrote them, oldest first."""
    # In the words of the partial index: SQLite uses it only for these.
    waits = messages.c.state == literal_column("'waiting'")
    query = select(messages).where(messages.c.person_id.is_(None), waits, messages.c.address_id == address_id)
    found = []
    for row in tx.execute(query.order_by(messages.c.id)):
        original, delivered = open_words(tx, row)
        kinds = tuple((row.attachments or "").split())
        refs = row.provider_ref, row.reply_to_ref
        found.append(Unattributed(MessageId(row.id), original, delivered, *refs, kinds, row.at, row.received_at))
    return found


def attribute(  # noqa: PLR0913 - what is known of it now
    tx: Transaction,
    waited: Unattributed,
    person_id: PersonId,
    key_id: KeyId,
    *,
    kind: Kind,
    state: MessageState,
    match_id: MatchId | None,
    delivered: str | None,
) -> None:
    """Note who wrote a message that waited for that, and what it is; its words are locked with their key from now on.

    `delivered` is what was or will be delivered, when that differs from the original.
    """
    values = {
        "person_id": person_id,
        "key_id": key_id,
        "kind": kind,
        "state": state,
        "match_id": match_id,
        **seal_words(tx, waited.id, key_id, waited.original, delivered),
    }
    tx.execute(update(messages).where(messages.c.id == waited.id).values(values))
