"""`telementor demo`: a fictional programme, the whole service, and a page of phones, on this computer alone."""

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from bot.sandbox.app import build_sandbox, running
from bot.sandbox.cast import fill, new_world
from bot.sandbox.clock import MovableClock
from bot.sandbox.page_state import TranscriptLine
from bot.sandbox.stage import Stage, running_stage
from handlers.transcripts import Line, read_transcript


async def run_demo(port: int, announce: Callable[[str], None]) -> None:
    """Serve the demo on loopback until SIGINT or SIGTERM. `announce` gets the page's address once it is there.

    Port 0 takes a free one. Raises `OSError` when the port is taken.
    """
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with demo_stage(port) as (stage, address):
        await fill(stage)
        announce(address)
        await stop.wait()


@contextlib.asynccontextmanager
async def demo_stage(port: int = 0) -> AsyncIterator[tuple[Stage, str]]:
    """The stage of the demo with an empty programme, and the address of its page. Its data go when it ends."""
    clock = MovableClock()
    world = new_world()
    world.now = clock.now
    stages: list[Stage] = []

    async def transcript() -> list[TranscriptLine]:
        return await asyncio.to_thread(_transcript, stages[0]) if stages else []

    app = build_sandbox(world, transcript=transcript, clock=clock)
    with tempfile.TemporaryDirectory(prefix="telementor-demo-") as folder:
        async with running(app, port=port) as address:
            stage = Stage(Path(folder), world, clock, address)
            async with running_stage(stage):
                stages.append(stage)
                try:
                    yield stage, address
                finally:
                    stages.clear()


def _transcript(stage: Stage) -> list[TranscriptLine]:
    """What a coordinator could read back now."""
    lines = stage.core.act(lambda ctx: read_transcript(ctx, actor="demo"))
    return [_shown(line) for line in lines if line.kind in _SHOWN_KINDS and not line.original.startswith("/start ")]


# The service's own questions and notices stand on the phones; beside them they would drown what people said.
_SHOWN_KINDS = {"relay", "other", "stranger", "command", "alert", "letter", "call", "visit", "video"}


def _shown(line: Line) -> TranscriptLine:
    names = tuple(dict.fromkeys(finding.kind.replace("_", " ") for finding in line.findings))
    return TranscriptLine(
        at=line.at,
        who=line.who if line.to is None else f"{line.who} to {line.to}",
        side=line.side,  # type: ignore[arg-type]  # a role of ours is one of the page's sides
        text=f"{line.kind} of {line.delivered}" if line.state == "logged" else line.delivered,
        original=None if line.original == line.delivered else line.original,
        attachments=tuple((line.attachments or "").split()),
        state=line.deliveries[-1].state if line.deliveries else line.state,
        findings=names,
    )
