"""How a text is read for its words: one plain spelling for each, with the way back to the original's offsets.

What people type ("dont", "slef", "nae", "trappin", "suicdal") is read as the words that phrases are written in. The
words of the person are never altered: only what is searched is.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise

from content.folding import Alphabet, Folded, word_character

# From here on in Unicode, what is no letter or digit is a symbol or an emoji.
_SYMBOL = 0x2000
_PHRASES = Alphabet(
    lambda sign: f" {sign} " if ord(sign) >= _SYMBOL and not word_character(sign).strip() else word_character(sign)
)
# In shorter words one edit too easily makes another word.
_LONG = 7
_LONGEST = 40
# Text is searched as one line in which every word has a space on both sides: " i  want  to  die ".
_GAP = 2


@dataclass(frozen=True)
class Spelling:
    """What makes plain words of typed ones."""

    # What is typed, and the word or words that it is read as.
    forms: Mapping[str, str]
    # Words that phrases are made of.
    vocabulary: frozenset[str] = frozenset()
    # Words that are no misspelling of any of these.
    ordinary: frozenset[str] = frozenset()
    # Long words of the vocabulary by every spelling with one letter left out, made once for a lexicon.
    shortened: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def words(self, phrase: str) -> list[str]:
        """Give the plain words of a phrase or a list; an emoji is a word."""
        return self.plain(Folded(phrase, _PHRASES).text.split())

    def plain(self, typed: Sequence[str]) -> list[str]:
        """Give the plain words of typed ones."""
        return " ".join(self.plain_of_each(typed)).split()

    def plain_of_each(self, typed: Sequence[str]) -> Sequence[str]:
        """Give the plain word or words of each typed one; the very list where all are read as they stand."""
        forms = self.forms
        return typed if forms.keys().isdisjoint(typed) else [forms.get(word, word) for word in typed]

    def knowing(self, vocabulary: Iterable[str], around: Iterable[str]) -> "Spelling":
        """Make one that knows the words of phrases, with their near misspellings, and those that stand around them."""
        words = frozenset(vocabulary)
        shortened: dict[str, list[str]] = {}
        for word in sorted(words):
            if len(word) >= _LONG and word.isascii():
                for short in (word, *_shortened(word)):
                    shortened.setdefault(short, []).append(word)
        return Spelling(
            self.forms, words, self.ordinary.union(around), {short: tuple(of) for short, of in shortened.items()}
        )

    @cached_property
    def known(self) -> frozenset[str]:
        """Words that are read as they stand."""
        return self.vocabulary | self.ordinary | frozenset(self.forms)

    def repaired(self, word: str) -> str | None:
        """Give the word or words that an unknown one is a spelling of; None when it is just unknown."""
        if word.endswith("in") and f"{word}g" in self.vocabulary:
            return f"{word}g"
        if _LONG - 1 <= len(word) <= _LONGEST and word.isalpha():
            return self._near(word)
        return None

    def _near(self, word: str) -> str | None:
        # Nearly every word is done with after this.
        if self.shortened.keys().isdisjoint([word, *_shortened(word)]):
            return None
        for short in (word, *_shortened(word)):
            for near in self.shortened.get(short, ()):
                # People get the first letter right; words that differ in it are mostly other words.
                if near[0] == word[0] and _one_edit(word, near):
                    return near
        return None


class Reading:
    """A text as plain words."""

    def __init__(self, folded: Folded, spelling: Spelling) -> None:
        """Read a folded text. Never raises; takes linear time."""
        self._folded = folded
        typed = folded.words
        plain = spelling.plain_of_each(typed)
        if repaired := self._repaired(typed, spelling):
            plain = [repaired.get(word, word) for word in plain]
        self._plain = plain
        self.words = typed if plain is typed else " ".join(plain).split()

    @staticmethod
    def _repaired(typed: Sequence[str], spelling: Spelling) -> dict[str, str]:
        strange = set(typed).difference(spelling.known)
        return {word: repaired for word in strange if (repaired := spelling.repaired(word))}

    @cached_property
    def line(self) -> bytes:
        """The words as the patterns search them."""
        return f" {'  '.join(self.words)} ".encode("utf-8", "replace")

    def places(self, found: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Translate places in the line into the numbers of the first word and of the one after the last."""
        for start, end in found:
            yield bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Where sentences stand, in words: the first word and the one after the last; none of them is empty."""
        ends = self._folded.sentence_ends()
        if not ends:
            return [(0, len(self.words))]
        text = self._folded.text
        edges = [0, *accumulate(len(text[start:end].split()) for start, end in pairwise([0, *ends]))]
        if len(self.words) != len(self._plain):
            edges = [bisect_left(self._sources, edge) for edge in edges]
        return [(first, after) for first, after in pairwise([*edges, len(self.words)]) if after > first]

    def original(self, first: int, after: int) -> tuple[int, int]:
        """Say where in the original text the words from `first` to before `after` stand."""
        start = self._spans[self._sources[first]][0]
        end = self._spans[self._sources[after - 1]][1]
        return self._folded.original(start, end)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(word.encode("utf-8", "replace")) + _GAP for word in self.words)][:-1]

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"\S+", self._folded.text)]

    @cached_property
    def _sources(self) -> Sequence[int]:
        """The number of the typed word that each plain word comes from."""
        if len(self.words) == len(self._plain):
            return range(len(self.words))
        return [number for number, plain in enumerate(self._plain) for _ in plain.split()]


def _shortened(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


def _one_edit(one: str, other: str) -> bool:
    """Whether a letter added, left out, replaced, or two neighbours swapped make one word of the other."""
    start = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return abs(len(one) - len(other)) == 1
    rest, rest_of_other = one[start:], other[start:]
    return (
        rest[1:] == rest_of_other[1:]
        or rest[1:] == rest_of_other
        or rest == rest_of_other[1:]
        or (rest[1::-1] == rest_of_other[:2] and rest[2:] == rest_of_other[2:])
    )
