"""The outbox: messages decided but not yet delivered, in order for each address.

A row is queued, then sending (claimed by a running process), then sent, later perhaps delivered; or failed. Of one
address only the first unfinished row can be claimed, so order holds whatever happens; an alert goes before the rest.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from storage.addresses import open_address_cell
from storage.hot import Hot
from storage.ids import AddressId, KeyId, MatchId, MediaId, MessageId, OutboxId, PersonId
from storage.messages import Direction
from storage.schema.messages import messages
from storage.schema.outbox import outbox
from storage.schema.people import addresses
from storage.transaction import Transaction


class OutboxState(StrEnum):
    """How far a delivery has come."""

    QUEUED = "queued"
    SENDING = "sending"
    # The provider took it.
    SENT = "sent"
    # The provider says that it arrived.
    DELIVERED = "delivered"
    FAILED = "failed"
    # The provider took it and was asked, and nobody knows what became of it.
    UNCERTAIN = "uncertain"


class Priority(IntEnum):
    """What goes first to the same address."""

    ALERT = 0
    CHAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """Something to be sent to one address. The words are encrypted under `key_id`."""

    message_id: MessageId
    address_id: AddressId
    key_id: KeyId
    text: str
    # Pairs of label and data.
    options: tuple[tuple[str, str], ...] = ()
    priority: Priority = Priority.CHAT
    part: int = 0
    reply_to_ref: str | None = None
    media_id: MediaId | None = None
    # The earlier delivery to the same address that this one changes.
    edits_id: OutboxId | None = None
    # What is sent instead where it turns out that the earlier one can't be changed.
    otherwise: str | None = None
    # Whether the earlier delivery is taken away, rather than changed.
    deletes: bool = False
    reaction: str | None = None
    # Whether who wrote it is shown that it went.
    receipt: bool = False
    # Pairs of command and what it does.
    menu: tuple[tuple[str, str], ...] = ()
    # Not before this; None: as soon as what stands before it has gone.
    due_at: datetime | None = None
    # After this it is stale; None: it never is.
    expires_at: datetime | None = None
    # What it takes as an SMS; None: it isn't one.
    segments: int | None = None


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


def enqueue(tx: Transaction, new: NewDelivery, now: datetime) -> None:
    """Put something into the outbox."""
    more = {
        name: value
        for name, value in (
            ("reaction", new.reaction),
            ("menu", new.menu or None),
            ("otherwise", new.otherwise),
            ("deletes", new.deletes or None),
            ("receipt", new.receipt or None),
        )
        if value is not None
    }
    body = json.dumps([new.text, new.options, more] if more else [new.text, new.options])
    values = {
        "message_id": new.message_id,
        "address_id": new.address_id,
        "part": new.part,
        "priority": int(new.priority),
        "state": OutboxState.QUEUED.value,
        "body_cell": tx.seal(new.key_id, _context(new.message_id, new.address_id, new.part), body),
        "key_id": new.key_id,
        "reply_to_ref": new.reply_to_ref,
        "media_id": new.media_id,
        "edits_id": new.edits_id,
        "created_at": now,
        "due_at": new.due_at or now,
        "expires_at": new.expires_at,
        "attempts": 0,
        "segments": new.segments,
    }
    _INSERT.run(tx, values)
    tx.queued_for.append(new.address_id)


_earlier = outbox.alias("earlier")
_edited = outbox.alias("edited")
_source = addresses.alias("source")


def _is_unfinished(table: FromClause) -> ColumnElement[bool]:
    """The state is queued or sending, in the words of the partial index: SQLite uses it only for these."""
    return table.c.state.in_(
        [literal_column(f"'{state.value}'") for state in (OutboxState.QUEUED, OutboxState.SENDING)]
    )


# Is there an unfinished row of the same address that goes before, or one that is being sent? The provider would be
# free to swap two messages of one address that are on their way together.
_BLOCKED = (
    select(_earlier.c.id)
    .where(
        _earlier.c.address_id == outbox.c.address_id,
        _is_unfinished(_earlier),
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
        _is_unfinished(outbox),
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


_FINISH = update(outbox).where(outbox.c.id == bindparam("which"))
# A delivery report may come before the answer to the send: what it said is not taken back. One that puts the delivery
# back into the queue leaves the provider's id of the try that failed, by which the answer to that try is known.
_TAKEN = and_(
    _is_unfinished(outbox),
    or_(
        outbox.c.state == OutboxState.SENDING.value,
        outbox.c.provider_ref.is_(None),
        outbox.c.provider_ref != bindparam("ref"),
    ),
)
_SENT = _FINISH.values(
    state=case((_TAKEN, OutboxState.SENT.value), else_=outbox.c.state),
    provider_ref=bindparam("ref"),
    sent_at=bindparam("at"),
    owner=None,
    error=case((_TAKEN, None), else_=outbox.c.error),
)
# The words stand with the message: no second copy is kept.
_SENT_FOR_GOOD = Hot(_SENT.values(body_cell=None))
# Where a report is to come, what goes out is kept until then: a handset that was off is tried once more.
_SENT_TO_BE_REPORTED = Hot(
    _SENT.values(
        body_cell=case((_is_unfinished(outbox), outbox.c.body_cell), else_=None),
        ask_at=case((_TAKEN, bindparam("ask", type_=outbox.c.ask_at.type)), else_=outbox.c.ask_at),
    )
)


def note_sent(
    tx: Transaction, outbox_id: OutboxId, provider_ref: str, now: datetime, ask_at: datetime | None = None
) -> None:
    """The provider took it, and if `ask_at` is given it is asked then what became of it, unless it reports before."""
    values = {"which": outbox_id, "ref": provider_ref, "at": now}
    if ask_at is None:
        _SENT_FOR_GOOD.run(tx, values)
    else:
        _SENT_TO_BE_REPORTED.run(tx, values | {"ask": ask_at})


def put_back(
    tx: Transaction,
    outbox_id: OutboxId,
    error: str,
    due_at: datetime,
    *,
    maybe_sent: bool = False,
    tried: bool = True,
) -> None:
    """It could not be delivered now; try again at `due_at`. What stands behind it waits.

    `maybe_sent`: the answer was lost, so it may have gone; that is not forgotten by a later try. One that was not
    `tried` doesn't come nearer to being given up.
    One that a delivery report says was delivered (or has failed) meanwhile stays so: it is not sent again.
    """
    values: dict[str, object] = {"state": OutboxState.QUEUED, "owner": None, "due_at": due_at, "error": error}
    if maybe_sent:
        values["maybe_sent"] = True
    statement = _FINISH.where(outbox.c.state == OutboxState.SENDING.value)
    tx.execute(statement.values(values).values(attempts=outbox.c.attempts + int(tried)), {"which": outbox_id})


def note_failed(tx: Transaction, outbox_id: OutboxId, error: str) -> None:
    """It will not be delivered."""
    values = {"state": OutboxState.FAILED, "owner": None, "error": error, "ask_at": None, "body_cell": None}
    tx.execute(_FINISH.values(values), {"which": outbox_id})


def cancel_queued(tx: Transaction, address_id: AddressId, error: str) -> list[OutboxId]:
    """What waits for one address will not be sent any more; returns what it was."""
    waits = (outbox.c.address_id == address_id, _is_unfinished(outbox), outbox.c.state == OutboxState.QUEUED.value)
    statement = update(outbox).where(*waits)
    values = {"state": OutboxState.FAILED, "error": error, "body_cell": None}
    rows = tx.execute(statement.values(values).returning(outbox.c.id))
    return [OutboxId(row.id) for row in rows]


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
        text: str | None = None
        options: list[tuple[str, str]] = []
        more: list[dict[str, str]] = []
        if row.body_cell is not None:
            context = _context(row.message_id, row.address_id, row.part)
            text, options, *more = json.loads(tx.open(row.key_id, context, row.body_cell))
        parts.append(
            DeliveryPart(
                AddressId(row.address_id),
                OutboxState(row.state),
                Priority(row.priority),
                KeyId(row.key_id),
                text,
                tuple((label, data) for label, data in options),
                None if row.media_id is None else MediaId(row.media_id),
                more[0].get("otherwise") if more else None,
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


def rows_of(tx: Transaction, message_id: MessageId) -> list[Standing]:
    """The rows of a message that change no earlier one, in their order; locked until the commit."""
    own = (outbox.c.message_id == message_id, outbox.c.edits_id.is_(None))
    columns = (outbox.c.id, outbox.c.address_id, outbox.c.state, outbox.c.part, outbox.c.provider_ref)
    rows = tx.execute(select(*columns).where(*own).order_by(outbox.c.id).with_for_update())
    return [
        Standing(OutboxId(row.id), AddressId(row.address_id), OutboxState(row.state), row.part, row.provider_ref)
        for row in rows
    ]


def let_expire(tx: Transaction, address_id: AddressId, now: datetime) -> None:
    """What is on its way to one address is not sent again, should this try fail."""
    sending = (outbox.c.address_id == address_id, _is_unfinished(outbox), outbox.c.state == OutboxState.SENDING.value)
    tx.execute(update(outbox).where(*sending).values(expires_at=now))


def note_delivered(tx: Transaction, outbox_id: OutboxId) -> None:
    """The provider says that it arrived."""
    values = {"state": OutboxState.DELIVERED, "ask_at": None, "body_cell": None, "error": None}
    tx.execute(_FINISH.values(values), {"which": outbox_id})


def send_again(tx: Transaction, outbox_id: OutboxId, failed_ref: str, error: str, due_at: datetime) -> None:
    """What the provider took and calls `failed_ref` did not arrive: it goes out once more at `due_at`.

    Only for one whose words are still there (`Delivery.repeatable`). What stands behind it waits, so order holds.
    """
    values = {
        "state": OutboxState.QUEUED,
        "owner": None,
        "due_at": due_at,
        "error": error,
        "provider_ref": failed_ref,
        "ask_at": None,
        # It is known what became of the earlier try: the next one needs no look-up.
        "tried_at": None,
        "maybe_sent": False,
    }
    tx.execute(_FINISH.values(values).values(attempts=outbox.c.attempts + 1), {"which": outbox_id})


def make_due(tx: Transaction, address_id: AddressId, now: datetime) -> None:
    """What waits for its next try to this address may go at once: somebody is there again."""
    waits = (outbox.c.address_id == address_id, _is_unfinished(outbox), outbox.c.state == OutboxState.QUEUED.value)
    tx.execute(update(outbox).where(*waits, outbox.c.due_at > now).values(due_at=now))
    tx.queued_for.append(address_id)


def release(tx: Transaction, *, claimed_before: datetime | None = None) -> list[OutboxId]:
    """Put back what was claimed (before that time) and not finished: its process died. May repeat a delivery."""
    statement = update(outbox).where(_is_unfinished(outbox), outbox.c.state == OutboxState.SENDING.value)
    if claimed_before is not None:
        statement = statement.where(outbox.c.claimed_at < claimed_before)
    values = {"state": OutboxState.QUEUED, "owner": None, "attempts": outbox.c.attempts + 1, "maybe_sent": True}
    rows = tx.execute(statement.values(values).returning(outbox.c.id))
    return [OutboxId(row.id) for row in rows]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a row of the outbox was about."""

    id: OutboxId
    state: OutboxState
    message_id: MessageId
    address_id: AddressId
    match_id: MatchId | None
    # Whose words (of a message that came in) or who was told.
    person_id: PersonId | None
    kind: str
    direction: str
    priority: Priority = Priority.CHAT
    # What the provider called its last try, where it took one.
    provider_ref: str | None = None
    # After this it is stale; None: it never is.
    expires_at: datetime | None = None
    # Whether what goes out is still there.
    repeatable: bool = False

    @property
    def is_alarm(self) -> bool:
        """Whether it goes before everything else."""
        return self.priority is Priority.ALERT


