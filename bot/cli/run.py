"""`telementor run`: the service, until it is told to stop."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Callable

import uvloop

from bot.bootstrap import Core
from bot.cli.apps import new_app
from bot.cli.opening import opened
from bot.cli.output import AsJson, answer
from bot.service import Service, running_service
from handlers.errors import Refused

app = new_app()


@app.command()
def run(as_json: AsJson = False) -> None:
    """Run the service: receive, pass on, watch over, remind. SIGTERM or Ctrl-C ends it cleanly.

    It says where it listens once it runs; its log goes to standard error.
    """

    def started(service: Service) -> None:
        names = [str(channel.channel) for channel in service.channels]
        by = " and ".join(names) or "no channel yet: telementor check says what to set"
        answer(
            as_json,
            {"address": service.address, "channels": names},
            f"telementor runs on {service.address} ({by}). Ctrl-C stops it.",
        )

    with opened(whole=True) as core, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(core, started))


async def _serve(core: Core, started: Callable[[Service], None]) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        try:
            service = await stack.enter_async_context(running_service(core))
        except OSError as error:
            settings = core.settings
            raise Refused(
                f"Nothing can listen on {settings.http_host} port {settings.http_port} ({error.strerror}): "
                "is telementor running already? TELEMENTOR_HTTP_PORT sets another port."
            ) from None
        started(service)
        # What was loaded stays: no collection of garbage needs to walk through it again and again.
        gc.freeze()
        await stop.wait()
