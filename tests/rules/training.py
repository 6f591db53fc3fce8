"""Learns how much words weigh: `python -m tests.rules.training [--each-author-left-out]`.

From the lines in `tests/rules/lines/` and the work half of the sets, never from the held-out half, it makes
`content/weights.toml`: by logistic regression, on words and pairs of neighbours as `content.classifier` counts them.

Each file of lines is by writers of their own. `--each-author-left-out` tells how the classifier does on the lines of
each file when it has learnt from all the others: an honest figure, since it never saw how these write.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

from content.library import SHIPPED, load_content
from tests.rules.lines import Line, digest, read_lines, unweighed

_WIDTH = 120
# What `--each-author-left-out` tells of.
_BOUNDS = (0.0, 0.5, 1.0, 1.5)

# How often a word, and a pair, has to stand in the lines to have a weight.
_WORDS, _PAIRS = 2, 3
# The inverse strength of regularisation, chosen by how authors did that were left out.
_STRENGTH = {"harm": 5.0, "urgency": 10.0, "kind": 15.0}
# Pairs that weigh less than this are left out: half of them, without a loss for authors left out.
_LEAST_OF_PAIRS = 0.5
# Weights are whole multiples of these, so that the file is short.
_COARSENESS = {"harm": 0.25, "urgency": 0.2, "kind": 0.5}


Feature = str | tuple[str, str]


class Columns:
    """Which word or pair is which column of a matrix of lines."""

    def __init__(self, lines: Sequence[Line], *, pairs: bool) -> None:
        """Take what stands in enough of some lines."""
        never = unweighed()
        words = Counter(word for line in lines for word in set(line.words) if _weighable(word, never))
        both: Counter[tuple[str, str]] = Counter()
        if pairs:
            both.update(
                pair
                for line in lines
                for pair in set(pairwise(line.words))
                if all(_weighable(one, never) for one in pair)
            )
        self.features: list[Feature] = [
            *(word for word, count in words.items() if count >= _WORDS),
            *(pair for pair, count in both.items() if count >= _PAIRS),
        ]
        self._numbers: dict[Feature, int] = {feature: number for number, feature in enumerate(self.features)}

    def matrix(self, lines: Sequence[Line]) -> csr_matrix:
        """A row for each line, as `content.classifier.weigh` counts; the last column says that a mentor wrote it."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for line in lines:
            once: set[Feature] = {*line.words, *pairwise(line.words)}
            known = [self._numbers[feature] for feature in once if feature in self._numbers]
            columns += known
            values += [1 / sqrt(len(set(line.words)) or 1)] * len(known)
            ends.append(len(columns))
        counted = csr_matrix((values, columns, ends), shape=(len(lines), len(self.features)))
        return csr_matrix(hstack([counted, csr_matrix([[float(line.mentor)] for line in lines])]))


def _weighable(word: str, never: frozenset[str]) -> bool:
    return word not in never and not any(sign.isdigit() for sign in word)


@dataclass(frozen=True, slots=True)
class Learnt:
    """One scale: a weight for each feature, and two constants."""

    features: Sequence[Feature]
    weights: Sequence[float]
    mentor: float
    start: float


def learn_harm(lines: Sequence[Line]) -> Learnt:
    """What speaks for any harm at all."""
    columns = Columns(lines, pairs=True)
    labels = np.array([bool(line.categories) for line in lines])
    model = _regression("harm").fit(columns.matrix(lines), labels)
    return Learnt(columns.features, model.coef_[0][:-1].tolist(), float(model.coef_[0][-1]), float(model.intercept_[0]))


def learn_kinds(lines: Sequence[Line]) -> dict[str, Learnt]:
    """What speaks for each kind of harm, in lines that are about some; what is right as well counts half."""
    harmful = [line for line in lines if line.categories]
    columns = Columns(harmful, pairs=False)
    taught = [
        (number, kind, 1.0 if kind == line.categories[0] else 0.5)
        for number, line in enumerate(harmful)
        for kind in line.categories
    ]
    numbers, kinds, shares = zip(*taught, strict=True)
    rows = columns.matrix(harmful)[list(numbers)]
    model = _regression("kind").fit(rows, np.array(kinds), sample_weight=np.array(shares))
    return {
        kind: Learnt(columns.features, weights[:-1].tolist(), float(weights[-1]), float(start))
        for kind, weights, start in zip(model.classes_, model.coef_, model.intercept_, strict=True)
    }


