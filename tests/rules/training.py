"""Learns how much words weigh: `python -m tests.rules.training`.

From the lines in `tests/rules/lines/` and the work half of the sets, never from the held-out half, it makes
`content/weights.toml`: by logistic regression, on words and pairs of neighbours as `content.classifier` counts them.
How well that does with writers from whom nothing was learnt, `tests.rules.left_out` tells.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import sqrt
from pathlib import Path

import numpy as np
import snowballstemmer
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

from content.library import SHIPPED, load_content
from tests.rules.lines import Line, digest, read_lines, unweighed

_WIDTH = 120

# How often a pair has to stand in the lines to have a weight; a word, or a stem, may stand there once.
_PAIRS = 2
# The inverse strength of regularisation, chosen by how authors did that were left out.
_STRENGTH = {"harm": 8.0, "urgency": 10.0, "kind": 8.0}
# Words and pairs that weigh less than this are left out: a third of them, without a loss for authors left out.
_LEAST, _LEAST_OF_PAIRS = 0.375, 0.75
# Nothing weighs more: one rare word mustn't drown what all others say.
_MOST = 6.0
# Weights are whole multiples of these, so that the file is short.
_COARSENESS = {"harm": 0.25, "urgency": 0.2, "kind": 0.5}

# Before a stem, to tell it from a word.
_STEM = "~"
_stemmer = snowballstemmer.stemmer("english")


class Columns:
    """Which word, pair of neighbours ("hurt me") or stem ("~hurt") is which column of a matrix of lines.

    Stems are there only to learn by: what a word's stem weighs is added to the word ("scared" tells of "scaring").
    """

    def __init__(self, lines: Sequence[Line], *, pairs: bool) -> None:
        """Take what stands in enough of some lines."""
        self._pairs = pairs
        self._never = unweighed()
        counts = Counter(feature for line in lines for feature in self._of(line))
        # Sorted, so that the same lines give the same weights.
        self.features = sorted(
            feature for feature, count in counts.items() if count >= (_PAIRS if " " in feature else 1)
        )
        self._numbers = {feature: number for number, feature in enumerate(self.features)}

    def _of(self, line: Line) -> set[str]:
        """Give what may have a weight in a line."""
        words = [word for word in line.words if self._weighable(word)]
        if not self._pairs:
            return {*words, *map(_stem, words)}
        pairs = (f"{one} {other}" for one, other in pairwise(line.words) if {one, other}.issubset(words))
        return {*words, *map(_stem, words), *pairs}

    def _weighable(self, word: str) -> bool:
        return word not in self._never and not any(sign.isdigit() for sign in word)

    def matrix(self, lines: Sequence[Line]) -> csr_matrix:
        """A row for each line, as `content.classifier.weigh` counts; the last column says that a mentor wrote it."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for line in lines:
            known = sorted(self._numbers[feature] for feature in self._of(line) if feature in self._numbers)
            columns += known
            values += [1 / sqrt(len(set(line.words)) or 1)] * len(known)
            ends.append(len(columns))
        counted = csr_matrix((values, columns, ends), shape=(len(lines), len(self.features)))
        return csr_matrix(hstack([counted, csr_matrix([[float(line.mentor)] for line in lines])]))

    def learnt(self, weights: Sequence[float], start: float) -> "Learnt":
        """Give what a row of weights says, the last of which is of a mentor's lines: of stems, with their words."""
        *of_features, mentor = weights
        alone = dict(zip(self.features, of_features, strict=True))
        whole = {
            feature: weight if " " in feature else weight + alone.get(_stem(feature), 0.0)
            for feature, weight in alone.items()
            if not feature.startswith(_STEM)
        }
        return Learnt(whole, mentor, start)


@cache
def _stem(word: str) -> str:
    stem: str = _stemmer.stemWord(word)
    return _STEM + stem


@dataclass(frozen=True, slots=True)
class Learnt:
    """One scale: a weight for each word and pair, and two constants."""

    weights: Mapping[str, float]
    mentor: float
    start: float

    def shortened(self, coarseness: float) -> "Learnt":
        """Give the same with what hardly weighs left out, and whole multiples of the coarseness."""
        steps = {
            feature: round(weight / coarseness)
            for feature, weight in self.weights.items()
            if abs(weight) >= (_LEAST_OF_PAIRS if " " in feature else _LEAST)
        }
        weights = {
            feature: max(-_MOST, min(_MOST, round(step * coarseness, 2))) for feature, step in steps.items() if step
        }
        return Learnt(weights, round(self.mentor, 2), round(self.start, 2))


