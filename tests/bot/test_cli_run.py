"""Tests of `telementor run` and `demo`."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import types
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli import run
from bot.service import Service
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import Cli

__all__ = ["cli", "pair", "pair_folder"]


@contextlib.contextmanager
def _running(*words: str) -> Iterator[subprocess.Popen[str]]:
    """The installed command as a process of its own; killed in the end if it still runs."""
    script = shutil.which("telementor", path=str(Path(sys.executable).parent))
    assert script is not None
    command = [script, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_it_is_told_to_stop(sign: signal.Signals, pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says where it listens, answers there, ends with status 0, and leaves nothing but log lines behind."""
    monkeypatch.setenv("TELEMENTOR_HTTP_PORT", "0")
    with _running("run", "--json") as process:
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        assert started["channels"] == []
        with urllib.request.urlopen(f"{started['address']}/health/ready", timeout=20) as answer:  # noqa: S310
            assert answer.status == 200
        process.send_signal(sign)
        rest, log = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, "")
    assert "Traceback" not in log
    # What was on its way ends after that word, and may have a line of its own.
    assert "stopping" in [json.loads(line)["event"] for line in log.splitlines()]
    assert pair.json("person", "list")["people"]


def test_a_reader_that_goes_away(pair: Cli) -> None:
    """A pipe that is closed early, as by `head`, ends the command without a traceback."""
    with _running("transcript", "--person", "3") as process:
        assert process.stdout is not None
        process.stdout.close()
        process.wait(timeout=30)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_it_says_what_it_runs(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """For people it is one line, with the channels or that there are none; a signal ends it."""

    @contextlib.asynccontextmanager
    async def service(core: object) -> AsyncIterator[Service]:
        signal.raise_signal(signal.SIGTERM)
        channels = [types.SimpleNamespace(channel="telegram"), types.SimpleNamespace(channel="sms")]
        yield types.SimpleNamespace(address="http://127.0.0.1:8080", channels=channels)  # type: ignore[misc]  # enough of one

    monkeypatch.setattr(run, "running_service", service)
    assert pair("run").stdout == "telementor runs on http://127.0.0.1:8080 (telegram and sms). Ctrl-C stops it.\n"


def test_a_port_that_is_taken(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where something listens already, the sentence names the port and the setting."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("TELEMENTOR_HTTP_PORT", str(port))
        said = pair.error("run")
    assert f"127.0.0.1 port {port} (Address already in use)" in said
    assert "TELEMENTOR_HTTP_PORT" in said


def test_it_does_not_run_on_nothing(cli: Cli) -> None:
    """Without keys or schema it refuses, and says which command makes them."""
    assert "telementor init" in cli.error("run")


def test_it_never_loads_the_sandbox() -> None:
    """Nothing that `run` needs comes from the sandbox, nor from a command that it isn't."""
    code = "import sys, bot.cli.run; print([name for name in sys.modules if name.startswith('bot.')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert "bot.service" in loaded
    assert "bot.sandbox" not in loaded
    assert "bot.cli.person" not in loaded


Play = Callable[..., object]


def _put_on(patch: pytest.MonkeyPatch, name: str, play: Play) -> None:
    """Let `bot.sandbox.NAME` be something that is quicker to play."""
    module = types.ModuleType(f"bot.sandbox.{name}")
    setattr(module, f"run_{name}", play)
    patch.setitem(sys.modules, module.__name__, module)


async def _demo(port: int, announce: Callable[[str], None]) -> None:
    announce(f"http://127.0.0.1:{port}")


async def _tour(console: Console) -> None:
    console.print("a scene")


def test_the_demo_says_where_it_is(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The port is handed on, and the address shown."""
    _put_on(monkeypatch, "demo", _demo)
    assert cli("demo", "--port", "8123").stdout.startswith("The demo is on http://127.0.0.1:8123.")
    assert cli.json("demo") == {"address": "http://127.0.0.1:8090"}


def test_the_tour_is_played(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is shown in the terminal; with --json the terminal gets it on standard error, beside the document."""
    _put_on(monkeypatch, "tour", _tour)
    assert cli("demo", "--tour").stdout == "a scene\n"
    result = cli("demo", "--tour", "--json")
    assert (json.loads(result.stdout), result.stderr) == ({"tour": "played"}, "a scene\n")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (TimeoutError(), "something that should arrive did not"),
        (OSError(98, os.strerror(98)), "can't be served on port 8090 (Address already in use): try --port 0."),
    ],
)
def test_a_demo_that_cannot_go_on(error: OSError, sentence: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that is taken, and a message that never came, are each one sentence."""

    async def failing(*_: object) -> None:
        await asyncio.sleep(0)
        raise error

    _put_on(monkeypatch, "demo", failing)
    assert sentence in cli.error("demo")
