"""Postcodes and addresses that come in pieces over several messages."""

import re
from collections.abc import Iterator, Sequence

from content.contact.handles import Written
from content.contact.place import Place
from content.contact.postcodes import NOT_INWARD, is_postcode, signs_of
from content.contact_rules import ContactRules

_INWARD = re.compile(r"(?P<place>[0-9][abd-hjlnp-uw-z]{2})(?![a-z0-9])")
_OUTWARD = re.compile(r"(?<![a-z0-9])([a-z]{1,2})[0-9][0-9a-z]?(?![a-z0-9])")
_POSTCODE = re.compile(r"\bpost ?code\b")
# So many messages back the other half of an address stands at most.
_FURTHEST = 4
_MOST_WORDS = 3


def find_split_places(
    text: str, before: Sequence[str], rules: ContactRules, written: Written
) -> Iterator[tuple[Place, int]]:
    """Find the second half of a postcode, and the house number of a street that was named before (or after)."""
    glue = rules.glue.match(text)
    start = glue.end() if glue else 0
    inward = _INWARD.match(text, start)
    house = rules.streets.number.match(text)
    yield from _signs_in_pieces(text, start, before, rules)
    bare_street = len(text.split()) <= _MOST_WORDS + 1 and rules.streets.ours.match(text)
    for back, message in enumerate(reversed(before[-_FURTHEST:]), start=1):
        if inward and _is_inward(text, inward, written) and _is_outward(message, rules):
            yield Place("postcode", *inward.span("place"), "postcode-split"), back
            return
        street = house and rules.streets.ours.search(message)
        if house and street and (house["cue"] or not text[house.end() :].strip(" .!,")):
            yield Place("address", *house.span("place"), "address-split"), back
            return
        number = bare_street and rules.streets.number.match(message)
        if bare_street and number and not message[number.end() :].strip(" .!,"):
            yield Place("address", bare_street.start(), bare_street.end(), "address-split"), back
            return


def _signs_in_pieces(text: str, start: int, before: Sequence[str], rules: ContactRules) -> Iterator[tuple[Place, int]]:
    """Find the last signs of a postcode of which earlier messages had the others."""
    own = signs_of(text[start:], rules)
    joined = "".join(sign.sign for sign in own)
    if not own or not joined[-1].isalpha() or NOT_INWARD.fullmatch(joined):
        return
    for back, message in enumerate(reversed(before[-_FURTHEST:]), start=1):
        glue = rules.glue.match(message)
        joined = "".join(sign.sign for sign in signs_of(message[glue.end() if glue else 0 :], rules)) + joined
        if is_postcode(joined, rules) and sum(sign.isdigit() for sign in joined) > 1:
            yield Place("postcode", start + own[0].start, start + own[-1].end, "postcode-split"), back
            return


def _is_inward(text: str, inward: re.Match[str], written: Written) -> bool:
    """Tell the second half of a postcode from an ordinal or an amount: "8TH" alone in capitals is one."""
    if not NOT_INWARD.fullmatch(inward["place"]):
        return True
    return not text[inward.end() :].strip() and written(*inward.span("place")).isupper()


def _is_outward(message: str, rules: ContactRules) -> bool:
    """Say whether a message has the first half of a postcode: alone, at its start, or where a postcode is spoken of."""
    for found in _OUTWARD.finditer(message):
        if found[1] in rules.areas:
            others = len(message.split())
            if others <= _MOST_WORDS or _POSTCODE.search(message) or (found.start() == 0 and " is " in message):
                return True
    return False
