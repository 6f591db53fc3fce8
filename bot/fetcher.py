"""The fetcher: gets the files that people sent from their providers, lets them be cleaned, and records what came."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog

from bot.channels.base import ChannelPort, FetchFailed
from bot.clock import Clock
from bot.media.cleaning import CannotClean, Cleaned, clean
from content.library import Content
from handlers import files
from handlers.context import Context
from handlers.events import Channel
from handlers.failures import Backoff
from storage.database import Database
from storage.media import Wanted, put_off, take_wanted
from storage.transaction import Transaction

log = structlog.get_logger(__name__)

# So many files are fetched and cleaned at the same time: each may take its size in memory several times.
_AT_ONCE = 2
# How much longer than fetching may take until a file counts as left behind by a process that died, in seconds.
_FOR_CLEANING = 60.0
# After a fault of our own (a database that is away) the loop goes on after so many seconds.
_AGAIN = 1.0


class Fetcher:
    """Fetches what is wanted. One for the whole service; call it from its event loop.

    `sent` is called when what was fetched may have put something into the outbox.
    """

    def __init__(  # noqa: PLR0913 - the wiring
        self,
        database: Database,
        content: Content,
        now: Clock,
        backoff: Backoff,
        *,
        sent: Callable[[], None],
        limit: int,
        timeout: float,
        poll_seconds: float,
    ) -> None:
        self._database = database
        self._content = content
        self._now = now
        self._backoff = backoff
        self._sent = sent
        self._limit = limit
        self._timeout = timeout
        self._poll_seconds = poll_seconds
        self._channels: dict[Channel, ChannelPort] = {}
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    async def start(self, channels: Iterable[ChannelPort]) -> None:
        """Begin to fetch by these channels."""
        self._channels = {channel.channel: channel for channel in channels}
        self._loop = asyncio.create_task(self._poll(), name="fetcher")

    async def stop(self) -> None:
        """Stop. What is being fetched is fetched again by the next run. Safe to call twice."""
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)

    def wake(self) -> None:
        """Look for wanted files now."""
        self._wake.set()

    async def fetch_due(self) -> int:
        """Fetch all that is wanted now; returns how many files that was."""
        done = 0
        while wanted := await asyncio.wrap_future(self._database.write(self._take)):
            await asyncio.gather(*(self._fetch(one) for one in wanted))
            self._sent()
            done += len(wanted)
        return done

    async def _poll(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.fetch_due()
            except Exception:
                log.exception("fetching failed")
                await asyncio.sleep(_AGAIN)
            try:
                async with asyncio.timeout(self._poll_seconds):
                    await self._wake.wait()
            except TimeoutError:
                pass

    def _take(self, tx: Transaction) -> list[Wanted]:
        now = self._now()
        return take_wanted(tx, now, now + timedelta(seconds=self._timeout + _FOR_CLEANING), _AT_ONCE)

    async def _fetch(self, wanted: Wanted) -> None:
        """Fetch and clean one file and record the outcome, whatever it is."""
        try:
            cleaned = await asyncio.to_thread(clean, wanted.kind, await self._get(wanted), self._limit)
        except (FetchFailed, CannotClean) as error:
            again = isinstance(error, FetchFailed) and error.retry
            log.warning("file not fetched", media_id=wanted.id, code=error.code, retry=again)
            code = error.code
            await self._write(lambda ctx: self._note_failure(ctx, wanted, code, again=again))
            return
        await self._write(lambda ctx: self._note_file(ctx, wanted, cleaned))

    async def _get(self, wanted: Wanted) -> bytes:
        channel = self._channels.get(Channel(wanted.channel))
        if channel is None:
            raise FetchFailed("channel left out of the settings", retry=True)
        try:
            async with asyncio.timeout(self._timeout):
                return await channel.fetch(wanted.ref, self._limit)
        except TimeoutError:
            raise FetchFailed("media:timeout", retry=True) from None

    def _note_failure(self, ctx: Context, wanted: Wanted, code: str, *, again: bool) -> None:
        delay = self._backoff.delay(wanted.attempts + 1) if again else None
        if delay is None:
            files.lose_file(ctx, wanted.id, code)
        else:
            put_off(ctx.tx, wanted.id, code, ctx.now + delay)

    @staticmethod
    def _note_file(ctx: Context, wanted: Wanted, cleaned: Cleaned) -> None:
        files.take_file(ctx, wanted.id, cleaned.mime, cleaned.data)

    async def _write(self, work: Callable[[Context], None]) -> None:
        def in_transaction(tx: Transaction) -> None:
            work(Context(tx, self._now(), self._content))

        await asyncio.wrap_future(self._database.write(in_transaction))
