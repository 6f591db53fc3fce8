"""A linear classifier: how much do the words of a text speak for harm, of which kind, and for how much haste.

Phrases find what people say in ways that somebody thought of. This finds what they say in other ways: words and pairs
of neighbours have weights (`content.weights`), whose sum, divided by the root of how many words there are, says how
strongly a text leans. It can be explained (the words that weighed most) and edited, as phrases can.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest, nsmallest
from itertools import pairwise, repeat
from math import sqrt
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from content.overlays import checked_section, lay_sections, own_over_shipped
from content.problems import ContentError
from content.weights import Scale, load_scales

FILE = "classifier.toml"
Side = Literal["mentee", "mentor"]


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1:
        raise ValueError("must be one line")
    return text.strip()


Line = Annotated[str, AfterValidator(_one_line)]
Examples = Annotated[tuple[str, ...], BeforeValidator(tuple), Field(min_length=1)]

# A longer text is weighed in pieces of so many words, each half over the one before: what matters may be said in few
# of many words.
_PIECE = 40
# For the same reason each of several sentences is weighed alone if it has so many words, and one of more than
# `_RUNS_ON` words in parts of `_PART`: many people write without a full stop.
_SENTENCE, _RUNS_ON, _PART = 4, 20, 12
# So many of the words that weigh most are shown, and say where a finding is.
_SHOWN = 3


class Bounds(BaseModel):
    """From where on what the words lean to counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # A text that leans to harm as much as this is told.
    told: float
    # Pairs are looked at only where single words lean as much as this: so few make up for less that it isn't worth it.
    alone: float
    # A sentence or a part of one has to lean by so much more: the less is said, the sooner it leans anywhere.
    apart: float
    # So does one of fewer different words than `short`.
    few: float
    # From here on it is likely; below it is only possible, and one step less grave.
    likely: float
    # Where a rule knows a phrase of it as innocent, only from here on.
    excused: float
    # What a rule that is only `likely` finds is no more than a concern in texts that lean to harm less than this.
    doubted: float
    # What a rule that is only `possible` finds counts in texts that lean to harm as much as this,
    possible: float
    # and in those of fewer different words, which have little around it.
    short: int
    # A second kind of harm is told when it is as near to the first.
    second: float
    # Below so much haste it is a concern; from the second on immediate.
    concern: float
    immediate: float


