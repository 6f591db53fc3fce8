"""Into the outbox: what is to go out, decided and not yet sent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from storage.hot import Hot
from storage.ids import AddressId, KeyId, MediaId, MessageId, OutboxId
from storage.outbox.rows import Body, OutboxState, Priority, seal_body
from storage.schema.outbox import outbox
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is to be delivered of a message that is in the record."""

    message_id: MessageId
    # The key of the person whose words they are: the text and the options are encrypted under it.
    key_id: KeyId
    text: str
    # Pairs of label and data.
    options: tuple[tuple[str, str], ...] = ()
    priority: Priority = Priority.CHAT
    reply_to_ref: str | None = None
    # The earlier delivery to the same address that this one changes.
    edits_id: OutboxId | None = None
    # What is sent instead where it turns out that the earlier one can't be changed.
    otherwise: str | None = None
    # Whether the earlier delivery is taken away, rather than changed.
    deletes: bool = False
    reaction: str | None = None
    # Whether who wrote it is shown that it went, where their channel can show it quietly.
    receipt: bool = False
    # Pairs of command and what it does.
    menu: tuple[tuple[str, str], ...] = ()
    # Not before this; None: as soon as what stands before it has gone.
    due_at: datetime | None = None
    # After this it is stale; None: it never is.
    expires_at: datetime | None = None


_INSERT = Hot(
    insert(outbox),
    columns=(
        "message_id",
        "address_id",
        "part",
        "priority",
        "state",
        "body_cell",
        "key_id",
        "reply_to_ref",
        "media_id",
        "edits_id",
        "created_at",
        "due_at",
        "expires_at",
        "attempts",
        "segments",
    ),
)


def enqueue(
    tx: Transaction,
    address_id: AddressId,
    parcel: Parcel,
    now: datetime,
    *,
    part: int = 0,
    media_id: MediaId | None = None,
    segments: int | None = None,
) -> None:
    """Put a parcel, or one `part` of it (from 0), into the outbox for an address.

    `media_id` is the file that goes with it; `segments` what it takes as an SMS, None where it isn't one.
    """
    values = {
        "message_id": parcel.message_id,
        "address_id": address_id,
        "part": part,
        "priority": int(parcel.priority),
        "state": OutboxState.QUEUED.value,
        "body_cell": seal_body(tx, parcel.key_id, (parcel.message_id, address_id, part), _body(parcel)),
        "key_id": parcel.key_id,
        "reply_to_ref": parcel.reply_to_ref,
        "media_id": media_id,
        "edits_id": parcel.edits_id,
        "created_at": now,
        "due_at": parcel.due_at or now,
        "expires_at": parcel.expires_at,
        "attempts": 0,
        "segments": segments,
    }
    _INSERT.run(tx, values)
    tx.queued_for.append(address_id)


def _body(parcel: Parcel) -> Body:
    more = {
        name: value
        for name, value in (
            ("reaction", parcel.reaction),
            ("menu", parcel.menu or None),
            ("otherwise", parcel.otherwise),
            ("deletes", parcel.deletes or None),
            ("receipt", parcel.receipt or None),
        )
        if value is not None
    }
    return Body(parcel.text, parcel.options, more)
