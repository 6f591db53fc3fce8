"""How a case measures: both sides by turns within a round, so that a slow stretch of the machine meets both."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

from tests.bench.driver import Arrivals
from tests.bench.figures import Pair

# Runs one stretch of work and returns what a unit of it cost, in one or several respects.
Stretch = Callable[[], Awaitable[tuple[float, ...]]]


@dataclass(frozen=True)
class Bench:
    """What a case gets."""

    # An empty folder on the disk that is measured.
    folder: Path
    # The fake Bot API of this run.
    arrivals: Arrivals
    # Decides what goes first.
    random: Random


# Runs one round and returns the pairs of the figures that it measures, by name.
Case = Callable[[Bench], Awaitable[dict[str, Pair]]]


async def by_turns(bench: Bench, ours: Stretch, anchor: Stretch, *, turns: int = 8) -> list[Pair]:
    """Run both sides `turns` times, in an order drawn anew each turn; the median cost in each respect.

    Short turns and medians, because the speed of a shared machine was seen to halve for a second or two. Each side
    runs once before, which does not count.
    """
    await ours()
    await anchor()
    sides: dict[Stretch, list[tuple[float, ...]]] = {ours: [], anchor: []}
    for _ in range(turns):
        for side in bench.random.sample([ours, anchor], 2):
            sides[side].append(await side())
    return [
        Pair(median(of_ours), median(of_anchor))
        for of_ours, of_anchor in zip(zip(*sides[ours], strict=True), zip(*sides[anchor], strict=True), strict=True)
    ]
