"""Phrases of the contact rules, written as in a lexicon (`content.phrases`), as expressions over plain words."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from content.folding import Folded, word_character
from content.phrases import Choice, Gap, Lists, Number, PhraseError, PhraseReader, Sequence_, Word

__all__ = ["PhraseError", "expression"]

_BETWEEN = r"(?:[^ ]+ +){0,3}"
# Every word brings the space behind it; the last one's may be the end of the text.
_END = r"(?: +|$)"
_NUMBER = "[0-9]+" + _END


def expression(phrases: Sequence[str], lists: Lists) -> str:
    """Build the RE2 expression that finds any of the phrases in a text folded with `word_character`.

    "@name" is any phrase of the list of that name. Raises `PhraseError` as `PhraseReader.read` does.
    """
    reader = PhraseReader(_plain, lists)
    return "(?:" + "|".join(_begun(phrase, reader) for phrase in phrases) + ")"


def _begun(phrase: str, reader: PhraseReader) -> str:
    # RE2 knows word boundaries of ASCII only.
    return (r"\b" if phrase.isascii() else r"(?:^| +)") + _rendered(reader.read(phrase))


def _plain(word: str) -> list[str]:
    return Folded(word, word_character).text.split()


def _rendered(sequence: Sequence_) -> str:
    built = ""
    for node in sequence:
        match node:
            case Word(word):
                built += "".join(_run(letter, len(list(run))) for letter, run in groupby(word)) + _END
            case Gap():
                built += _BETWEEN
            case Number():
                built += _NUMBER
            case Choice():
                built += _choice(node)
    return built


# A list of words stands in many phrases; what it becomes is remembered while they are compiled.
@lru_cache(maxsize=512)
def _choice(choice: Choice) -> str:
    return f"(?:{'|'.join(map(_rendered, choice.sequences))})" + ("?" if choice.optional else "")


def _run(letter: str, length: int) -> str:
    """Match the letter as often as it is written, or three times and more: "killl", but "rapped" isn't "raped"."""
    if letter.isdigit():
        return letter * length
    return f"{letter}(?:{letter}{{2,}})?" if length == 1 else f"{letter}{{{length},}}"
