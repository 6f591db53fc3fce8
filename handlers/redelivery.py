"""Another way to the same person: what can't go to one of their addresses, or waits for one that is closed."""

from collections.abc import Mapping
from datetime import timedelta

from content.cleaning import is_blank
from handlers.cases.telling import put
from handlers.context import Context
from handlers.events import Channel
from handlers.numbers import record_number
from handlers.outbound import Option
from handlers.speaking import dispatch, tell, tell_coordinators
from storage.addresses import Address, AddressState, addresses_of, best_address
from storage.cases import find_case
from storage.conversations import open_conversations
from storage.diary import note_once
from storage.ids import MediaId, PersonId
from storage.matches import get_match
from storage.media import files_of
from storage.messages.kinds import Direction, Kind
from storage.messages.words import get_words
from storage.outbox.by_message import DeliveryPart, parts_of
from storage.outbox.deliveries import Delivery
from storage.outbox.outcomes import note_failed
from storage.outbox.queueing import Parcel
from storage.outbox.rows import OutboxState, Priority
from storage.outbox.waiting import queued_at
from storage.people import Person, PersonState, get_person

# Why a delivery to an old address has failed whose words went on to another one.
MOVED = "moved"
# The diary's name for "that a file can't be shown to somebody was told", and for how long that is enough: an album is
# many messages.
_FELL_BACK = "file_fell_back"
_TOLD_FOR = timedelta(hours=1)
# What each kind of file is called: the end of a text's key.
_CALLED: Mapping[str, str] = {
    "photo": "picture",
    "sticker": "picture",
    "animation": "picture",
    "voice": "voice",
    "video": "film",
    "video_note": "film",
}
CALLED = (*sorted(set(_CALLED.values())), "file")
_ARRIVED = frozenset({OutboxState.SENT, OutboxState.DELIVERED})


def recipient_of(delivery: Delivery, ctx: Context) -> PersonId | None:
    """For whom a delivery is or was, whoever has its address now; None for a stranger."""
    if delivery.direction == Direction.OUT or delivery.person_id is None:
        return delivery.person_id
    return None if delivery.match_id is None else get_match(ctx.tx, delivery.match_id).other(delivery.person_id)


def waiting_for(person: Person, address: Address, ctx: Context) -> list[Delivery]:
    """What waits for somebody at one of their addresses, in order; others may share it."""
    waiting = queued_at(ctx.tx, address.id)
    return [delivery for delivery in waiting if recipient_of(delivery, ctx) == person.id]


def move_waiting(person: Person, old: Address, new: Address, ctx: Context) -> None:
    """What waits for somebody at one address goes to another one, in the same order."""
    waiting = waiting_for(person, old, ctx)
    for message in {delivery.message_id: delivery for delivery in waiting}.values():
        parts = [part for part in parts_of(ctx.tx, message.message_id, old.id) if part.state is OutboxState.QUEUED]
        if message.kind != Kind.SHOWN:
            _send_on(message, parts, person, new, ctx)
    for delivery in waiting:
        note_failed(ctx.tx, delivery.id, MOVED)


def made_good(delivery: Delivery, parts: list[DeliveryPart], recipient: Person, ctx: Context, *, dead: bool) -> bool:
    """Send what failed for good at one address to another one of the same person, once; False when there is none.

    `parts` are all rows of its message as they were before it failed. What waits behind it follows when the address
    is `dead`. Of a file that can't go there its addressee and its sender are told. Words that somebody had shown go
    nowhere else, least of all into a text message.
    """
    if delivery.kind == Kind.SHOWN:
        return False
    if recipient.state is PersonState.STOPPED and all(part.priority is not Priority.ALERT for part in parts):
        return False
    own = addresses_of(ctx.tx, recipient.id)
    others = [one for one in own if one.state is AddressState.ACTIVE and one.id != delivery.address_id]
    tried = {part.address_id: part.state for part in parts}
    if any(address.id in tried and tried[address.id] is not OutboxState.FAILED for address in others):
        return True
    target = best_address([address for address in others if address.id not in tried], recipient.preferred_channel)
    if target is None:
        return False
    failed = [part for part in parts if part.address_id == delivery.address_id]
    if not _send_on(delivery, failed, recipient, target, ctx) and not _is_told(delivery, failed):
        return False
    if dead:
        for address in own:
            if address.id == delivery.address_id:
                move_waiting(recipient, address, target, ctx)
    return True


