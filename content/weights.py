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
            scales[name] = _laid_over(scales[name], read_section(file, name), plain, problems)
            if scales[name].pairs and name not in paired:
                first, second = next(iter(scales[name].pairs))
                problems.append(Problem(file, 1, f'"{first} {second}": Only single words have a weight in [{name}].'))
    if problems:
        raise ContentError(problems)
    return scales


def _laid_over(scale: Scale, table: Table, plain: Callable[[str], list[str]], problems: list[Problem]) -> Scale:
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
                    case [first, second]:
                        pairs[first, second] = weight
                    case _:
                        said = f'"{typed}": Only a word, or two side by side, has a weight.'
                        problems.append(table.problem(key, said))
        else:
            problems.append(table.problem(key, f'"{key}": Write a weight and its words, as in "1.5" = ["bruises"].'))
    return Scale(constants["start"], constants["mentor"], words, pairs)
