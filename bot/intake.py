"""The intake: one transaction for each event, and only then may the provider be told."""

import asyncio
from collections.abc import Callable

import structlog

from bot.channels.base import NotStored
from bot.clock import Clock
from bot.sender import Sender
from content.library import Content
from handlers.context import Context
from handlers.events import Event, Inbound, Unreachable
from handlers.failures import Backoff, keep, receive_in_order
from storage.database import Database, Work
from storage.outbox.claiming import Claimed, claim
from storage.transaction import Transaction

log = structlog.get_logger(__name__)


class Intake:
    """Takes events from the channels. One for the whole service; call it from its event loop."""

    def __init__(
        self,
        database: Database,
        content: Content,
        now: Clock,
        sender: Sender,
        backoff: Backoff,
        *,
        files_came: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._content = content
        self._now = now
        self._sender = sender
        self._backoff = backoff
        self._files_came = files_came

    async def receive(self, event: Event) -> None:
        """Let an event take effect; returns after the commit. Raises `NotStored` when it could not be stored.

        An event whose handler fails is stored to be tried again: then it has been received all the same.
        """
        try:
            writing = self._database.write(
                lambda tx: self._take(event, tx), _order(event), otherwise=lambda error: self._keeping(event, error)
            )
            claimed = await asyncio.wrap_future(writing)
        except Exception as reason:
            raise NotStored from reason
        self._sender.deliver(claimed)
        if claimed:
            # First what people wait for; the provider is told a moment later.
            await asyncio.sleep(0)
        if isinstance(event, Inbound) and event.media:
            self._files_came()
        if isinstance(event, Inbound) and event.press_id is not None:
            self._sender.answer_press(event.channel, event.press_id)

    def _take(self, event: Event, tx: Transaction) -> list[Claimed]:
        """What happens in the transaction: the event takes effect, and what it says is claimed to be sent at once."""
        now = self._now()
        receive_in_order(event, Context(tx, now, self._content), self._backoff)
        if not tx.queued_for or not self._sender.accepting:
            return []
        return claim(tx, self._sender.owner, now, len(tx.queued_for), tx.queued_for)

    def _keeping(self, event: Event, error: Exception) -> Work[list[Claimed]]:
        """What happens instead when a handler failed, before anything later of the same sender."""
        log.error("handler failed", channel=event.channel, event_id=event.event_id, exc_info=error)

        def work(tx: Transaction) -> list[Claimed]:
            keep(event, Context(tx, self._now(), self._content), self._backoff, type(error).__name__)
            return []

        return work


def _order(event: Event) -> tuple[str, str] | None:
    """What one person sends takes effect in the order in which it came."""
    return (event.channel, event.sender) if isinstance(event, Inbound | Unreachable) else None
