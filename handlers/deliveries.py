"""What became of what was sent: taken, delivered, refused; and who has to know when it did not arrive."""

from datetime import datetime, timedelta

from handlers import reach
from handlers.context import Context
from handlers.events import DeliveryReport, DeliveryStatus, Fate, Unreachable
from handlers.speaking import tell, tell_coordinators
from storage.addresses import AddressState, addresses_of, find_sender, person_of
from storage.ids import AddressId, OutboxId, PersonId
from storage.messages import Direction
from storage.outbox import (
    Delivery,
    OutboxState,
    cancel_queued,
    find_delivery,
    get_delivery,
    note_delivered,
    note_failed,
    send_again,
    take_expired,
)
from storage.people import Person, PersonState, Role, get_person
from storage.reports import add_report, failed_tries
from storage.transcripts import deliveries_of

# The error of what became stale before it could be delivered.
EXPIRED = "expired"
# The provider took these, and waits or wonders what becomes of them.
_ON_THEIR_WAY = {OutboxState.SENT, OutboxState.UNCERTAIN}
# When a telephone that was off is tried again, after each report that it was.
_AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (15, 60, 180, 360))
# An alarm is of more use soon than patient.
_ALARM_AGAIN_AFTER = (timedelta(minutes=2),) * 4
_LOST = {Fate.OPTED_OUT: AddressState.OPTED_OUT, Fate.GONE: AddressState.UNREACHABLE}


def take_report(report: DeliveryReport, ctx: Context) -> None:
    """Keep what a provider says later, and act on it. Reports may come early, late, twice and in any order.

    Delivered is the last word, also after a failure: it is a receipt of the telephone, a failure only the lack of one
    in time (Twilio docs, "Message status": both are final, and callbacks come in any order).
    """
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
        _sign_of_life(delivery.address_id, ctx)
    elif report.status is DeliveryStatus.FAILED and _is_news(report, delivery):
        _take_failure(report, delivery, ctx)


def _find(report: DeliveryReport, ctx: Context) -> Delivery | None:
    if report.outbox_id is not None:
        return get_delivery(ctx.tx, OutboxId(report.outbox_id))
    return find_delivery(ctx.tx, report.provider_ref)


def _is_news(report: DeliveryReport, delivery: Delivery) -> bool:
    """Whether a failure is that of the try that counts: Twilio reports some twice, and an earlier one may come late."""
    if report.provider_ref == delivery.provider_ref:
        return delivery.state in _ON_THEIR_WAY
    return delivery.provider_ref is None or delivery.state not in _ON_THEIR_WAY


def _take_failure(report: DeliveryReport, delivery: Delivery, ctx: Context) -> None:
    error, patient = report.error or "failed", report.fate in {Fate.RETRY, Fate.RETRY_ONCE}
    if patient and delivery.state is OutboxState.QUEUED:
        # Its answer was lost, and it will be tried again anyway.
        return
    due_at = _next_try(report.fate, delivery, ctx) if patient else None
    if due_at is not None:
        send_again(ctx.tx, delivery.id, report.provider_ref, error, due_at)
        return
    give_up(delivery, error, ctx, fate=report.fate)
    if report.fate is Fate.RETRY:
        _lose_patience(delivery, error, ctx)


def _next_try(fate: Fate, delivery: Delivery, ctx: Context) -> datetime | None:
    """When what failed on its way is tried again; None when that was often enough, or would be too late."""
    pauses = _ALARM_AGAIN_AFTER if delivery.is_alarm else _AGAIN_AFTER
    tries = failed_tries(ctx.tx, delivery.id)
    if tries > (1 if fate is Fate.RETRY_ONCE else len(pauses)):
        return None
    due_at = ctx.now + pauses[tries - 1]
    return due_at if delivery.repeatable and may_be_repeated(delivery, due_at, ctx) else None


def _lose_patience(delivery: Delivery, error: str, ctx: Context) -> None:
    """A telephone stayed off for all tries. What waits behind is tried in its turn; a coordinator's alarms go on."""
    recipient = _owner(delivery.address_id, ctx)
    if recipient is not None and recipient.role is not Role.COORDINATOR:
        reach.lose(delivery.address_id, AddressState.UNREACHABLE, error, recipient, ctx, besides=_author(delivery, ctx))


def take_block(event: Unreachable, ctx: Context) -> None:
    """Somebody blocked the bot, or let it in again."""
    sender = find_sender(ctx.tx, event.channel, event.sender)
    if sender is None:
        return
    state = sender.address.state
    if event.blocked and state is AddressState.ACTIVE:
        reach.lose(sender.address.id, AddressState.UNREACHABLE, "telegram:blocked", sender.person, ctx)
        _drop_queued(sender.address.id, sender.person, "telegram:blocked", ctx)
    elif not event.blocked and state is AddressState.UNREACHABLE:
        reach.find_again(sender.address, sender.person, ctx)


