"""What a text must have for each detector to find anything in it: told of all detectors in one pass over the text.

A sign may be seen where its detector finds nothing, never the other way round.
"""

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from content.contact.numerals import NumberWords
from content.contact.schema import ContactFile
from content.patterns import DRAWN_LETTER, PatternSet, Plain, any_of

# Anything but numbers and invitations, and what of it.
ANYTHING, NAMED, LINK, WEB, TAGGED, POSTCODE, SAID_POSTCODE = range(7)
# Something spelt out; numbers in words; an account number with a country.
SPELT, SPOKEN, IBAN = range(7, 10)
# An address, and what of it.
HOMELY, STREET, DWELLING, GLUED, ON_A_MAP, PRISON = range(10, 16)
# A postcode whose signs come one by one; a letter three times in a row; a word of invitations without its vowels.
SIGN_BY_SIGN, DRAWN_OUT, SHORTENED = range(16, 19)
# A postcode with its space in the wrong place.
MISPARTED = 19

# Words for a postcode, also as they are mistyped.
NAMES_OF_POSTCODE = (
    r"\b(?:p(?:ost|os|sot)t? ?co?de?s?|p ?code|zip ?code|area code|code for (?:the )?(?:sat ?nav|maps)|sat ?nav"
    r"|google maps)\b"
)
# Two halves that are written one behind the other: at least one of them begins with a figure.
_BETWEEN_HALVES = r"(?:[^a-z0-9£$%+:]{0,4}| (?:and )?then | \(?(?:space|gap|dash)\)? )"
_POSTCODE = (
    rf"[a-z0](?:[0-9][0-9a-z]?{_BETWEEN_HALVES}[0-9o]|o[0-9]{_BETWEEN_HALVES}[0-9o]|o{_BETWEEN_HALVES}[0-9])"
    r"[a-z]{2}(?:[^a-z0-9]|$)"
)
# One with its space in the wrong place.
_MISPARTED = r"\b[a-z]{1,2}[0-9] [a-z0-9][0-9][a-z]{2}\b|\b[a-z]{2}[0-9][0-9a-z]?(?:[0-9] [a-z]{2}| [0-9][a-z] [a-z])\b"
_PRISON = r"\b(?:hmp|yoi|hmyoi)|\b[a-z][0-9]{4}[a-z]{2}\b"
_GLUED = r"[0-9][a-z]{4,20}(?:road|street|avenue|lane|close|crescent|drive|gardens|terrace|grove)\b"
_ON_A_MAP = r"///[a-z]|what ?3 ?word|what three words|w3w|(?:49|5[0-9]|60)\.[0-9]{3}"

# The names of platforms that are as short as this are said of one thing.
_SHORT = 2
_NUMBERS_IN_A_ROW = 3
# What a mark looks like to those who look for signs.
_MARK = "[]"


class Detectors(NamedTuple):
    """What tells which signs a text has."""

    signs: PatternSet
    # Matches marks that were put in place of details and in whose words, which are nobody's, no sign is seen.
    marks: re.Pattern[str]

    def in_marks_too(self) -> "Detectors":
        """Give those that see signs in the words of marks as well."""
        return Detectors(self.signs, re.compile(r"(?!)"))


class Seen(Plain):
    """A plain text, and the signs that are seen in it."""

    __slots__ = ("signs",)

    def __init__(self, text: str, detectors: Detectors) -> None:
        """Look for the signs, as `compile_signs` made them ready."""
        super().__init__(text)
        marked = detectors.marks.search(text) is not None
        self.signs = detectors.signs.found(Plain(detectors.marks.sub(_MARK, text)) if marked else self)


def compile_signs(
    file: ContactFile, platforms: Collection[str], numbers: NumberWords, spelt: str, marks: Iterable[str]
) -> Detectors:
    """Make the signs ready; `spelt` matches where something may be spelt out; `marks`, in plain form, have none."""
    titles = any_of(file.usernames.titles)
    kinds = any_of([*file.streets.strong, *file.streets.weak])
    expressions = {
        ANYTHING: _anything(platforms, titles, file),
        NAMED: rf"\b(?:{any_of(platforms)}|{titles})(?:\b|_|'?s\b)",
        LINK: r"\b(?:h[tx]{2}ps?|ftp|tg|whatsapp|snapchat|discord|skype):|\bwww\.[^\s]",
        WEB: r"[\pL\pN_-]\.\pL",
        TAGGED: r"[\pL\pN_.-]{2}#(?:[0-9]{4}|euw1?|eune?1?|na1)\b|\bu/[a-z0-9_-]{3}|\bsw[ -]{1,2}[0-9]{4}",
        POSTCODE: _POSTCODE,
        SAID_POSTCODE: NAMES_OF_POSTCODE,
        SPELT: spelt,
        SPOKEN: _spoken_row(numbers),
        IBAN: r"\b[a-z]{2}[0-9]{2} ?[a-z0-9]{4}",
        HOMELY: _homely(kinds, numbers),
        STREET: rf"(?:^|[^a-z0-9]){kinds}(?:[^a-z0-9']|$)",
        DWELLING: (
            rf"{_numbered(numbers)}"
            r"|[0-9][a-z]? (?:heol|ffordd|stryd|lon|rue|calle|ulica)[ -]"
            r"|\b(?:live|lives|living|livin|stay|staying|stayin|stopping|moved to) (?:at|@)? ?[n0-9]"
        ),
        GLUED: _GLUED,
        ON_A_MAP: _ON_A_MAP,
        PRISON: _PRISON,
        SIGN_BY_SIGN: _sign_by_sign(file),
        # "www." is none.
        DRAWN_OUT: DRAWN_LETTER.replace("www", r"www[^.]"),
        MISPARTED: _MISPARTED,
        SHORTENED: rf"\b{any_of(word for words in file.shortened.root.values() for word in words)}\b",
    }
    return Detectors(PatternSet([expressions[sign] for sign in range(len(expressions))]), re.compile(any_of(marks)))


