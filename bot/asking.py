"""Asking providers, once, what became of messages that they took and never reported on."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import TypeVar

import structlog

from bot.channels.base import ChannelPort, NotStored, Receive, ReportingPort, SendFailed
from bot.clock import Clock
from storage.database import Database, Work
from storage.outbox.asking import Unreported, is_any_due, note_uncertain, take_to_ask

log = structlog.get_logger(__name__)

T = TypeVar("T")

# So many are asked about in one go.
_AT_ONCE = 20
# A provider that did not answer is asked again after so long.
_AGAIN_AFTER = timedelta(minutes=10)


class Asker:
    """Asks about what is due, and hands the answers in as reports. Use it from the event loop of the service."""

    def __init__(self, database: Database, channels: Iterable[ChannelPort], receive: Receive, now: Clock) -> None:
        self._database = database
        self._receive = receive
        self._now = now
        self._channels = {str(port.channel): port for port in channels if isinstance(port, ReportingPort)}
        self._loop: asyncio.Task[None] | None = None

    def start(self, seconds: float) -> None:
        """Begin to look, every so many seconds, for what is due."""
        self._loop = asyncio.create_task(self._poll(seconds))

    async def stop(self) -> None:
        """Stop asking. Safe to call twice."""
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)

    async def _poll(self, seconds: float) -> None:
        while True:
            try:
                await self.ask_due()
            except Exception:
                # A database that is away must not end the loop.
                log.exception("asking failed")
            await asyncio.sleep(seconds)

    async def ask_due(self) -> None:
        """Ask about everything that is due now."""
        while await self._read(lambda tx: is_any_due(tx, self._now())):
            taken = await self._write(lambda tx: take_to_ask(tx, self._now(), _AT_ONCE, self._now() + _AGAIN_AFTER))
            await asyncio.gather(*(self._ask(asked) for asked in taken))

    async def _ask(self, asked: Unreported) -> None:
        """Ask about one, and note that nobody knows if nobody does."""
        port = self._channels.get(asked.channel)
        try:
            report = None if port is None else await port.ask(asked.provider_ref)
            if report is not None:
                await self._receive(report)
        except (SendFailed, NotStored) as failed:
            log.warning("not told what became of it", outbox_id=asked.id, code=str(failed))
            return
        # Does nothing where the report was the end of it.
        await self._write(lambda tx: note_uncertain(tx, asked))

    async def _read(self, work: Work[T]) -> T:
        return await asyncio.wrap_future(self._database.read(work))

    async def _write(self, work: Work[T]) -> T:
        return await asyncio.wrap_future(self._database.write(work))
