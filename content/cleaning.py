"""What may be delivered of a text: everything that people read, nothing that breaks or disguises a message."""

import re
import unicodedata

# Marks on one letter: three are more than any living spelling needs, dozens flood the lines above and below.
_MOST_MARKS = 3
# Controls without newline and tab (C0, DEL, C1), halves of surrogate pairs, and characters that turn the direction of
# what follows or are invisible between letters. Joiners (U+200C, U+200D) and variation selectors stay: emoji, Persian
# and Hindi need them. Left-to-right and right-to-left marks stay too: they only place punctuation.
_REMOVED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
    "\u00ad\u200b\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
# Separators, controls, joiners, and marks with no letter to stand on.
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})
# Letters and symbols by category that are drawn as nothing: fillers of Hangul, and Braille without a dot.
_LOOKS_EMPTY = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_NEWLINES = re.compile("\r\n?|\u2028|\u2029")


def clean(text: str) -> str:
    """Take out what can't or mustn't be delivered; cleaning twice is cleaning once, ordinary text stays as it is.

    Newlines of any system become one kind. Never raises; linear time.
    """
    text = _REMOVED.sub("", _NEWLINES.sub("\n", text))
    return text if text.isascii() else _without_floods(text)


def is_blank(text: str | None) -> bool:
    """Whether nothing of a text can be seen; None (words that could not be filtered) counts as something."""
    return text is not None and all(
        character in _LOOKS_EMPTY or unicodedata.category(character) in _INVISIBLE for character in text
    )


def _without_floods(text: str) -> str:
    """Keep the first three combining marks of each letter."""
    kept: list[str] = []
    marks = 0
    for character in text:
        # Enclosing marks (Me) count as well: a keycap is a digit with a variation selector and one such mark.
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
