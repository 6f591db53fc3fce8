"""The stage: the whole service with its real adapters on one side, the sandbox's providers on the other.

The demo, the tour and the journeys play on it. It can be stopped and started again on the same data, as a restart.
"""

import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.bootstrap import Core, opened_core
from bot.sandbox.clock import MovableClock
from bot.sandbox.phones import Message
from bot.sandbox.world import World
from bot.service import Service, running_service
from bot.settings import Settings
from handlers.context import Context
from storage.key_file import create_key_file
from storage.migrate import upgrade_schema

T = TypeVar("T")


class Stage:
    """One service in a folder of its own. `providers` is the base address of the sandbox that plays the providers."""

    def __init__(self, folder: Path, world: World, clock: MovableClock, providers: str, **changes: object) -> None:
        self.world = world
        self.clock = clock
        self._service: Service | None = None
        self._stack = contextlib.AsyncExitStack()
        port = free_port()
        self.settings = _settings(folder, world, providers, port, changes)
        world.twilio.api_url = providers
        world.twilio.webhook_url = f"{self.settings.public_url}/twilio/sms"
        if not self.settings.key_file.exists():
            create_key_file(self.settings.key_file, clock.now())
        upgrade_schema(self.settings.database_url.get_secret_value())

    @property
    def service(self) -> Service:
        """The service that runs now. Raises `RuntimeError` between a stop and a start."""
        if self._service is None:
            raise RuntimeError("the service isn't running")
        return self._service

    @property
    def core(self) -> Core:
        """Its database, content and clock."""
        return self.service.core

    async def start(self) -> None:
        """Start the service."""
        core = self._stack.enter_context(opened_core(self.settings, now=self.clock.now))
        self._service = await self._stack.enter_async_context(running_service(core))
        self.clock.on_move = self._service.let_time_pass

    async def stop(self) -> None:
        """Stop the service; its data stay."""
        self._service = None
        self.clock.on_move = None
        await self._stack.aclose()

    def act(self, work: Callable[[Context], T]) -> T:
        """Do what a coordinator would do by the command line, and let the service send what it says."""
        done = self.core.act(work)
        self.service.sender.wake()
        return done

    async def shows(self, phone_id: str, words: str, *, within: float = 10.0) -> str:
        """Wait until a phone shows a message of the service with these words, and return the newest such message.

        Raises `TimeoutError` after `within` seconds.
        """
        phone = self.world.phone(phone_id)

        def found() -> list[str]:
            return [text for text in phone.received() if words in text]

        await self.world.changes.until(found, within=within)
        return found()[-1]

    async def hears(self, phone_id: str, *, after: int, within: float = 10.0) -> list[str]:
        """Wait until a phone received more than `after` messages; return those that came after so many."""
        phone = self.world.phone(phone_id)
        await self.world.changes.until(lambda: len(phone.received()) > after, within=within)
        return phone.received()[after:]

    async def say(self, phone_id: str, words: str, *, reply_to: str | None = None) -> list[str]:
        """Type something on a phone and wait until the same phone is answered."""
        before = len(self.world.phone(phone_id).received())
        self.world.send_from_phone(phone_id, words, reply_to=reply_to)
        return await self.hears(phone_id, after=before)

    async def press(self, phone_id: str, option: int = 0) -> list[str]:
        """Press a button of the newest message that has some unpressed, and wait until the phone is answered."""
        phone = self.world.phone(phone_id)

        def asked() -> list[Message]:
            return [message for message in phone.shown() if message.buttons and not message.pressed]

        await self.world.changes.until(asked)
        before = len(phone.received())
        self.world.press(phone_id, asked()[-1].id, option)
        return await self.hears(phone_id, after=before)


@contextlib.asynccontextmanager
async def running_stage(stage: Stage) -> AsyncIterator[Stage]:
    """Run the service of a stage while the block runs."""
    await stage.start()
    try:
        yield stage
    finally:
        await stage.stop()


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class _StageSettings(Settings):
    """Settings that come from nowhere but the stage: a real deployment's must not reach the play."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what the stage itself says."""
        return (init_settings,)


def _settings(folder: Path, world: World, providers: str, port: int, changes: dict[str, object]) -> Settings:
    """A deployment like any other, only that its providers are the sandbox."""
    values: dict[str, object] = {
        "database_url": SecretStr(f"sqlite:///{folder / 'telementor.db'}"),
        "key_file": folder / "telementor.keys",
        "http_port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "telegram_bot_token": SecretStr(world.telegram.token),
        "telegram_api_url": providers,
        "twilio_account_sid": world.twilio.sid,
        "twilio_auth_token": SecretStr(world.twilio.auth_token),
        "twilio_from": world.twilio.number,
        "twilio_api_url": providers,
        "outbox_poll": 0.5,
        "sweep_interval": 1.0,
        "retry_first": 0.2,
        # Nothing slows a play down.
        "telegram_rate": 0,
        "telegram_chat_rate": 0,
        "twilio_rate": 0,
    }
    values |= changes
    return _StageSettings(**values)  # type: ignore[arg-type]  # each is checked by its field