def learn_harm(lines: Sequence[Line]) -> Learnt:
    """What speaks for any harm at all."""
    columns = Columns(lines, pairs=True)
    labels = np.array([bool(line.categories) for line in lines])
    return _told_apart(columns, columns.matrix(lines), labels, _STRENGTH["harm"])


def learn_kinds(lines: Sequence[Line]) -> dict[str, Learnt]:
    """What speaks for each kind of harm, in lines that are about some; what is right as well counts half."""
    harmful = [line for line in lines if line.categories]
    columns = Columns(harmful, pairs=False)
    taught = [
        (number, kind, 1.0 if kind == line.categories[0] else 0.5)
        for number, line in enumerate(harmful)
        for kind in line.categories
    ]
    numbers, named, shares = zip(*taught, strict=True)
    rows, kinds = columns.matrix(harmful)[list(numbers)], np.array(named)
    return {
        kind: _told_apart(columns, rows, kinds == kind, _STRENGTH["kind"], np.array(shares))
        for kind in sorted(set(named))
    }


def _told_apart(
    columns: Columns,
    rows: csr_matrix,
    labels: NDArray[np.bool],
    strength: float,
    shares: NDArray[np.float64] | None = None,
) -> Learnt:
    """Tell lines apart by logistic regression, each column as large as it tells by itself (naive Bayes).

    Wang and Manning, "Baselines and Bigrams: Simple, Good Sentiment and Topic Classification", ACL 2012.
    """
    told = _tells(rows, labels)
    model = LogisticRegression(C=strength, max_iter=2_000)
    model.fit(csr_matrix(rows.multiply(told)), labels, sample_weight=shares)
    return columns.learnt((model.coef_[0] * told).tolist(), float(model.intercept_[0]))


def _tells(rows: csr_matrix, labels: NDArray[np.bool]) -> NDArray[np.float64]:
    """How much likelier each column is in the lines that are labelled than in the others; 1 for the last."""
    there = (rows > 0).astype(float)
    inside, outside = (1 + np.asarray(there[chosen].sum(axis=0))[0] for chosen in (labels, ~labels))
    told: NDArray[np.float64] = np.log((inside / inside.sum()) / (outside / outside.sum()))
    told[-1] = 1.0
    return told


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
    model = LogisticRegression(C=_STRENGTH["urgency"], max_iter=2_000, fit_intercept=False)
    *weights, high, immediate = model.fit(steps, np.array(labels)).coef_[0].tolist()
    step = high - immediate
    return columns.learnt([weight / step for weight in weights], high / step)


def learn(lines: Sequence[Line]) -> dict[str, Learnt]:
    """Every scale of `weights.toml`, by its name."""
    scales = {"harm": learn_harm(lines), "urgency": learn_urgency(lines), **learn_kinds(lines)}
    return {name: learnt.shortened(_COARSENESS.get(name, _COARSENESS["kind"])) for name, learnt in scales.items()}


def write_weights(file: Path, scales: Mapping[str, Learnt]) -> None:
    """Make the file of weights."""
    with file.open("w", encoding="utf-8") as target:
        target.write(_HEAD.format(digest=digest()))
        for name, learnt in scales.items():
            target.writelines(_section(name, learnt))


_HEAD = """\
# How much words, and two words side by side, speak for harm of any kind [harm], for haste [urgency], and for each kind.
# Made by `make weights` from the lines in tests/rules/, whose digest is {digest}. Give words other weights in your own
# folder, not here.
"""


def _section(name: str, learnt: Learnt) -> Iterator[str]:
    yield f"\n[{name}]\nstart = {learnt.start:.2f}\nmentor = {learnt.mentor:.2f}\n"
    by_weight: defaultdict[float, list[str]] = defaultdict(list)
    for feature, weight in learnt.weights.items():
        by_weight[weight].append(feature)
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


def main() -> int:
    """Write the weights; return the exit status."""
    write_weights(SHIPPED / "weights.toml", learn(read_lines(load_content())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
