"""What a text must have for each detector to find anything in it: told of all detectors in one pass over the text.

A sign may be seen where its detector finds nothing, never the other way round.
"""

from collections.abc import Collection

from content.contact.compiling import disguised
from content.contact.numerals import NumberWords
from content.contact.schema import ContactFile
from content.patterns import PatternSet, Plain, any_of

# Anything but numbers and invitations, and what of it.
ANYTHING, NAMED, LINK, WEB, TAGGED, POSTCODE, SAID_POSTCODE = range(7)
# Something spelt out; numbers in words; an account number with a country.
SPELT, SPOKEN, IBAN = range(7, 10)
# An address, and what of it.
HOMELY, STREET, DWELLING = range(10, 13)

# The names of platforms that are as short as this are said of one thing.
_SHORT = 2
_NUMBERS_IN_A_ROW = 3


class Seen(Plain):
    """A plain text, and the signs that are seen in it."""

    __slots__ = ("signs",)

    def __init__(self, text: str, detectors: PatternSet) -> None:
        """Look for the signs, as `compile_signs` made them ready."""
        super().__init__(text)
        self.signs = detectors.found(self)


def compile_signs(file: ContactFile, platforms: Collection[str], numbers: NumberWords, spelt: str) -> PatternSet:
    """Make the signs ready; `spelt` matches where something may be spelt out."""
    titles = any_of(file.usernames.titles)
    kinds = any_of([*file.streets.strong, *file.streets.weak])
    expressions = {
        ANYTHING: _anything(platforms, titles, file),
        NAMED: rf"\b(?:{disguised(platforms)}|{titles})(?:\b|_|'?s\b)",
        LINK: r"\b(?:h[tx]{2}ps?|ftp|tg|whatsapp|snapchat|discord|skype):|\bwww\.[^\s]",
        WEB: r"[\pL\pN_-]\.\pL",
        TAGGED: r"[\pL\pN_.-]{2}#[0-9]{4}\b|\bu/[a-z0-9_-]{3}|\bsw[ -]{1,2}[0-9]{4}",
        POSTCODE: r"[a-z][0-9][0-9a-z]?[ .,/_-]{0,3}[0-9][a-z]{2}",
        SAID_POSTCODE: "post ?code|sat ?nav|google maps",
        SPELT: spelt,
        SPOKEN: _spoken_row(numbers),
        IBAN: r"\b[a-z]{2}[0-9]{2} ?[a-z0-9]{4}",
        HOMELY: _homely(file, kinds),
        STREET: rf"(?:^|[^a-z0-9]){kinds}(?:[^a-z0-9']|$)",
        DWELLING: (
            r"\b(?:flat|apartment|apt) ?[0-9a-dn]|\b(?:unit|studio|room) [0-9]|[0-9][a-z]? (?:heol|ffordd|stryd|lon) "
            r"|\b(?:live|lives|living|livin|stay|staying|stayin|stopping|moved to) (?:at|@)? ?[n0-9]"
        ),
    }
    return PatternSet([expressions[sign] for sign in range(len(expressions))])


def _anything(platforms: Collection[str], titles: str, file: ContactFile) -> str:
    """Match wherever anything but numbers and invitations could be found."""
    # "was" is no form of "wa".
    several = [word for word in platforms if len(word) > _SHORT]
    return (
        rf"[@#]|[^ .]\.[^ .]|://|[£$][a-z]|\b{disguised(platforms)}(?:'s)?\b|\b{disguised(several)}s\b|\b{titles}\b"
        rf"|\b{any_of(file.usernames.verbs)}\b"
        r"|friend ?code|post ?code|sat ?nav|\bmy .{0,25}\b(?:account|acc|page|channel|profile|name)\b"
        rf"|[a-z][0-9][0-9a-z]?[ .,/_-]{{0,3}}[0-9][a-z]|[0-9]{{4}}[a-z]{{4}}|\b(?:hmp|yoi|hmyoi)|\bsw\b"
    )


def _spoken_row(numbers: NumberWords) -> str:
    """Match three numbers in a row of which one at least is a word, or a word in which letters stand for digits."""
    word = any_of([*numbers.digits, *numbers.repeats, *numbers.behind])
    one = rf"\b(?:{word}|[0-9]+)\b"
    return rf"(?:{one}[^\w]{{1,4}}){{{_NUMBERS_IN_A_ROW - 1}}}{one}|\bo[0-9]|[0-9]o|[0-9]{word}"


def _homely(file: ContactFile, kinds: str) -> str:
    """Match wherever an address could be found."""
    spoken = any_of(word for words in file.postcodes.signs.values() for word in words)
    return (
        rf"\b{kinds}\b|post ?code|sat ?nav"
        rf"|\b(?:flat|apartment|apt|unit|studio|room) ?[0-9a-d]|\b(?:heol|ffordd|stryd|lon)\b"
        rf"|\b(?:live|lives|living|livin|stay|staying|stayin|stopping|moved to)\b[^.]{{0,14}}[0-9]"
        rf"|\b{spoken}\W{{1,3}}(?:{spoken}|\w{{1,3}})\W{{1,3}}(?:{spoken}|\w{{1,3}})\b"
    )