def _sign_of_life(address_id: AddressId, ctx: Context) -> None:
    """What arrived shows that somebody is there again. STOP is taken back by START only."""
    owner = _owner(address_id, ctx)
    for address in [] if owner is None else addresses_of(ctx.tx, owner.id):
        if address.id == address_id and address.state is AddressState.UNREACHABLE:
            reach.find_again(address, owner, ctx)


def give_up(delivery: Delivery, error: str, ctx: Context, *, fate: Fate = Fate.GIVE_UP) -> None:
    """A message will not arrive: its sender and the coordinators learn it, and the address is marked if it is dead.

    With a dead address goes all that waits for it. Does nothing for one that is known to have failed, or to have been
    delivered whatever an answer says.
    """
    if delivery.state in {OutboxState.FAILED, OutboxState.DELIVERED}:
        return
    # A long message goes in parts: it fails once.
    parts = deliveries_of(ctx.tx, [delivery.message_id]).get(delivery.message_id, [])
    known = any(part.state == OutboxState.FAILED for part in parts)
    note_failed(ctx.tx, delivery.id, error)
    recipient, author = _owner(delivery.address_id, ctx), _author(delivery, ctx)
    if recipient is not None and not known:
        if delivery.direction == Direction.IN:
            _tell_not_delivered(delivery, recipient, ctx, late=error == EXPIRED)
        elif fate not in _LOST and recipient.state is not PersonState.STOPPED:
            _tell_of_notice(recipient, ctx)
    if fate in _LOST:
        reach.lose(delivery.address_id, _LOST[fate], error, recipient, ctx, besides=author)
        _drop_queued(delivery.address_id, recipient, error, ctx, told=None if author is None else author.id)


def give_up_expired(ctx: Context) -> bool:
    """Give up what is longest stale; False when nothing is."""
    stale = take_expired(ctx.tx, ctx.now)
    if stale is not None:
        give_up(stale, EXPIRED, ctx)
    return stale is not None


def may_be_repeated(delivery: Delivery, due_at: datetime, ctx: Context) -> bool:
    """Whether a failed send may be tried again at `due_at`.

    Nothing goes when it is stale, nor anybody's words to a person who said STOP meanwhile.
    """
    if delivery.expires_at is not None and due_at >= delivery.expires_at:
        return False
    owner = _owner(delivery.address_id, ctx)
    stopped = owner is not None and owner.state is PersonState.STOPPED
    return not (stopped and delivery.direction == Direction.IN)


def drop_waiting(person: Person, ctx: Context) -> None:
    """Nothing that waits for somebody will be sent, because they said STOP; who wrote it learns that it won't."""
    for address in addresses_of(ctx.tx, person.id):
        dropped = [get_delivery(ctx.tx, outbox_id) for outbox_id in cancel_queued(ctx.tx, address.id, "stopped")]
        # A long message goes in parts: it is lost once.
        messages = {found.message_id: found for found in dropped if found and found.direction == Direction.IN}
        for delivery in messages.values():
            _tell_not_delivered(delivery, person, ctx)


def _drop_queued(
    address_id: AddressId, owner: Person | None, error: str, ctx: Context, *, told: PersonId | None = None
) -> None:
    """Nothing that waits for a dead address is tried; each sender (besides `told`) learns it once."""
    senders = {told}
    for outbox_id in cancel_queued(ctx.tx, address_id, error):
        delivery = get_delivery(ctx.tx, outbox_id)
        if delivery is None or delivery.direction != Direction.IN or delivery.person_id in senders:
            continue
        senders.add(delivery.person_id)
        if owner is not None:
            _tell_not_delivered(delivery, owner, ctx)


def _owner(address_id: AddressId, ctx: Context) -> Person | None:
    owner = person_of(ctx.tx, address_id)
    return None if owner is None else get_person(ctx.tx, owner)


def _author(delivery: Delivery, ctx: Context) -> Person | None:
    """Whose words they are; None for the service's own."""
    said = delivery.direction == Direction.IN and delivery.person_id is not None
    return get_person(ctx.tx, delivery.person_id) if said and delivery.person_id is not None else None


def _tell_not_delivered(delivery: Delivery, recipient: Person, ctx: Context, *, late: bool = False) -> None:
    author = _author(delivery, ctx)
    if author is not None:
        tell(ctx, author, "not-delivered-in-time" if late else "not-delivered")
    tell_coordinators(ctx, recipient.programme, "notice-not-delivered", leave_out=[recipient], name=recipient.name)


def _tell_of_notice(recipient: Person, ctx: Context) -> None:
    # Of a notice to a coordinator no other is told: two of them would tell each other without an end.
    if recipient.role is not Role.COORDINATOR:
        tell_coordinators(ctx, recipient.programme, "notice-not-delivered", leave_out=[recipient], name=recipient.name)
