"""How well the engines do: `python -m tests.rules [--half work]… [--missed work]`.

Prints for each engine and half how much of what must be found is found, by kind or category, and how often near misses
alert. `--missed work` lists what goes wrong in the half to work with; the other half is listed for nobody.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from content.library import Content, load_content
from tests.rules.sets import ENGINES, HALVES, Engine, Item, read_items
from tests.rules.weighing import Outcome, found_in, microseconds, outcome

_ROW = "{:<28}{:>7}{:>7}{:>9}{:>9}{:>9}{:>9}{:>10}"
_HEADINGS = ("", "items", "found", "recall", "kind", "too low", "right", "too high")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report, or what is missed; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.rules", description="How well the engines do.")
    parser.add_argument("--half", action="append", choices=HALVES, help="only this half")
    parser.add_argument("--missed", choices=HALVES, metavar="HALF", help="list what goes wrong in a half: work")
    given = parser.parse_args(arguments)
    if given.missed == "held_out":
        sys.stderr.write(
            "The held-out half is listed for nobody: rules written towards it would make its figure a lie.\n"
        )
        return 2
    content = load_content()
    for engine in ENGINES:
        if given.missed:
            lines = missed(engine, read_items(engine, given.missed), content)
            sys.stdout.writelines(f"{line}\n" for line in lines)
            continue
        for half in given.half or HALVES:
            sys.stdout.writelines(f"{line}\n" for line in report(engine, half, read_items(engine, half), content))
    return 0


def report(engine: Engine, half: str, items: Sequence[Item], content: Content) -> Iterator[str]:
    """The table of one engine and half."""
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    by_manner: dict[str, list[Outcome]] = defaultdict(list)
    near_by_manner: dict[str, list[bool]] = defaultdict(list)
    near = alarmed = messages = alarms = 0
    times: list[float] = []
    for item in items:
        found = found_in(engine, item, content)
        times += microseconds(engine, item, content)
        for expected in item.expected:
            became = outcome(item, expected, found)
            outcomes[expected.named].append(became)
            by_manner[item.manner].append(became)
        if not item.expected:
            near_by_manner[item.manner].append(any(found))
            near, messages = near + 1, messages + len(item.messages)
            alarmed, alarms = alarmed + any(found), alarms + sum(map(bool, found))
    yield f"{engine}, {half}"
    yield _ROW.format(*_HEADINGS).rstrip()
    for name in sorted(outcomes):
        yield _row(engine, name, outcomes[name])
    for manner in sorted(filter(None, by_manner)):
        yield _row(engine, f"written: {manner}", by_manner[manner])
    yield _row(engine, "all", [one for some in outcomes.values() for one in some])
    for manner in sorted(filter(None, near_by_manner)):
        flags = near_by_manner[manner]
        yield f"near misses, written: {manner}: {sum(flags)} of {len(flags)} alert ({_percent(sum(flags), len(flags))})"
    yield (
        f"near misses: {alarmed} of {near} alert ({_percent(alarmed, near)}); "
        f"{1000 * alarms / max(messages, 1):.0f} false alarms in a thousand messages that come near"
    )
    yield f"time for a message: median {median(times):.1f} us, slowest {max(times):.0f} us"
    yield ""


def _row(engine: Engine, name: str, outcomes: Sequence[Outcome]) -> str:
    found = [one for one in outcomes if one.found]
    kind, severities = "", ["", "", ""]
    if engine == "contact_details":
        kind = _percent(sum(one.right_kind for one in found), len(found))
    else:
        counts = (
            sum(one.severity < 0 for one in found),
            sum(one.severity == 0 for one in found),
            sum(one.severity > 0 for one in found),
        )
        severities = [_percent(count, len(found)) for count in counts]
    recall = _percent(len(found), len(outcomes))
    return _ROW.format(name, len(outcomes), len(found), recall, kind, *severities).rstrip()


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "-"


def missed(engine: Engine, items: Sequence[Item], content: Content) -> Iterator[str]:
    """What goes wrong: a line for everything not found or of another severity, and for each near miss that alerts."""
    for item in items:
        found = found_in(engine, item, content)
        for expected in item.expected:
            became = outcome(item, expected, found)
            if not became.found:
                yield f"{item.id} missed {expected.named}: {' / '.join(item.messages)}"
            elif became.severity:
                level = "low" if became.severity < 0 else "high"
                yield f"{item.id} too {level}, must be {expected.severity}: {' / '.join(item.messages)}"
        if not item.expected and any(found):
            rules = ", ".join(one.rule for message in found for one in message)
            yield f"{item.id} false alarm ({rules}): {' / '.join(item.messages)}"


if __name__ == "__main__":
    sys.exit(main())
