"""Keys for tests, and every spelling in which they could show."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.key_file import create_key_file
from storage.key_set import KeySet

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A fresh key file."""
    path = tmp_path / "telementor.keys"
    create_key_file(path, NOW)
    return path


def secrets_of(keys: KeySet) -> list[str]:
    """All spellings in which the keys of a set could show up in a text."""
    raw = [keys.index_key, keys.audit_key, *(master.key for master in keys.masters)]
    return [spelling for key in raw for spelling in (key.hex(), repr(key), repr(key)[2:-1])]
