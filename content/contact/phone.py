"""Phone numbers: by their shape when dialled, not by whether somebody has been given the number.

Numbering plan: Ofcom, "National Telephone Numbering Plan"; international numbers: ITU-T E.164 (at most 15 digits).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from content.contact.numerals import TOKEN, Piece
from content.contact.place import Place

# Fewer digits than these together are a short group.
_LONG_GROUP = 3
_LONGEST = 15
# The shortest that `_DIALLED` and `_MISTYPED` know: "00" and eight digits, or ten of a short landline.
_SHORTEST = 10
# So many digits make a helpline that is no end of another number.
_HELPLINE = 7
_COUNTRY = ("44", "0044")

# What the digits of a number can begin with: cheap to ask of each group before its neighbours are joined to it.
_BEGINNING = re.compile(r"0[1-35-9]|00[1-9]|44|7[1-9]|3538")
_SHORT_BEGINNING = re.compile(r"0[1-35-9]|00[1-9]|44")
_DIALLED = re.compile(
    r"(?P<mobile>(?:0|44|0044|440|00440)7[0-9]{9})"
    r"|(?P<landline>(?:0|44|0044|440|00440)(?:[1235689][0-9]{9}|[58]00[0-9]{6}))"
    r"|(?P<short_landline>(?:0|44|0044|440|00440)1[0-9]{8})"
    r"|(?P<international>00[1-9][0-9]{7,12}|3538[0-9]{8}|08[35679][0-9]{7})"
    # A mobile number as it is dialled after +44.
    r"|(?P<without_zero>7[1-9][0-9]{8})"
)
_WITH_PLUS = re.compile(r"440?[1-9][0-9]{8,9}|(?!44)[1-9][0-9]{7,14}")
# A number with a digit too many or too few still tells it, and so does one inside a long row of digits.
_MISTYPED = re.compile(r"(?:0|44|0044)7[0-9]{8,12}|[0-9]*(?:0|44)7[0-9]{9}[0-9]*")
_MISTYPED_IN_GROUPS = re.compile(r"07[0-9]{8,11}")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]")
# As it is written in North America and in Ireland: three digits, three, four.
_ABROAD = (3, 3, 4)
_SIGNS = {"-", "."}

# What a number that is broken up by words begins with, and what it is when whole.
_STRONG_BEGINNING = re.compile(r"07[0-9]+|0[12][0-9]{2,}|(?:00)?447[0-9]*")
_FIRST_DIGITS = re.compile(r"0[123]|07|447|00447|004")
_WHOLE = re.compile(r"(?:0|44|0044)7[0-9]{9}|0[123][0-9]{9}")
_SHORTEST_WHOLE = 11
_MOST_WORDS = 8
_MOBILE = "07"
_SECOND = 2
_LONGEST_UNIT = 16
_LETTERS_BEFORE = re.compile(r"(?<![^\W_])[^\W\d_]+\Z")


def find_numbers(pieces: Sequence[Piece], text: str, helplines: Collection[str]) -> Iterator[Place]:
    """Find numbers whose pieces follow each other directly, from left to right.

    A number of `helplines` (digits only) isn't found in any spacing. Linear time.
    """
    first = 0
    while first < len(pieces):
        count, rule = _match(pieces, first, helplines)
        if rule:
            opening = pieces[first]
            start = opening.start if opening.plus is None else opening.plus
            start -= text[max(start - 1, 0) : start] == "("
            yield Place("phone", start, pieces[first + count - 1].end, rule)
        first += count


def find_scattered(
    pieces: Sequence[Piece], text: str, helplines: Collection[str], units: Collection[str]
) -> Iterator[Place]:
    """Find numbers with words between their pieces ("07700 yeah then 900 then 123"). Linear time.

    A piece in front of one of `units` ("quid", "pm") is an amount, no part of a number.
    """
    # Where nothing stands between but signs, the number is found as it is.
    if not any(piece.gap and not piece.near for piece in pieces):
        return
    if sum(len(piece.digits) for piece in pieces) < _SHORTEST_WHOLE:
        return
    figures = list(countable(pieces, text, units))
    # Digits in words ("one of them") are a part of it or stand between.
    without = [piece for piece in figures if not piece.spoken or len(piece.digits) > 1]
    for row in (figures, without) if len(without) < len(figures) else (figures,):
        first = 0
        while first < len(row):
            # Most digits are no beginning of a number; that is the cheapest question.
            begins = _FIRST_DIGITS.match("".join([piece.digits for piece in row[first : first + 3]]))
            count = _scattered(row, first, text, helplines) if begins else 0
            if count:
                yield Place("phone", row[first].start, row[first + count - 1].end, "phone-scattered")
            first += count or 1


def is_whole(digits: str, helplines: Collection[str]) -> bool:
    """Say whether digits are a whole UK number, and none of the helplines."""
    return _WHOLE.fullmatch(digits) is not None and digits not in helplines


def begins_number(digits: str) -> bool:
    """Say whether digits can hardly be anything but the beginning of a UK number."""
    return _STRONG_BEGINNING.fullmatch(digits) is not None and len(digits) >= _LONG_GROUP


def countable(pieces: Iterable[Piece], text: str, units: Collection[str]) -> Iterator[Piece]:
    """Leave out amounts, and what hangs on a longer word ("word447"): no pieces of a number."""
    end = -1
    for piece in pieces:
        # Nearly always a space stands before.
        touched = text[max(piece.start - 1, 0) : piece.start].isalnum()
        word = _LETTERS_BEFORE.search(text, max(piece.start - _LONGEST_UNIT, 0), piece.start) if touched else None
        hangs = word is not None and piece.start != end and len(word[0]) > len(piece.digits)
        end = piece.end
        if not (hangs or is_amount(piece, text, units)):
            yield piece


def without_helplines(pieces: Sequence[Piece], helplines: Collection[str]) -> Iterator[Piece]:
    """Leave out the digits of helplines, however grouped: no pieces of another number."""
    first = 0
    while first < len(pieces):
        whole = [count for count, digits in _joined(pieces, first) if digits in helplines]
        # A short one in several pieces can be the end of any number ("116 123").
        if whole and (
            whole[-1] == 1 or sum(len(piece.digits) for piece in pieces[first : first + whole[-1]]) >= _HELPLINE
        ):
            first += whole[-1]
        else:
            yield pieces[first]
            first += 1


def is_amount(piece: Piece, text: str, units: Collection[str]) -> bool:
    """Say whether digits are a price, a time or an amount of something."""
    before, behind = text[max(piece.start - 1, 0) : piece.start], text[piece.end : piece.end + 1]
    if before in {"£", "$", "€", ":"} or behind in {"%", ":"}:
        return True
    place = piece.end + (behind == " ")
    unit = TOKEN.match(text, place, place + _LONGEST_UNIT)
    return unit is not None and unit[0] in units


def _scattered(row: Sequence[Piece], first: int, text: str, helplines: Collection[str]) -> int:
    """Say how many pieces from `first` on are a number together; 0: they are none."""
    digits = ""
    strong = words = False
    for count, piece in enumerate(row[first : first + _LONGEST], start=1):
        if count > 1:
            start = row[first + count - 2].end
            if piece.start - start > _MOST_WORDS * 10:
                return 0
            said = TOKEN.findall(text, start, piece.start)
            if len(said) > _MOST_WORDS:
                return 0
            # Words come only after what is surely a number's beginning.
            if said and not (strong or begins_number(digits) or (count == _SECOND and _refrain(row, first, text))):
                return 0
            words = words or bool(said)
            strong = strong or bool(said)
        digits += piece.digits
        if len(digits) > _LONGEST:
            return 0
        if words and is_whole(digits, helplines):
            return count
    return 0


def _refrain(row: Sequence[Piece], first: int, text: str) -> bool:
    """Say whether the same stands behind the first two pieces of a mobile number: "07 lemon 700 lemon 900"."""
    if len(row) < first + 3:
        return False
    one, two, three = row[first : first + 3]
    return one.digits == _MOBILE and text[one.end : two.start] == text[two.end : three.start]


def _match(pieces: Sequence[Piece], first: int, helplines: Collection[str]) -> tuple[int, str | None]:
    """Say how many pieces from `first` on belong together, and by which rule they are a number (None: by none)."""
    joined = _joined(pieces, first)
    piece = pieces[first]
    abroad = piece.plus is not None or piece.digits.startswith(("0", "4"))
    for count, digits in reversed(joined):
        if digits in helplines or (abroad and digits.startswith(_COUNTRY) and _national(digits) in helplines):
            return count, None
    if piece.plus is not None:
        for count, digits in reversed(joined):
            if _WITH_PLUS.fullmatch(digits):
                return count, "phone-international"
    told = piece.spoken or len(piece.digits) >= _LONG_GROUP
    if joined and (_BEGINNING if told else _SHORT_BEGINNING).match(joined[-1][1]):
        for count, digits in reversed(joined):
            if len(digits) < _SHORTEST:
                break
            dialled = _DIALLED.fullmatch(digits)
            if dialled and dialled.lastgroup and _is_even(pieces[first : first + count], dialled.lastgroup):
                spoken = any(part.spoken for part in pieces[first : first + count])
                return count, "phone-words" if spoken else f"phone-{dialled.lastgroup.replace('_', '-')}"
    return _other_shape(pieces, first, joined)


def _other_shape(pieces: Sequence[Piece], first: int, joined: list[tuple[int, str]]) -> tuple[int, str | None]:
    """Find a mistyped number, or one in the groups of another country."""
    if joined:
        count, digits = joined[-1]
        row = pieces[first : first + count]
        if count > 1 and _MISTYPED_IN_GROUPS.fullmatch(digits):
            typed = all(len(part.digits) >= _LONG_GROUP for part in row) and not _CLOCK.fullmatch(row[0].digits)
            if typed:
                return count, "phone-mistyped"
        grouped = count == len(_ABROAD) and tuple(len(part.digits) for part in row) == _ABROAD
        alone = grouped and pieces[first].plus is None and not any(part.spoken for part in row)
        # With spaces between it is a row of amounts as well.
        even = alone and row[1].gap == row[2].gap and row[1].gap in (_SIGNS | {" "} if digits[0] == "0" else _SIGNS)
        if even:
            return count, "phone-abroad"
    mistyped = len(pieces[first].digits) >= _SHORTEST and _MISTYPED.fullmatch(pieces[first].digits)
    return 1, "phone-mistyped" if mistyped else None


def _national(digits: str) -> str:
    """Give a UK number as it is dialled at home."""
    return "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")


def _joined(pieces: Sequence[Piece], first: int) -> list[tuple[int, str]]:
    """Join the pieces from `first` on, as far as one number can reach: how many, and their digits."""
    joined = []
    digits = ""
    for count, piece in enumerate(pieces[first : first + _LONGEST], start=1):
        digits += piece.digits
        if (count > 1 and not piece.near) or len(digits) > _LONGEST:
            break
        joined.append((count, digits))
    return joined


def _is_even(pieces: Sequence[Piece], shape: str) -> bool:
    """Tell a number from a row of scores, quantities or lottery numbers by how its digits are grouped."""
    spoken = sum(piece.spoken for piece in pieces)
    if shape == "short_landline":
        return len(pieces[0].digits) >= _LONG_GROUP
    if shape == "without_zero":
        # "seven nine double one ...": nobody says ten digits in words that begin so but of a number.
        return spoken == len(pieces) or (not spoken and all(len(piece.digits) >= _LONG_GROUP for piece in pieces))
    # Digits one by one or in pairs are a number when the same sign stands between all of them. Nobody says scores
    # and quantities in a row of words that is dialled like a number.
    in_short_groups = all(len(piece.digits) < _LONG_GROUP for piece in pieces)
    return bool(spoken) or not in_short_groups or len({piece.gap for piece in pieces[1:]}) == 1
