"""All cases in one run: `python -m tests.bench [--only NAME]… [--rounds N] [--folder DIR]`.

Each round runs every case once, in an order drawn anew; a figure is the median of its rounds. Prints a table and
writes `bench.json` (name → figure) into the current folder. The exit status is 1 when a figure misses its bound.
"""

import argparse
import gc
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import uvloop
from rich.console import Console
from rich.table import Table

from tests.bench.calls import calls
from tests.bench.driver import fake_bot_api
from tests.bench.figures import FIGURES, Figure, Pair
from tests.bench.relay import relay
from tests.bench.rounds import Bench, Case
from tests.bench.rules import rules
from tests.bench.storing import pg_store_8, store_1, store_32

_CASES: dict[Case, tuple[str, ...]] = {
    relay: ("relay_cpu_vs_echo", "relay_rate_vs_echo", "relay_p50_vs_echo", "rss_vs_echo"),
    store_1: ("store_1_vs_probe",),
    store_32: ("store_32_vs_probe",),
    pg_store_8: ("pg_store_8_vs_raw",),
    calls: ("call_cpu_64_vs_1",),
    rules: ("rules_clean_vs_presidio", "rules_hits_vs_presidio", "rules_hostile_ms"),
}
_RESULT = Path("bench.json")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Weigh the service.")
    names = [figure.name for figure in FIGURES]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=f"one of: {', '.join(names)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("build"), help="a folder on the disk to be measured")
    return parser.parse_args()


async def _measure(cases: Sequence[Case], rounds: int, folder: Path) -> dict[str, list[Pair]]:
    """Run the cases; the pairs of each figure, one a round."""
    random = Random()  # noqa: S311 - an order, not a secret
    found: dict[str, list[Pair]] = defaultdict(list)
    async with fake_bot_api() as arrivals:
        for number in range(rounds):
            for case in random.sample(cases, len(cases)):
                sys.stderr.write(f"round {number + 1} of {rounds}: {case.__name__}\n")
                gc.collect()
                with TemporaryDirectory(dir=folder, prefix="bench-") as empty:
                    for name, pair in (await case(Bench(Path(empty), arrivals, random))).items():
                        found[name].append(pair)
    return found


def _table(figures: Sequence[Figure], found: dict[str, list[Pair]]) -> Table:
    table = Table(title="telementor beside its anchors (medians; ours and anchor of the median round)")
    for heading in ("name", "value", "must", "goal", "ok", "ours", "anchor", "rounds", "what"):
        table.add_column(heading, justify="left" if heading in {"name", "what"} else "right")
    for figure in figures:
        pairs = sorted(found[figure.name], key=figure.ratio)
        value, middle = figure.value(pairs), pairs[len(pairs) // 2]
        table.add_row(
            figure.name,
            f"{value:.2f}",
            f"{figure.must:g}",
            f"{figure.goal:g}",
            _verdict(figure, value),
            figure.shown(middle.ours),
            figure.shown(middle.anchor),
            f"{figure.ratio(pairs[0]):.2f}-{figure.ratio(pairs[-1]):.2f}",
            figure.what,
        )
    return table


def _verdict(figure: Figure, value: float) -> str:
    if figure.reaches(value, figure.goal):
        return "goal"
    return "yes" if figure.reaches(value, figure.must) else "NO"


def main() -> int:
    """Run, print, write; return the exit status."""
    arguments = _arguments()
    wanted = set(arguments.only or (figure.name for figure in FIGURES))
    figures = [figure for figure in FIGURES if figure.name in wanted]
    cases = [case for case, names in _CASES.items() if wanted & set(names)]
    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    found = uvloop.run(_measure(cases, arguments.rounds, folder))
    values = {figure.name: round(figure.value(found[figure.name]), 3) for figure in figures}
    # Wide enough for every column, also where there is no terminal.
    Console(width=170).print(_table(figures, found))
    _RESULT.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    return 0 if all(figure.reaches(values[figure.name], figure.must) for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
