"""Postcodes: in one piece, behind a word for them, or sign by sign."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from content.contact.handles import Written
from content.contact.numerals import FIGURE, TOKEN
from content.contact.place import Place
from content.contact.signs import MISPARTED, NAMES_OF_POSTCODE, POSTCODE, SAID_POSTCODE, Seen
from content.contact_rules import ContactRules

# Royal Mail, "Programmers' Guide", postcode formats: A9, A99, AA9, AA99, A9A, AA9A and 9AA without C I K M O V.
# An "o" may be written as a zero and the other way round.
_POSTCODE = re.compile(
    r"(?<![a-z0-9])([a-z][a-z0]?|0[a-z])(?:[0-9][0-9a-z]?|o[0-9]?)"
    r"([^\w£$€%+:]{0,4}|_| (?:and )?then | \(?(?:space|gap|dash)\)? )"
    r"([0-9o][abd-hjlnp-uw-z]{2})(?![a-z0-9])"
)
# The space is in the wrong place: "sw1 a2aa", "cf1 04nd", "ls97 tf".
_MISPARTED = re.compile(
    r"(?<![a-z0-9])(?:(?P<area>[a-z]{1,2})[0-9] (?:[a-z]|[0-9])"
    r"|(?P<long_area>[a-z]{2})(?:[0-9][0-9a-z]?)(?=[0-9] | [0-9][a-z] ))"
    r" ?(?P<inward>[0-9](?: ?[abd-hjlnp-uw-z]{2}|[abd-hjlnp-uw-z] [abd-hjlnp-uw-z]))(?![a-z0-9])"
)
# Behind a word for it the halves may stand apart, and the first half counts alone: it names a neighbourhood.
_SAID_POSTCODE = re.compile(
    NAMES_OF_POSTCODE + r"[^.!?]{0,40}?(?<![a-z0-9])"
    r"(?P<place>(?P<area>[a-z]{1,2}) ?[0-9][0-9a-z]?"
    r"(?:[ .,_-]{1,3}(?:(?:and|then|ends?|end|is|its|it's|the|with|in|finishes|last|bit|half|part|three) ){0,6}[0-9]"
    r"(?:[ .,_-]{0,2}(?:(?:and|then) )?[a-z](?![a-z])[ .,_-]{0,2}[a-z]|[ .,_-]?[a-z]{2})?)?)(?![a-z0-9])"
)
# The second half alone where a postcode is spoken of, in either order.
_SAID_INWARD = re.compile(
    NAMES_OF_POSTCODE
    + r"[^.!?]{0,60}?\b(?P<place>[0-9] ?[abd-hjlnp-uw-z]{2})\b|(?P<place2>\b[0-9][abd-hjlnp-uw-z]{2})\b[^.!?]{0,40}?"
    + NAMES_OF_POSTCODE
)
# "b15 and the rest is 2tt", "first half de1 second half 3af".
_HALVES = re.compile(
    r"(?<![a-z0-9])(?P<area>[a-z]{1,2})[0-9][0-9a-z]?\b[^.!?]{1,25}?\b(?:half|bit|part|rest|ends?|letters)"
    r"(?: (?:of|it|is|its|in|with)){0,3}[ :]{1,2}(?P<inward>[0-9][abd-hjlnp-uw-z]{2})\b"
)
# The letter in "s o one four" is said like a zero.
_WHOLE_POSTCODE = re.compile(r"([cpsy]0|0[lx]|[a-z]{1,2})[0-9][0-9a-z]?[0-9][abd-hjlnp-uw-z]{2}")
# "the E3 2nd stop" is a bus; "N9 4TH" counts only when it is written without the space.
_ORDINAL = re.compile(r"1st|2nd|3rd|[04-9]th")
NOT_INWARD = re.compile(rf"{_ORDINAL.pattern}|[0-9](?:gb|ft|hr|lb|st|yr|pt|ds)")
# Where somebody says that they are, "b33 8th" is no stop.
_HERE = re.compile(r"\b(?:i'?m|we'?re|live|living|based|stay|staying|from|post ?code) +(?:in |at |is |its )?\Z")
# One in each half, as a figure or in words.
_FEWEST_FIGURES = 2
_MOST_SIGNS = 10
# Hardly more than a postcode.
_SHORT = 10
_FEWEST_SIGNS = 3
_WIDEST = 4
_CLAUSE = re.compile(r"[.!?\n]")
_UNITS = frozenset("123456789")
_TENS = frozenset({"20", "30", "40", "50", "60", "70", "80", "90"})
# What people call the parts of a postcode, and what may stand between them.
_PARTS = re.compile(
    r"\b(?:first|second|1st|2nd|other|last|end) (?:half|bit|part|three|3|letters)\b|\bletters?\b"
    r"|\b(?:starts?|begins?|ends?) (?:in|with)\b"
)
_NAME_OF_POSTCODE = re.compile(NAMES_OF_POSTCODE)
_CALLED_ONE = re.compile(rf" (?:is|thats|that's) (?:my|our|the) {NAMES_OF_POSTCODE}")
# A piece of a message is a short one.
_FURTHEST = 60


def find_postcodes(seen: Seen, rules: ContactRules, written: Written) -> Iterator[Place]:
    """Find postcodes whose area exists."""
    for found in _POSTCODE.finditer(seen.text) if POSTCODE in seen.signs else ():
        disguised = "0" in found[1] or found[3].startswith("o") or found[0][len(found[1])] == "o"
        word = disguised and not any(sign.isdigit() for sign in found[0][len(found[1]) :])
        if found[1].replace("0", "o") in rules.areas and not (word or (found[2] and _is_amount(found, written))):
            yield Place("postcode", found.start(), found.end(), "postcode")
    for found in _MISPARTED.finditer(seen.text) if MISPARTED in seen.signs else ():
        # Two letters apart may be a word, and those in "12th" are none of a postcode.
        inward = found["inward"].replace(" ", "")
        word = inward[1:] in rules.short_words if " " in found["inward"] else inward.endswith("th")
        amount = word or NOT_INWARD.fullmatch(inward)
        if (found["area"] or found["long_area"]) in rules.areas and not amount:
            yield Place("postcode", found.start(), found.end(), "postcode")
    # Neither half is without a figure.
    if SAID_POSTCODE not in seen.signs or not FIGURE.search(seen.text):
        return
    for found in _SAID_POSTCODE.finditer(seen.text):
        if found["area"] in rules.areas:
            yield Place("postcode", *found.span("place"), "postcode-behind-word")
    for found in _SAID_INWARD.finditer(seen.text):
        part = "place" if found["place"] else "place2"
        if not NOT_INWARD.fullmatch(found[part].replace(" ", "")) and found[part][-2:] not in rules.short_words:
            yield Place("postcode", *found.span(part), "postcode-behind-word")


def _is_amount(found: re.Match[str], written: Written) -> bool:
    """Tell "3hr" and "2nd" from a second half: behind "WA10" it is one, and "8TH" in capitals behind "B33"."""
    long = len(found[1]) > 1 and found[0][len(found[1]) : len(found[1]) + 2].isdigit()
    if long or not NOT_INWARD.fullmatch(found[3]):
        return False
    if not _ORDINAL.fullmatch(found[3]):
        # "BS1 4ST" among small letters.
        around = written(0, len(found.string))
        shouted = len(around) > _SHORT and around.isupper()
        return shouted or found[3].endswith("gb") or not written(*found.span()).isupper()
    alone = len(found[1]) > 1 and not found.string[: found.start()].strip() and not found.string[found.end() :].strip()
    return not (
        alone
        or written(*found.span()).isupper()
        or _HERE.search(found.string, max(found.start() - 20, 0), found.start())
        or _CALLED_ONE.match(found.string, found.end())
    )


class _Sign(NamedTuple):
    """A part of a postcode: one or several of its signs."""

    start: int
    end: int
    sign: str
    # Said in a word.
    spoken: bool
    # Other words stand between it and the one before.
    labelled: bool


def find_spoken_postcodes(text: str, rules: ContactRules) -> Iterator[Place]:
    """Find postcodes whose signs come one by one: "ne six four pee double u", "W.F.1.4.B.J", "sr5 then 3 then pw"."""
    if not _has_figures(text, rules):
        return
    yield from _halves(text, rules)
    named: bool | None = None
    for row in _rows(text, rules):
        # Most rows have no postcode in them at all: none of their ends has to be looked at.
        if len(row) < _FEWEST_SIGNS or not _WHOLE_POSTCODE.search("".join([sign.sign for sign in row])):
            continue
        for last in range(1, len(row)):
            # Its last two signs are letters, and the one before a digit.
            if not row[last].sign[-1].isalpha():
                continue
            for first in range(max(last - _MOST_SIGNS + 1, 0), last):
                signs = row[first : last + 1]
                if not is_postcode("".join(sign.sign for sign in signs), rules):
                    continue
                if named is None:
                    named = _PARTS.search(text) is not None or _NAME_OF_POSTCODE.search(text) is not None
                if _is_meant(signs, rules, named=named):
                    yield Place("postcode", signs[0].start, signs[-1].end, "postcode-spoken")
                    break


def _has_figures(text: str, rules: ContactRules) -> bool:
    figures = len(FIGURE.findall(text))
    if figures < _FEWEST_FIGURES:
        figures += sum(word in rules.numbers.digits for word in TOKEN.findall(text))
    return figures >= _FEWEST_FIGURES


def _halves(text: str, rules: ContactRules) -> Iterator[Place]:
    """Find the two halves of a postcode that are told apart."""
    for found in _HALVES.finditer(text):
        if found["area"] in rules.areas and not NOT_INWARD.fullmatch(found["inward"]):
            yield Place("postcode", *found.span(), "postcode-spoken")


def signs_of(text: str, rules: ContactRules) -> tuple[_Sign, ...]:
    """Give the signs of a text that is nothing but a piece of a postcode; none for another text."""
    head = _CLAUSE.split(text[:_FURTHEST], maxsplit=1)[0]
    rows = list(_rows(head, rules))
    if len(rows) != 1 or len(rows[0]) > _MOST_SIGNS:
        return ()
    if len(rows[0]) < _FEWEST_SIGNS and any(sign.sign in rules.short_words for sign in rows[0]):
        return ()
    others = sum(word[0] not in rules.postcode_fillers for word in TOKEN.finditer(head))
    return tuple(rows[0]) if others <= len(rows[0]) + 2 * sum(sign.sign == "w" for sign in rows[0]) else ()


def is_postcode(signs: str, rules: ContactRules) -> bool:
    """Say whether signs put together are a whole postcode whose area exists."""
    whole = _WHOLE_POSTCODE.fullmatch(signs)
    return whole is not None and whole[1].replace("0", "o") in rules.areas


def _rows(text: str, rules: ContactRules) -> Iterator[list[_Sign]]:
    """Give the rows of signs that stand behind each other."""
    row: list[_Sign] = []
    end = 0
    labelled = False
    signs, fillers = rules.signs, rules.postcode_fillers
    for found in TOKEN.finditer(text):
        word = found[0]
        said = signs.get(word)
        short = len(word) <= 2 or (len(word) <= 4 and not word.isalpha())
        # Nearly every word: no sign, and no row that it could end.
        if not (said or short or row):
            continue
        sign = said or (word if short and word not in fillers else None)
        if row and (found.start() - end > _WIDEST or (sign is None and word not in fillers)):
            yield row
            row, labelled = [], False
        end = found.end()
        if sign is None:
            labelled = bool(row)
            continue
        spoken, start = said is not None, found.start()
        if row and row[-1].sign == "double" and len(sign) == 1:
            sign, start = "w" if sign == "u" else sign * 2, row.pop().start
        elif row and spoken and sign in _UNITS and row[-1].sign in _TENS and start - row[-1].end == 1:
            tens = row.pop()
            sign, start = tens.sign[0] + sign, tens.start
        row.append(_Sign(start, found.end(), sign, spoken, labelled))
        labelled = False
    if row:
        yield row


def _is_meant(signs: Sequence[_Sign], rules: ContactRules, *, named: bool) -> bool:
    """Tell a postcode from a few short words and figures that happen to look like one."""
    spoken = sum(sign.spoken for sign in signs)
    labelled = any(sign.labelled for sign in signs[1:])
    if len(signs) < _FEWEST_SIGNS:
        return False
    if not labelled and (spoken > 1 or len(signs) == sum(len(sign.sign) for sign in signs)):
        return True
    if signs[-1].sign in rules.short_words or (signs[0].sign in rules.short_words and not signs[0].spoken):
        return named and not labelled
    if labelled:
        # "ls12 and then four a b".
        apart = signs[0].sign[-1].isdigit() and signs[0].sign[1:2].isalpha() and signs[1].spoken
        return named or spoken > 2 or apart
    if spoken:
        return len(signs[0].sign) > 1 or len(signs) > _FEWEST_SIGNS + 1
    single = len(signs[-1].sign) == 1 and len(signs[-2].sign) == 1
    return named or (len(signs[0].sign) > 1 and (single or len(signs[-1].sign) > 1))
