"""Handing an event on, and knowing whether it was stored."""

import structlog

from bot.channels.base import NotStored, Receive
from handlers.events import Event

log = structlog.get_logger(__name__)


async def try_receive(receive: Receive, event: Event) -> bool:
    """Hand an event on; True when it is durably stored, False when the provider must send it again. Never raises."""
    try:
        await receive(event)
    except NotStored:
        log.warning("event not stored", channel=event.channel, event_id=event.event_id)
        return False
    except Exception:
        # Whatever went wrong, the provider keeps the event and sends it again.
        log.exception("receiving failed", channel=event.channel, event_id=event.event_id)
        return False
    return True
