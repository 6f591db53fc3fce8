"""The one door for everything that arrives: once, recorded, scanned, and then decided."""

from dataclasses import replace

from handlers import alerting, boundaries, deliveries, guard, kinds, reach, sharing
from handlers.context import Context
from handlers.events import DeliveryReport, Event, Inbound, Unreachable
from handlers.routing import route
from handlers.screening import Screened, gravest_of, screen, screen_inbound, words_of
from handlers.speakers import speaker, unknown_speaker
from handlers.step import Member, Step
from handlers.stopping import means_start
from storage.addresses import Address, AddressState, Sender, add_address, find_sender
from storage.events import first_seen
from storage.ids import MessageId
from storage.media import add_media
from storage.messages.keeping import NewMessage, add_message
from storage.messages.kinds import Direction, Kind, MessageState
from storage.messages.words import find_incoming
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
    sender = _identify(inbound, ctx)
    writer = sharing.writer_at(sender, ctx)
    person, address = sender.person or writer, replace(sender.address, sharer=writer) if writer else sender.address
    who = (
        speaker(ctx, person, ref=inbound.message_ref)
        if person
        else unknown_speaker(ctx, address.id, ref=inbound.message_ref)
    )
    screened = screen_inbound(inbound, ctx.content, who)
    step = sharing.take(inbound, sender, writer, ctx) if sender.sharers else None
    if step is None:
        step = route(inbound, person, address, screened, ctx, former=sender.former)
    elif writer is not None:
        # It is the telephone's, or of somebody else on it.
        person, address = None, sender.address
    if step.joined_as is not None:
        person, address = step.joined_as.person, step.joined_as.address
    message_id = _record(inbound, person, address, step.passed or screened, step, ctx)
    if inbound.beside and words_of(inbound):
        _keep_serious_quote(inbound, person, address, step, ctx)
    gravest = gravest_of((*screened.findings, *(step.passed.findings if step.passed else ())))
    if gravest is not None:
        member = Member(person, address) if person else None
        if not step.case_work:
            alerting.raise_alert(
                ctx, gravest, message_id, member, step, sender, words=words_of(inbound), beside=inbound.beside
            )
        elif member is not None:
            alerting.help_teller(ctx, gravest, message_id, member, words=words_of(inbound))
    if person is not None and step.kind is Kind.RELAY:
        boundaries.mind_details(ctx, person, message_id, step, (step.passed or screened).findings)
    guard.mind_loop(ctx, person, address, step, sender.sharers)
    step.follow(message_id)


def _identify(inbound: Inbound, ctx: Context) -> Sender:
    """Who sent it, and from where; an address that was never seen becomes a stranger's."""
    sender = find_sender(ctx.tx, inbound.channel, inbound.sender)
    if sender is None:
        return Sender(add_address(ctx.tx, inbound.channel, inbound.sender, ctx.now), None)
    state = sender.address.state
    # Whoever writes can be reached again; but where the provider keeps us away, only START lets us in.
    if state is AddressState.UNREACHABLE or (state is AddressState.OPTED_OUT and means_start(inbound)):
        reach.find_again(sender.address, sender.sharers or ((sender.person,) if sender.person else ()), ctx)
    return sender


def _keep_serious_quote(inbound: Inbound, person: Person | None, address: Address, step: Step, ctx: Context) -> None:
    """Keep what came beside the words as a message of its own when it raises an alarm: somebody has to read it."""
    quote = "\n".join(inbound.beside)
    screened = screen(quote, (), ctx.content)
    if screened.gravest is not None:
        # Without the name of the message: this is no version of it, and nothing answers it.
        alone = replace(
            inbound,
            text=quote,
            message_ref=None,
            reply_to=None,
            attachments=(),
            hidden=(),
            beside=(),
            edited=False,
            album=None,
        )
        _record(alone, person, address, screened, Step(Kind.OTHER, MessageState.KEPT, match_id=step.match_id), ctx)


def _record(
    inbound: Inbound, person: Person | None, address: Address, screened: Screened, step: Step, ctx: Context
) -> MessageId:
    words = words_of(inbound)
    edits = find_incoming(ctx.tx, inbound.message_ref, address.id) if inbound.edited and inbound.message_ref else None
    held = step.state is MessageState.HELD or (edits is not None and step.state is MessageState.KEPT)
    # Of what is held all that may be passed on is kept: a coordinator decides how much of it goes.
    deliverable = screened.whole if held and screened.whole is not None else screened.deliverable
    changed = deliverable is not None and deliverable != words
    new = NewMessage(
        direction=Direction.IN,
        kind=step.kind,
        state=step.state,
        key_id=person.key_id if person else address.key_id,
        at=inbound.at,
        received_at=ctx.now,
        original=words or step.pressed or kinds.words_of_card(inbound),
        delivered=deliverable if changed else None,
        person_id=person.id if person else None,
        address_id=address.id,
        match_id=step.match_id,
        channel=inbound.channel,
        provider_ref=inbound.message_ref,
        reply_to_ref=inbound.reply_to,
        attachments=kinds.recorded(inbound),
        edits_id=edits,
        album=inbound.album,
    )
    message_id = add_message(ctx.tx, new, screened.findings)
    if step.files:
        for file in inbound.media:
            add_media(ctx.tx, message_id, new.key_id, kind=file.kind, ref=file.ref, emoji=file.emoji, now=ctx.now)
    return message_id
