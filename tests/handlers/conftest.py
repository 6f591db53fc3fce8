"""Fixtures of the handlers' tests. Stories run once for each engine; tables, where only the words differ, on SQLite."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from content.library import Content
from storage.database import Database, open_database
from storage.keys import KeySet, Vault
from storage.people import Role
from tests.clocks import SetClock
from tests.handlers.town import SMS, Town


@pytest.fixture
def town(database: Database, content: Content, clock: SetClock) -> Town:
    """A town without people, once for each engine."""
    return Town(database, content, clock)


@pytest.fixture
def quick_town(sqlite_database: Database, content: Content, clock: SetClock) -> Town:
    """A town without people, on SQLite."""
    return Town(sqlite_database, content, clock)


@pytest.fixture
def settled(town: Town) -> Town:
    """The people of most stories, once for each engine."""
    return _settle(town)


@pytest.fixture(scope="session")
def settled_once(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, keys: KeySet, content: Content, now: datetime
) -> tuple[Path, Town]:
    """A SQLite file with the people of most tables, to be copied, and the town that knows them."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("settled") / "settled.db"))
    database = open_database(f"sqlite:///{file}", Vault(keys))
    town = _settle(Town(database, content, SetClock(now)))
    database.close()
    return file, town


@pytest.fixture
def quick(settled_once: tuple[Path, Town], tmp_path: Path, vault: Vault, clock: SetClock) -> Iterator[Town]:
    """The people of most tables, on SQLite."""
    file, town = settled_once
    copied = shutil.copy(file, tmp_path / "telementor.db")
    database = open_database(f"sqlite:///{copied}", vault)
    yield town.once_more(database, clock)
    database.close()


def _settle(town: Town) -> Town:
    """Alex mentors Sam (Telegram) and Ellie (SMS), Jo (SMS) mentors Kim; Morgan coordinates."""

    def work() -> None:
        town.join("Morgan", Role.COORDINATOR)
        town.join("Alex", Role.MENTOR)
        town.join("Sam", Role.MENTEE)
        town.join("Ellie", Role.MENTEE, SMS)
        town.join("Jo", Role.MENTOR, SMS)
        town.join("Kim", Role.MENTEE)
        for mentor, mentee in (("Alex", "Sam"), ("Alex", "Ellie"), ("Jo", "Kim")):
            town.pair(mentor, mentee)

    town.at_once(work)
    return town
