"""Climbing the ladder when things go wrong: clocks, people who can't be reached, cases that change."""

from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from handlers.cases.calling import UNANSWERED, call, climb
from handlers.context import Context
from storage.case_entries import EntryKind, entries_of
from storage.cases import find_case, grow, let_go
from storage.diary import list_due
from storage.ids import CaseId
from tests.handlers.town import Town

_WORDS = "i want to die"


def _due_at(town: Town) -> datetime:
    """When the next rung is due."""
    far = town.clock.now + timedelta(days=1)
    (entry,) = town.act(lambda ctx: [one for one in list_due(ctx.tx, far, 50) if one.kind == UNANSWERED])
    return entry.due_at


def _rungs(town: Town) -> list[object]:
    entries = town.act(lambda ctx: entries_of(ctx.tx, 1))
    return [entry.detail["rung"] for entry in entries if entry.kind is EntryKind.CALLED]


def test_in_the_hour_that_comes_twice(quick: Town) -> None:
    """A quarter of an hour is a quarter of an hour on the night on which the clocks go back."""
    # 01:50 in London for the first time; ten minutes later it is one o'clock again.
    quick.clock.now = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    quick.say("Sam", _WORDS)
    waits = []
    for _ in range(4):
        due = _due_at(quick)
        waits.append((due - quick.clock.now) // timedelta(minutes=1))
        quick.clock.now = due
        quick.act(lambda ctx: climb(ctx, 1))
    assert waits == [5, 10, 15, 15]


def test_nobody_is_reached(quick: Town) -> None:
    """It is logged by its number, and the next rung follows all the same and reaches who is back."""
    quick.block("Morgan")
    with capture_logs() as logs:
        quick.say("Sam", _WORDS)
    assert [one["case"] for one in logs if one["event"] == "alert reaches nobody"] == [1]
    quick.block("Morgan", blocked=False)
    quick.heard("Morgan")
    quick.clock.now = _due_at(quick)
    quick.act(lambda ctx: climb(ctx, 1))
    assert len(quick.heard("Morgan")) == 1
    assert _rungs(quick) == [0, 1]


def test_let_go(quick: Town) -> None:
    """A case that somebody gives back begins on the first rung again."""
    quick.say("Sam", _WORDS)
    quick.act(lambda ctx: climb(ctx, 1))
    quick.press("Morgan", "have:1")
    quick.act(lambda ctx: call(ctx, let_go(ctx.tx, CaseId(1))))
    assert _rungs(quick) == [0, 1, 0]
    assert _due_at(quick) == quick.clock.now + timedelta(minutes=5)


def test_graver(quick: Town) -> None:
    """So does one that has become graver, a concern among them."""
    quick.say("Sam", "been drinking again")
    assert _rungs(quick) == []

    def worse(ctx: Context) -> None:
        case = find_case(ctx.tx, 1)
        assert case is not None
        call(ctx, grow(ctx.tx, case, severity="immediate", now=ctx.now))

    quick.act(worse)
    quick.act(lambda ctx: climb(ctx, 1))
    assert _rungs(quick) == [0, 1]
