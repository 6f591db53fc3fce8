"""A service in a process of its own, as it is deployed: the installed command, settings in its environment."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bot.bootstrap import opened_core
from bot.sandbox.stage import free_port
from bot.sandbox.world import World
from bot.settings import Settings
from handlers.context import Context

T = TypeVar("T")

_TELEMENTOR = str(Path(sys.executable).parent / "telementor")
_ROOT = Path(__file__).parents[2]


class Deployment:
    """One service in a folder. `providers` is the base address of the sandbox that plays the providers."""

    def __init__(self, folder: Path, world: World, providers: str, database_url: str, **settings: str) -> None:
        port = free_port()
        self.world = world
        self.log = folder / "telementor.log"
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        world.twilio.webhook_url = f"http://127.0.0.1:{port}/twilio/sms"
        # Twilio doesn't call again when nobody answered; these journeys ask what becomes of what was accepted.
        world.twilio.repeat_inbound = True
        self.settings = {
            "DATABASE_URL": database_url,
            "KEY_FILE": str(folder / "telementor.keys"),
            "HTTP_PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TELEGRAM_BOT_TOKEN": world.telegram.token,
            "TELEGRAM_API_URL": providers,
            "TWILIO_ACCOUNT_SID": world.twilio.sid,
            "TWILIO_AUTH_TOKEN": world.twilio.auth_token,
            "TWILIO_FROM": world.twilio.number,
            "TWILIO_API_URL": providers,
            "OUTBOX_POLL": "0.2",
            "TELEGRAM_RATE": "0",
            "TELEGRAM_CHAT_RATE": "0",
            "TWILIO_RATE": "0",
            "RETRY_FIRST": "0.1",
            **settings,
        }

    async def cli(self, *words: str) -> Any:  # noqa: ANN401 - any document
        """Run a command of the installed program; what it answers as JSON."""
        process = await asyncio.create_subprocess_exec(
            _TELEMENTOR, *words, "--json", cwd=self._folder, env=self._environment(), stdout=asyncio.subprocess.PIPE
        )
        answer, _ = await process.communicate()
        assert process.returncode == 0
        return json.loads(answer)

    def act(self, work: Callable[[Context], T]) -> T:
        """Do what a command of the command line does, without the wait for its process."""
        given = {name.lower(): value for name, value in self.settings.items()}
        settings = Settings(_env_file=None, **given)  # type: ignore[call-arg, arg-type]  # pydantic reads texts
        with opened_core(settings) as core:
            return core.act(work)

    async def launch(self) -> None:
        """Start the service, without waiting for it."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                _TELEMENTOR,
                "run",
                "--json",
                cwd=self._folder,
                env=self._environment(),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )

    async def run(self) -> None:
        """Start the service and wait until it says that it runs."""
        await self.launch()
        assert await self.is_up()

    async def is_up(self) -> bool:
        """Wait until the service says that it runs; False when it ends before that."""
        assert self._process is not None
        assert self._process.stdout is not None
        return bool(await self._process.stdout.readline())

    async def kill(self) -> None:
        """End the service with SIGKILL, whatever it is doing. Does nothing when it doesn't run."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await process.communicate()

    async def shows(self, phone_id: str, words: str, *, within: float = 20.0) -> str:
        """Wait until a phone shows a message of the service with these words; the newest one."""
        phone = self.world.phone(phone_id)

        def found() -> list[str]:
            return [text for text in phone.received() if words in text]

        await self.world.changes.until(found, within=within)
        return found()[-1]

    async def press(self, phone_id: str, label: str, *, on: str) -> None:
        """Press the button of this label on the newest message with these words, as soon as there is one."""
        await self.shows(phone_id, on)
        message = next(m for m in reversed(self.world.phone(phone_id).shown()) if on in m.text and m.buttons)
        labels = [option.label for option in message.options()]
        self.world.press(phone_id, message.id, labels.index(label))

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TELEMENTOR_")}
        return kept | {f"TELEMENTOR_{name}": value for name, value in self.settings.items()}


class Nursling(Deployment):
    """A service that is forked from a process which has loaded the program: a start takes a fifth of the time."""

    _nursery: asyncio.subprocess.Process | None = None
    _pid: int | None = None

    async def launch(self) -> None:
        """See `Deployment.launch`."""
        if self._nursery is None:
            program = (sys.executable, "-m", "tests.journeys.nursery")
            pipe = asyncio.subprocess.PIPE
            self._nursery = await asyncio.create_subprocess_exec(*program, cwd=_ROOT, stdin=pipe, stdout=pipe)
        assert self._nursery.stdin is not None
        order = {"folder": str(self._folder), "environment": self._environment(), "log": str(self.log)}
        self._nursery.stdin.write(json.dumps(order).encode() + b"\n")
        self._pid = (await self._said())["pid"]

    async def is_up(self) -> bool:
        """See `Deployment.is_up`."""
        if "ended" in await self._said():
            self._pid = None
        return self._pid is not None

    async def kill(self) -> None:
        """See `Deployment.kill`."""
        pid, self._pid = self._pid, None
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            while "ended" not in await self._said():
                pass

    async def close(self) -> None:
        """End the service and the process that it is forked from."""
        await self.kill()
        if self._nursery is not None and self._nursery.stdin is not None:
            self._nursery.stdin.close()
            await self._nursery.wait()

    async def _said(self) -> dict[str, Any]:
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        said: dict[str, Any] = json.loads(await self._nursery.stdout.readline())
        return said
