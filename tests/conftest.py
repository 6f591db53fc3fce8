"""Fixtures that every package of tests uses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from storage.database import Database, open_database
from storage.keys import KeySet, Vault, create_key_set
from tests.clocks import SetClock
from tests.databases import PostgresServer, migrated_sqlite_file, postgres_server
from tests.logs import plain_logs

if TYPE_CHECKING:
    from content.library import Content
    from tests.departures import Departures

# How long one example takes says more about the machine than about the code.
settings.register_profile("telementor", deadline=None)
settings.load_profile("telementor")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests marked `last` at the end: they look back on the whole run."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    """Log lines of a run are plain ones."""
    plain_logs()


@pytest.fixture(scope="session", autouse=True)
def departures() -> Iterator[Departures]:
    """What left the services of this run, from its first test on."""
    # Imported when the run begins, not when the tests are looked for: it brings the whole service.
    from tests.departures import Departures, every_stage_registered  # noqa: PLC0415

    found = Departures()
    with every_stage_registered(found):
        yield found


@pytest.fixture(scope="session")
def now() -> datetime:
    """When most tests take place: a Monday morning in winter, when London's clocks show UTC."""
    return datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def clock(now: datetime) -> SetClock:
    """A clock that stands at `now` until the test moves it."""
    return SetClock(now)


@pytest.fixture(scope="session")
def keys(now: datetime) -> KeySet:
    """Fresh keys."""
    return create_key_set(now)


@pytest.fixture
def vault(keys: KeySet) -> Vault:
    """The keys, with nothing unwrapped yet."""
    return Vault(keys)


@pytest.fixture(scope="session")
def content() -> Content:
    """The texts, rules and programmes that the service ships with."""
    # Imported only by tests that ask for it: most need none of it.
    from tests.shipped import shipped_content  # noqa: PLC0415

    return shipped_content()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started when the first test needs it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows: to be copied, not used."""
    return migrated_sqlite_file(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """The address of a SQLite database of this test's own, with all tables."""
    path = tmp_path / "telementor.db"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own, with all tables."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database of this test's own, once for each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str, vault: Vault) -> Iterator[Database]:
    """An open database, once for each engine."""
    yield from _opened(database_url, vault)


@pytest.fixture
def sqlite_database(sqlite_url: str, vault: Vault) -> Iterator[Database]:
    """An open SQLite database, for what holds of this engine only."""
    yield from _opened(sqlite_url, vault)


@pytest.fixture
def postgres_database(postgres_url: str, vault: Vault) -> Iterator[Database]:
    """An open PostgreSQL database, for what holds of this engine only."""
    yield from _opened(postgres_url, vault)


def _opened(url: str, vault: Vault) -> Iterator[Database]:
    database = open_database(url, vault)
    yield database
    database.close()