class Kind(BaseModel):
    """One kind of harm that is told by the weight of words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # One plain line for a coordinator.
    why: Annotated[Line, Field(min_length=1)]
    # At least one text in which it is told, and one near miss in which it isn't.
    finds: Examples
    passes: Examples
    # True: this kind is never told by weight.
    off: bool = False


class Leaning(NamedTuple):
    """How strongly a text leans to harm, and in which of its words, from `first` to before `after`, most."""

    harm: float
    first: int
    after: int
    # Whether only a sentence or a part of one leans so much, the others around it don't.
    apart: bool = False


@dataclass(frozen=True)
class Classifier:
    """Scales of words, and from where on they count."""

    bounds: Bounds
    # What is told by weight, by its name.
    kinds: Mapping[str, Kind]
    harm: Scale
    urgency: Scale
    # By the name of the kind; each knows single words only.
    of_kinds: Mapping[str, Scale]

    def leaning(self, words: Sequence[str], side: Side | None, sentences: Sequence[tuple[int, int]] = ()) -> Leaning:
        """Say how strongly plain words lean to harm: those of the piece or sentence that does so most.

        `sentences` are where they stand in the words. Takes linear time.
        """
        pieces = _cut(0, len(words), _PIECE)
        best = max(Leaning(self._harm(words[first:after], side), first, after) for first, after in pieces)
        if parts := _parts(sentences):
            begin, weights = _begin(self.harm, side), [*map(self.harm.words.get, words, repeat(0.0))]
            # Single words make up for half of what it has to lean more.
            alone = self.bounds.alone + self.bounds.apart / 2
            for first, after in parts:
                # Sooner asked than a sum over different words, and hardly another one.
                if begin + sum(weights[first:after]) / sqrt(after - first) >= alone:
                    part = self._harm(words[first:after], side) - self.bounds.apart
                    best = max(best, Leaning(part, first, after, apart=True))
        return best

    def _harm(self, words: Sequence[str], side: Side | None) -> float:
        alone = weigh(self.harm, words, side)
        if alone < self.bounds.alone:
            return alone
        pairs = set(pairwise(words))
        return alone + sum(map(self.harm.pairs.get, pairs, repeat(0.0))) / _root(set(words))

    def likeliest(self, words: Sequence[str], side: Side | None) -> list[str]:
        """Give the kind of harm that words speak for most, with a second one that is nearly as likely."""
        scores = zip(self._of_each(words, side), self.of_kinds, strict=True)
        (first, kind), (second, other) = nlargest(2, scores, key=itemgetter(0))
        told = [kind, other] if second >= first - self.bounds.second else [kind]
        return [kind for kind in told if not self.kinds[kind].off]

    def _of_each(self, words: Sequence[str], side: Side | None) -> list[float]:
        """Weigh words for each kind; as `weigh` does, with all kinds of a word at once."""
        once = set(words)
        rows = [self._rows[word] for word in once if word in self._rows]
        totals = map(sum, zip(*rows, strict=True)) if rows else repeat(0.0)
        return [
            _begin(scale, side) + total / _root(once)
            for scale, total in zip(self.of_kinds.values(), totals, strict=False)
        ]

    @cached_property
    def _rows(self) -> Mapping[str, tuple[float, ...]]:
        """The weights of each word in the order of the kinds."""
        scales = self.of_kinds.values()
        words = {word for scale in scales for word in scale.words}
        return {word: tuple(scale.words.get(word, 0.0) for scale in scales) for word in words}

    def weightiest(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Say which of some words weigh most for harm: places of a word or two, in the order of the text."""
        singles, pairs = self.harm.words, self.harm.pairs
        places = [(-singles.get(word, 0.0), at, at + 1) for at, word in enumerate(words)]
        places += [(-pairs.get(pair, 0.0), at, at + 2) for at, pair in enumerate(pairwise(words))]
        heaviest = nsmallest(_SHOWN, (place for place in places if place[0] < 0))
        return sorted((start, end) for _, start, end in heaviest)


def _parts(sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the sentences of several that have enough words, and parts of those that run on."""
    parts = [part for part in sentences if part[1] - part[0] >= _SENTENCE] if len(sentences) > 1 else []
    for first, after in sentences:
        if after - first > _RUNS_ON:
            parts += _cut(first, after, _PART)
    return parts


def _cut(first: int, after: int, length: int) -> Iterator[tuple[int, int]]:
    """Cut words into pieces of a length, each half over the one before."""
    for start in range(first, max(after - length // 2, first + 1), length // 2):
        yield start, min(start + length, after)


def weigh(scale: Scale, words: Sequence[str], side: Side | None) -> float:
    """Say how much single words speak for what a scale is of: 0 is even."""
    once = set(words)
    return _begin(scale, side) + sum(map(scale.words.get, once, repeat(0.0))) / _root(once)


def _begin(scale: Scale, side: Side | None) -> float:
    """What a scale says of no words at all."""
    return scale.start + (scale.mentor if side == "mentor" else 0.0)


def _root(once: Collection[str]) -> float:
    return sqrt(len(once) or 1)


def load_classifier(
    shipped: Path, own: Path | None, kinds: Sequence[str], plain: Callable[[str], list[str]]
) -> Classifier:
    """Read `classifier.toml` and `weights.toml` of both folders, the service's own laid over key by key.

    `kinds` are those that there have to be; `plain` gives the plain words of typed ones.

    Raises `ContentError` with every problem.
    """
    sections, problems = lay_sections(own_over_shipped(FILE, shipped, own), ("bounds", *kinds))
    bounds = checked_section(Bounds, "bounds", sections, problems)
    read = {kind: checked_section(Kind, kind, sections, problems) for kind in kinds}
    try:
        scales = load_scales(shipped, own, ("harm", "urgency", *kinds), ("harm",), plain)
    except ContentError as error:
        raise ContentError([*problems, *error.problems]) from None
    if bounds is None or problems:
        raise ContentError(problems)
    return Classifier(
        bounds,
        {kind: described for kind, described in read.items() if described},
        scales["harm"],
        scales["urgency"],
        {kind: scales[kind] for kind in kinds},
    )
