"""Digits in a plain text however they are written: in figures, in words, in letters that look like them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from content.patterns import MOST_PLACES, Pattern, TooManyError

# A word or a number, and a figure.
TOKEN = re.compile(r"[^\W_]+")
FIGURE = re.compile(r"[0-9]")
_PART = re.compile(r"[0-9]+|[^\W\d_]+")
# Letters that are drawn like a digit.
_LOOKS_LIKE = str.maketrans("oilszbgtq", "011528979")
_LETTERS = frozenset("oilszbgtq")
# What is a number with something behind it ("500g", "20s"), and what holds a whole number in figures.
_NOT_MIXED = re.compile(r"[0-9]+[a-np-z]|.*[0-9]{10}.*")
_LONGEST_MIXED = 24
# Groups of letters that are drawn like ones, with digits on both sides; between them or at the end of some only those
# that are no word ("ill" is one).
_ONES = re.compile(
    r"(?:(?<=[0-9])|(?<=[0-9]o)|(?<=[0-9]oo)|(?<=\bo)|(?<=\boo))"
    r"(?:(?:[^\w£$€+]{1,4}[il]{1,4}){1,11}(?=[^\w£$€+]{1,4}(?:[0-9]|o\b))|[^\w£$€+]{1,4}(?:i{2,4}|ll|l{3,4})(?![^\W_]))"
)
# Every one of them has this: far cheaper to ask.
_MAY_BE_ONES = re.compile(r"[0-9][o\W]{1,9}(?:[il]{1,4}\W{1,4}(?:[il]{1,4}\b|[0-9]|o\b)|(?:i{2,4}|ll|l{3,4})\b)")
_DRAWN_AS_ONES = str.maketrans("il", "11")
# Words for digits that are written together.
_SHORTEST_GLUED = 9
# What may stand between two groups of digits of one number. Not a currency sign or "+" (a new number begins there).
_GAP = re.compile(r"[^\w£$€+]*|_+|x|[^\w£$€+]{0,2}x[^\w£$€+]{0,2}")
# Some emoji are four characters; a dash with two spaces around is three. A row of one sign may be longer ("*****").
WIDEST_GAP = 4
_ROW_OF_SIGNS = re.compile(r" {0,2}([^\w\s£$€+])\1{2,15} {0,2}")
# Words between two pieces of one number are at most this long together.
WIDEST_WORDS = 60
_PLUS = re.compile(r"\+[^\w£$€]{0,2}\Z")

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
# Every one of them has this.
_DATED = re.compile(r"[0-9][/.:-][0-9]")


@dataclass(frozen=True, slots=True)
class NumberWords:
    """What people call digits."""

    # A word and its digits: "seven" -> "7", "ninety" -> "90".
    digits: Mapping[str, str]
    # A word and how often it repeats the next digit: "double" -> 2.
    repeats: Mapping[str, int]
    # A word and what it puts behind the digit before it: "hundred" -> "00".
    behind: Mapping[str, str]
    # All of these words.
    known: frozenset[str]
    # Several of them written together ("sevennineone"), and one.
    glued: Pattern
    one: re.Pattern[str]


class Piece(NamedTuple):
    """Digits without anything between."""

    start: int
    end: int
    digits: str
    # Written in words, or with letters for digits.
    spoken: bool
    # What stands between the piece before and this one; None when that is too long or a date or a time.
    gap: str | None
    # The gap is so narrow and plain that both can belong to one number.
    near: bool
    # Where a plus begins that stands before the digits, else None.
    plus: int | None


def pieces(text: str, words: NumberWords) -> list[Piece]:
    """Take a text's digits apart into pieces, without those of dates and times. Linear time.

    Raises `TooManyError` for more than `MOST_PLACES`.
    """
    found: list[Piece] = []
    if _MAY_BE_ONES.search(text):
        text = _ONES.sub(lambda ones: ones[0].translate(_DRAWN_AS_ONES), text)
    dates = _CALENDAR.finditer(text) if _DATED.search(text) else iter(())
    date = next(dates, None)
    plused = "+" in text
    end = 0
    joined = False
    for start, stop, digits, spoken in _spoken_together(text, words):
        while date and date.end() <= start:
            date = next(dates, None)
        if date and date.start() < stop:
            joined = False
            continue
        gap = text[end:start] if joined and start - end <= WIDEST_WORDS else None
        near = gap is not None and (_GAP if len(gap) <= WIDEST_GAP else _ROW_OF_SIGNS).fullmatch(gap) is not None
        plus = _PLUS.search(text[max(end, start - 3) : start]) if plused else None
        found.append(Piece(start, stop, digits, spoken, gap, near, start - len(plus[0]) if plus else None))
        end, joined = stop, True
        if len(found) > MOST_PLACES:
            raise TooManyError
    return found


def _spoken_together(text: str, words: NumberWords) -> Iterator[tuple[int, int, str, bool]]:
    """Join words that make one number together: "double seven", "nine hundred and one", "sixty four"."""
    waiting: tuple[int, int, str, bool] | None = None
    repeat: tuple[int, int, int] | None = None
    tens = False
    for start, end, word, digits in _tokens(text, words):
        if word in words.repeats:
            if waiting:
                yield waiting
            waiting, repeat, tens = None, (start, end, words.repeats[word]), False
            continue
        close = waiting is not None and start - waiting[1] <= 1
        if word in words.behind:
            if waiting and close and len(set(waiting[2])) == 1:
                waiting = (waiting[0], end, waiting[2] + words.behind[word], True)
            repeat, tens = None, False
            continue
        if waiting and close and tens and word in words.digits and len(digits) == 1 and digits != "0":
            waiting = (waiting[0], end, waiting[2][:-1] + digits, True)
            tens = False
            continue
        if waiting:
            yield waiting
        spoken = word in words.digits or not word.isdigit()
        if repeat and len(digits) == 1 and start - repeat[1] <= WIDEST_GAP:
            waiting, tens = (repeat[0], end, digits * repeat[2], True), False
        else:
            waiting = (start, end, digits, spoken)
            tens = word in words.digits and len(digits) == 2 and digits[1] == "0"
        repeat = None
    if waiting:
        yield waiting


def _tokens(text: str, words: NumberWords) -> Iterator[tuple[int, int, str, str]]:
    """Find what stands for digits: start, end, the word itself and its digits (none for "double" and "hundred")."""
    known = words.known
    for found in TOKEN.finditer(text):
        word = found[0]
        if word.isalpha() and word not in known:
            # Nearly every word.
            if len(word) >= _SHORTEST_GLUED and _are_glued(word, words):
                yield from _mixed(found.start(), word, words)
            continue
        if word in words.digits:
            yield found.start(), found.end(), word, words.digits[word]
        elif word in words.repeats or word in words.behind:
            yield found.start(), found.end(), word, ""
        else:
            yield from _mixed(found.start(), word, words)


def _mixed(start: int, word: str, words: NumberWords) -> Iterator[tuple[int, int, str, str]]:
    """Read a word that has digits in it: "o77oo9oo482", "0seven700", "tel07700"."""
    if word.isdecimal():
        yield start, start + len(word), word, word
        return
    letters = {letter for letter in word if not letter.isdecimal()} if len(word) <= _LONGEST_MIXED else {""}
    if _LETTERS.issuperset(letters) and not _NOT_MIXED.fullmatch(word):
        yield start, start + len(word), "", word.translate(_LOOKS_LIKE)
        return
    for part in _parts(word, words):
        digits = part[0] if part[0].isdecimal() else words.digits.get(part[0])
        if part[0] in words.behind:
            yield start + part.start(), start + part.end(), part[0], ""
        elif digits:
            yield start + part.start(), start + part.end(), part[0], digits


def _parts(word: str, words: NumberWords) -> Iterator[re.Match[str]]:
    """Take a word with digits in it apart, and words for digits that are glued together."""
    for part in _PART.finditer(word):
        yield from words.one.finditer(word, *part.span()) if _are_glued(part[0], words) else (part,)


def _are_glued(word: str, words: NumberWords) -> bool:
    """Say whether a word is nothing but words for digits."""
    return (
        len(word) >= _SHORTEST_GLUED
        # Nearly no word begins with one.
        and words.one.match(word) is not None
        and word.isascii()
        and word not in words.known
        and words.glued.search(word.encode()) is not None
    )