_DELIVERY = select(
    outbox.c.id,
    outbox.c.state,
    outbox.c.message_id,
    outbox.c.address_id,
    outbox.c.priority,
    outbox.c.provider_ref,
    outbox.c.expires_at,
    outbox.c.body_cell.is_not(None).label("repeatable"),
    messages.c.match_id,
    messages.c.person_id,
    messages.c.kind,
    messages.c.direction,
).join(messages, messages.c.id == outbox.c.message_id)


def get_delivery(tx: Transaction, outbox_id: OutboxId) -> Delivery | None:
    """What a row of the outbox was about; None when there is none."""
    return _delivery(tx.execute(_DELIVERY.where(outbox.c.id == outbox_id)).one_or_none())


def find_delivery(tx: Transaction, provider_ref: str, address_id: AddressId | None = None) -> Delivery | None:
    """The delivery that the provider calls `provider_ref` (on Telegram that is unique for each address only)."""
    query = _DELIVERY.where(outbox.c.provider_ref == provider_ref)
    if address_id is not None:
        query = query.where(outbox.c.address_id == address_id)
    return _delivery(tx.execute(query.order_by(outbox.c.id.desc()).limit(1)).one_or_none())


def queued_at(tx: Transaction, address_id: AddressId) -> list[Delivery]:
    """What waits for one address and isn't being sent, in order."""
    waits = (outbox.c.address_id == address_id, _is_unfinished(outbox), outbox.c.state == OutboxState.QUEUED.value)
    rows = tx.execute(_DELIVERY.where(*waits).order_by(outbox.c.priority, outbox.c.id)).all()
    return [found for row in rows if (found := _delivery(row))]