def learn_urgency(lines: Sequence[Line]) -> Learnt:
    """What speaks for haste, on one scale for both steps between three severities (proportional odds).

    At 0 high is as likely as a concern, at 1 immediate as likely as high.
    """
    graded = [line for line in lines if line.severity]
    columns = Columns(graded, pairs=False)
    rows = columns.matrix(graded)
    ones, zeros = csr_matrix(np.ones((len(graded), 1))), csr_matrix((len(graded), 1))
    steps = vstack([hstack([rows, ones, zeros]), hstack([rows, zeros, ones])]).tocsr()
    labels = [line.severity != "concern" for line in graded] + [line.severity == "immediate" for line in graded]
    model = _regression("urgency", intercept=False).fit(steps, np.array(labels))
    *weights, mentor, high, immediate = model.coef_[0].tolist()
    step = high - immediate
    return Learnt(columns.features, [weight / step for weight in weights], mentor / step, high / step)


def _regression(what: str, *, intercept: bool = True) -> LogisticRegression:
    return LogisticRegression(C=_STRENGTH[what], max_iter=2_000, fit_intercept=intercept)


def write_weights(file: Path, lines: Sequence[Line]) -> None:
    """Make the file of weights."""
    scales = {"harm": learn_harm(lines), "urgency": learn_urgency(lines), **learn_kinds(lines)}
    with file.open("w", encoding="utf-8") as target:
        target.write(_HEAD.format(digest=digest()))
        for name, learnt in scales.items():
            target.writelines(_section(name, learnt, _COARSENESS.get(name, _COARSENESS["kind"])))


_HEAD = """\
# How much words, and two words side by side, speak for harm of any kind [harm], for haste [urgency], and for each kind.
# Made by `make weights` from the lines in tests/rules/, whose digest is {digest}. Give words other weights in your own
# folder, not here.
"""


def _section(name: str, learnt: Learnt, coarseness: float) -> Iterator[str]:
    yield f"\n[{name}]\nstart = {learnt.start:.2f}\nmentor = {learnt.mentor:.2f}\n"
    by_weight: defaultdict[float, list[str]] = defaultdict(list)
    for feature, weight in zip(learnt.features, learnt.weights, strict=True):
        if not isinstance(feature, str) and abs(weight) < _LEAST_OF_PAIRS:
            continue
        if steps := round(float(weight) / coarseness):
            written = feature if isinstance(feature, str) else " ".join(feature)
            by_weight[round(steps * coarseness, 2)].append(written)
    for weight in sorted(by_weight, reverse=True):
        yield from _wrapped(
            f'"{weight:g}" = [', [json.dumps(one, ensure_ascii=False) for one in sorted(by_weight[weight])]
        )


def _wrapped(begin: str, words: Sequence[str]) -> Iterator[str]:
    whole = f"{begin}{', '.join(words)}]"
    if len(whole) <= _WIDTH:
        yield f"{whole}\n"
        return
    yield f"{begin}\n"
    line = " "
    for word in words:
        if len(line) + len(word) + 2 > _WIDTH:
            yield f"{line}\n"
            line = " "
        line += f" {word},"
    yield f"{line}\n]\n"


def left_out(lines: Sequence[Line], tell: Callable[[str], object]) -> None:
    """Tell how well each author's lines are told apart by what was learnt from all others' lines."""
    for author in sorted({line.author for line in lines}):
        learnt = learn_harm([line for line in lines if line.author != author])
        own = [(bool(line.categories), score) for line, score in _scored(learnt, lines) if line.author == author]
        tell(f"{author}:")
        for bound in _BOUNDS:
            found = _share([score > bound for harmful, score in own if harmful])
            alarms = _share([score > bound for harmful, score in own if not harmful])
            tell(f" from {bound:g} {found} found, {alarms} false alarms;")
        tell("\n")


def _share(flags: Sequence[bool]) -> str:
    return f"{sum(flags) / len(flags):.1%}" if flags else "none"


def _scored(learnt: Learnt, lines: Sequence[Line]) -> Iterator[tuple[Line, float]]:
    weights: Mapping[Feature, float] = dict(zip(learnt.features, learnt.weights, strict=True))
    for line in lines:
        once: set[Feature] = {*line.words, *pairwise(line.words)}
        total = sum(weights.get(feature, 0.0) for feature in once) / sqrt(len(set(line.words)) or 1)
        yield line, learnt.start + learnt.mentor * line.mentor + total


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the weights, or tell how they do on authors left out; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.rules.training", description="Learns how much words weigh.")
    parser.add_argument("--each-author-left-out", action="store_true", help="only tell how well it does")
    given = parser.parse_args(arguments)
    lines = read_lines(load_content())
    if given.each_author_left_out:
        left_out(lines, sys.stdout.write)
    else:
        write_weights(SHIPPED / "weights.toml", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
