"""The rows of one message, in all its parts and versions: what they carry, and what can be changed or taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from storage.ids import AddressId, KeyId, MediaId, MessageId, OutboxId
from storage.outbox.rows import OutboxState, Priority, open_body
from storage.schema.outbox import outbox
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DeliveryPart:
    """One row of a message, with what it carries."""

    address_id: AddressId
    state: OutboxState
    priority: Priority
    key_id: KeyId
    # None when the provider took it: then the words stand with the message only.
    text: str | None
    options: tuple[tuple[str, str], ...]
    media_id: MediaId | None
    # What is sent instead of the text where it can't change an earlier one.
    otherwise: str | None = None


def parts_of(tx: Transaction, message_id: MessageId, address_id: AddressId | None = None) -> list[DeliveryPart]:
    """The rows of a message, to one address or to all, in their order."""
    query = select(outbox).where(outbox.c.message_id == message_id).order_by(outbox.c.id)
    if address_id is not None:
        query = query.where(outbox.c.address_id == address_id)
    parts = []
    for row in tx.execute(query):
        body = None if row.body_cell is None else open_body(tx, row)
        parts.append(
            DeliveryPart(
                AddressId(row.address_id),
                OutboxState(row.state),
                Priority(row.priority),
                KeyId(row.key_id),
                None if body is None else body.text,
                () if body is None else body.options,
                None if row.media_id is None else MediaId(row.media_id),
                None if body is None else body.more.get("otherwise"),
            )
        )
    return parts


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of a message, by which it can be taken away again."""

    id: OutboxId
    address_id: AddressId
    state: OutboxState
    part: int
    provider_ref: str | None


def standing_rows(tx: Transaction, message_id: MessageId) -> list[Standing]:
    """The rows of a message that change no earlier one, in their order; locked until the commit."""
    own = (outbox.c.message_id == message_id, outbox.c.edits_id.is_(None))
    columns = (outbox.c.id, outbox.c.address_id, outbox.c.state, outbox.c.part, outbox.c.provider_ref)
    rows = tx.execute(select(*columns).where(*own).order_by(outbox.c.id).with_for_update())
    return [
        Standing(OutboxId(row.id), AddressId(row.address_id), OutboxState(row.state), row.part, row.provider_ref)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Changeable:
    """A delivery whose words a later version can take the place of."""

    id: OutboxId
    # Whether they are the caption of a file.
    caption: bool


def changeable_delivery(tx: Transaction, message_ids: Sequence[MessageId], address_id: AddressId) -> Changeable | None:
    """The delivery of these versions of a message that a further one can change; None when none can be.

    That is the newest one of its own, if its words went there in one piece: as a text, behind a file too, or as a
    caption, which the first of several files has.
    """
    rows = _standing(tx, message_ids, address_id)
    newest = [row for row in rows if row.message_id == rows[-1].message_id]
    texts = [row for row in newest if row.media_id is None]
    if len(texts) > 1 or not newest:
        return None
    return Changeable(OutboxId((texts or newest)[0].id), caption=not texts)


def provider_ref_at(tx: Transaction, message_ids: Sequence[MessageId], address_id: AddressId) -> str | None:
    """What the provider calls the newest delivery of these versions of a message there; None when none went."""
    refs = [row.provider_ref for row in _standing(tx, message_ids, address_id) if row.part == 0 and row.provider_ref]
    return refs[-1] if refs else None


def _standing(tx: Transaction, message_ids: Sequence[MessageId], address_id: AddressId) -> list[Row[tuple[Any, ...]]]:
    """The deliveries of these messages to an address that change no earlier one, oldest first."""
    own = (outbox.c.message_id.in_(message_ids), outbox.c.address_id == address_id, outbox.c.edits_id.is_(None))
    return list(tx.execute(select(outbox).where(*own).order_by(outbox.c.id)))
