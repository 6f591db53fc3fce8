"""Messages: everything that was said, in every state, with what the rule engines found in it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Row, insert, literal_column, or_, select, update

from storage.hot import Hot
from storage.ids import AddressId, KeyId, MatchId, MessageId, PersonId
from storage.parts import in_parts
from storage.schema import findings, messages
from storage.transaction import Transaction


class Direction(StrEnum):
    """Who speaks."""

    IN = "in"
    OUT = "out"


class Kind(StrEnum):
    """What a message is."""

    # From one side of a match to the other.
    RELAY = "relay"
    COMMAND = "command"
    # An answer to something that the service asked.
    ANSWER = "answer"
    # Words to the service outside of a match.
    OTHER = "other"
    STRANGER = "stranger"
    # An emoji on somebody's message.
    REACTION = "reaction"
    # Something that happened to the match, between what was said in it.
    MARKER = "marker"
    # The service tells something, asks something, raises an alarm.
    NOTICE = "notice"
    QUESTION = "question"
    ALERT = "alert"
    # The words of a case, shown to one coordinator in their own chat and taken away again.
    SHOWN = "shown"


class MessageState(StrEnum):
    """What became of a message; how far its delivery has come stands in the outbox."""

    RELAYED = "relayed"
    # Relayed with something taken out.
    CHANGED = "changed"
    # Waits until its sender says whom it is for.
    WAITING = "waiting"
    # Waits for the hours in which it may be passed on.
    DEFERRED = "deferred"
    # Waits for a coordinator.
    HELD = "held"
    # In the record only: a command, an answer, words to nobody.
    KEPT = "kept"
    # Not passed on; its sender was told why.
    REFUSED = "refused"
    # Said by the service.
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule engine found in the original words."""

    # "contact" or "safeguarding"
    engine: str
    kind: str
    severity: str | None
    start: int
    end: int
    rule: str
    # certain, likely, possible
    sure: str | None = None
    # So many earlier messages of the same sender belong to it.
    reaches_back: int = 0


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
_INSERT_FINDING = insert(findings)


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
        "original_cell": tx.seal(new.key_id, _context(message_id, "original"), new.original),
        "delivered_cell": None
        if new.delivered is None
        else tx.seal(new.key_id, _context(message_id, "delivered"), new.delivered),
        "key_id": new.key_id,
    }
    _INSERT.run(tx, values)
    add_findings(tx, MessageId(message_id), found)
    return MessageId(message_id)


def add_findings(tx: Transaction, message_id: MessageId, found: Sequence[Finding]) -> None:
    """Keep what was found in a message."""
    if not found:
        return
    rows = [
        {
            "message_id": message_id,
            "engine": finding.engine,
            "kind": finding.kind,
            "severity": finding.severity,
            "start": finding.start,
            "end": finding.end,
            "rule": finding.rule,
            "sure": finding.sure,
            "reaches_back": finding.reaches_back,
        }
        for finding in found
    ]
    tx.execute(_INSERT_FINDING, rows)


def open_words(tx: Transaction, row: Row[tuple[object, ...]]) -> tuple[str, str]:
    """The original and the delivered words of a row of `messages`."""
    original = open_original(tx, row.id, row.key_id, row.original_cell)
    if row.delivered_cell is None:
        return original, original
    return original, tx.open(row.key_id, _context(row.id, "delivered"), row.delivered_cell)


def open_original(tx: Transaction, message_id: int, key_id: int, cell: bytes) -> str:
    """The words of a message as they were written."""
    return tx.open(key_id, _context(message_id, "original"), cell)


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


def received_at(tx: Transaction, message_id: MessageId) -> datetime:
    """When a message came. Raises `NoResultFound`."""
    at: datetime = tx.execute(select(messages.c.received_at).where(messages.c.id == message_id)).scalar_one()
    return at


def find_incoming(tx: Transaction, provider_ref: str, address_id: AddressId) -> MessageId | None:
    """The message that came in from this address under this name, in its first version; None when none did."""
    named = (messages.c.provider_ref == provider_ref, messages.c.address_id == address_id)
    query = select(messages.c.id).where(*named, messages.c.direction == Direction.IN, messages.c.edits_id.is_(None))
    found = tx.execute(query.order_by(messages.c.id).limit(1)).scalar_one_or_none()
    return None if found is None else MessageId(found)


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


def waiting_messages(tx: Transaction, person_id: PersonId) -> list[MessageId]:
    """The messages of somebody that wait for an addressee, oldest first."""
    query = select(messages.c.id).where(messages.c.person_id == person_id, messages.c.state == "waiting")
    return [MessageId(row.id) for row in tx.execute(query.order_by(messages.c.id))]


def was_refused(tx: Transaction, match_id: MatchId, person_id: PersonId, since: datetime) -> bool:
    """Whether words of somebody in a match were not passed on since then."""
    own = (messages.c.match_id == match_id, messages.c.person_id == person_id, messages.c.received_at >= since)
    query = select(messages.c.id).where(*own, messages.c.state == MessageState.REFUSED.value).limit(1)
    return tx.execute(query).first() is not None


