"""Regular expressions in linear time: RE2, with the settings and types that the rule engines share."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

import re2

# The lists of a lexicon make one large automaton, built while it is used. When it outgrows this many bytes RE2 starts
# it afresh, and at last searches without one: slower, still linear, never wrong.
_MEMORY = 32 << 20


class Found(Protocol):
    """A place that matches."""

    def span(self, group: int = 0, /) -> tuple[int, int]:
        """Say where the whole or a group begins and ends; (-1, -1) for a group that took no part."""


class Pattern(Protocol):
    """A compiled expression."""

    def search(self, text: str | bytes, /) -> Found | None:
        """Find the first place that matches."""

    def finditer(self, text: str | bytes, /) -> Iterator[Found]:
        """Find all places that match, from left to right, without overlaps, in linear time."""


def find_all(pattern: Pattern, text: str, group: int = 0) -> Iterator[tuple[int, int]]:
    """Find all places that match, or the given group in each: where it begins and ends in the text."""
    # RE2 counts bytes. Of ASCII they are the characters, and its wrapper is spared half of its work.
    return (found.span(group) for found in pattern.finditer(text.encode() if text.isascii() else text))


def any_of(words: Iterable[str]) -> str:
    """Match any of the words; a longer one first, since the first that fits is taken. Spaces may be several."""
    chosen = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", " +") for word in chosen) + ")"


def compile_pattern(expression: str) -> Pattern:
    """Compile an expression in RE2's syntax. Raises `re2.error` for one that isn't."""
    pattern: Pattern = re2.compile(expression, _options())
    return pattern


def _options() -> object:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return options
