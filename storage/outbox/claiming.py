"""Out of the outbox: what can go now is claimed by the process that sends it, one of an address at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, bindparam, func, or_, select, update

from storage.addresses import open_address_cell
from storage.hot import Hot
from storage.ids import AddressId, MediaId, OutboxId
from storage.messages.kinds import Direction
from storage.outbox.rows import OutboxState, Priority, is_unfinished, open_body
from storage.schema.messages import messages
from storage.schema.outbox import outbox
from storage.schema.people import addresses
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message of somebody, as their channel's provider names it."""

    channel: str
    address: str
    provider_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that this process is to make now."""

    id: OutboxId
    address_id: AddressId
    channel: str
    address: str
    text: str
    options: tuple[tuple[str, str], ...]
    reply_to_ref: str | None
    attempts: int
    created_at: datetime
    priority: Priority = Priority.CHAT
    media_id: MediaId | None = None
    # What the provider calls the delivery that this one changes; None when that one didn't go.
    edits_ref: str | None = None
    # Whether that one carried a file: then its caption is changed.
    edits_caption: bool = False
    otherwise: str | None = None
    deletes: bool = False
    reaction: str | None = None
    # The message that it passes on, where its sender is to see that it went.
    receipt: Receipt | None = None
    menu: tuple[tuple[str, str], ...] = ()
    expires_at: datetime | None = None
    # When an earlier try began whose answer was lost; None when there was none.
    maybe_sent_since: datetime | None = None


_earlier = outbox.alias("earlier")
_edited = outbox.alias("edited")
_source = addresses.alias("source")

# Is there an unfinished row of the same address that goes before, or one that is being sent? The provider would be
# free to swap two messages of one address that are on their way together.
_BLOCKED = (
    select(_earlier.c.id)
    .where(
        _earlier.c.address_id == outbox.c.address_id,
        is_unfinished(_earlier),
        _earlier.c.id != outbox.c.id,
        or_(
            _earlier.c.state == OutboxState.SENDING.value,
            _earlier.c.priority < outbox.c.priority,
            and_(_earlier.c.priority == outbox.c.priority, _earlier.c.id < outbox.c.id),
        ),
    )
    .exists()
)

_CLAIMABLE = (
    select(
        outbox.c.id,
        outbox.c.message_id,
        outbox.c.address_id,
        outbox.c.part,
        outbox.c.body_cell,
        outbox.c.key_id,
        outbox.c.reply_to_ref,
        outbox.c.attempts,
        outbox.c.created_at,
        outbox.c.priority,
        outbox.c.media_id,
        outbox.c.expires_at,
        outbox.c.tried_at,
        outbox.c.maybe_sent,
        _edited.c.provider_ref.label("edits_ref"),
        _edited.c.media_id.label("edits_media_id"),
        addresses.c.channel,
        addresses.c.lookup,
        addresses.c.address_cell,
        addresses.c.key_id.label("address_key_id"),
        messages.c.provider_ref.label("source_ref"),
        _source.c.channel.label("source_channel"),
        _source.c.lookup.label("source_lookup"),
        _source.c.address_cell.label("source_cell"),
        _source.c.key_id.label("source_key_id"),
    )
    .join(addresses, addresses.c.id == outbox.c.address_id)
    .join(messages, messages.c.id == outbox.c.message_id)
    .outerjoin(_source, and_(_source.c.id == messages.c.address_id, messages.c.direction == Direction.IN.value))
    .outerjoin(_edited, _edited.c.id == outbox.c.edits_id)
    .where(
        is_unfinished(outbox),
        outbox.c.state == OutboxState.QUEUED.value,
        outbox.c.due_at <= bindparam("now"),
        # What is stale is left for the sweep that tells its sender.
        or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > bindparam("now")),
        ~_BLOCKED,
    )
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=outbox, skip_locked=True)
)
_CLAIMABLE_ANYWHERE = Hot(_CLAIMABLE)
_CLAIMABLE_AT = Hot(_CLAIMABLE.where(outbox.c.address_id == bindparam("address")))
# Only PostgreSQL has claims at the same time. Whoever claims for an address holds its row until the commit, so that the
# next claim for it sees what this one took: an alert may overtake a row, but must not go beside it.
_HOLD = select(addresses.c.id).where(addresses.c.id == bindparam("address"))
_HOLD_IN_TURN = Hot(_HOLD.with_for_update(key_share=True))
_HOLD_IF_FREE = Hot(_HOLD.with_for_update(key_share=True, skip_locked=True))
_CLAIM = Hot(
    update(outbox)
    .where(outbox.c.id == bindparam("which"))
    .values(
        state=OutboxState.SENDING.value,
        owner=bindparam("by"),
        claimed_at=bindparam("at"),
        tried_at=func.coalesce(outbox.c.tried_at, bindparam("at", type_=outbox.c.tried_at.type)),
    )
)


def claim(
    tx: Transaction, owner: str, now: datetime, most: int, only: Sequence[AddressId] | None = None
) -> list[Claimed]:
    """Take at most `most` deliveries that can go now, alerts first, of these addresses or of all.

    `owner` names the running process. What was claimed must be finished, put back, or released.
    """
    if tx.connection.dialect.name == "postgresql":
        only = _hold(tx, now, most, only)
    if only is None:
        rows = _CLAIMABLE_ANYWHERE.rows(tx, {"now": now, "most": most})
    else:
        # Of one address only the first unfinished row can be claimed.
        rows = [
            row
            for address in dict.fromkeys(only)
            for row in _CLAIMABLE_AT.rows(tx, {"now": now, "most": 1, "address": address})
        ][:most]
    for row in rows:
        _CLAIM.run(tx, {"which": row.id, "by": owner, "at": now})
    return [_claimed(tx, row) for row in rows]


def _hold(tx: Transaction, now: datetime, most: int, only: Sequence[AddressId] | None) -> list[AddressId]:
    """Hold these addresses, or those that something can go to and nobody else holds; an alert's first."""
    if only is None:
        waiting = [AddressId(row.address_id) for row in _CLAIMABLE_ANYWHERE.rows(tx, {"now": now, "most": most})]
        return [address for address in waiting if _HOLD_IF_FREE.rows(tx, {"address": address})]
    # In the same order everywhere, so that no two wait for each other.
    in_turn = sorted(set(only))
    for address in in_turn:
        _HOLD_IN_TURN.rows(tx, {"address": address})
    return in_turn


