"""Regular expressions in linear time: RE2, with the settings and types that the rule engines share."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from string import ascii_lowercase
from typing import Protocol

import re2

# The lists of a lexicon make one large automaton, built while it is used. When it outgrows this many bytes RE2 starts
# it afresh, and at last searches without one: slower, still linear, never wrong.
_MEMORY = 32 << 20
# Nobody writes so many details of one kind in one message; each is looked at with what is around it.
MOST_PLACES = 600
# What stands for a letter (or a number) and for another character beyond Latin-1: two that no plain text has.
_LETTER, _OTHER = "ÿ", "\xad"
_FOREIGN_LETTER = re.compile(r"[^\W_\x00-\xff]")
_FOREIGN = re.compile(r"[^\x00-\xff]")
# Matches a letter that is drawn out ("killll"), for RE2, which knows no reference to a group: three times and more.
DRAWN_LETTER = "|".join(letter * 3 for letter in ascii_lowercase)


class TooManyError(Exception):
    """A text has more in it than can be looked at in the time that a message has."""


class Found(Protocol):
    """A place that matches."""

    def span(self, group: int = 0, /) -> tuple[int, int]:
        """Say where the whole or a group begins and ends; (-1, -1) for a group that took no part."""


class _Compiled(Protocol):
    def search(self, text: str | bytes, /) -> Found | None: ...
    def finditer(self, text: str | bytes, /) -> Iterator[Found]: ...


class Plain:
    """A plain text as expressions search it: one byte for each character.

    That spares RE2 all of Unicode, which makes an expression of letters and digits twenty times as large, and the way
    back from bytes to characters.
    """

    __slots__ = ("data", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = _one_byte_each(text)


class Pattern:
    """An expression in RE2's syntax, compiled when it is first needed: few texts need most of them."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        # With other characters than those of Latin-1 it is searched in the text itself.
        self._narrow = _FOREIGN.search(expression) is None

    def search(self, text: Plain | bytes) -> Found | None:
        """Find the first place that matches. Bytes are searched as they are."""
        return self._compiled.search(self._searched(text))

    def finditer(self, text: Plain | bytes) -> Iterator[Found]:
        """Find all places that match, from left to right, without overlaps, in linear time."""
        return self._compiled.finditer(self._searched(text))

    def _searched(self, text: Plain | bytes) -> str | bytes:
        if isinstance(text, bytes):
            return text
        return text.data if self._narrow else text.text

    @cached_property
    def _compiled(self) -> _Compiled:
        expression = self._expression.encode("latin-1") if self._narrow else self._expression
        compiled: _Compiled = re2.compile(expression, _options(narrow=self._narrow))
        return compiled


class PatternSet:
    """Several expressions of which one pass over a text tells which are found: hardly slower than one of them."""

    def __init__(self, expressions: Sequence[str]) -> None:
        """Compile expressions; in them as well one letter beyond Latin-1 stands for all, so that more may be found.

        Raises `re2.error` for one that can't be compiled.
        """
        self._set = re2.Set.SearchSet(_options(narrow=True))
        # Found in every text: RE2 doesn't say when a set runs out of memory, it finds nothing at all.
        for expression in (*expressions, ""):
            self._set.Add(_one_byte_each(expression))
        self._set.Compile()
        self._all = range(len(expressions))

    def found(self, text: Plain) -> Sequence[int]:
        """Give the numbers of the expressions that are found in a text."""
        numbers: Sequence[int] | None = self._set.Match(text.data)
        return numbers or self._all


def find_all(pattern: Pattern, text: Plain, group: int = 0) -> Iterator[tuple[int, int]]:
    """Find all places that match, or the given group in each: where it begins and ends in the text.

    Raises `TooManyError` for more than `MOST_PLACES`.
    """
    for number, found in enumerate(pattern.finditer(text)):
        if number >= MOST_PLACES:
            raise TooManyError
        yield found.span(group)


def any_of(words: Iterable[str]) -> str:
    """Match any of the words; a longer one first, since the first that fits is taken. Spaces may be several."""
    chosen = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", " +") for word in chosen) + ")"


def _one_byte_each(text: str) -> bytes:
    if text.isascii():
        return text.encode()
    return _FOREIGN.sub(_OTHER, _FOREIGN_LETTER.sub(_LETTER, text)).encode("latin-1")


def _options(*, narrow: bool) -> object:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    if narrow:
        options.encoding = re2.Options.Encoding.LATIN1
    return options
