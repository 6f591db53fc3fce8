"""Events whose handler failed: kept, tried again, and at last put before a coordinator."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.context import Context
from handlers.events import Event, Inbound, Unreachable
from handlers.frozen import freeze, thaw
from handlers.receive import handle, receive
from handlers.screening import screen_inbound
from handlers.speaking import tell_coordinators
from storage.addresses import find_sender, lookup
from storage.events import FailedEvent, due_failed, has_failed_from, keep_failed, note_done, note_failed_again


@dataclass(frozen=True, slots=True)
class Backoff:
    """When to try again: after `first`, then twice as long each time up to `longest`, at most `limit` times."""

    first: timedelta
    longest: timedelta
    limit: int

    def delay(self, attempts: int) -> timedelta | None:
        """How long to wait after so many failed attempts (at least 1); None when it was tried often enough."""
        if attempts >= self.limit:
            return None
        # The exponent is bounded, since a timedelta is.
        doubled: timedelta = self.first * 2 ** min(attempts - 1, 20)
        return min(doubled, self.longest)


def receive_in_order(event: Event, ctx: Context, backoff: Backoff) -> None:
    """As `receive`, but an event never overtakes an earlier one of the same sender that failed: it waits behind it."""
    if isinstance(event, Inbound | Unreachable) and has_failed_from(ctx.tx, _order(event, ctx)):
        keep(event, ctx, backoff, "waits for an earlier one")
    else:
        receive(event, ctx)


def keep(event: Event, ctx: Context, backoff: Backoff, error: str) -> None:
    """Keep an event whose handler failed, to be tried again. `error` is a code or a class, never words."""
    delay = backoff.delay(1) or timedelta()
    keep_failed(
        ctx.tx,
        event.channel,
        event.event_id,
        payload=freeze(event),
        sender_lookup=_order(event, ctx),
        error=error[:80],
        due_at=ctx.now + delay,
        now=ctx.now,
    )
    if isinstance(event, Inbound) and screen_inbound(event, ctx.content).gravest is not None:
        _tell_at_once(event, ctx)


def _tell_at_once(event: Inbound, ctx: Context) -> None:
    """Serious words can't wait until the next try succeeds: a coordinator looks at the event now."""
    try:
        with ctx.tx.connection.begin_nested():
            sender = find_sender(ctx.tx, event.channel, event.sender)
            programme = sender.programme if sender else None
            tell_coordinators(ctx, programme, "notice-failed-event", id=f"{event.channel}/{event.event_id}")
    except Exception:  # noqa: BLE001, S110 - whatever goes wrong here too, the event must be kept
        pass


def retry_one(ctx: Context, backoff: Backoff) -> str | None:
    """Try the event again that is longest due. Returns its id when there was one, else None.

    A failure is noted in the same transaction, without what the handler had done until then.
    """
    due = due_failed(ctx.tx, ctx.now, 1)
    if not due:
        return None
    kept = due[0]
    try:
        with ctx.tx.connection.begin_nested():
            handle(thaw(kept.payload), ctx)
            note_done(ctx.tx, kept, ctx.now)
    except Exception as error:  # noqa: BLE001 - whatever it is, the event must not be lost
        delay = backoff.delay(kept.attempts + 1)
        note_failed_again(ctx.tx, kept, type(error).__name__, None if delay is None else ctx.now + delay)
        if delay is None:
            _tell_dead(kept, ctx)
    return kept.provider_id


def _tell_dead(kept: FailedEvent, ctx: Context) -> None:
    tell_coordinators(ctx, _programme(kept, ctx), "notice-failed-event", id=f"{kept.channel}/{kept.provider_id}")


def _programme(kept: FailedEvent, ctx: Context) -> str | None:
    """The programme of whoever sent it; None when that can't be said."""
    try:
        event = thaw(kept.payload)
    except (KeyError, ValueError):
        # It can't be read: perhaps that is why it failed.
        return None
    sender = find_sender(ctx.tx, event.channel, event.sender) if isinstance(event, Inbound | Unreachable) else None
    return sender.programme if sender else None


def _order(event: Event, ctx: Context) -> bytes:
    """Whose order an event keeps: its sender's, as a keyed hash. One that comes from nobody waits for no other."""
    match event:
        case Inbound() | Unreachable():
            return lookup(ctx.tx, event.channel, event.sender)
        case _:
            return f"{event.channel}/{event.event_id}".encode()
