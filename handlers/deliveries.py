"""What became of what was sent: taken, delivered, refused; and who has to know when it did not arrive."""

from datetime import datetime, timedelta

from handlers import reach, redelivery
from handlers.context import Context
from handlers.events import DeliveryReport, DeliveryStatus, Fate, Unreachable
from handlers.speaking import reachable_address, tell, tell_coordinators
from storage.addresses import Address, AddressState, addresses_of, find_sender, sharers_of
from storage.ids import AddressId, OutboxId, PersonId
from storage.matches import Match
from storage.messages.kinds import Direction, Kind
from storage.outbox.by_message import DeliveryPart, parts_of
from storage.outbox.deliveries import Delivery, find_delivery, get_delivery
from storage.outbox.outcomes import note_delivered, note_failed, send_again
from storage.outbox.rows import OutboxState
from storage.outbox.waiting import cancel_queued, take_expired
from storage.people import Person, PersonState, Role, get_person
from storage.reports import add_report, failed_tries

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
        _sign_of_life(delivery, ctx)
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
    recipient = _recipient(delivery, ctx)
    if recipient is not None and recipient.role is not Role.COORDINATOR:
        users, author = _users(delivery.address_id, recipient, ctx), _author(delivery, ctx)
        reach.lose(delivery.address_id, AddressState.UNREACHABLE, error, users, ctx, besides=author)


def take_block(event: Unreachable, ctx: Context) -> None:
    """Somebody blocked the bot, or let it in again."""
    sender = find_sender(ctx.tx, event.channel, event.sender)
    if sender is None or sender.former is not None:
        return
    state, owners = sender.address.state, () if sender.person is None else (sender.person,)
    if event.blocked and state is AddressState.ACTIVE:
        reach.lose(sender.address.id, AddressState.UNREACHABLE, "telegram:blocked", owners, ctx)
        if sender.person is None or not _moved_on(sender.person, sender.address, ctx):
            _drop_queued(sender.address.id, "telegram:blocked", ctx)
    elif not event.blocked and state is AddressState.UNREACHABLE:
        reach.find_again(sender.address, owners, ctx)


def _sign_of_life(delivery: Delivery, ctx: Context) -> None:
    """What arrived shows that somebody is there again. STOP is taken back by START only."""
    recipient = _recipient(delivery, ctx)
    for address in [] if recipient is None else addresses_of(ctx.tx, recipient.id):
        if address.id == delivery.address_id and address.state is AddressState.UNREACHABLE:
            reach.find_again(address, _users(address.id, recipient, ctx), ctx)


def give_up(delivery: Delivery, error: str, ctx: Context, *, fate: Fate = Fate.GIVE_UP) -> None:
    """A message will not arrive here: it goes to another address of the same person, or its sender learns it.

    The coordinators learn it too, and the address is marked if it is dead; with it goes all that waits for it. Does
    nothing for one that is known to have failed, or to have been delivered whatever an answer says.
    """
    if delivery.state in {OutboxState.FAILED, OutboxState.DELIVERED}:
        return
    # As they are now: one that has failed forgets its words.
    parts = parts_of(ctx.tx, delivery.message_id)
    # A long message goes in parts: it fails once.
    known = any(part.state is OutboxState.FAILED and part.address_id == delivery.address_id for part in parts)
    note_failed(ctx.tx, delivery.id, error)
    recipient, author = _recipient(delivery, ctx), _author(delivery, ctx)
    if recipient is not None and not _made_good(delivery, parts, recipient, error, fate, ctx) and not known:
        if delivery.direction == Direction.IN:
            _tell_not_delivered(delivery, recipient, ctx, late=error == EXPIRED)
        elif fate not in _LOST and recipient.state is not PersonState.STOPPED:
            _tell_of_notice(recipient, ctx)
    if fate in _LOST:
        users = _users(delivery.address_id, recipient, ctx)
        reach.lose(delivery.address_id, _LOST[fate], error, users, ctx, besides=author)
        _drop_queued(delivery.address_id, error, ctx, told=None if author is None else author.id)