@dataclass(frozen=True, slots=True)
class Deferred:
    """A message, or a reaction, that waits for the hours in which it may be passed on."""

    id: MessageId
    person_id: PersonId
    address_id: AddressId
    kind: Kind
    # The message that it answers or is on, by its name at that address.
    reply_to_ref: str | None


def deferred_messages(tx: Transaction, match_id: MatchId) -> list[Deferred]:
    """The messages of a match that wait for its hours, oldest first."""
    columns = [messages.c[field.name] for field in fields(Deferred)]
    waits = (messages.c.match_id == match_id, messages.c.state == literal_column("'deferred'"))
    return [
        Deferred(
            MessageId(row.id), PersonId(row.person_id), AddressId(row.address_id), Kind(row.kind), row.reply_to_ref
        )
        for row in tx.execute(select(*columns).where(*waits).order_by(messages.c.id))
    ]


def reaction_that_stands(tx: Transaction, on: Deferred) -> str:
    """The emoji that was passed on last for the message that a reaction is on, "" when there is none."""
    there = (messages.c.address_id == on.address_id, messages.c.reply_to_ref == on.reply_to_ref)
    passed = (messages.c.kind == Kind.REACTION.value, messages.c.state == MessageState.RELAYED.value)
    query = select(messages).where(messages.c.person_id == on.person_id, *there, *passed)
    row = tx.execute(query.order_by(messages.c.id.desc()).limit(1)).one_or_none()
    return "" if row is None else open_words(tx, row)[0]


def unsettled_of(tx: Transaction, match_id: MatchId) -> list[tuple[MessageId, PersonId]]:
    """The words of a match that wait for their hours or for a coordinator, with who wrote them; oldest first."""
    waits = messages.c.state.in_([MessageState.DEFERRED.value, MessageState.HELD.value])
    query = select(messages.c.id, messages.c.person_id).where(
        messages.c.match_id == match_id,
        messages.c.person_id.is_not(None),
        messages.c.kind != Kind.REACTION.value,
        waits,
    )
    return [(MessageId(row.id), PersonId(row.person_id)) for row in tx.execute(query.order_by(messages.c.id))]


def matches_with_deferred(tx: Transaction) -> list[MatchId]:
    """The matches in which messages wait for their hours."""
    query = select(messages.c.match_id).where(messages.c.state == literal_column("'deferred'")).distinct()
    return [MatchId(row.match_id) for row in tx.execute(query.order_by(messages.c.match_id))]


def last_said(tx: Transaction, person_id: PersonId, kind: Kind) -> datetime | None:
    """When the service last said something of this kind to somebody; None when it never did."""
    said = (messages.c.person_id == person_id, messages.c.direction == Direction.OUT, messages.c.kind == kind)
    query = select(messages.c.received_at).where(*said).order_by(messages.c.id.desc()).limit(1)
    return tx.execute(query).scalar_one_or_none()


def last_said_at(tx: Transaction, address_id: AddressId, kind: Kind) -> datetime | None:
    """When the service last said something of this kind at an address, to nobody in particular; None if never."""
    there = (messages.c.address_id == address_id, messages.c.person_id.is_(None), messages.c.kind == kind)
    query = select(messages.c.received_at).where(*there, messages.c.direction == Direction.OUT)
    return tx.execute(query.order_by(messages.c.id.desc()).limit(1)).scalar_one_or_none()


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
        "original_cell": tx.seal(key_id, _context(waited.id, "original"), waited.original),
        "delivered_cell": None if delivered is None else tx.seal(key_id, _context(waited.id, "delivered"), delivered),
    }
    tx.execute(update(messages).where(messages.c.id == waited.id).values(values))


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
    cell = tx.seal(key_id, _context(message_id, "delivered"), words)
    tx.execute(update(messages).where(messages.c.id == message_id).values(delivered_cell=cell))


@dataclass(frozen=True, slots=True)
class Kept:
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


def with_its_album(tx: Transaction, message_id: int) -> list[Kept]:
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
    return [_kept(tx, row) for row in rows]


def held_messages(tx: Transaction) -> list[Kept]:
    """All messages that are held, oldest first."""
    query = select(messages).where(messages.c.state == literal_column("'held'")).order_by(messages.c.id)
    return [_kept(tx, row) for row in tx.execute(query)]


def _kept(tx: Transaction, row: Row[tuple[object, ...]]) -> Kept:
    original, delivered = open_words(tx, row)
    return Kept(
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


def findings_of(tx: Transaction, message_ids: Sequence[MessageId]) -> dict[MessageId, list[Finding]]:
    """What was found in these messages, by message, in the order of the text."""
    found: dict[MessageId, list[Finding]] = {}
    for part in in_parts(message_ids):
        query = select(findings).where(findings.c.message_id.in_(part)).order_by(findings.c.start, findings.c.id)
        for row in tx.execute(query):
            place = (row.start, row.end, row.rule)
            finding = Finding(row.engine, row.kind, row.severity, *place, row.sure, row.reaches_back)
            found.setdefault(MessageId(row.message_id), []).append(finding)
    return found


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


def _context(message_id: int, column: str) -> str:
    return f"messages:{message_id}:{column}"
