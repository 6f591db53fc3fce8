"""Fixtures of the journeys: a service that runs against the sandbox, and the watch over its log."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import bootstrap
from bot.logs import configure_logs
from bot.sandbox import stage
from content.library import Content
from tests.departures import Departures
from tests.journeys.journal import Journal
from tests.journeys.play import Play, Town, found_town, inhabit, playing, playing_in
from tests.logs import kept_logs


@pytest.fixture(autouse=True)
def journal(departures: Departures) -> Iterator[Journal]:
    """The log of this journey; an error in it that the journey did not expect fails the journey."""
    kept = Journal()
    with kept_logs():
        configure_logs("DEBUG", stream=kept.stream, json=True)
        yield kept
    departures.logs.append(kept.text)
    assert kept.unexpected() == []


@pytest.fixture(scope="session", autouse=True)
def _quick_starts(content: Content) -> Iterator[None]:
    """Leave out of a start in this process what takes most of its time and is the same each time.

    The content was read already, and every database here has its tables.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "load_content", lambda _folder: content)
        patch.setattr(stage, "upgrade_schema", lambda _url: None)
        yield


@pytest.fixture
async def play(tmp_path: Path, database_url: str) -> AsyncIterator[Play]:
    """A service with nobody in it, once for each database engine."""
    async with playing(tmp_path, database_url) as ready:
        yield ready


@pytest.fixture
async def sqlite_play(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Play]:
    """A service with nobody in it, on SQLite: for what doesn't depend on the engine."""
    async with playing(tmp_path, sqlite_url) as ready:
        yield ready


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Town:
    """The town of most journeys, to be copied."""
    folder = tmp_path_factory.mktemp("town")
    shutil.copyfile(migrated_sqlite, folder / "town.db")
    # A loop of its own, since the one of the first test ends with that test.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, found_town(folder, folder / "town.db")).result()


@pytest.fixture
async def sqlite_busy(tmp_path: Path, town: Town) -> AsyncIterator[Play]:
    """A service with the people of the town, on SQLite."""
    async with playing_in(town, tmp_path) as ready:
        yield ready


@pytest.fixture
async def patient(tmp_path: Path, town: Town) -> AsyncIterator[Play]:
    """The same; what failed is tried again only when the clock is moved, however slow the machine is."""
    async with playing_in(town, tmp_path, retry_first=20) as ready:
        yield ready


@pytest.fixture(params=["sqlite", "postgres"])
async def busy(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Play]:
    """A service with the people of the town, once for each database engine."""
    if request.param == "sqlite":
        async with playing_in(request.getfixturevalue("town"), tmp_path) as ready:
            yield ready
    else:
        async with playing(tmp_path, request.getfixturevalue("postgres_url")) as ready:
            await inhabit(ready)
            yield ready