def _made_good(
    delivery: Delivery, parts: list[DeliveryPart], recipient: Person, error: str, fate: Fate, ctx: Context
) -> bool:
    """Let it go to another address of the same person. Not what is stale, nor round somebody's STOP."""
    if error == EXPIRED or fate is Fate.OPTED_OUT:
        return False
    # A telephone that stayed off for all tries is as good as dead.
    return redelivery.made_good(delivery, parts, recipient, ctx, dead=fate in {Fate.GONE, Fate.RETRY})


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
    recipient = _recipient(delivery, ctx)
    if recipient is None:
        return True
    stopped = recipient.state is PersonState.STOPPED and delivery.direction == Direction.IN
    still_theirs = any(
        address.id == delivery.address_id and address.state is not AddressState.CLOSED
        for address in addresses_of(ctx.tx, recipient.id)
    )
    return still_theirs and not stopped


def drop_waiting(person: Person, ctx: Context) -> None:
    """Nothing that waits for somebody will be sent, because they said STOP; who wrote it learns that it won't."""
    for address in addresses_of(ctx.tx, person.id):
        drop_waiting_at(address, person, "stopped", ctx)


def drop_waiting_at(address: Address, person: Person, error: str, ctx: Context) -> None:
    """Nothing that waits for somebody at one address will be sent; who wrote it learns that it won't."""
    dropped = redelivery.waiting_for(person, address, ctx)
    for delivery in dropped:
        note_failed(ctx.tx, delivery.id, error)
    # A long message goes in parts: it is lost once.
    messages = {found.message_id: found for found in dropped if found.direction == Direction.IN}
    for delivery in messages.values():
        _tell_not_delivered(delivery, person, ctx)


def drop_between(match: Match, ctx: Context) -> None:
    """No words of a pair that still wait will be sent; nobody is told, since one of them must not learn why."""
    for person_id in (match.mentor_id, match.mentee_id):
        person = get_person(ctx.tx, person_id)
        for address in addresses_of(ctx.tx, person_id):
            for delivery in redelivery.waiting_for(person, address, ctx):
                if delivery.direction == Direction.IN and delivery.match_id == match.id:
                    note_failed(ctx.tx, delivery.id, "paused")


def _moved_on(person: Person, dead: Address, ctx: Context) -> bool:
    """Let what waits at a dead address go to another one of the same person; False when there is none."""
    target = reachable_address(ctx, person)
    if target is not None:
        redelivery.move_waiting(person, dead, target, ctx)
    return target is not None


def _drop_queued(address_id: AddressId, error: str, ctx: Context, *, told: PersonId | None = None) -> None:
    """Nothing that waits for a dead address is tried; each sender (besides `told`) learns it once."""
    senders = {told}
    for outbox_id in cancel_queued(ctx.tx, address_id, error):
        delivery = get_delivery(ctx.tx, outbox_id)
        if delivery is None or delivery.direction != Direction.IN or delivery.person_id in senders:
            continue
        senders.add(delivery.person_id)
        recipient = _recipient(delivery, ctx)
        if recipient is not None:
            _tell_not_delivered(delivery, recipient, ctx)


def _recipient(delivery: Delivery, ctx: Context) -> Person | None:
    """For whom it is, whoever uses the address beside them; None for a stranger."""
    meant = redelivery.recipient_of(delivery, ctx)
    return None if meant is None else get_person(ctx.tx, meant)


def _users(address_id: AddressId, recipient: Person | None, ctx: Context) -> tuple[Person, ...]:
    """Everybody who is reached there: those who share it, or its one owner."""
    return sharers_of(ctx.tx, address_id) or (() if recipient is None else (recipient,))


def _author(delivery: Delivery, ctx: Context) -> Person | None:
    """Whose words they are; None for the service's own."""
    said = delivery.direction == Direction.IN and delivery.person_id is not None
    return get_person(ctx.tx, delivery.person_id) if said and delivery.person_id is not None else None


def _tell_not_delivered(delivery: Delivery, recipient: Person, ctx: Context, *, late: bool = False) -> None:
    if delivery.kind == Kind.REACTION:
        # Nobody waits for it, and it stands in the record.
        return
    author = _author(delivery, ctx)
    if author is not None:
        tell(ctx, author, "not-delivered-in-time" if late else "not-delivered")
    tell_coordinators(ctx, recipient.programme, "notice-not-delivered", leave_out=[recipient], name=recipient.name)


def _tell_of_notice(recipient: Person, ctx: Context) -> None:
    # Of a notice to a coordinator no other is told: two of them would tell each other without an end.
    if recipient.role is not Role.COORDINATOR:
        tell_coordinators(ctx, recipient.programme, "notice-not-delivered", leave_out=[recipient], name=recipient.name)