def _anything(platforms: Collection[str], titles: str, file: ContactFile) -> str:
    """Match wherever anything but numbers and invitations could be found."""
    # "was" is no form of "wa".
    drawn = [sign for signs in file.emoji.root.values() for sign in signs]
    several = [word for word in platforms if len(word) > _SHORT]
    return (
        rf"[@#=]|{any_of(drawn)}|[^ .]\.[^ .]|://|[£$][a-z]|\b{any_of(platforms)}(?:'s)?\b|\b{any_of(several)}s\b|\b{titles}\b"
        rf"|\b{any_of(file.usernames.verbs)}\b|\bmy +(?:user|ign|tag|priv|main|alt|spam|2nd|second|other|new|old)\b"
        r"|^\W*\pL[\w.]*[_0-9][\w.]*\W*$|\bon +(?:every|all|socials|my socials|the socials)|_.*\beverywhere"
        r"|\b(?:type|put) +in\b"
        r"|friend ?code|\bfc\W|\bmy .{0,25}\b(?:account|acc|page|channel|profile|name)\b"
        rf"|{NAMES_OF_POSTCODE}|{_POSTCODE}|{_MISPARTED}|[0-9]{{4}}[a-z]{{4}}|{_PRISON}|\bsw\b"
    )


def _spoken_row(numbers: NumberWords) -> str:
    """Match three numbers in a row of which one at least is a word, or a word in which letters stand for digits."""
    word = any_of([*numbers.digits, *numbers.repeats, *numbers.behind])
    one = rf"\b(?:{word}|[0-9]+)\b"
    glued = any_of(word for word, digits in numbers.digits.items() if len(word) > _SHORT and len(digits) == 1)
    return (
        rf"(?:{one}[^\w]{{1,4}}){{{_NUMBERS_IN_A_ROW - 1}}}{one}|\bo[0-9]|[0-9]o|[0-9]{word}"
        rf"|(?:{glued}){{{_NUMBERS_IN_A_ROW}}}"
    )


def _numbered(numbers: NumberWords) -> str:
    """Match a flat or a room with something like a number."""
    flat = rf"(?:flat|apartment|apt) ?(?:no\.? ?|number )?(?:[0-9]|[a-d](?:\b|[0-9])|{any_of(numbers.digits)}\b)"
    return rf"\b{flat}|\b(?:unit|studio|room) [0-9]"


def _homely(kinds: str, numbers: NumberWords) -> str:
    """Match wherever an address could be found."""
    return (
        rf"{_ON_A_MAP}|{_GLUED}|\b{kinds}\b|{_numbered(numbers)}"
        r"|\b(?:heol|ffordd|stryd|lon|rue|calle|ulica)\b"
        r"|\b(?:live|lives|living|livin|stay|staying|stayin|stopping|moved to)\b[^.]{0,14}[0-9]"
    )


def _sign_by_sign(file: ContactFile) -> str:
    """Match wherever a postcode in pieces could be found: "a b 2 4 3 e q", "sr 5 3pw", "sr5 and the letters 3 pw"."""
    spoken = any_of(word for words in file.postcodes.signs.values() for word in words)
    return (
        r"post ?code|sat ?nav|area code|zip|\b[0-9]\W{1,4}[a-z]\W{1,4}[a-z]\b"
        r"|\b[a-z]{1,2}[0-9]{1,2}(?:[^\w]{1,4}[0-9])?[^\w]{1,4}[0-9] [a-z]{2}\b"
        r"|\b[a-z]{2} ?[0-9][0-9a-z]?[^\w]{1,4}[0-9] [a-z]{2}\b|\b[a-z]{2} [0-9][0-9a-z]? [0-9][a-z]{2}\b"
        r"|\b[a-z]{1,2}[0-9]{1,2}\W{1,4}[0-9]\W{1,4}double [a-z]"
        rf"|\b[a-z]{{1,2}}\W{{1,4}}{spoken}\W{{1,4}}[0-9][a-z]{{2}}\b"
        rf"|\b[a-z]{{1,2}}[0-9]{{1,2}}\W{{1,4}}{spoken}\W{{1,4}}(?:[a-z]{{2}}|double [a-z])\b"
        r"|\b[a-z]{1,2}[0-9]{1,2}[a-z]?\b.{1,40}\b(?:bit|half|part|letters|ends?|rest)\b"
        rf"|\b{spoken}\W{{1,4}}(?:{spoken}|\w{{1,3}})\W{{1,4}}(?:{spoken}|\w{{1,3}})\b"
    )
