"""Regular expressions in linear time: RE2, with the settings and types that the rule engines share."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Protocol

import re2

from content.folding import Alphabet

# The lists of a lexicon make one large automaton, built while it is used. When it outgrows this many bytes RE2 starts
# it afresh, and at last searches without one: slower, still linear, never wrong.
_MEMORY = 32 << 20
# What stands for a letter, a number and another character beyond Latin-1: three that no plain text has.
_LETTER, _NUMBER, _OTHER = "ÿ", "¾", "\xad"
_LATIN = 0x100


class Found(Protocol):
    """A place that matches."""

    def span(self, group: int = 0, /) -> tuple[int, int]:
        """Say where the whole or a group begins and ends; (-1, -1) for a group that took no part."""


class _Compiled(Protocol):
    def search(self, text: str | bytes, /) -> Found | None: ...
    def finditer(self, text: str | bytes, /) -> Iterator[Found]: ...


class Pattern:
    """An expression in RE2's syntax, compiled when it is first needed: few texts need most of them.

    Plain text is searched with one byte for each character. That spares RE2 all of Unicode, which makes an expression
    of letters and digits twenty times as large, and the way back from bytes to characters. An expression with
    characters beyond Latin-1 is searched in UTF-8.
    """

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._narrow = _is_narrow(expression)

    def search(self, text: str | bytes) -> Found | None:
        """Find the first place that matches. Bytes are searched as they are."""
        return self._compiled.search(self._read(text))

    def finditer(self, text: str | bytes) -> Iterator[Found]:
        """Find all places that match, from left to right, without overlaps, in linear time."""
        return self._compiled.finditer(self._read(text))

    def _read(self, text: str | bytes) -> str | bytes:
        return one_byte_each(text) if self._narrow and isinstance(text, str) else text

    @cached_property
    def _compiled(self) -> _Compiled:
        if self._narrow:
            compiled: _Compiled = re2.compile(self._expression.encode("latin-1"), _options(narrow=True))
        else:
            compiled = re2.compile(self._expression, _options(narrow=False))
        return compiled


class PatternSet:
    """Several expressions of which one pass over a text tells which are found: hardly slower than one of them."""

    def __init__(self, expressions: Sequence[str]) -> None:
        """Compile expressions of characters within Latin-1. Raises `re2.error` for one that can't be compiled."""
        self._set = re2.Set.SearchSet(_options(narrow=True))
        # Found in every text: RE2 doesn't say when a set runs out of memory, it finds nothing at all.
        for expression in (*expressions, ""):
            self._set.Add(expression.encode("latin-1"))
        self._set.Compile()
        self._all = range(len(expressions))

    def found(self, text: bytes) -> Sequence[int]:
        """Give the numbers of the expressions that are found in a text, as `one_byte_each` gives it."""
        numbers: list[int] | None = self._set.Match(text)
        if numbers is None:
            return self._all
        return numbers


def one_byte_each(text: str) -> bytes:
    """Write a plain text with one byte for each character: letters beyond Latin-1 are one letter, and so on."""
    return text.encode() if text.isascii() else _NARROW.fold(text).encode("latin-1")


def find_all(pattern: Pattern, text: str, group: int = 0) -> Iterator[tuple[int, int]]:
    """Find all places that match, or the given group in each: where it begins and ends in the text."""
    return (found.span(group) for found in pattern.finditer(text))


def any_of(words: Iterable[str]) -> str:
    """Match any of the words; a longer one first, since the first that fits is taken. Spaces may be several."""
    chosen = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", " +") for word in chosen) + ")"


def _is_narrow(expression: str) -> bool:
    return expression.isascii() or all(ord(sign) < _LATIN for sign in expression)


def _narrow(character: str) -> str:
    if ord(character) < _LATIN:
        return character
    return {"L": _LETTER, "N": _NUMBER}.get(unicodedata.category(character)[0], _OTHER)


_NARROW = Alphabet(_narrow)


def _options(*, narrow: bool) -> object:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    if narrow:
        options.encoding = re2.Options.Encoding.LATIN1
    return options
