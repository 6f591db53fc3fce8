"""What became of what was sent: taken, delivered, refused; and who has to know when it did not arrive."""

from handlers.context import Context
from handlers.events import DeliveryReport, DeliveryStatus, Unreachable
from handlers.speaking import tell, tell_coordinators
from storage.addresses import AddressState, addresses_of, find_sender, person_of, set_address_state
from storage.ids import OutboxId
from storage.messages import Direction, Kind
from storage.outbox import (
    Delivery,
    OutboxState,
    cancel_queued,
    find_delivery,
    get_delivery,
    note_delivered,
    note_failed,
)
from storage.people import Person, PersonState, Role, get_person
from storage.reports import add_report
from storage.transcripts import deliveries_of


def take_report(report: DeliveryReport, ctx: Context) -> None:
    """Keep what a provider says later, and act on it. Reports may come early, late, twice and in any order."""
    delivery = _find(report, ctx)
    add_report(
        ctx.tx,
        outbox_id=delivery.id if delivery else None,
        channel=report.channel,
        provider_ref=report.provider_ref,
        status=report.status,
        error=report.error,
        now=ctx.now,
    )
    if delivery is None:
        return
    if report.status in {DeliveryStatus.DELIVERED, DeliveryStatus.READ}:
        note_delivered(ctx.tx, delivery.id)
    elif report.status is DeliveryStatus.FAILED:
        give_up(delivery, report.error or "failed", ctx)


def _find(report: DeliveryReport, ctx: Context) -> Delivery | None:
    if report.outbox_id is not None:
        return get_delivery(ctx.tx, OutboxId(report.outbox_id))
    return find_delivery(ctx.tx, report.provider_ref)


def take_block(event: Unreachable, ctx: Context) -> None:
    """Somebody blocked the bot, or let it in again."""
    sender = find_sender(ctx.tx, event.channel, event.sender)
    if sender is None:
        return
    if not event.blocked:
        set_address_state(ctx.tx, sender.address.id, AddressState.ACTIVE)
    elif sender.address.state is AddressState.ACTIVE:
        set_address_state(ctx.tx, sender.address.id, AddressState.UNREACHABLE)
        if sender.person is not None:
            _tell_unreachable(sender.person, ctx)


def give_up(
    delivery: Delivery, error: str, ctx: Context, *, unreachable: bool = False, opted_out: bool = False
) -> None:
    """A message will not arrive: its sender and the coordinators learn it, and the address is marked if it is dead.

    Does nothing for one that is known to have failed, or to have been delivered whatever an answer says.
    """
    if delivery.state in {OutboxState.FAILED, OutboxState.DELIVERED}:
        return
    # A long message goes in parts: it fails once.
    parts = deliveries_of(ctx.tx, [delivery.message_id]).get(delivery.message_id, [])
    known = any(part.state == OutboxState.FAILED for part in parts)
    note_failed(ctx.tx, delivery.id, error)
    owner = person_of(ctx.tx, delivery.address_id)
    recipient = None if owner is None else get_person(ctx.tx, owner)
    lost = False
    if unreachable or opted_out:
        lost = _mark(delivery, AddressState.OPTED_OUT if opted_out else AddressState.UNREACHABLE, recipient, ctx)
    if recipient is None:
        return
    if delivery.direction == Direction.IN and not known:
        _tell_not_delivered(delivery, recipient, ctx)
    elif delivery.direction == Direction.OUT and recipient.state is not PersonState.STOPPED:
        if lost:
            _tell_unreachable(recipient, ctx)
        elif not (unreachable or opted_out or known) and recipient.role is not Role.COORDINATOR:
            # Of a notice to a coordinator no other is told: two of them would tell each other without an end.
            _tell_not_delivered(delivery, recipient, ctx)


def may_be_repeated(delivery: Delivery, ctx: Context) -> bool:
    """Whether a failed send may be tried again: nobody's words go to a person who said STOP meanwhile."""
    owner = person_of(ctx.tx, delivery.address_id)
    stopped = owner is not None and get_person(ctx.tx, owner).state is PersonState.STOPPED
    return not (stopped and delivery.direction == Direction.IN)


def drop_waiting(person: Person, ctx: Context) -> None:
    """Nothing that waits for somebody will be sent, because they said STOP; who wrote it learns that it won't."""
    for address in addresses_of(ctx.tx, person.id):
        dropped = [get_delivery(ctx.tx, outbox_id) for outbox_id in cancel_queued(ctx.tx, address.id, "stopped")]
        # A long message goes in parts: it is lost once.
        messages = {found.message_id: found for found in dropped if found and found.direction == Direction.IN}
        for delivery in messages.values():
            _tell_not_delivered(delivery, person, ctx)


def _mark(delivery: Delivery, state: AddressState, recipient: Person | None, ctx: Context) -> bool:
    """Note that an address is dead; whether that is news about its owner."""
    addresses = [] if recipient is None else addresses_of(ctx.tx, recipient.id)
    set_address_state(ctx.tx, delivery.address_id, state)
    return any(found.id == delivery.address_id and found.state is AddressState.ACTIVE for found in addresses)


def _tell_not_delivered(delivery: Delivery, recipient: Person, ctx: Context) -> None:
    if delivery.kind == Kind.REACTION:
        # Nobody waits for it, and it stands in the record.
        return
    if delivery.direction == Direction.IN and delivery.person_id is not None:
        tell(ctx, get_person(ctx.tx, delivery.person_id), "not-delivered")
    tell_coordinators(ctx, recipient.programme, "notice-not-delivered", leave_out=[recipient], name=recipient.name)


def _tell_unreachable(person: Person, ctx: Context) -> None:
    tell_coordinators(ctx, person.programme, "notice-unreachable", leave_out=[person], name=person.name)
