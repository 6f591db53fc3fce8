"""Where somebody lives: house number and street, flats, a cell in a prison."""

import re
from collections.abc import Iterator

from content.contact.handles import Written
from content.contact.place import Place
from content.contact_rules import ContactRules

_SIGN = re.compile(r"[^\W_]+")
# Words between a number and "street" are its name.
_FURTHEST = 60
_NAME = r"[^\W\d_][^\W\d_'-]{0,29}"
_HOUSE = r"(?:(?:no|nr|num|number|door)\.? ?)?(?<![\w£$.:/-])[0-9]{1,4}[a-z]?(?![\w:%])"
_SURE_ALONE = frozenset(
    {"close", "court", "drive", "croft", "garth", "villas", "cottages", "parade", "mount", "square"}
)
_ENDS = frozenset({"", ",", ".", ";", "\n"})
_PRISON = re.compile(
    r"(?:\b[a-z][0-9]{4}[a-z]{2}[,. ]{1,3})?\b(?:hmp/yoi|hmpyoi|hmp|hmyoi|yoi) {1,2}"
    rf"{_NAME}(?: {_NAME})?[^.!?]{{0,30}}?\b(?:wing|house ?block|block|cell|unit|landing|spur)\b"
    r"(?:[ ,]{1,2}[a-z]?[0-9][\w/-]{0,8})?"
    r"(?:[, ]{1,3}(?:cell|landing|wing)[, ]{1,3}|[, ]{1,3})?(?:[a-z]?[0-9][\w/-]{0,8})?"
)
_CELL = re.compile(r"[0-9]|\b[a-z] wing\b")


def find_addresses(text: str, rules: ContactRules, written: Written) -> Iterator[Place]:
    """Find house numbers with their streets, flats, and "I live at" with a number."""
    for street in rules.streets.kinds.finditer(text):
        start = max(street.start() - _FURTHEST, 0)
        house = rules.streets.house.search(text[start : street.start()])
        if house and _is_house(text, start + house.start(), house, street, rules, written):
            yield Place("address", start + house.start(), street.end(), "house-and-street")
    for pattern, rule in ((rules.streets.flat, "flat"), (rules.streets.home, "home-number")):
        for found in pattern.finditer(text):
            yield Place("address", found.start("place"), found.end("place"), rule)


def find_prisons(text: str) -> Iterator[Place]:
    """Find a prison with a wing or a cell: not a private address, and yet where somebody can be written to."""
    if "hmp" in text or "yoi" in text:
        for found in _PRISON.finditer(text):
            if _CELL.search(text, found.start(), found.end()):
                yield Place("address", found.start(), found.end(), "prison-and-cell")


def _is_house(
    text: str,
    start: int,
    house: re.Match[str],
    street: re.Match[str],
    rules: ContactRules,
    written: Written,
) -> bool:
    """Tell an address from a way, a time or a bus: by the words between, before and behind, and by capitals."""
    names = house["names"].replace(",", " ").split()
    if rules.streets.stops.intersection(names) or rules.streets.not_before.search(text[:start][-_FURTHEST:]):
        return False
    behind = _SIGN.match(text, min(street.end() + 1, len(text)))
    if behind and behind[0] in rules.streets.not_behind:
        return False
    if street["strong"]:
        return True
    at_home = rules.streets.cue.search(text[:start][-_FURTHEST:]) is not None
    own = house["number"][-1].isalpha() and house["number"][0].isdigit()
    capital = written(street.start(), street.end())[:1].isupper()
    # "6 hazel close" and nothing else in its sentence.
    alone = not text[:start].strip() and text[street.end() : street.end() + 1] in _ENDS and street[0] in _SURE_ALONE
    return alone or at_home or own or capital or not house["number"][0].isalnum()
