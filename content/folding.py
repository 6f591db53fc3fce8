"""One plain form of a text for the rule engines to read, with the way back to the original's offsets.

Disguises that Unicode offers (full-width, mathematical, circled and emoji letters, other digits, look-alikes, accents,
zero-width characters between, floods of combining marks) disappear, character by character, so that every part of the
plain form belongs to one character of the original. What takes whole words to see through is in `content.readings`.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from content.characters import LOOK_ALIKES

# A character whose plain form is longer than this stays as it is: a few ligatures unfold to whole sentences (U+FDFA to
# 18 characters), which would let a short text become a long one.
_LONGEST = 4
# Marks, formats (zero-width, bidi, tags), controls, halves of surrogate pairs: nobody reads them.
_UNREAD = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})
_BLANK_CONTROLS = frozenset("\t\n\r")
APOSTROPHES = frozenset("'’‘ʼ`´＇′")
_FOREIGN = re.compile(r"([^\x00-\x7f]+)")
_FEW = 24
# What ends a sentence, or the line that people write instead.
_SENTENCE_END = re.compile(r"[.!?…\n](?:(?<=\n)|(?=\s))")
# Two of them in a row are a flag. One, or three and more, are letters.
_REGIONAL_A, _REGIONAL_Z = "\U0001f1e6", "\U0001f1ff"
_REGIONAL = re.compile(f"[{_REGIONAL_A}-{_REGIONAL_Z}]+")
_FLAG = 2


class Alphabet(dict[int, str | None]):
    """The plain form of each character, worked out when it is first met.

    It remembers facts about Unicode, nothing of anybody's text; an ordinary text has under a hundred characters.
    """

    # So many characters are remembered; the others are worked out each time.
    _REMEMBERED = 32_768

    def __init__(self, plain: Callable[[str], str]) -> None:
        """Make an alphabet of a function that gives the plain form of one character; it may be empty.

        Of an ASCII character it must be at most one ASCII character.
        """
        super().__init__()
        self._plain = plain
        self.update({code: plain(chr(code)) or None for code in range(0x80)})
        # Bytes are translated in a fraction of the time.
        self._ascii = "".join(self[code] or "\0" for code in range(0x80)).encode("ascii").ljust(0x100)
        self._unread = bytes(code for code in range(0x80) if self[code] is None)

    def __missing__(self, code: int) -> str | None:
        plain = self._plain(chr(code)) or None
        if len(self) < self._REMEMBERED:
            self[code] = plain
        return plain

    def __call__(self, character: str) -> str:
        """Give the plain form of one character."""
        return self[ord(character)] or ""

    def pieces(self, text: str) -> list[str]:
        """Give the plain form of each character of a text, some of which depends on its neighbours."""
        if text.isascii() and len(folded := self._fold_ascii(text)) == len(text):
            return list(folded)
        pieces = [self[code] or "" for code in map(ord, text)]
        for flags in _REGIONAL.finditer(text):
            start, end = flags.span()
            if end - start == _FLAG:
                pieces[start:end] = "  "
            elif end - start > _FLAG:
                # A row of them begins and ends a word, whatever it is glued to.
                pieces[start] = " " + pieces[start]
                pieces[end - 1] += " "
        return pieces

    def fold(self, text: str) -> str:
        """Give the plain form of a text: the same as its pieces joined, sooner."""
        if text.isascii():
            return self._fold_ascii(text)
        if _REGIONAL.search(text):
            return "".join(self.pieces(text))
        # Most of an ordinary text is ASCII, apart from an emoji or two.
        parts = _FOREIGN.split(text, maxsplit=_FEW)
        if len(parts) > _FEW:
            return text.translate(self)
        return "".join(self._fold_ascii(part) if part.isascii() else part.translate(self) for part in parts)

    def _fold_ascii(self, text: str) -> str:
        return text.encode("ascii").translate(self._ascii, self._unread).decode("ascii")


def _plain(character: str) -> str:
    if character in LOOK_ALIKES:
        return LOOK_ALIKES[character]
    # Controls that count as spaces are not delivered (`content.cleaning`), and a mark may unfold to a letter (U+0345).
    unread = unicodedata.category(character) in _UNREAD and character not in _BLANK_CONTROLS
    if unread or character.isspace():
        return "" if unread else " "
    if _REGIONAL_A <= character <= _REGIONAL_Z:
        return chr(ord(character) - ord(_REGIONAL_A) + ord("a"))
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    unfolded = unicodedata.normalize("NFKD", character).casefold()
    if len(unfolded) > _LONGEST:
        return character
    parts = [part for part in unfolded if unicodedata.category(part) not in _UNREAD]
    plain = "".join(LOOK_ALIKES.get(part, part) for part in parts)
    return " " if plain.isspace() else plain


def _word(character: str) -> str:
    if character in APOSTROPHES:
        return ""
    return "".join(part if part.isalnum() else " " for part in plain_character(character))


# The plain form of one character: lower case, ASCII digits, no marks, one kind of space; may be empty.
plain_character = Alphabet(_plain)
# The same for reading words: apostrophes vanish, other punctuation is a space.
word_character = Alphabet(_word)


class Folded:
    """A text in its plain form."""

    def __init__(self, text: str, plain: Alphabet = plain_character) -> None:
        """Fold a text with the given alphabet. Never raises; takes linear time."""
        self._original = text
        self._alphabet = plain
        self.text = plain.fold(text)
        self._words: list[str] | None = None
        self._pieces: list[str] | None = None
        self._ends: list[int] | None = None

    @property
    def words(self) -> Sequence[str]:
        """The words of `text`, cut at its spaces."""
        if self._words is None:
            self._words = self.text.split()
        return self._words

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Translate a span of `text` (not empty) into a span of the original.

        Marks and zero-width characters that hang on the span's last character belong to the span.
        """
        ends = self._piece_ends()
        if ends is None:
            return start, end
        first = bisect_right(ends, start)
        # The last piece that ends where the character before `end` ends: empty pieces behind it have the same end.
        last = bisect_right(ends, ends[bisect_right(ends, end - 1)])
        return first, last

    def place(self, start: int) -> int:
        """Say where in `text` stands what begins at a place of the original."""
        ends = self._piece_ends()
        return start if ends is None else ends[start - 1] if start else 0

    def _piece_ends(self) -> list[int] | None:
        """Say where in `text` the piece of each character of the original ends; None: all stand where they did."""
        if self._ends is None:
            if self._pieces is None and self._original.isascii() and len(self._original) == len(self.text):
                return None
            self._ends = list(accumulate(map(len, self._parts())))
        return self._ends

    def sentence_ends(self) -> list[int]:
        """Say where in `text` the sentences of the original end, each with its point."""
        return [self.place(end.end()) for end in _SENTENCE_END.finditer(self._original)]

    def replace(self, start: int, end: int, words: str) -> None:
        """Put other plain words in place of a span of the original. Offsets of the original stay what they were."""
        self._parts()[start:end] = [words, *[""] * (end - start - 1)]

    def join(self) -> None:
        """Make `text` anew after replacements."""
        self.text = "".join(self._parts())
        self._ends = self._words = None

    def _parts(self) -> list[str]:
        # The plain form of each character of the original: few texts need it.
        if self._pieces is None:
            self._pieces = self._alphabet.pieces(self._original)
        return self._pieces
