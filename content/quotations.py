"""Words that somebody quotes from a film, a book or a song: they are not said of anybody."""

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

_MARKS = re.compile(r'["“”„«»]')
_WORDS = re.compile(r"[^\W_]+")
# So many characters before a quotation and after it say what it is from.
_BEFORE, _AFTER = 60, 30


class Quoting(BaseModel):
    """How a quotation from a work is told; all words in lower case, without apostrophes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Names and kinds of works.
    works: frozenset[str]
    # What introduces a quotation without marks, up to a colon.
    introductions: frozenset[str]
    # Words beside a quotation that make it the writer's own, or somebody's whom they know.
    own: frozenset[str]


def quotations(text: str, quoting: Quoting) -> Iterator[tuple[int, int]]:
    """Find what is quoted from a work: where each quotation begins and ends in the text. Linear time."""
    marks = [mark.start() for mark in _MARKS.finditer(text)]
    for begin, end in zip(marks[::2], marks[1::2], strict=False):
        beside = _words(text[max(0, begin - _BEFORE) : begin]) | _words(text[end + 1 : end + 1 + _AFTER])
        if beside & quoting.works and not beside & quoting.own:
            yield begin, end + 1
    end = text.find(":")
    if 0 <= end <= _BEFORE:
        before = _words(text[:end])
        if before & quoting.introductions and not before & quoting.own:
            yield end, len(text)


def _words(text: str) -> set[str]:
    return set(_WORDS.findall(text.casefold().replace("'", "").replace("’", "")))
