"""Phrases of the contact rules, written as in a lexicon (`content.phrases`), as expressions over plain words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from content.folding import APOSTROPHES, Folded, word_character
from content.patterns import Pattern, Plain, find_all
from content.phrases import Lists, PhraseError, PhraseReader, Writing, words_of, write
from content.rule_index import RuleIndex, index_rules

__all__ = ["PhraseError", "Said", "check", "index_phrases", "parts", "said"]

# Every word brings the space behind it; the last one's may be the end of the text.
_END = r"(?: +|$)"
# Shorter words are in most texts.
_RARE = 5
# RE2 knows word boundaries of ASCII only.
_PART = re.compile(r"[a-z0-9]+|[^\Wa-z0-9_]+")
_NO_APOSTROPHES = dict.fromkeys(map(ord, APOSTROPHES))


@dataclass(frozen=True, slots=True)
class Said:
    """The patterns of phrases: for nearly every text, and for one in which a letter is drawn out ("snaaap").

    What allows for that is several times as large, and so is the time to make it ready.
    """

    plain: Pattern
    drawn: Pattern

    def find(self, text: Plain, *, drawn: bool) -> Iterator[tuple[int, int]]:
        """Find all places in a text, in whose words a letter is drawn out or not."""
        return find_all(self.drawn if drawn else self.plain, text)


def said(phrases: Sequence[str], lists: Lists, *, begins: str = "") -> Said:
    """Make the patterns of phrases. Raises `PhraseError` as `PhraseReader.read` does."""
    reader = PhraseReader(_plain, lists)
    return Said(*(Pattern(begins + _any(phrases, reader, writing)) for writing in (_WRITING, _DRAWN)))


def check(phrases: Sequence[str], lists: Lists) -> None:
    """Read phrases as far as it takes to know that they can be. "@name" is any phrase of the list of that name.

    Raises `PhraseError` as `PhraseReader.read` does.
    """
    reader = PhraseReader(_plain, lists)
    for phrase in phrases:
        reader.read(phrase)


def index_phrases(rules: Iterable[Sequence[str]], lists: Lists) -> RuleIndex:
    """Index the phrases of rules by what a text must have for them, as `parts` gives it."""
    reader = PhraseReader(lambda word: parts(Folded(word).text), lists)
    read = [tuple(map(reader.read, phrases)) for phrases in rules]
    words = {word for phrases in read for phrase in phrases for word in words_of(phrase)}
    # The shorter a word, the commoner.
    return index_rules(read, sorted((word for word in words if len(word) < _RARE), key=lambda word: (len(word), word)))


def parts(text: str) -> list[str]:
    """List what the words of a plain text are made of, cut where an expression sees their edges.

    What `expression` takes for one word has the same parts, unless a letter of it is drawn out.
    """
    if text.isascii():
        return word_character.fold(text).split()
    return _PART.findall(text.translate(_NO_APOSTROPHES))


def _any(phrases: Sequence[str], reader: PhraseReader, writing: Writing) -> str:
    # RE2 knows word boundaries of ASCII only.
    return (
        "(?:"
        + "|".join(
            (r"\b" if phrase.isascii() else r"(?:^| +)") + write(reader.read(phrase), writing) for phrase in phrases
        )
        + ")"
    )


def _plain(word: str) -> list[str]:
    return Folded(word, word_character).text.split()


def _drawn(word: str) -> str:
    return "".join(_run(letter, len(list(run))) for letter, run in groupby(word)) + _END


def _run(letter: str, length: int) -> str:
    """Match the letter as often as it is written, or three times and more: "killl", but "rapped" isn't "raped"."""
    if letter.isdigit():
        return letter * length
    return f"{letter}(?:{letter}{{2,}})?" if length == 1 else f"{letter}{{{length},}}"


_GAP, _NUMBER = r"(?:[^ ]+ +){0,3}", "[a-e]?[0-9]+[a-f]?" + _END
_WRITING = Writing(lambda word: re.escape(word) + _END, _GAP, _NUMBER)
_DRAWN = Writing(_drawn, _GAP, _NUMBER)
