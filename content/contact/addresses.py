"""Where somebody lives: house number and street, flats, a cell in a prison."""

import re
from collections.abc import Iterator

from content.contact import signs
from content.contact.handles import Written
from content.contact.numerals import FIGURE, TOKEN
from content.contact.place import Place
from content.contact.signs import Seen
from content.contact_rules import ContactRules

# Words between a number and "street" are its name.
_FURTHEST = 60
_BEHIND = 40
_NAME = r"[^\W\d_][^\W\d_'-]{0,29}"
_HOUSE = r"(?:(?:no|nr|num|number|door)\.? ?)?(?<![\w£$.:/-])[0-9]{1,4}[a-z]?(?![\w:%])"
_PRISON = re.compile(
    r"(?:\b[a-z][0-9]{4}[a-z]{2}[,. ]{1,3})?\b(?:hmp/yoi|hmpyoi|hmp|hmyoi|yoi) {1,2}"
    rf"{_NAME}(?: {_NAME})?[^.!?]{{0,30}}?\b(?:wing|house ?block|block|cell|unit|landing|spur)\b"
    r"(?:[ ,]{1,2}[a-z]?[0-9][\w/-]{0,8})?"
    r"(?:[, ]{1,3}(?:cell|landing|wing)[, ]{1,3}|[, ]{1,3})?(?:[a-z]?[0-9][\w/-]{0,8})?"
)
# "150victoriaroad", also where it was written "1 5 0 v i c ...".
_GLUED = re.compile(r"\b[0-9]{1,4}[a-z]{4,20}(?:road|street|avenue|lane|close|crescent|drive|gardens|terrace|grove)\b")
_SENTENCE_END = re.compile(r"[.!?\n]")
# Nobody meets there.
_DWELLING = re.compile(r"\b(?:cottage|bungalow|farm|farmhouse|barn|vicarage|rectory|annexe|gatehouse|villa)\b")
_NAMED_HOUSE = re.compile(rf"\b(?:(?:the )?{_NAME} (?={_DWELLING.pattern}))?{_NAME}, (?:{_NAME} ){{1,2}}\Z")
# Three words that name a square of the earth, and degrees of the British Isles.
_ON_A_MAP = re.compile(
    r"(?<![\w:/])/{3}[a-z]{3,}\.[a-z]{3,}\.[a-z]{3,}\b"
    r"|\b(?:what ?3 ?words?|what three words|w3w)\b[^.!?\n]{0,20}?[a-z]{3,}[.][a-z]{3,}[.][a-z]{3,}\b"
    r"|(?<![\d.])(?:49|5[0-9]|60)\.[0-9]{3,8}° ?n?,? {0,2}-?[0-9]\.[0-9]{3,8}"
    r"|(?<![\d.])(?:49|5[0-9]|60)\.[0-9]{3,8} ?n?,? {0,2}-?[0-9]\.[0-9]{3,8}"
)
_PRISON_NUMBER = re.compile(r"\b[a-z][0-9]{4}[a-z]{2}\b")
_PRISON_CUE = re.compile(
    r"\b(?:hmp|yoi|hmyoi|prison|pris|prisoner|jail|nick|wing|cell|pad|write|letter|letters|envelope|post|visit|visits|book|booking|inmate|number"
    r"|num|no)\b"
)
_CELL = re.compile(r"[0-9]|\b[a-z] wing\b")


