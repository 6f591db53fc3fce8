"""Another way to the same person: what can't go to one of their addresses, or waits for one that is closed."""

from handlers.cases.telling import put
from handlers.context import Context
from handlers.events import Channel
from handlers.numbers import record_number
from handlers.outbound import Option
from handlers.speaking import Parcel, dispatch
from storage.addresses import Address, AddressState, addresses_of, best_address
from storage.cases import find_case
from storage.conversations import open_conversations
from storage.ids import PersonId
from storage.matches import get_match
from storage.messages import Direction, Kind, get_words
from storage.outbox import Delivery, DeliveryPart, OutboxState, Priority, note_failed, parts_of, queued_at
from storage.people import Person, PersonState, get_person

# Why a delivery to an old address has failed whose words went on to another one.
MOVED = "moved"


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
        parcel = None if message.kind == Kind.SHOWN else _parcel(message, parts, person, new, ctx)
        if parcel is not None:
            dispatch(ctx, new, parcel)
    for delivery in waiting:
        note_failed(ctx.tx, delivery.id, MOVED)


def made_good(delivery: Delivery, parts: list[DeliveryPart], recipient: Person, ctx: Context, *, dead: bool) -> bool:
    """Send what failed for good at one address to another one of the same person, once; False when there is none.

    `parts` are all rows of its message as they were before it failed. What waits behind it follows when the address
    is `dead`. Words that somebody had shown go nowhere else, least of all into a text message.
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
    parcel = _parcel(delivery, failed, recipient, target, ctx)
    if parcel is None:
        return False
    dispatch(ctx, target, parcel)
    if dead:
        for address in own:
            if address.id == delivery.address_id:
                move_waiting(recipient, address, target, ctx)
    return True


def _parcel(
    delivery: Delivery, parts: list[DeliveryPart], recipient: Person, target: Address, ctx: Context
) -> Parcel | None:
    """What these parts of a delivery carried, for another address; None for what has no words, such as a reaction."""
    first = parts[0]
    known = [part.text for part in parts if part.text is not None]
    text = "".join(known) if len(known) == len(parts) else _said(delivery, recipient, ctx)
    # A shared telephone's words begin with whom they are for; `dispatch` says it again where that is needed.
    text = text.removeprefix(ctx.text("for-sharer", recipient, name=recipient.name, words=""))
    options = tuple(Option(label, data) for part in parts for label, data in part.options)
    options = options or _asked(delivery, recipient, ctx)
    if delivery.kind == Kind.ALERT and (case := next((option.data for option in options), "")).startswith("have:"):
        # A text message may say less of an alert than Telegram.
        found = find_case(ctx.tx, record_number(case.removeprefix("have:")))
        if found is not None:
            text, options = put(found, recipient, Channel(target.channel), ctx)
    files = tuple(part.media_id for part in parts if part.media_id is not None)
    if (not text and not files) or (files and target.channel != Channel.TELEGRAM):
        # A reaction has no words, and an SMS carries no files.
        return None
    return Parcel(
        delivery.message_id,
        first.key_id,
        text,
        options,
        first.priority,
        files=files,
        expires_at=delivery.expires_at,
    )


def _said(delivery: Delivery, recipient: Person, ctx: Context) -> str:
    """The words of a message whose outbox row has forgotten them: it was taken by the provider, and failed later."""
    words = get_words(ctx.tx, delivery.message_id)
    if delivery.direction == Direction.OUT or delivery.person_id is None:
        return words.original
    speaker = get_person(ctx.tx, delivery.person_id)
    return ctx.text(f"relay-{recipient.role}", recipient, name=speaker.name, words=words.delivered)


def _asked(delivery: Delivery, recipient: Person, ctx: Context) -> tuple[Option, ...]:
    """The options of a question that is still open: it was opened when the message was said."""
    if delivery.kind != Kind.QUESTION:
        return ()
    said_at = get_words(ctx.tx, delivery.message_id).received_at
    for asked in open_conversations(ctx.tx, recipient.id):
        if asked.opened_at == said_at:
            return tuple(Option(label, data) for label, data in asked.options)
    return ()
