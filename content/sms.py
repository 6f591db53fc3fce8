"""How many segments a text message needs, and how to need fewer. Source: 3GPP TS 23.038, sections 6.1.2 and 6.2.1."""

import unicodedata
from collections.abc import Sequence

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These are sent as an escape and a second septet.
_EXTENSION = frozenset("\f^{}\\[~]|€")
# Septets (or UTF-16 units) of a text that fits one message, and of each part of a longer one, whose header takes
# 7 septets (3 units).
_SEPTETS, _SEPTETS_OF_PART = 160, 153
_UNITS, _UNITS_OF_PART = 70, 67

# Signs that keyboards and word processors set by themselves, and what they stand for. One of them alone makes a part
# of a message hold 67 characters instead of 153.
_PLAIN_SIGNS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a`\u00b4\u02bc", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb", '"')
    # Hyphens, dashes, the minus sign, bullets.
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u2043\u00b7", "-")
    # Spaces of every width, those that don't break, the tab.
    | dict.fromkeys("\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")
    | dict.fromkeys("\u2028\u2029\u0085", "\n")
    # What nobody sees: soft hyphen, zero-width characters, marks of direction.
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
    | {"\u2026": "..."}
)
# Letters whose accent isn't a mark of its own in Unicode.
_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "œ": "oe", "Œ": "OE"}
)


def is_gsm(text: str) -> bool:
    """Say whether every character is in the GSM 7-bit alphabet or its extension table."""
    return all(character in _BASIC or character in _EXTENSION for character in text)


def segments(text: str) -> int:
    """Count the segments that a text is sent in; an empty text takes one.

    Twilio cuts characters of two septets or units as a whole; this counts the same way.
    """
    if is_gsm(text):
        return _parts([2 if character in _EXTENSION else 1 for character in text], _SEPTETS, _SEPTETS_OF_PART)
    return _parts([2 if ord(character) > 0xFFFF else 1 for character in text], _UNITS, _UNITS_OF_PART)


def _parts(sizes: list[int], whole: int, part: int) -> int:
    if sum(sizes) <= whole:
        return 1
    parts, room = 1, part
    for size in sizes:
        if size > room:
            parts, room = parts + 1, part
        room -= size
    return parts


def to_gsm(texts: Sequence[str]) -> list[str]:
    """Texts that go in one message, with fewer segments where plainer signs and letters allow that.

    Typographic quotes, dashes and spaces become plain ones if the whole is in the GSM alphabet then and takes no more
    segments; letters lose an accent that the alphabet lacks ("Zoë") only if that saves a segment, since names are
    people's own. What can't get into the alphabet as a whole (an emoji, another script) is not touched.
    """
    was = segments("".join(texts))
    signs = [unicodedata.normalize("NFC", text).translate(_PLAIN_SIGNS) for text in texts]
    if is_gsm("".join(signs)):
        return signs if segments("".join(signs)) <= was else list(texts)
    letters = ["".join(map(_plain_letter, text.translate(_PLAIN_LETTERS))) for text in signs]
    whole = "".join(letters)
    return letters if is_gsm(whole) and segments(whole) < was else list(texts)


def _plain_letter(character: str) -> str:
    """A Latin letter without an accent that the GSM alphabet lacks; everything else as it is."""
    first, *marks = list(unicodedata.normalize("NFD", character))
    lacks = not is_gsm(character) and first.isascii() and all(map(unicodedata.combining, marks))
    return first if lacks else character