def _claimed(tx: Transaction, row: Row[tuple[object, ...]]) -> Claimed:
    body = open_body(tx, row)
    return Claimed(
        id=OutboxId(row.id),
        address_id=AddressId(row.address_id),
        channel=row.channel,
        address=open_address_cell(tx, row.address_key_id, row.lookup, row.address_cell),
        text=body.text,
        options=body.options,
        reply_to_ref=row.reply_to_ref,
        attempts=row.attempts,
        created_at=row.created_at,
        priority=Priority(row.priority),
        media_id=None if row.media_id is None else MediaId(row.media_id),
        edits_ref=row.edits_ref,
        edits_caption=row.edits_media_id is not None,
        otherwise=body.more.get("otherwise"),
        deletes=body.more.get("deletes", False),
        reaction=body.more.get("reaction"),
        receipt=_receipt(tx, row) if body.more.get("receipt") else None,
        menu=tuple((name, does) for name, does in body.more.get("menu", ())),
        expires_at=row.expires_at,
        maybe_sent_since=row.tried_at if row.maybe_sent else None,
    )


def _receipt(tx: Transaction, row: Row[tuple[object, ...]]) -> Receipt | None:
    if row.source_ref is None or row.source_cell is None:
        return None
    address = open_address_cell(tx, row.source_key_id, row.source_lookup, row.source_cell)
    return Receipt(row.source_channel, address, row.source_ref)


def release(tx: Transaction, *, claimed_before: datetime | None = None) -> list[OutboxId]:
    """Put back what was claimed (before that time) and not finished: its process died. May repeat a delivery."""
    statement = update(outbox).where(is_unfinished(outbox), outbox.c.state == OutboxState.SENDING.value)
    if claimed_before is not None:
        statement = statement.where(outbox.c.claimed_at < claimed_before)
    values = {"state": OutboxState.QUEUED, "owner": None, "attempts": outbox.c.attempts + 1, "maybe_sent": True}
    rows = tx.execute(statement.values(values).returning(outbox.c.id))
    return [OutboxId(row.id) for row in rows]
