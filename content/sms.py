"""How many segments a text message needs. Source: 3GPP TS 23.038, sections 6.1.2 and 6.2.1."""

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
