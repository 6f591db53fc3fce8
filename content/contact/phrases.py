"""Phrases of the contact rules, written as in a lexicon (`content.phrases`), as expressions over plain words."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from content.drawn_out import DrawnOut
from content.folding import APOSTROPHES, Folded, word_character
from content.patterns import Pattern
from content.phrases import Lists, PhraseError, PhraseReader, Writing, words_of, write
from content.rule_index import RuleIndex, index_rules

__all__ = ["PhraseError", "check", "drawn_out", "index_phrases", "parts", "said"]

# Every word brings the space behind it; the last one's may be the end of the text.
_END = r"(?: +|$)"
_WRITING = Writing(lambda word: re.escape(word) + _END, r"(?:[^ ]+ +){0,3}", "[a-e]?[0-9]+[a-f]?" + _END)
# RE2 knows word boundaries of ASCII only.
_PART = re.compile(r"[a-z0-9]+|[^\Wa-z0-9_]+")
_NO_APOSTROPHES = dict.fromkeys(map(ord, APOSTROPHES))


def said(phrases: Sequence[str], lists: Lists, *, begins: str = "") -> Pattern:
    """Make one expression of phrases. Raises `PhraseError` as `PhraseReader.read` does."""
    reader = PhraseReader(_plain, lists)
    # RE2 knows word boundaries of ASCII only.
    edges = ((r"\b" if phrase.isascii() else r"(?:^| +)", phrase) for phrase in phrases)
    return Pattern(f"{begins}(?:{'|'.join(edge + write(reader.read(phrase), _WRITING) for edge, phrase in edges)})")


def drawn_out(phrases: Iterable[str], lists: Lists, others: Iterable[str]) -> DrawnOut:
    """Know the words of phrases, and others, where a letter of them is drawn out.

    Of those that look alike the commonest in the phrases is meant.

    Raises `PhraseError` as `PhraseReader.read` does.
    """
    reader = PhraseReader(_plain, lists)
    times = Counter(word for phrase in phrases for word in words_of(reader.read(phrase)))
    return DrawnOut([*(word for word, _ in times.most_common()), *sorted(others)])


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
    return index_rules(map(reader.read, phrases) for phrases in rules)


def parts(text: str) -> list[str]:
    """List what the words of a plain text are made of, cut where an expression sees their edges.

    What an expression takes for one word has the same parts.
    """
    if text.isascii():
        return word_character.fold(text).split()
    return _PART.findall(text.translate(_NO_APOSTROPHES))


def _plain(word: str) -> list[str]:
    return Folded(word, word_character).text.split()
