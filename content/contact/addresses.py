"""Where somebody lives: postcodes, house number and street, flats, a cell in a prison."""

import re
from collections.abc import Iterator

from content.contact import signs
from content.contact.handles import Written
from content.contact.place import Place
from content.contact.signs import Seen
from content.contact_rules import ContactRules

# Royal Mail, "Programmers' Guide", postcode formats: A9, A99, AA9, AA99, A9A, AA9A and 9AA without C I K M O V.
_POSTCODE = re.compile(r"(?<![a-z0-9])([a-z]{1,2})[0-9][0-9a-z]?([ .,/_-]{0,3})([0-9][abd-hjlnp-uw-z]{2})(?![a-z0-9])")
# Behind a word for it the halves may stand apart, and the first half counts alone: it names a neighbourhood.
_SAID_POSTCODE = re.compile(
    r"(?:\bpost ?codes?|\bsat ?nav|\bgoogle maps)\b[^.!?]{0,40}?(?<![a-z0-9])"
    r"(?P<place>(?P<area>[a-z]{1,2}) ?[0-9][0-9a-z]?"
    r"(?:[ .,_-]{1,3}(?:(?:and|then|ends?|end|is|its|it's|the|with|in|finishes|last|bit|half|part|three) ){0,6}[0-9]"
    r"(?:[ .,_-]{0,2}(?:(?:and|then) )?[a-z](?![a-z])[ .,_-]{0,2}[a-z]|[ .,_-]?[a-z]{2})?)?)(?![a-z0-9])"
)
_WHOLE_POSTCODE = re.compile(r"([a-z]{1,2})[0-9][0-9a-z]?[0-9][abd-hjlnp-uw-z]{2}")
# "the E3 2nd stop" is a bus; "N9 4TH" counts only when it is written without the space.
NOT_INWARD = re.compile(r"1st|2nd|3rd|[04-9]th|[0-9](?:gb|ft|hr|lb|st|yr)")
_SIGN = re.compile(r"[^\W_]+")
_MOST_SIGNS = 10
_FEWEST_SIGNS = 3
# So many of them are words.
_FEWEST_SAID = 2

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


def find_postcodes(seen: Seen, rules: ContactRules) -> Iterator[Place]:
    """Find postcodes whose area exists."""
    for found in _POSTCODE.finditer(seen.text) if signs.POSTCODE in seen.signs else ():
        if found[1] in rules.areas and not (found[2] and NOT_INWARD.fullmatch(found[3])):
            yield Place("postcode", found.start(), found.end(), "postcode")
    for found in _SAID_POSTCODE.finditer(seen.text) if signs.SAID_POSTCODE in seen.signs else ():
        if found["area"] in rules.areas:
            yield Place("postcode", *found.span("place"), "postcode-behind-word")


def find_spoken_postcodes(text: str, rules: ContactRules) -> Iterator[Place]:
    """Find postcodes whose signs are said one by one: "ne six four pee double u", "bravo two one nine hotel delta"."""
    said_signs = [word for word in _SIGN.findall(text) if word in rules.said]
    if len(said_signs) < _FEWEST_SAID:
        return
    row: list[tuple[int, int, str, bool]] = []
    for found in _SIGN.finditer(text):
        said = "double" if found[0] == "double" else rules.signs.get(found[0]) or rules.numbers.digits.get(found[0])
        short = found[0] if len(found[0]) <= 2 or (len(found[0]) <= 4 and not found[0].isalpha()) else None
        sign = said or short
        if sign is None or (row and found.start() - row[-1][1] > 3):
            row = []
        if sign is None:
            continue
        # "double u"
        last = row.pop() if row and sign == "u" and row[-1][2] == "double" else None
        row = [
            *row[1 - _MOST_SIGNS :],
            (last[0] if last else found.start(), found.end(), "w" if last else sign, bool(said)),
        ]
        # Its last two signs are letters, and the one before a digit.
        if len(row) < _FEWEST_SIGNS or not row[-1][2][-1].isalpha() or sum(spoken for *_, spoken in row) < _FEWEST_SAID:
            continue
        for first in range(len(row)):
            signs = row[first:]
            whole = _WHOLE_POSTCODE.fullmatch("".join(sign for _, _, sign, _ in signs))
            if whole and whole[1] in rules.areas and sum(said for *_, said in signs) >= _FEWEST_SAID:
                yield Place("postcode", signs[0][0], signs[-1][1], "postcode-spoken")
                row = []
                break


def find_addresses(seen: Seen, rules: ContactRules, written: Written) -> Iterator[Place]:
    """Find house numbers with their streets, flats, and "I live at" with a number."""
    text = seen.text
    for street in rules.streets.kinds.finditer(text) if signs.STREET in seen.signs else ():
        start = max(street.start() - _FURTHEST, 0)
        house = rules.streets.house.search(text[start : street.start()])
        if house and _is_house(text, start + house.start(), house, street, rules, written):
            yield Place("address", start + house.start(), street.end(), "house-and-street")
    if signs.DWELLING not in seen.signs:
        return
    for pattern, rule in ((rules.streets.flat, "flat"), (rules.streets.home, "home-number")):
        for found in pattern.finditer(text):
            yield Place("address", found.start("place"), found.end("place"), rule)


def find_prisons(text: str) -> Iterator[Place]:
    """Find a prison with a wing or a cell: not a private address, and yet where somebody can be written to."""
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
