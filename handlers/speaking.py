"""Saying something: the record of it and the outbox rows that will carry it, in one place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.context import Context
from handlers.events import Channel
from handlers.outbound import CAPTION_LIMIT, Option, split_text, text_length
from storage.addresses import Address, AddressState, addresses_of
from storage.ids import KeyId, MatchId, MediaId, MessageId, OutboxId, PersonId
from storage.messages import Direction, Kind, MessageState, NewMessage, add_message
from storage.outbox import NewDelivery, Priority, enqueue
from storage.people import Person, PersonState, Role, has_agreed, list_people


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be delivered of a message that is in the record."""

    message_id: MessageId
    # The key of the person whose words they are.
    key_id: KeyId
    text: str
    options: tuple[Option, ...] = ()
    priority: Priority = Priority.CHAT
    reply_to: str | None = None
    # Files of `storage.media` that go with the text: the first carries it as its caption, if it can (`captioned`).
    files: tuple[MediaId, ...] = ()
    captioned: bool = True
    # The earlier delivery to the same address that this one changes.
    edits_id: OutboxId | None = None
    reaction: str | None = None
    menu: tuple[tuple[str, str], ...] = ()
    # After this it is stale; None: it never is.
    expires_at: datetime | None = None


def dispatch(ctx: Context, address: Address, parcel: Parcel) -> None:
    """Put a message into the outbox for one address, in as many parts as its channel needs; options go last."""
    parts = split_text(Channel(address.channel), parcel.text, parcel.options)
    files: list[MediaId | None] = [*parcel.files]
    if files:
        fits = parcel.captioned and text_length(Channel(address.channel), parcel.text) <= CAPTION_LIMIT
        # What doesn't fit goes behind, and so do the files without words.
        parts = [parts[0], *[""] * (len(files) - 1)] if fits else [*[""] * len(files), *parts]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        delivery = NewDelivery(
            message_id=parcel.message_id,
            address_id=address.id,
            key_id=parcel.key_id,
            text=part,
            options=tuple((option.label, option.data) for option in parcel.options) if last else (),
            priority=parcel.priority,
            part=number,
            reply_to_ref=parcel.reply_to if number == 0 else None,
            media_id=files[number] if number < len(files) else None,
            edits_id=parcel.edits_id if number == 0 else None,
            reaction=parcel.reaction,
            menu=parcel.menu if last else (),
            expires_at=parcel.expires_at,
        )
        enqueue(ctx.tx, delivery, ctx.now)


def speak(  # noqa: PLR0913 - what is said, to whom, as what
    ctx: Context,
    person: Person,
    words: str,
    *,
    kind: Kind = Kind.NOTICE,
    options: Sequence[Option] = (),
    match_id: MatchId | None = None,
    priority: Priority = Priority.CHAT,
    reply_to: str | None = None,
    address: Address | None = None,
    key_id: KeyId | None = None,
    files: tuple[MediaId, ...] = (),
) -> bool:
    """Say something to somebody, at `address` or where they can be reached. Returns False when they can't be.

    `key_id` is for words that are somebody else's; `files` go along.
    """
    target = address or reachable_address(ctx, person)
    if target is None:
        return False
    key = key_id or person.key_id
    message_id = _record(ctx, words, key, kind, target, person=person, match_id=match_id)
    parcel = Parcel(message_id, key, words, tuple(options), priority, reply_to, files, captioned=not options)
    dispatch(ctx, target, parcel)
    return True


def speak_to_stranger(ctx: Context, address: Address, words: str) -> None:
    """Say something to an address that nobody of the service has."""
    message_id = _record(ctx, words, address.key_id, Kind.NOTICE, address)
    dispatch(ctx, address, Parcel(message_id, address.key_id, words))


def tell(ctx: Context, person: Person, key: str, **values: str | int) -> bool:
    """Say a text of the content to somebody who takes part; nothing goes to one who said STOP."""
    if person.state is PersonState.STOPPED:
        return False
    return speak(ctx, person, ctx.text(key, person, **values))


def reachable_address(ctx: Context, person: Person) -> Address | None:
    """Where somebody can be reached now; None when there is nowhere."""
    for address in addresses_of(ctx.tx, person.id):
        if address.state is AddressState.ACTIVE:
            return address
    return None


def coordinators(ctx: Context, programme: str | None, *, besides: PersonId | None = None) -> list[Person]:
    """Who hears the alarms of a programme: its coordinators, or everybody's when it has none (or None).

    Those who said STOP among them: they get alarms and nothing else. `besides` is somebody who must not hear it.
    """
    everybody = [
        person
        for person in list_people(ctx.tx, role=Role.COORDINATOR)
        if person.id != besides and is_on_duty(ctx, person)
    ]
    own = [person for person in everybody if person.programme == programme]
    return own or everybody


def is_on_duty(ctx: Context, person: Person) -> bool:
    """Whether somebody is a coordinator who once agreed to be one: STOP doesn't take them off duty."""
    if person.role is not Role.COORDINATOR:
        return False
    return person.state is PersonState.JOINED or (person.state is PersonState.STOPPED and has_agreed(ctx.tx, person.id))


def tell_coordinators(
    ctx: Context, programme: str | None, key: str, *, leave_out: Iterable[Person] = (), **values: str | int
) -> None:
    """Tell the coordinators of a programme something that they must know; it names people, never their words."""
    left_out = {person.id for person in leave_out}
    for person in coordinators(ctx, programme):
        if person.id not in left_out:
            tell(ctx, person, key, **values)


def _record(
    ctx: Context,
    words: str,
    key_id: KeyId,
    kind: Kind,
    address: Address,
    *,
    person: Person | None = None,
    match_id: MatchId | None = None,
) -> MessageId:
    new = NewMessage(
        direction=Direction.OUT,
        kind=kind,
        state=MessageState.SAID,
        key_id=key_id,
        at=ctx.now,
        received_at=ctx.now,
        original=words,
        person_id=person.id if person else None,
        address_id=address.id,
        match_id=match_id,
        channel=address.channel,
    )
    return add_message(ctx.tx, new)
