"""Ids that the application makes."""

import time

import pytest

from storage.ids import IdMaker
from tests.storage.samples import in_threads


def test_strictly_growing() -> None:
    """Each id is larger than the one before, and fits a signed 64-bit column."""
    make = IdMaker()
    ids = [make() for _ in range(50_000)]
    assert ids == sorted(set(ids))
    assert 0 < ids[0] < ids[-1] < 2**63


def test_growing_across_threads() -> None:
    """Threads that share a maker never get the same id, and each sees its own grow."""
    make = IdMaker()
    per_thread = in_threads([lambda: [make() for _ in range(5_000)] for _ in range(4)])
    for ids in per_thread:
        assert ids == sorted(ids)
    assert len({number for ids in per_thread for number in ids}) == 20_000


def test_growing_with_time_between_makers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id that another process makes a millisecond later is larger."""
    instant = time.time_ns()
    monkeypatch.setattr("storage.ids.time.time_ns", lambda: instant)
    earlier = IdMaker()()
    monkeypatch.setattr("storage.ids.time.time_ns", lambda: instant + 1_000_000)
    assert IdMaker()() > earlier


def test_clock_that_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the clock is set back, ids go on growing."""
    instant = time.time_ns()
    monkeypatch.setattr("storage.ids.time.time_ns", lambda: instant)
    make = IdMaker()
    first = make()
    monkeypatch.setattr("storage.ids.time.time_ns", lambda: instant - 3_600_000_000_000)
    assert [make(), make()] == [first + 1, first + 2]
