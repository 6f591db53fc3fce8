"""`telementor demo`: a made-up programme on this computer."""

import asyncio
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from bot.cli.apps import new_app
from bot.cli.output import AsJson, answer
from bot.logs import configure_logs
from handlers.errors import Refused

app = new_app()


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is served; 0 takes a free port.")] = 8090,
    tour: Annotated[bool, typer.Option("--tour", help="Play a scripted week in the terminal, and end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Serve a page with the phones of a mentee, a mentor and a coordinator, or play the tour in the terminal.

    Nothing leaves this computer, no account is needed, and all of it is gone when it ends. Ctrl-C stops it.
    """
    # The providers of the sandbox fail on purpose now and then: only faults of ours are worth a line.
    configure_logs("ERROR")
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_tour(as_json=as_json) if tour else _demo(port, as_json=as_json))
    except TimeoutError:
        raise Refused("The demo stopped: something that should arrive did not.") from None
    except OSError as error:
        raise Refused(f"The demo can't be served on port {port} ({error.strerror}): try --port 0.") from None


async def _demo(port: int, *, as_json: bool) -> None:
    # The sandbox is loaded by nothing but the demo.
    from bot.sandbox.demo import run_demo  # noqa: PLC0415

    def announce(address: str) -> None:
        answer(as_json, {"address": address}, f"The demo is on {address}. Open it in a browser; Ctrl-C stops it.")

    await run_demo(port, announce)


async def _tour(*, as_json: bool) -> None:
    from bot.sandbox.tour import run_tour  # noqa: PLC0415 - as above

    # Standard output is for the document, when there is to be one.
    await run_tour(Console(stderr=as_json))
    if as_json:
        answer(as_json, {"tour": "played"})
