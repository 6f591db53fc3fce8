"""Phone numbers in a plain text: by their shape when dialled, not by whether somebody has been given the number.

Numbering plan: Ofcom, "National Telephone Numbering Plan"; international numbers: ITU-T E.164 (at most 15 digits).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_DIGITS = re.compile(r"[0-9]+")
# What may stand between two groups of digits of one number. Not a currency sign or "+" (a new number begins there).
_WIDEST_GAP = 4
_GAP = re.compile(r"[^\w£$€+]*|_+")
# Fewer digits than these together are a short group.
_LONG_GROUP = 3
_LONGEST = 15
# The shortest that `_DIALLED` knows: "00" and eight digits, or ten of a short landline.
_SHORTEST = 10
_COUNTRY = ("44", "0044")
_PLUS = re.compile(r"\+[^\w£$€]{0,2}\Z")

# What the digits of a number can begin with: cheap to ask of each group before its neighbours are joined to it.
_BEGINNING = re.compile(r"0[1-35-9]|00[1-9]|44|7[1-9]")
_SHORT_BEGINNING = re.compile(r"0[1-35-9]|00[1-9]|44")
_DIALLED = re.compile(
    r"(?P<mobile>(?:0|44|0044|440|00440)7[0-9]{9})"
    r"|(?P<landline>(?:0|44|0044|440|00440)(?:[1235689][0-9]{9}|[58]00[0-9]{6}))"
    r"|(?P<short_landline>(?:0|44|0044|440|00440)1[0-9]{8})"
    r"|(?P<international>00[1-9][0-9]{7,12})"
    # A mobile number as it is dialled after +44.
    r"|(?P<without_zero>7[1-9][0-9]{8})"
)
_WITH_PLUS = re.compile(r"440?[1-9][0-9]{8,9}|(?!44)[1-9][0-9]{7,14}")
# A number with a digit too many or too few still tells it, and so does one inside a long row of digits.
_MISTYPED = re.compile(r"(?:0|44|0044)7[0-9]{8,12}|[0-9]*(?:0|44)7[0-9]{9}[0-9]*")

_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)[0-9]{2}"
_TIME = r"(?:[01]?[0-9]|2[0-3])[:.]?[0-5][0-9]"
# Dates, with a time behind or not, and times. What digits follow makes the difference between "07/12/2026 0930" and
# a number in disguise.
_CALENDAR = re.compile(
    rf"(?<![0-9/.-])(?:{_DAY}(?P<mark>[/.-]){_MONTH}(?P=mark){_YEAR}|{_YEAR}-{_MONTH}-{_DAY})(?:(?:t| at |,? ){_TIME})?"
    r"(?![0-9]|[ ./-]{1,3}[0-9])"
    r"|(?<![0-9:])(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?:am|pm)?(?![0-9:])"
)


class _Group(NamedTuple):
    """Digits without anything between."""

    start: int
    end: int
    digits: str
    # What stands between the group before and this one, when both can belong to one number; else None.
    gap: str | None
    # Where a plus begins that stands before the digits, else None.
    plus: int | None


def find_numbers(text: str, helplines: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    """Find numbers in a plain text (`content.folding`): start, end and the name of the rule, from left to right.

    A number of `helplines` (digits only) isn't found in any spacing. Linear time.
    """
    groups = _groups(text)
    first = 0
    while first < len(groups):
        count, rule = _match(groups, first, helplines)
        if rule:
            opening = groups[first]
            start = opening.start if opening.plus is None else opening.plus
            yield start - (text[max(start - 1, 0) : start] == "("), groups[first + count - 1].end, rule
        first += count


def _groups(text: str) -> list[_Group]:
    """Take a text's digits apart into groups, without those of dates and times."""
    groups = []
    dates = _CALENDAR.finditer(text)
    date = next(dates, None)
    end = 0
    joined = False
    for found in _DIGITS.finditer(text):
        while date and date.end() <= found.start():
            date = next(dates, None)
        if date and date.start() < found.end():
            joined = False
            continue
        between = text[max(end, found.start() - _WIDEST_GAP - 1) : found.start()]
        close = joined and len(between) <= _WIDEST_GAP and _GAP.fullmatch(between)
        plus = _PLUS.search(between)
        groups.append(
            _Group(
                found.start(),
                found.end(),
                found[0],
                between if close else None,
                found.start() - len(plus[0]) if plus else None,
            )
        )
        end, joined = found.end(), True
    return groups


def _match(groups: list[_Group], first: int, helplines: frozenset[str]) -> tuple[int, str | None]:
    """Say how many groups from `first` on belong together, and by which rule they are a number (None: by none)."""
    joined = _joined(groups, first)
    group = groups[first]
    abroad = group.plus is not None or group.digits.startswith(("0", "4"))
    for count, digits in reversed(joined):
        if digits in helplines or (abroad and digits.startswith(_COUNTRY) and _national(digits) in helplines):
            return count, None
    if group.plus is not None:
        for count, digits in reversed(joined):
            if _WITH_PLUS.fullmatch(digits):
                return count, "phone-international"
    if joined and (_BEGINNING if len(group.digits) >= _LONG_GROUP else _SHORT_BEGINNING).match(joined[-1][1]):
        for count, digits in reversed(joined):
            if len(digits) < _SHORTEST:
                break
            dialled = _DIALLED.fullmatch(digits)
            if dialled and dialled.lastgroup and _is_even(groups[first : first + count], dialled.lastgroup):
                return count, f"phone-{dialled.lastgroup.replace('_', '-')}"
    return 1, "phone-mistyped" if _MISTYPED.fullmatch(group.digits) else None


def _national(digits: str) -> str:
    """Give a UK number as it is dialled at home."""
    return "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")


def _joined(groups: list[_Group], first: int) -> list[tuple[int, str]]:
    """Join the groups from `first` on, as far as one number can reach: how many, and their digits."""
    joined = []
    digits = ""
    for count, group in enumerate(groups[first : first + _LONGEST], start=1):
        digits += group.digits
        if (count > 1 and group.gap is None) or len(digits) > _LONGEST:
            break
        joined.append((count, digits))
    return joined


def _is_even(groups: list[_Group], shape: str) -> bool:
    """Tell a number from a row of scores, quantities or lottery numbers by how its digits are grouped."""
    if shape == "short_landline":
        return len(groups[0].digits) >= _LONG_GROUP
    if shape == "without_zero":
        return all(len(group.digits) >= _LONG_GROUP for group in groups)
    # Digits one by one or in pairs are a number when the same sign stands between all of them.
    in_short_groups = all(len(group.digits) < _LONG_GROUP for group in groups)
    return not in_short_groups or len({group.gap for group in groups[1:]}) == 1
