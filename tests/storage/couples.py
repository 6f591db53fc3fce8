"""A pair for tests of what is kept about one."""

from datetime import datetime

import pytest

from storage.database import Database
from storage.matches import Match
from storage.people import Person
from tests.storage.samples import pair, write

Pair = tuple[Person, Person, Match]


@pytest.fixture
def couple(database: Database, now: datetime) -> Pair:
    """A mentor, a mentee and their match, which is active."""
    return write(database, pair, now)
