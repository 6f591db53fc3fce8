"""The clocks: the real one, and the one that the demo moves."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import real_clock
from bot.sandbox.clock import MovableClock
from tests.clocks import SetClock


def test_the_real_clock() -> None:
    """It shows the present time, aware, in UTC, and doesn't go back."""
    before = datetime.now(UTC)
    first, second = real_clock(), real_clock()
    assert before <= first <= second <= datetime.now(UTC)
    assert first.utcoffset() == timedelta()


async def test_a_clock_that_is_moved(clock: SetClock) -> None:
    """It runs as its base does, ahead of it; each move lets what became due happen."""
    movable, moves = MovableClock(clock), []
    start = clock.now
    await movable.move_on(timedelta(hours=1))

    async def note() -> None:
        moves.append(movable.now() - start)

    movable.on_move = note
    clock.move(timedelta(minutes=1))
    await movable.move_on(timedelta())
    await movable.move_to(start + timedelta(days=1))
    assert moves == [timedelta(hours=1, minutes=1), timedelta(days=1)]


async def test_a_clock_only_goes_forward(clock: SetClock) -> None:
    """A step back is refused, and the clock stays."""
    movable = MovableClock(clock)
    with pytest.raises(ValueError, match="forward"):
        await movable.move_on(-timedelta(microseconds=1))
    with pytest.raises(ValueError, match="forward"):
        await movable.move_to(clock.now - timedelta(days=1))
    assert movable.now() == clock.now
