"""Saying something: the record of it and the outbox rows that will carry it, in one place."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from content.sms import segments, to_gsm
from handlers.context import Context
from handlers.events import Channel
from handlers.outbound import CAPTION_LIMIT, Option, rendered_options, split_text, text_length
from storage.addresses import Address, AddressState, addresses_of, best_address
from storage.ids import KeyId, MatchId, MediaId, MessageId, PersonId
from storage.messages.keeping import NewMessage, add_message
from storage.messages.kinds import Direction, Kind, MessageState
from storage.outbox.queueing import Parcel, enqueue
from storage.outbox.rows import Priority
from storage.people import Person, PersonState, Role, get_person, has_agreed, list_people
from storage.usage import count_segments, note_told, payer

# After so long what the service tells is stale. What it asks, and its alarms, never are.
_NOTICE_LIFE = timedelta(hours=72)


# Of a month's budget for SMS, in per cent: at which the coordinators are told.
_SHARES = (80, 100)


def dispatch(
    ctx: Context, address: Address, parcel: Parcel, files: Sequence[MediaId] = (), *, captioned: bool = True
) -> None:
    """Put a message into the outbox for one address, in as many parts as its channel needs; options go last.

    `files` of `storage.media` go with it: the first carries the text as its caption, if it can (`captioned`). On a
    telephone that several share it begins with whom it is for. What goes by SMS goes in as few segments as it can, and
    these are counted. See `content.sms`.
    """
    channel = Channel(address.channel)
    text, options = _for_address(ctx, address, parcel)
    parts = split_text(channel, text, options)
    if files:
        fits = captioned and text_length(channel, text) <= CAPTION_LIMIT
        # What doesn't fit goes behind, and so do the files without words.
        parts = [parts[0], *[""] * (len(files) - 1)] if fits else [*[""] * len(files), *parts]
    spent = 0
    for number, part in enumerate(parts):
        first, last = number == 0, number == len(parts) - 1
        own = options if last else ()
        takes = segments(part + rendered_options(own)) if channel is Channel.SMS else None
        spent += takes or 0
        piece = replace(
            parcel,
            text=part,
            options=own,
            reply_to_ref=parcel.reply_to_ref if first else None,
            edits_id=parcel.edits_id if first else None,
            receipt=parcel.receipt and first,
            menu=parcel.menu if last else (),
        )
        file = files[number] if number < len(files) else None
        enqueue(ctx.tx, address.id, piece, ctx.now, part=number, media_id=file, segments=takes)
    if spent:
        _spend(ctx, address, spent)


def _for_address(ctx: Context, address: Address, parcel: Parcel) -> tuple[str, tuple[Option, ...]]:
    """The words as the address is to get them and its channel is to carry them."""
    text, options = parcel.text, tuple(Option(*pair) for pair in parcel.options)
    if address.sharer is not None and text:
        text = ctx.text("for-sharer", address.sharer, name=address.sharer.name, words=text)
    if address.channel != Channel.SMS:
        return text, options
    text, *labels = to_gsm([text, *(option.label for option in options)])
    return text, tuple(Option(label, option.data) for label, option in zip(labels, options, strict=True))


def _spend(ctx: Context, address: Address, spent: int) -> None:
    """Count segments on their recipient's budget; tell the coordinators once when it nears its end, and at its end."""
    found = payer(ctx.tx, address.id)
    programme = ctx.content.programmes.get(found[1]) if found else None
    if found is None or programme is None or not programme.sms_segments_a_month:
        return
    person_id, month = found[0], f"{ctx.now.astimezone(ZoneInfo(programme.time_zone)):%Y-%m}"
    budget = programme.sms_segments_a_month
    used, told = count_segments(ctx.tx, person_id, month, spent)
    share = max((share for share in _SHARES if used * 100 >= share * budget), default=0)
    if share > told:
        # First of all: what a coordinator is told may be an SMS too.
        note_told(ctx.tx, person_id, month, share)
        name = get_person(ctx.tx, person_id).name
        key = "notice-sms-spent" if share == _SHARES[-1] else "notice-sms-nearly-spent"
        tell_coordinators(ctx, programme.id, key, name=name, budget=str(budget))


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
    menu: tuple[tuple[str, str], ...] = (),
    key_id: KeyId | None = None,
    files: tuple[MediaId, ...] = (),
    life: timedelta | None = None,
) -> MessageId | None:
    """Say something to somebody, at `address` or where they can be reached. Returns None when that can't be done.

    `key_id` is for words that are somebody else's; `files` go along; after `life` it isn't sent any more.
    """
    target = address or reachable_address(ctx, person)
    if target is None or (target.id in ctx.muted and kind is not Kind.ALERT):
        return None
    if life is None and kind is Kind.NOTICE:
        life = _NOTICE_LIFE
    key = key_id or person.key_id
    message_id = _record(ctx, words, key, kind, target, person=person, match_id=match_id)
    parcel = Parcel(
        message_id=message_id,
        key_id=key,
        text=words,
        options=tuple(options),
        priority=priority,
        reply_to_ref=reply_to,
        menu=menu,
        expires_at=None if life is None else ctx.now + life,
    )
    dispatch(ctx, target, parcel, files, captioned=not options)
    return message_id


def speak_to_stranger(
    ctx: Context,
    address: Address,
    words: str,
    *,
    kind: Kind = Kind.NOTICE,
    options: Sequence[Option] = (),
    priority: Priority = Priority.CHAT,
) -> None:
    """Say something to an address of which it isn't known who reads it; not where too much was said there already."""
    if address.id in ctx.muted and kind is not Kind.ALERT:
        return
    message_id = _record(ctx, words, address.key_id, kind, address)
    parcel = Parcel(message_id=message_id, key_id=address.key_id, text=words, options=tuple(options), priority=priority)
    dispatch(ctx, address, parcel)


def tell(ctx: Context, person: Person, key: str, **values: str | int) -> bool:
    """Say a text of the content to somebody who takes part; nothing goes to one who said STOP."""
    if person.state is PersonState.STOPPED:
        return False
    return speak(ctx, person, ctx.text(key, person, **values)) is not None


def reachable_address(ctx: Context, person: Person) -> Address | None:
    """Where somebody can be reached now, by the channel that they prefer if they can; None when there is nowhere."""
    best = best_address(addresses_of(ctx.tx, person.id), person.preferred_channel)
    return best if best is not None and best.state is AddressState.ACTIVE else None


def is_reachable(ctx: Context, person: Person) -> bool:
    """Whether somebody can be reached anywhere now."""
    return reachable_address(ctx, person) is not None


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
