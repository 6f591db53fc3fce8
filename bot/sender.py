"""The sender: empties the outbox, in order for each address, and records what became of each delivery."""

import asyncio
import itertools
import secrets
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.channels.base import ChannelPort, ReportingPort, SendFailed
from bot.clock import Clock
from content.library import Content
from handlers import deliveries
from handlers.context import Context
from handlers.events import Channel
from handlers.failures import Backoff
from handlers.outbound import Option, Outbound, OutboundFile
from storage.database import Database, Work
from storage.ids import MediaId
from storage.media import open_file
from storage.outbox.claiming import Claimed, Receipt, claim, release
from storage.outbox.deliveries import get_delivery
from storage.outbox.outcomes import note_sent, put_back
from storage.outbox.rows import Priority
from storage.transaction import Transaction

log = structlog.get_logger(__name__)

T = TypeVar("T")

# How long running deliveries may take to end when the service stops, in seconds.
_DRAIN = 10.0
# While more deliveries than this are under way, nobody is shown that a message went: the calls are needed for others.
_CALM = 8
# When the database can't take the outcome of a delivery, it is offered again after so many seconds.
_RECORD_AGAIN = 1.0
# Every so many failures to record it, the delivery is put back instead.
_OUTCOME_TRIES = 4


class Sender:
    """Delivers what is claimed. One for the whole service; call it from its event loop.

    A commit hands it what it may send at once; polling is the safety net for everything else: what had to wait for a
    back-off, what the command line wrote, what a process that died left behind.
    """

    def __init__(
        self,
        database: Database,
        content: Content,
        now: Clock,
        backoff: Backoff,
        *,
        at_once: int,
        poll_seconds: float,
        ask_after: timedelta,
    ) -> None:
        # The name of this run in the outbox.
        self.owner = secrets.token_hex(8)
        self._database = database
        self._content = content
        self._now = now
        self._backoff = backoff
        self._at_once = at_once
        self._poll_seconds = poll_seconds
        # So long after it took a message a provider that reports is asked, if it has not reported.
        self._ask_after = ask_after
        self._channels: dict[Channel, ChannelPort] = {}
        self._reporting: set[Channel] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    async def start(self, channels: Iterable[ChannelPort]) -> None:
        """Begin to send by these channels, first what an earlier run left behind."""
        self._channels = {channel.channel: channel for channel in channels}
        self._reporting = {name for name, channel in self._channels.items() if isinstance(channel, ReportingPort)}
        if not self._database.shared:
            # Nobody else can be sending: whatever was claimed, its process is dead.
            await self._write(release)
        self._loop = asyncio.create_task(self._poll())

    async def stop(self) -> None:
        """Stop claiming, and let what is on its way end; what doesn't end in time is sent again by the next run."""
        self._at_once = 0
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_DRAIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @property
    def accepting(self) -> bool:
        """Whether it takes on deliveries: what is claimed for it before `start` or after `stop` would lie there."""
        return self._at_once > 0 and self._loop is not None

    def wake(self) -> None:
        """Look for deliveries now."""
        self._wake.set()

    def deliver(self, claimed: Iterable[Claimed]) -> None:
        """Begin to deliver what was claimed."""
        for one in claimed:
            self._run(self._deliver(one))

    def answer_press(self, channel: Channel, press_id: str) -> None:
        """Begin to tell a provider that a pressed button was seen."""
        if channel in self._channels:
            self._run(self._channels[channel].answer_press(press_id))

    def _show_sent(self, receipt: Receipt) -> None:
        """Show somebody that their message went, unless there is more to do than that."""
        channel = self._channels.get(Channel(receipt.channel))
        if channel is not None and len(self._running) <= _CALM and self.accepting:
            self._run(channel.show_sent(receipt.address, receipt.provider_ref))

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def idle(self) -> None:
        """Return when nothing can be delivered now: for the demo and tests, which must not sleep."""
        while True:
            await self._claim_all()
            if not self._running:
                return
            await asyncio.wait(self._running)

    async def _poll(self) -> None:
        while True:
            try:
                await self._claim_all()
                async with asyncio.timeout(self._poll_seconds):
                    await self._wake.wait()
            except TimeoutError:
                pass
            except Exception:
                # A database that is away must not end the loop: the next round tries again.
                log.exception("claiming failed")
                await asyncio.sleep(min(self._poll_seconds, _RECORD_AGAIN))
            self._wake.clear()

    async def _claim_all(self) -> None:
        room = self._at_once - len(self._running)
        if room > 0:
            self.deliver(await self._write(lambda tx: claim(tx, self.owner, self._now(), room)))

    async def _deliver(self, claimed: Claimed) -> None:
        failure = None
        try:
            provider_ref = await self._send(claimed)
        except SendFailed as failed:
            provider_ref, failure = "", failed
            if failed.tried:
                log.warning("delivery failed", outbox_id=claimed.id, code=failed.code, retry=failed.retry)

        def work(tx: Transaction) -> list[Claimed]:
            now = self._now()
            if failure is None:
                note_sent(tx, claimed.id, provider_ref, now, self._ask_at(claimed, now))
            else:
                self._note_failure(claimed, failure, Context(tx, now, self._content))
            # The next one for this address, and whatever the failure made us say.
            only = [claimed.address_id, *tx.queued_for]
            return claim(tx, self.owner, now, self._at_once, only) if self._at_once else []

        self.deliver(await self._record(work, claimed))
        if failure is None and claimed.receipt is not None:
            self._show_sent(claimed.receipt)
        if len(self._running) >= self._at_once:
            # Others may have had to wait for room.
            self._wake.set()

    def _ask_at(self, claimed: Claimed, now: datetime) -> datetime | None:
        """When the provider is asked what became of it; None where it neither reports nor knows."""
        return now + self._ask_after if claimed.channel in self._reporting else None

    async def _send(self, claimed: Claimed) -> str:
        channel = self._channels.get(Channel(claimed.channel))
        if channel is None:
            raise SendFailed("channel left out of the settings", retry=True)
        message = Outbound(
            outbox_id=claimed.id,
            channel=channel.channel,
            address=claimed.address,
            text=claimed.text,
            options=tuple(Option(*pair) for pair in claimed.options),
            reply_to=claimed.reply_to_ref,
            edits=None if claimed.deletes else claimed.edits_ref,
            edits_caption=claimed.edits_caption,
            deletes=claimed.edits_ref if claimed.deletes else None,
            otherwise=claimed.otherwise,
            reaction=claimed.reaction,
            menu=claimed.menu,
            urgent=claimed.priority is Priority.ALERT,
            expires_at=claimed.expires_at,
            maybe_sent_since=claimed.maybe_sent_since,
        )
        try:
            if claimed.media_id is not None:
                message = replace(message, file=await self._file(claimed.media_id))
            return await channel.send(message)
        except SendFailed:
            raise
        except Exception as error:
            # A fault of our own: the message is kept and tried again.
            log.exception("channel failed", outbox_id=claimed.id)
            raise SendFailed(f"fault:{type(error).__name__}", retry=True, maybe_sent=True) from error

    async def _file(self, media_id: MediaId) -> OutboundFile:
        """Open a file only now: what waits must not fill the memory."""
        found = await asyncio.wrap_future(self._database.read(lambda tx: open_file(tx, media_id)))
        if found is None:
            raise SendFailed("file is gone", retry=False)
        return OutboundFile(found.kind, found.mime, found.data)

    def _note_failure(self, claimed: Claimed, failure: SendFailed, ctx: Context) -> None:
        delivery = get_delivery(ctx.tx, claimed.id)
        delay = self._backoff.delay(claimed.attempts + 1) if failure.retry else None
        if not failure.tried:
            delay = timedelta()
        if delay is not None:
            seconds = max(delay.total_seconds(), failure.retry_after or 0)
            due_at = ctx.now + timedelta(seconds=seconds)
            if delivery is None or deliveries.may_be_repeated(delivery, due_at, ctx):
                put_back(ctx.tx, claimed.id, failure.code, due_at, maybe_sent=failure.maybe_sent, tried=failure.tried)
                return
        if delivery is not None:
            deliveries.give_up(delivery, failure.code, ctx, fate=failure.fate)

    async def _record(self, work: Work[list[Claimed]], claimed: Claimed) -> list[Claimed]:
        """Record an outcome; while the database can't take it, offer it again: it is known only here.

        If it is our own handling of it that fails, time and again, the delivery is put back for later: it may be
        repeated then, but what stands behind it, an alarm perhaps, goes on.
        """
        for tries in itertools.count(1):
            try:
                return await self._write(work if tries % _OUTCOME_TRIES else self._put_off(claimed))
            except Exception:
                log.exception("outcome not recorded", outbox_id=claimed.id)
                await asyncio.sleep(_RECORD_AGAIN)
        raise AssertionError

    def _put_off(self, claimed: Claimed) -> Work[list[Claimed]]:
        def work(tx: Transaction) -> list[Claimed]:
            put_back(tx, claimed.id, "fault:outcome", self._now() + self._backoff.longest)
            return []

        return work

    async def _write(self, work: Work[T]) -> T:
        return await asyncio.wrap_future(self._database.write(work))
