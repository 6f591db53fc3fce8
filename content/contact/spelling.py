"""Addresses and names that are spelt out: "name at gmail dot com", "k y l e", "bit dot ly slash abc"."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from re import Match

from content.contact.reading import Reading, rewrite
from content.patterns import any_of

# Single signs with the same thing between: "k y l e", "k-y-l-e", "k,y,l,e".
_APART = re.compile(
    r"(?<!\S)[\w@](?: \S){3,}(?![^\s:;=,!?])|(?<![\w-])\w(?:-\w){3,}(?![\w-])|(?<![\w,])\w(?:,\w){3,}(?![\w,])"
    # Short ends of an address.
    r"|(?<!\S)[a-z](?: [a-z]){2}(?= (?:at|@) )"
    r"|(?<=[. ])(?:(?<=\.)|(?<=\. )|(?<=dot ))(?:c o m|n e t|o r g|c o|u k)(?![^\s:;=,!?])"
    r"|(?<![\w*])\w(?:\*\w){3,}(?![\w*])|(?<![\w.@])[a-z](?:\.[a-z0-9]){2,}(?![\w@]|\.[\w])"
)
_APART_GATE = (
    r"(?:^| )\S \S \S \S(?:[ :;=,!?]|$)|(?:^| )[a-z] [a-z] [a-z] (?:at|@) "
    r"|\w-\w-\w-\w\b|\w,\w,\w,\w\b|\w\*\w\*\w\*\w\b|\b[a-z]\.[a-z0-9]\.[a-z0-9]\b"
)
# A row of figures and signs is a number, a sum or a row of scores.
_FIGURES = re.compile(r"[\d\W_]*")
_SEPARATORS = re.compile(r"[ ,*-]")
# Words beside the name of a platform.
_SMALL_WORDS = (
    "my",
    "add",
    "me",
    "on",
    "is",
    "its",
    "im",
    "whats",
    "ur",
    "your",
    "the",
    "text",
    "message",
    "find",
    "got",
    "number",
)
_LONGEST_GLUED = 40
_ENDING = r"(?:com|co|net|org|gg)\b"
# Spaces around a sign are limited, and so are brackets: a flood of them mustn't be searched again and again.
_SLASH = re.compile(r" {1,2}/ {0,2}|(?<=\S)/ {1,2}")


@dataclass(frozen=True, slots=True)
class Spelling:
    """The words for signs, made ready."""

    signs: re.Pattern[str]
    # "at" where a host follows, in a text whose other signs were put in place.
    at: re.Pattern[str]
    # What each word stands for.
    meaning: Mapping[str, str]
    # What is found when words that were written sign by sign stand glued together ("mysnapis").
    glued: re.Pattern[str]


def compile_spelling(
    signs: Mapping[str, Collection[str]],
    mail_hosts: Collection[str],
    endings: Collection[str],
    platforms: Collection[str],
    hosts_of_people: Collection[str],
    split_hosts: Collection[str],
) -> tuple[Spelling, str]:
    """Make the words for signs ready: `signs` has the words by their sign ("." = ["dot", ...]).

    The expression besides matches in every text that may have something spelt out.
    """
    meaning = {word: sign for sign, words in signs.items() for word in words}
    at = any_of([*signs["@"], "a", "@"])
    word = any_of([word for word, sign in meaning.items() if sign != "@"])
    dots = any_of([*signs["."], "."])
    hosts, split = any_of(mail_hosts), any_of(split_hosts)
    # "bit ly", "paypal . me".
    people = "(?:" + "|".join(re.escape(host).replace(r"\.", r"(?: ?\. ?| )") for host in hosts_of_people) + ")"
    opened, closed = r" {0,2}[\[({<*_\"'‘“]{1,2} ?", r" ?[\])}>*_\"'’”]{1,2} {0,2}"
    after_host = r"[^\w.@]{1,4}"
    spelt = (
        rf"\b{word}\b|{opened}(?:{at}|{dots}){closed}|\b{hosts}{after_host}{_ENDING}|hxxp|\w,{_ENDING}"
        rf"|\bat[ ,]+{hosts}\b|{_APART_GATE}| \.(?:com|co ?\.uk|org|net)\b|\bco uk\b"
        rf"|\b{people} ?(?:/|slash\b)|{hosts}dotco|[a-z0-9]at{hosts}\.co|\w@ {{1,2}}{hosts}\b|\bthen +{hosts}\b"
        rf"|\b{split}\b"
    )
    spelling = Spelling(
        signs=re.compile(
            rf"(?:, | {{0,2}})(?<![^\W_])(?P<word>{word})(?![^\W_])(?:, | {{0,2}})"
            # 'got "a" star' is none.
            rf"|(?P<at>{opened}{at}{closed})(?={hosts}\b|[\w-]{{1,40}}(?:{opened}| {{0,2}}){dots}(?![^\W_]))"
            rf"|{opened}{dots}{closed}|(?<=\w),(?={_ENDING})"
            rf"|\.[ ](?=(?:com|co|me|gg|ly) ?/)| \.(?=(?:com|co ?\.uk|org|net)\b)|(?<=\bco) \.?(?=uk\b)"
            rf"|(?P<split>\b{split})(?= ?(?:{dots}(?![^\W_])|$))"
            rf"|(?P<short>\b{people})(?= ?(?:/|slash\b))"
            rf"|(?<=[a-z0-9])(?P<glued>at)(?={hosts}(?:dot|\.)com?\b)|(?<=mail)dot(?=com?\b)"
            rf"|(?<![^\W_])(?P<host>{hosts}){after_host}(?={_ENDING})"
        ),
        at=re.compile(
            rf"(?:,? {{1,2}}|-){any_of([*signs['@'], 'then', 'and then'])}(?:,? {{1,2}}|-)"
            rf"(?=[^\s@]+\.{any_of(endings)}\b|{hosts}\b)|(?<=\w)@ {{1,2}}(?={hosts}\b)"
        ),
        meaning=meaning,
        glued=re.compile(any_of([*_SMALL_WORDS, *(word for word in platforms if len(word) > 1)])),
    )
    return spelling, spelt


class Spelt:
    """A plain text with everything that is spelt out in it put together."""

    def __init__(self, text: str, spelling: Spelling) -> None:
        def sign(found: Match[str]) -> str:
            if found["word"]:
                return spelling.meaning[" ".join(found["word"].split())]
            if found["split"]:
                return found["split"].replace(" ", "")
            if found["short"]:
                return ".".join(found["short"].replace(".", " ").split())
            return "@" if found["at"] or found["glued"] else (found["host"] or "") + "."

        self.readings: list[Reading] = []
        self.text = text
        self._read(_APART, lambda found: _closed_up(found, spelling.glued))
        self._read(spelling.signs, sign)
        self._read(_SLASH, lambda _: "/")
        self._read(spelling.at, lambda _: "@")

    def _read(self, pattern: re.Pattern[str], replacement: Callable[[Match[str]], str]) -> None:
        reading = rewrite(self.text, pattern, replacement)
        if reading:
            self.readings.append(reading)
            self.text = reading.text

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Translate a span of `text` (not empty) into a span of the plain text."""
        for reading in reversed(self.readings):
            start, end = reading.source(start, end)
        return start, end


def _closed_up(found: Match[str], glued: re.Pattern[str]) -> str:
    if _FIGURES.fullmatch(found[0]):
        return found[0]
    joined = found[0].replace(".", "") if found[0][1] == "." else _SEPARATORS.sub("", found[0])
    words = glued.findall(joined) if len(joined) <= _LONGEST_GLUED else []
    return " ".join(words) if len(words) > 1 and "".join(words) == joined else joined
