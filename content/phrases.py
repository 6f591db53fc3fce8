"""The phrases of a lexicon: how they are written, and the regular expressions that they stand for.

    kill myself             these words, one after the other, in any case, spelling "kiiill" and "don't" / "dont"
    (want|wanna) to die     one of several; a choice may have several words
    [just] want to die      what may be left out
    he ... hit me           up to three words between
    owe # quid              any number

Words are matched whole. A letter may be repeated three times or more ("killl"), but "rapped" isn't "raped".
"""

import re
from collections.abc import Sequence
from itertools import groupby

from content.folding import Folded, word_character

_TOKEN = re.compile(r"\s*(\.\.\.|[()\[\]|]|[^\s()\[\]|]+)")
_BETWEEN = r"(?:[^ ]+ +){0,3}"
_STANDING_FOR = {"...": _BETWEEN, "#": r"[0-9]+(?: +|$)"}
_CLOSING = {"(": ")", "[": "]"}


class PhraseError(ValueError):
    """A phrase isn't written as it should be; the message says how."""


def expression(phrases: Sequence[str]) -> str:
    """Build the RE2 expression that finds any of the phrases in a text folded with `word_character`.

    Raises `PhraseError` for an unclosed bracket, an empty choice or a phrase without words.
    """
    return "(?:" + "|".join(_expression(phrase) for phrase in phrases) + ")"


def _expression(phrase: str) -> str:
    tokens = _TOKEN.findall(phrase)
    if not any(token[0].isalnum() for token in tokens):
        raise PhraseError(f'"{phrase}" has no words')
    built, rest = _alternatives(tokens, phrase)
    if rest:
        raise PhraseError(f'"{phrase}" closes a bracket or a choice that it didn\'t open')
    if len(built) > 1:
        raise PhraseError(f'"{phrase}" has a choice outside brackets')
    if built[0].startswith(_BETWEEN) or built[0].endswith(_BETWEEN):
        raise PhraseError(f'"{phrase}" begins or ends with a gap')
    # Every word below brings the space after it; the last one's may be the end of the text.
    # RE2 knows word boundaries of ASCII only.
    return (r"\b" if phrase.isascii() else r"(?:^| +)") + built[0]


def _alternatives(tokens: Sequence[str], phrase: str) -> tuple[list[str], Sequence[str]]:
    """Read choices up to a closing bracket; give their expressions and the tokens from that bracket on."""
    choices: list[str] = []
    current = ""
    while tokens and tokens[0] not in ")]":
        part, tokens = tokens[0], tokens[1:]
        if part == "|":
            choices.append(current)
            current = ""
        elif part in _CLOSING:
            inner, tokens = _alternatives(tokens, phrase)
            if not tokens or tokens[0] != _CLOSING[part]:
                raise PhraseError(f'"{phrase}" has a bracket that isn\'t closed')
            tokens = tokens[1:]
            current += f"(?:{'|'.join(inner)})" + ("?" if part == "[" else "")
        elif part in _STANDING_FOR:
            current += _STANDING_FOR[part]
        else:
            current += _word(part, phrase)
    choices.append(current)
    if not all(choices):
        raise PhraseError(f'"{phrase}" has an empty choice')
    return choices, tokens


def _word(token: str, phrase: str) -> str:
    words = Folded(token, word_character).text.split()
    if not words:
        raise PhraseError(f'"{phrase}" has "{token}", which is no word')
    return "".join(
        "".join(_run(letter, len(list(run))) for letter, run in groupby(word)) + r"(?: +|$)" for word in words
    )


def _run(letter: str, length: int) -> str:
    """Match the letter as often as it is written, or three times and more."""
    if letter.isdigit():
        return letter * length
    return f"{letter}(?:{letter}{{2,}})?" if length == 1 else f"{letter}{{{length},}}"
