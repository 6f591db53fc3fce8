"""The service as a whole: its wiring, its start and its stop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.bootstrap import Core, backoff_for_sending, lease, opened_core
from bot.service import running_service
from bot.settings import Settings
from content.library import ContentError
from handlers.context import Context
from handlers.people import enrol
from scheduler.sweeps import Sweeper
from storage.audit import verify_audit, write_audit
from storage.database import DatabaseError
from storage.key_file import KeyFileError, create_key_file
from storage.people import NewPerson, Role, list_people
from tests.bot.services import PATIENCE
from tests.clocks import SetClock

_ALEX = NewPerson(programme="mentoring", role=Role.MENTOR, name="Alex", language="en-GB")


def _settings(url: str, folder: Path, **changes: object) -> Settings:
    values: dict[str, object] = {"database_url": SecretStr(url), "key_file": folder / "keys", "http_port": 0}
    return Settings(_env_file=None, **(values | changes))  # type: ignore[call-arg, arg-type]  # pydantic reads names


@contextmanager
def _core(url: str, folder: Path, clock: SetClock, **changes: object) -> Iterator[Core]:
    settings = _settings(url, folder, **changes)
    create_key_file(settings.key_file, clock.now)
    with opened_core(settings, now=clock) as core:
        yield core


def test_an_act_of_the_command_line(database_url: str, tmp_path: Path, clock: SetClock) -> None:
    """An act runs in a transaction with the clock's time, and stands after it; one that fails leaves nothing."""
    with _core(database_url, tmp_path, clock) as core:
        person = core.act(lambda ctx: enrol(ctx, _ALEX, number=None, actor="operator"))
        assert person.created_at == clock.now

        def fail(ctx: Context) -> float:
            return enrol(ctx, _ALEX, number=None, actor="operator").id / 0

        with pytest.raises(ZeroDivisionError):
            core.act(fail)
        assert [found.id for found in core.act(lambda ctx: list_people(ctx.tx))] == [person.id]


def test_what_can_be_missing(sqlite_url: str, tmp_path: Path, clock: SetClock) -> None:
    """Missing keys, an old schema, or broken content are errors with a sentence, before anything is opened."""
    with pytest.raises(KeyFileError), opened_core(_settings(sqlite_url, tmp_path / "nowhere")):
        pass
    create_key_file(tmp_path / "keys", clock.now)
    with (
        pytest.raises(DatabaseError, match="telementor"),
        opened_core(_settings(f"sqlite:///{tmp_path}/new.db", tmp_path)),
    ):
        pass
    with pytest.raises(ContentError), opened_core(_settings(sqlite_url, tmp_path, content_dir=tmp_path / "none")):
        pass


def test_figures_from_the_settings(sqlite_url: str, tmp_path: Path) -> None:
    """The back-off is the settings'; a lease is well above the longest send."""
    settings = _settings(sqlite_url, tmp_path, retry_first=0.5, retry_max=3, retry_limit=4, send_timeout=2)
    backoff = backoff_for_sending(settings)
    assert [backoff.delay(attempts) for attempts in (1, 3, 4)] == [timedelta(seconds=0.5), timedelta(seconds=2), None]
    assert lease(settings) > 2 * timedelta(seconds=2)


async def test_a_service_without_channels(database_url: str, tmp_path: Path, clock: SetClock) -> None:
    """With no channel in the settings it runs, answers that it is ready, and ends when its block does."""
    with _core(database_url, tmp_path, clock) as core:
        async with running_service(core) as service:
            assert service.channels == []
            async with aiohttp.ClientSession() as session:
                for path in ("live", "ready"):
                    async with session.get(f"{service.address}/health/{path}") as answer:
                        assert answer.status == 200
            accepted = service.sender.accepting
        assert (accepted, service.sender.accepting) == (True, False)
        # The database is still its owner's to close.
        core.act(lambda ctx: list_people(ctx.tx))


async def test_a_service_without_its_database(sqlite_url: str, tmp_path: Path, clock: SetClock) -> None:
    """While the database doesn't answer the service isn't ready, and says nothing of why."""
    with _core(sqlite_url, tmp_path, clock) as core:
        async with running_service(core) as service, aiohttp.ClientSession() as session:
            core.database.close()
            async with session.get(f"{service.address}/health/ready") as answer:
                assert answer.status == 503
                assert await answer.json() == {"ready": False, "waiting_for": ["database"]}


async def test_a_port_that_is_taken(sqlite_url: str, tmp_path: Path, clock: SetClock) -> None:
    """When its port is taken the service doesn't start, and leaves nothing running."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with _core(sqlite_url, tmp_path, clock, http_port=listener.getsockname()[1]) as core:
            with pytest.raises(OSError, match="in use"):
                async with running_service(core):
                    pass
            others = asyncio.all_tasks() - {asyncio.current_task()}
            assert not others


async def test_time_passes(sqlite_url: str, tmp_path: Path, clock: SetClock) -> None:
    """Letting time pass runs every sweep."""
    with _core(sqlite_url, tmp_path, clock, sweep_interval=3600) as core:
        async with running_service(core) as service:
            core.act(lambda ctx: write_audit(ctx.tx, "operator", "test", "test:1", ctx.now))
            await service.let_time_pass()
            assert core.act(lambda ctx: verify_audit(ctx.tx)).unsealed == 0


async def test_the_ticker_sweeps(
    sqlite_url: str, tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweeps run by themselves, again and again, beside the event loop, and the sender looks after each."""
    loop, swept = asyncio.get_running_loop(), asyncio.Event()
    count = [0]

    def sweep(_: Sweeper) -> None:
        count[0] += 1
        if count[0] == 2:
            loop.call_soon_threadsafe(swept.set)

    monkeypatch.setattr(Sweeper, "sweep", sweep)
    with _core(sqlite_url, tmp_path, clock, sweep_interval=0.01) as core:
        async with running_service(core), asyncio.timeout(PATIENCE):
            await swept.wait()
