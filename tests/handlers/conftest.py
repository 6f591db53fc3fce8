"""Fixtures of the handlers' tests. Stories run once for each engine; tables, where only the words differ, on SQLite."""

import pytest

from content.library import Content
from storage.database import Database
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


@pytest.fixture
def quick(quick_town: Town) -> Town:
    """The people of most tables, on SQLite."""
    return _settle(quick_town)


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
