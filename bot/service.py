"""The service: its parts in the order in which they start, and back in the order in which they stop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.asking import Asker
from bot.bootstrap import Core, backoff_for_sending, lease
from bot.channels.hooks import WebChannel
from bot.channels.registry import build_channels
from bot.fetcher import Fetcher
from bot.intake import Intake
from bot.sender import Sender
from bot.serving import serving
from bot.web import build_web
from handlers.failures import Backoff
from handlers.menus import menu_for_anybody
from scheduler.sweeps import Sweeper
from scheduler.ticker import Ticker
from storage.transaction import Transaction

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs."""

    core: Core
    sender: Sender
    fetcher: Fetcher
    sweeper: Sweeper
    asker: Asker
    channels: list[WebChannel]
    # The address of its web server on this machine.
    address: str

    async def let_time_pass(self) -> None:
        """Do now what is due now, instead of at the next tick: for a clock that was moved by hand."""
        await asyncio.to_thread(self.sweeper.sweep)
        await self.asker.ask_due()
        self.fetcher.wake()
        self.sender.wake()


@contextlib.asynccontextmanager
async def running_service(core: Core) -> AsyncIterator[Service]:
    """Run the service while the block runs. Raises `OSError` when its port is taken."""
    settings = core.settings
    backoff = backoff_for_sending(settings)
    sender = _sender(core, backoff)
    fetcher = _fetcher(core, backoff, sender)
    intake = Intake(core.database, core.content, core.now, sender, backoff, files_came=fetcher.wake)
    channels = build_channels(settings, intake.receive, core.now, menu_for_anybody(core.content))
    asker = Asker(core.database, channels, intake.receive, core.now)
    sweeper = Sweeper(core.database, core.content, core.now, backoff, lease(settings))
    ticker = Ticker(_tick(sweeper, sender), settings.sweep_interval)
    web = build_web(channels, lambda: _database_answers(core), settings.max_body)
    async with contextlib.AsyncExitStack() as stack:
        # Also when something below can't be started. It is stopped a second time then, which does nothing.
        stack.push_async_callback(sender.stop)
        address = await stack.enter_async_context(serving(web, host=settings.http_host, port=settings.http_port))
        for channel in channels:
            stack.push_async_callback(channel.stop)
            await channel.start()
        # Only now: what an earlier run left behind could not leave before the channels are open.
        await sender.start(channels)
        stack.push_async_callback(fetcher.stop)
        await fetcher.start(channels)
        # Last in, first out: what is on its way ends while the channels can still say how it ended.
        stack.push_async_callback(sender.stop)
        stack.push_async_callback(asker.stop)
        asker.start(settings.outbox_poll)
        stack.push_async_callback(asyncio.to_thread, ticker.stop)
        await asyncio.to_thread(sweeper.begin)
        ticker.start()
        log.info("running", channels=[str(channel.channel) for channel in channels])
        yield Service(core, sender, fetcher, sweeper, asker, channels, address)
        log.info("stopping")


def _sender(core: Core, backoff: Backoff) -> Sender:
    settings = core.settings
    return Sender(
        core.database,
        core.content,
        core.now,
        backoff,
        at_once=settings.sends_at_once,
        poll_seconds=settings.outbox_poll,
        ask_after=timedelta(seconds=settings.twilio_ask_after),
    )


def _fetcher(core: Core, backoff: Backoff, sender: Sender) -> Fetcher:
    settings = core.settings
    return Fetcher(
        core.database,
        core.content,
        core.now,
        backoff,
        sent=sender.wake,
        limit=settings.media_max,
        timeout=settings.media_timeout,
        poll_seconds=settings.outbox_poll,
    )


def _tick(sweeper: Sweeper, sender: Sender) -> Callable[[], None]:
    """What is done at every tick, in a thread of its own."""
    loop = asyncio.get_running_loop()

    def tick() -> None:
        sweeper.sweep()
        # What the sweeps said waits in the outbox.
        loop.call_soon_threadsafe(sender.wake)

    return tick


async def _database_answers(core: Core) -> bool:
    return await asyncio.wrap_future(core.database.read(_ask))


def _ask(tx: Transaction) -> bool:
    return tx.connection.exec_driver_sql("SELECT 1").scalar() == 1
