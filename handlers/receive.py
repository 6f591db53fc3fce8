"""The one door for everything that arrives: once, recorded, scanned, and then decided."""

from handlers import alerting, deliveries
from handlers.context import Context
from handlers.events import DeliveryReport, Event, Inbound, Unreachable
from handlers.routing import route
from handlers.screening import Screened, screen
from handlers.step import Member, Step
from handlers.stopping import means_start
from storage.addresses import Address, AddressState, add_address, find_sender, set_address_state
from storage.events import first_seen
from storage.ids import MessageId
from storage.media import add_media
from storage.messages import Direction, NewMessage, add_message
from storage.people import Person


def receive(event: Event, ctx: Context) -> bool:
    """Let an event take effect, once. Returns False when it was seen before and nothing happened."""
    if not first_seen(ctx.tx, event.channel, event.event_id, ctx.now):
        return False
    handle(event, ctx)
    return True


def handle(event: Event, ctx: Context) -> None:
    """Let an event take effect that is known to be new (or to be tried again)."""
    match event:
        case Inbound():
            _take_words(event, ctx)
        case DeliveryReport():
            deliveries.take_report(event, ctx)
        case Unreachable():
            deliveries.take_block(event, ctx)
        case _:
            pass


def _take_words(inbound: Inbound, ctx: Context) -> None:
    """Screen what a person sent, decide, record it, raise the alarm, and do what was decided: in this order."""
    person, address = _identify(inbound, ctx)
    screened = screen(inbound.text, inbound.hidden, ctx.content)
    step = route(inbound, person, address, screened, ctx)
    if step.joined_as is not None:
        person, address = step.joined_as.person, step.joined_as.address
    message_id = _record(inbound, person, address, step.passed or screened, step, ctx)
    if screened.gravest is not None:
        alerting.raise_alert(ctx, screened.gravest, message_id, Member(person, address) if person else None, step)
    step.follow(message_id)


def _identify(inbound: Inbound, ctx: Context) -> tuple[Person | None, Address]:
    """Who sent it, and from where; an address that was never seen becomes a stranger's."""
    sender = find_sender(ctx.tx, inbound.channel, inbound.sender)
    if sender is None:
        return None, add_address(ctx.tx, inbound.channel, inbound.sender, ctx.now)
    state = sender.address.state
    # Whoever writes can be reached again; but where the provider keeps us away, only START lets us in.
    if state is AddressState.UNREACHABLE or (state is AddressState.OPTED_OUT and means_start(inbound)):
        set_address_state(ctx.tx, sender.address.id, AddressState.ACTIVE)
    return sender.person, sender.address


def _record(
    inbound: Inbound, person: Person | None, address: Address, screened: Screened, step: Step, ctx: Context
) -> MessageId:
    changed = screened.deliverable is not None and screened.deliverable != inbound.text
    new = NewMessage(
        direction=Direction.IN,
        kind=step.kind,
        state=step.state,
        key_id=person.key_id if person else address.key_id,
        at=inbound.at,
        received_at=ctx.now,
        original=inbound.text or step.pressed or "",
        delivered=screened.deliverable if changed else None,
        person_id=person.id if person else None,
        address_id=address.id,
        match_id=step.match_id,
        channel=inbound.channel,
        provider_ref=inbound.message_ref,
        attachments=("edit", *inbound.attachments) if inbound.edited else inbound.attachments,
        album=inbound.album,
    )
    message_id = add_message(ctx.tx, new, screened.findings)
    if step.files:
        for file in inbound.media:
            add_media(ctx.tx, message_id, new.key_id, kind=file.kind, ref=file.ref, emoji=file.emoji, now=ctx.now)
    return message_id