def _send_on(delivery: Delivery, parts: list[DeliveryPart], recipient: Person, target: Address, ctx: Context) -> bool:
    """Send what these parts of a delivery carried to another address; False for what has no words (a reaction)."""
    first = parts[0]
    known = [part.otherwise or part.text for part in parts if part.text is not None]
    text = "".join(known) if len(known) == len(parts) else _said(delivery, recipient, ctx)
    # A shared telephone's words begin with whom they are for; `dispatch` says it again where that is needed.
    text = text.removeprefix(ctx.text("for-sharer", recipient, name=recipient.name, words=""))
    options = tuple(Option(*pair) for part in parts for pair in part.options)
    options = options or _asked(delivery, recipient, ctx)
    if delivery.kind == Kind.ALERT and (case := next((option.data for option in options), "")).startswith("have:"):
        # A text message may say less of an alert than Telegram.
        found = find_case(ctx.tx, record_number(case.removeprefix("have:")))
        if found is not None:
            text, options = put(found, recipient, Channel(target.channel), ctx)
    files = _files(parts)
    if files and target.channel != Channel.TELEGRAM:
        # An SMS carries no files. What is held for a coordinator can be looked at on the computer.
        text, files = _instead(delivery, text, recipient, ctx) if _is_told(delivery, parts) else "", ()
    if not text and not files:
        # A reaction has no words.
        return False
    parcel = Parcel(
        message_id=delivery.message_id,
        key_id=first.key_id,
        text=text,
        options=options,
        priority=first.priority,
        expires_at=delivery.expires_at,
    )
    dispatch(ctx, target, parcel, files)
    return True


def _files(parts: list[DeliveryPart]) -> tuple[MediaId, ...]:
    """The files of a delivery that have not arrived."""
    return tuple(part.media_id for part in parts if part.media_id is not None and part.state not in _ARRIVED)


def _is_told(delivery: Delivery, parts: list[DeliveryPart]) -> bool:
    """Whether people are told of the files of a delivery, where these can't go: of what a mentor or mentee sent."""
    return delivery.direction == Direction.IN and bool(_files(parts))


def _instead(delivery: Delivery, text: str, recipient: Person, ctx: Context) -> str:
    """The words that came with files, for somebody whom these can't reach, and how to see them; "" for no words.

    That there are files, and that they could not be shown, is told once an hour: to the addressee with the words, to
    the sender, and to the coordinators.
    """
    sender = get_person(ctx.tx, PersonId(delivery.person_id or 0))
    nameless = ctx.text("file-from", recipient, name=sender.name)
    if not note_once(ctx.tx, _FELL_BACK, recipient.id, ctx.now, since=ctx.now - _TOLD_FOR):
        return "" if text == nameless else text
    (first, *_) = files_of(ctx.tx, [delivery.message_id])[delivery.message_id]
    called = _CALLED.get(first.kind, "file")
    what, contact = ctx.text(f"file-is-{called}", recipient), ctx.programme(recipient).coordinator_contact
    tell(ctx, sender, "file-fell-back", name=recipient.name, what=ctx.text(f"file-is-{called}", sender))
    tell_coordinators(ctx, recipient.programme, "notice-file-fell-back", name=recipient.name, sender=sender.name)
    return f"{text}\n{ctx.text('file-waits', recipient, name=sender.name, what=what, coordinator=contact)}"


def _said(delivery: Delivery, recipient: Person, ctx: Context) -> str:
    """The words of a message whose outbox row has forgotten them: it was taken by the provider, and failed later."""
    words = get_words(ctx.tx, delivery.message_id)
    if delivery.direction == Direction.OUT or delivery.person_id is None:
        return words.original
    speaker = get_person(ctx.tx, delivery.person_id)
    if is_blank(words.delivered):
        return ctx.text("file-from", recipient, name=speaker.name)
    return ctx.text(f"relay-{recipient.role}", recipient, name=speaker.name, words=words.delivered)


def _asked(delivery: Delivery, recipient: Person, ctx: Context) -> tuple[Option, ...]:
    """The options of a question that is still open: it was opened when the message was said."""
    if delivery.kind != Kind.QUESTION:
        return ()
    said_at = get_words(ctx.tx, delivery.message_id).received_at
    for asked in open_conversations(ctx.tx, recipient.id):
        if asked.opened_at == said_at:
            return tuple(Option(*pair) for pair in asked.options)
    return ()
