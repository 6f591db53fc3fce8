"""The sandbox as one application: the provider sides, and the page of phones."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.sandbox.page_api import page_routes
from bot.sandbox.page_state import SandboxClock, Transcript, TranscriptLine
from bot.sandbox.posting import Poster
from bot.sandbox.running import running
from bot.sandbox.telegram_api import telegram_routes
from bot.sandbox.telegram_feed import TelegramFeed
from bot.sandbox.twilio_api import twilio_routes
from bot.sandbox.twilio_feed import TwilioFeed
from bot.sandbox.world import World

__all__ = ["SandboxClock", "TranscriptLine", "build_providers", "build_sandbox", "running"]


def build_providers(world: World) -> Starlette:
    """Only the provider sides, without a page: the other side of tests of the adapters."""
    return _build(world, [])


def build_sandbox(world: World, *, transcript: Transcript, clock: SandboxClock) -> Starlette:
    """The provider sides and the page. `transcript` is asked anew for each picture of the page."""
    return _build(world, page_routes(world, transcript, clock))


def _build(world: World, more: list[BaseRoute]) -> Starlette:
    telegram, twilio = TelegramFeed(world), TwilioFeed(world)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        world.changes.reopen()
        async with Poster(lambda: world.proxy) as poster, asyncio.TaskGroup() as group:
            group.create_task(telegram.run(poster))
            group.create_task(twilio.run(poster))
            yield
            world.changes.close()

    app = Starlette(routes=[*telegram_routes(world, telegram), *twilio_routes(world, twilio), *more], lifespan=lifespan)
    app.state.close_world = world.changes.close
    return app