def find_addresses(seen: Seen, rules: ContactRules, written: Written) -> Iterator[Place]:
    """Find house numbers with their streets, flats, and "I live at" with a number."""
    text = seen.text
    for street in rules.streets.kinds.finditer(text) if signs.STREET in seen.signs else ():
        start = max(street.start() - _FURTHEST, 0)
        before = text[start : street.start()]
        house = rules.streets.house.search(before) if _has_number(before, rules) else None
        if not house and "," in before and _is_named_house(text, start, street, rules, written):
            yield Place("address", start, street.end(), "house-with-name")
        while house and not _is_house(text, start + house.start(), house, street, rules, written):
            # "flat four, twenty one high street": the number may be a later one.
            house = rules.streets.house.search(before, house.end("number"))
        if house and not _is_public(text, start + house.start(), street.end(), rules):
            yield Place("address", start + house.start(), street.end(), "house-and-street")
    for found in _GLUED.finditer(text) if signs.GLUED in seen.signs else ():
        yield Place("address", found.start(), found.end(), "house-and-street")
    for found in _ON_A_MAP.finditer(text) if signs.ON_A_MAP in seen.signs else ():
        yield Place("address", found.start(), found.end(), "place-on-a-map")
    if signs.DWELLING not in seen.signs:
        return
    for pattern, rule in ((rules.streets.flat, "flat"), (rules.streets.home, "home-number")):
        for found in pattern.finditer(text):
            yield Place("address", found.start("place"), found.end("place"), rule)


def _is_public(text: str, start: int, end: int, rules: ContactRules) -> bool:
    """Tell where people meet from where somebody lives: a public place named with the address, and no home."""
    before = _SENTENCE_END.split(text[max(start - _FURTHEST, 0) : start])[-1]
    behind = _SENTENCE_END.split(text[end : end + _FURTHEST], maxsplit=1)[0]
    named = rules.streets.public_before.search(before)
    if not (named and not named["near"]) and not rules.streets.public_behind.match(behind):
        return False
    return rules.streets.private.search(f"{before} . {behind}") is None


def _has_number(before: str, rules: ContactRules) -> bool:
    """Say whether a house number may stand in a text: far cheaper to ask than to look for one."""
    return FIGURE.search(before) is not None or not rules.numbers.known.isdisjoint(TOKEN.findall(before))


def _is_named_house(text: str, start: int, street: re.Match[str], rules: ContactRules, written: Written) -> bool:
    """Tell "Fernlea, Station Approach" from any other street: capitals all along, a comma, and words of home."""
    found = _NAMED_HOUSE.search(text, start, street.start())
    around = text[max(start - _FURTHEST, 0) : start] + text[street.end() : street.end() + _BEHIND]
    if not found or not (
        rules.streets.cue.search(text[start : found.start()] + around)
        or (not text[: found.start()].strip() and _DWELLING.search(found[0]))
    ):
        return False
    words = [*TOKEN.finditer(text, found.start(), found.end()), street]
    return all(written(word.start(), word.end())[:1].isupper() for word in words)


def find_prisons(seen: Seen) -> Iterator[Place]:
    """Find a prison with a wing or a cell: not a private address, and yet where somebody can be written to."""
    text = seen.text
    if signs.PRISON not in seen.signs:
        return
    for found in _PRISON_NUMBER.finditer(text) if _PRISON_CUE.search(text) else ():
        yield Place("address", found.start(), found.end(), "prison-number")
    if ("hmp" in text or "yoi" in text) and _CELL.search(text):
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
    if text[start : street.end()] in rules.streets.known:
        return False
    names = re.split(r"[ ,_-]+", house["names"].strip())
    stops = rules.streets.stops.intersection(names)
    named = street["strong"] and not street[0].endswith("s") and stops <= rules.streets.names
    if (stops and not named) or rules.streets.not_before.search(text[:start][-_FURTHEST:]):
        return False
    behind = TOKEN.match(text, min(street.end() + 1, len(text)))
    if behind and behind[0] in rules.streets.not_behind:
        return False
    if street["strong"]:
        return True
    around = text[max(start - _FURTHEST, 0) : start] + text[street.end() : street.end() + _BEHIND]
    at_home = rules.streets.cue.search(around) is not None
    own = house["number"][-1].isalpha() and house["number"][0].isdigit()
    capital = written(street.start(), street.end())[:1].isupper()
    # "6 hazel close".
    telling = house["number"][-1].isdigit() and street[0] in rules.streets.telling
    # Nothing else is said: "46 hazel house".
    whole = not text[: start + house.start()].strip() and not text[street.end() :].strip(" .!?x")
    return telling or at_home or own or capital or not house["number"].isalnum() or (whole and len(names) == 1)
