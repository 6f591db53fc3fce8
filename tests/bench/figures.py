"""The figures of the benchmark: what each compares, what it must reach, and how it is made of the rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple


class Pair(NamedTuple):
    """What one unit of work cost on both sides in the same round, in the same unit (seconds or bytes)."""

    ours: float
    anchor: float


@dataclass(frozen=True)
class Figure:
    """One line of `bench.json`."""

    name: str
    what: str
    must: float
    goal: float
    # What both sides are printed in: "us" a unit of work, "ms" a unit, "/s" units a second, "MiB".
    unit: str
    # True when more is better: then the figure is the anchor's cost over ours, and `must` the least that will do.
    more_is_better: bool = False

    def ratio(self, pair: Pair) -> float:
        """The figure of one round."""
        return pair.anchor / pair.ours if self.more_is_better else pair.ours / pair.anchor

    def value(self, pairs: Sequence[Pair]) -> float:
        """The figure: the median of the rounds' ratios."""
        return median(self.ratio(pair) for pair in pairs)

    def reaches(self, value: float, bound: float) -> bool:
        """Whether a value is as good as a bound."""
        return value >= bound if self.more_is_better else value <= bound

    def shown(self, cost: float) -> str:
        """A cost (seconds or bytes) in the unit of this figure."""
        amounts = {"us": cost * 1e6, "ms": cost * 1e3, "/s": 1 / cost, "MiB": cost / 2**20}
        return f"{amounts[self.unit]:,.{1 if self.unit in {'ms', 'MiB'} else 0}f} {self.unit}"


# Bounds: what this project set itself for its first release, on a machine of two cores.
FIGURES = (
    Figure("relay_cpu_vs_echo", "CPU a relayed message, 64 in flight / bare echo bot", 1.0, 0.6, "us"),
    Figure("relay_rate_vs_echo", "messages a second, saturated / bare echo bot", 1.0, 1.7, "/s", more_is_better=True),
    Figure("relay_p50_vs_echo", "webhook to provider, p50 at 100 a second / bare echo bot", 1.5, 1.2, "ms"),
    Figure("rss_vs_echo", "memory after the run / bare echo bot", 2.0, 1.4, "MiB"),
    Figure("store_1_vs_probe", "three rows stored, one caller / commit probe", 0.3, 0.6, "/s", more_is_better=True),
    Figure("store_32_vs_probe", "three rows stored, 32 callers / commit probe", 2.0, 4.0, "/s", more_is_better=True),
    Figure("pg_store_8_vs_raw", "three rows on PostgreSQL / asyncpg by hand", 0.35, 0.7, "/s", more_is_better=True),
    Figure("call_cpu_64_vs_1", "CPU of a Telegram call, 64 in flight / one", 1.5, 1.1, "us"),
    Figure("rules_clean_vs_presidio", "both engines, a clean text / presidio", 0.4, 0.12, "us"),
    Figure("rules_hits_vs_presidio", "both engines, a text with a contact detail / presidio", 0.6, 0.25, "us"),
    Figure("rules_hostile_ms", "ms of the slower engine for the worst hostile text", 50, 10, "ms"),
)
