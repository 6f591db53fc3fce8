"""What the tests of the command line share: the real entry, a service in a folder, and a provider on another thread."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from typer.testing import CliRunner, Result

from bot.bootstrap import opened_core
from bot.cli.commands import app
from bot.clock import real_clock
from bot.settings import load_settings
from handlers.events import Channel, Event, Inbound
from handlers.receive import receive
from tests.bot.providers import FakeProvider, fake_provider
from tests.logs import kept_logs

COORDINATOR_CHAT, MENTOR_CHAT = "700000301", "700000201"
# A number of Ofcom's range for drama, as people type it and as it is kept.
TYPED, NUMBER = "07700 900123", "+447700900123"
TOKEN = "7000000001:AAinvented-token-of-a-test"
ACCOUNT = "AC00000000000000000000000000000001"


@dataclass
class Cli:
    """The command line in the current folder."""

    events: Iterator[int] = field(default_factory=lambda: count(1))

    def __call__(self, *words: str, status: int = 0) -> Result:
        """Run one command and check its status; whatever happens, nothing looks like a traceback."""
        with kept_logs():
            result = CliRunner().invoke(app, list(words), prog_name="telementor")
        assert result.exit_code == status, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result

    def json(self, *words: str, status: int = 0) -> Any:  # noqa: ANN401 - any document
        """Run one command with --json; standard output must be one JSON document."""
        return json.loads(self(*words, "--json", status=status).stdout)

    def error(self, *words: str, status: int = 1) -> str:
        """The sentence that a command is refused with: the same on standard error and as JSON, one line."""
        result = self(*words, "--json", status=status)
        sentence = result.stderr.strip()
        assert json.loads(result.stdout) == {"error": sentence}
        assert sentence
        assert "\n" not in sentence
        return sentence

    def arrive(self, channel: Channel, sender: str, text: str = "", **more: Any) -> None:  # noqa: ANN401 - any field
        """Let something arrive from a phone, without a running service."""
        number = next(self.events)
        at = real_clock()
        self.take(
            Inbound(
                channel=channel,
                event_id=f"e{number}",
                sender=sender,
                text=text,
                message_ref=f"m{number}",
                at=at,
                **more,
            )
        )

    def take(self, event: Event) -> None:
        """Let an event take effect."""
        with opened_core(load_settings()) as core:
            core.act(lambda ctx: receive(event, ctx))

    def join_by_telegram(self, person_id: int, chat: str) -> None:
        """Invite somebody, and let them open the link and say yes."""
        code = self.json("invite", str(person_id))["code"]
        self.arrive(Channel.TELEGRAM, chat, f"/start {code}")
        self.arrive(Channel.TELEGRAM, chat, button="join:0:yes")


def set_up_pair(cli: Cli) -> None:
    """A small service: coordinator Morgan (1), mentor Alex (2), mentee Sam by SMS (3), and their match (1), active."""
    cli("init", "--name", "Morgan")
    cli.join_by_telegram(1, COORDINATOR_CHAT)
    cli("person", "add", "--role", "mentor", "--name", "Alex")
    cli.join_by_telegram(2, MENTOR_CHAT)
    cli("person", "add", "--role", "mentee", "--name", "Sam", "--age-band", "17", "--sms", TYPED)
    cli("invite", "3")
    cli.arrive(Channel.SMS, NUMBER, "YES")
    cli("match", "add", "--mentor", "2", "--mentee", "3", "--times", "Mondays, 4 to 6 pm")
    cli.arrive(Channel.TELEGRAM, MENTOR_CHAT, button="match:1:yes")
    cli.arrive(Channel.SMS, NUMBER, "yes")


@contextlib.contextmanager
def provider_beside() -> Iterator[FakeProvider]:
    """A provider on a thread of its own, because a command blocks the one that it runs on."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        served = fake_provider()
        try:
            yield asyncio.run_coroutine_threadsafe(served.__aenter__(), loop).result()
        finally:
            asyncio.run_coroutine_threadsafe(served.__aexit__(None, None, None), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