def take_expired(tx: Transaction, now: datetime) -> Delivery | None:
    """The delivery that is longest stale and still waits; None when there is none. Held until the commit."""
    stale = (outbox.c.state == literal_column(f"'{OutboxState.QUEUED.value}'"), outbox.c.expires_at <= now)
    first = _DELIVERY.where(*stale).order_by(outbox.c.expires_at, outbox.c.id).limit(1)
    return _delivery(tx.execute(first.with_for_update(of=outbox, skip_locked=True)).one_or_none())


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


def count_unfinished(tx: Transaction) -> int:
    """How many deliveries are queued or being made."""
    return int(tx.execute(select(func.count()).select_from(outbox).where(_is_unfinished(outbox))).scalar_one())


def _delivery(row: Row[tuple[object, ...]] | None) -> Delivery | None:
    if row is None:
        return None
    return Delivery(
        OutboxId(row.id),
        OutboxState(row.state),
        MessageId(row.message_id),
        AddressId(row.address_id),
        None if row.match_id is None else MatchId(row.match_id),
        None if row.person_id is None else PersonId(row.person_id),
        row.kind,
        row.direction,
        Priority(row.priority),
        row.provider_ref,
        row.expires_at,
        bool(row.repeatable),
    )


def _claimed(tx: Transaction, row: Row[tuple[object, ...]]) -> Claimed:
    body = json.loads(tx.open(row.key_id, _context(row.message_id, row.address_id, row.part), row.body_cell))
    text, options = body[:2]
    more = body[2] if len(body) > 2 else {}
    return Claimed(
        id=OutboxId(row.id),
        address_id=AddressId(row.address_id),
        channel=row.channel,
        address=open_address_cell(tx, row.address_key_id, row.lookup, row.address_cell),
        text=text,
        options=tuple((label, data) for label, data in options),
        reply_to_ref=row.reply_to_ref,
        attempts=row.attempts,
        created_at=row.created_at,
        priority=Priority(row.priority),
        media_id=None if row.media_id is None else MediaId(row.media_id),
        edits_ref=row.edits_ref,
        edits_caption=row.edits_media_id is not None,
        otherwise=more.get("otherwise"),
        deletes=more.get("deletes", False),
        reaction=more.get("reaction"),
        receipt=_receipt(tx, row) if more.get("receipt") else None,
        menu=tuple((name, does) for name, does in more.get("menu", ())),
        expires_at=row.expires_at,
        maybe_sent_since=row.tried_at if row.maybe_sent else None,
    )


def _receipt(tx: Transaction, row: Row[tuple[object, ...]]) -> Receipt | None:
    if row.source_ref is None or row.source_cell is None:
        return None
    address = open_address_cell(tx, row.source_key_id, row.source_lookup, row.source_cell)
    return Receipt(row.source_channel, address, row.source_ref)


def _context(message_id: int, address_id: int, part: int) -> str:
    # Not the row's number, which the database gives, but its own unique name.
    return f"outbox:{message_id}/{address_id}/{part}:body"
