"""Messages go into the record, and what becomes of them is noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update

from storage.hot import Hot
from storage.ids import AddressId, KeyId, MatchId, MessageId, PersonId
from storage.messages.cells import seal_delivered, seal_words
from storage.messages.findings import Finding, add_findings
from storage.messages.kinds import Direction, Kind, MessageState
from storage.schema.messages import messages
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to be kept. Its words are encrypted under `key_id`: of the person whose words they are."""

    direction: Direction
    kind: Kind
    state: MessageState
    key_id: KeyId
    at: datetime
    received_at: datetime
    original: str
    # What was or will be delivered, when that differs from the original.
    delivered: str | None = None
    person_id: PersonId | None = None
    address_id: AddressId | None = None
    match_id: MatchId | None = None
    channel: str | None = None
    provider_ref: str | None = None
    # What the provider calls the message that this one answers, or that a reaction is on.
    reply_to_ref: str | None = None
    attachments: tuple[str, ...] = ()
    # The message that this one is a later version of.
    edits_id: MessageId | None = None
    # The provider's id of the album that it is a part of.
    album: str | None = None


_INSERT = Hot(insert(messages))


def add_message(tx: Transaction, new: NewMessage, found: Sequence[Finding] = ()) -> MessageId:
    """Keep a message with its findings."""
    message_id = tx.new_id()
    values = {
        "id": message_id,
        "direction": new.direction.value,
        "kind": new.kind.value,
        "state": new.state.value,
        "person_id": new.person_id,
        "address_id": new.address_id,
        "match_id": new.match_id,
        "channel": None if new.channel is None else str(new.channel),
        "provider_ref": new.provider_ref,
        "reply_to_ref": new.reply_to_ref,
        "attachments": " ".join(new.attachments)[:200] or None,
        "edits_id": new.edits_id,
        "album": new.album,
        "at": new.at,
        "received_at": new.received_at,
        **seal_words(tx, message_id, new.key_id, new.original, new.delivered),
        "key_id": new.key_id,
    }
    _INSERT.run(tx, values)
    add_findings(tx, MessageId(message_id), found)
    return MessageId(message_id)


def settle_message(
    tx: Transaction, message_id: MessageId, state: MessageState, match_id: MatchId | None = None
) -> None:
    """Note what became of a message, and whose match it belongs to if that is known now."""
    values: dict[str, object] = {"state": state}
    if match_id is not None:
        values["match_id"] = match_id
    tx.execute(update(messages).where(messages.c.id == message_id).values(values))


def set_delivered(tx: Transaction, message_id: MessageId, key_id: KeyId, words: str) -> None:
    """Note what is passed on of a message, where that is known only now."""
    cell = seal_delivered(tx, message_id, key_id, words)
    tx.execute(update(messages).where(messages.c.id == message_id).values(delivered_cell=cell))
