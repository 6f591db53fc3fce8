"""One plain form of a text for the rule engines to read, with the way back to the original's offsets.

Disguises that Unicode offers (full-width and other digits, accents, zero-width characters between, floods of combining
marks) disappear, character by character, so that every part of the plain form belongs to one character of the original.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate

# A character whose plain form is longer than this stays as it is: a few ligatures unfold to whole sentences (U+FDFA to
# 18 characters), which would let a short text become a long one.
_LONGEST = 4
# Marks, formats (zero-width, bidi), controls, halves of surrogate pairs: nobody reads them.
_UNREAD = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})
_APOSTROPHES = frozenset("'’‘ʼ`´＇")


# The cache remembers facts about Unicode, nothing of anybody's text; an ordinary text has under a hundred characters.
@lru_cache(maxsize=4096)
def plain_character(character: str) -> str:
    """Give the plain form of one character: lower case, ASCII digits, no marks, one kind of space; may be empty."""
    if character.isspace():
        return " "
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    unfolded = unicodedata.normalize("NFKD", character).casefold()
    if len(unfolded) > _LONGEST:
        return character
    plain = "".join(part for part in unfolded if unicodedata.category(part) not in _UNREAD)
    return " " if plain.isspace() else plain


@lru_cache(maxsize=4096)
def word_character(character: str) -> str:
    """Give the plain form of one character for reading words: apostrophes vanish, other punctuation is a space."""
    if character in _APOSTROPHES:
        return ""
    return "".join(part if part.isalnum() else " " for part in plain_character(character))


class Folded:
    """A text in its plain form."""

    def __init__(self, text: str, plain: Callable[[str], str] = plain_character) -> None:
        """Fold a text with the given plain form of each character. Never raises; takes linear time."""
        # The plain form of each character of the original.
        self._pieces = list(map(plain, text))
        self.text = "".join(self._pieces)
        self._ends: list[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Translate a span of `text` (not empty) into a span of the original.

        Marks and zero-width characters that hang on the span's last character belong to the span.
        """
        if self._ends is None:
            self._ends = list(accumulate(map(len, self._pieces)))
        first = bisect_right(self._ends, start)
        # The last piece that ends where the character before `end` ends: empty pieces behind it have the same end.
        last = bisect_right(self._ends, self._ends[bisect_right(self._ends, end - 1)])
        return first, last

    def replace(self, start: int, end: int, words: str) -> None:
        """Put other plain words in place of a span of the original. Offsets of the original stay what they were."""
        self._pieces[start:end] = [words, *[""] * (end - start - 1)]

    def join(self) -> None:
        """Make `text` anew after replacements."""
        self.text = "".join(self._pieces)
        self._ends = None
