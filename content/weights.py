"""How much words weigh, read from `weights.toml`: what `content.classifier` adds up.

The shipped weights are learnt from messages (`make weights`, see `tests/rules/training.py`); a service's own file gives
words other weights or new ones.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern

from content.overlays import own_over_shipped
from content.problems import ContentError, Problem
from content.tables import Table, read_section, section_names

FILE = "weights.toml"
_NUMBER = re.compile(r"-?\d{1,2}(\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Scale:
    """What speaks for one thing, and how much: 0 is even, every 1 more makes it about three times as likely."""

    # What a text without any word has, and what it has besides when a mentor wrote it.
    start: float
    mentor: float
    words: Mapping[str, float]
    pairs: Mapping[tuple[str, str], float]


def load_scales(
    shipped: Path, own: Path | None, names: Sequence[str], paired: Collection[str], plain: Callable[[str], list[str]]
) -> dict[str, Scale]:
    """Read the scales of these names from the file of both folders; `plain` gives the plain words of typed ones.

    Only in those that are `paired` do two words side by side have a weight.

    Raises `ContentError` with every problem.
    """
    problems: list[Problem] = []
    scales = {name: Scale(0.0, 0.0, {}, {}) for name in names}
    for file in own_over_shipped(FILE, shipped, own):
        problems += [
            Problem(file, line, f'There is nothing called "{name}" whose words could be weighed.')
            for name, line in section_names(file)
            if name not in names
        ]
        for name in names:
            most = 2 if name in paired else 1
            scales[name] = _laid_over(scales[name], read_section(file, name), plain, most, problems)
    if problems:
        raise ContentError(problems)
    return scales


def _laid_over(
    scale: Scale, table: Table, plain: Callable[[str], list[str]], most: int, problems: list[Problem]
) -> Scale:
    """Lay the words of a table over a scale, each entry of at most so many words."""
    constants = {"start": scale.start, "mentor": scale.mentor}
    words, pairs = dict(scale.words), dict(scale.pairs)
    for key, value in table.values.items():
        if key in constants:
            if isinstance(value, int | float) and not isinstance(value, bool):
                constants[key] = float(value)
            else:
                problems.append(table.problem(key, f"{key}: A number, such as -1.5."))
        elif isinstance(value, list) and _NUMBER.fullmatch(key):
            # One object for many words, and the objects that other parts know: what is looked up all day lies together.
            weight = float(key)
            for typed in map(str, value):
                match [*map(intern, plain(typed))]:
                    case [word]:
                        words[word] = weight
                    case [first, second] if most > 1:
                        pairs[first, second] = weight
                    case _:
                        what = "a word, or two side by side, has" if most > 1 else "single words have"
                        problems.append(table.problem(key, f'"{typed}": Only {what} a weight here.'))
        else:
            problems.append(table.problem(key, f'"{key}": Write a weight and its words, as in "1.5" = ["bruises"].'))
    return Scale(constants["start"], constants["mentor"], words, pairs)
