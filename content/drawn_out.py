"""Words in which letters are drawn out ("killlll", "snaaap"), and the words that they are."""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

# A run of letters as long as this is drawn out; of shorter ones each counts.
_DRAWN = 3
_DRAWN_RUN = re.compile(r"([a-z])\1{2,}")
_RUN = re.compile(r"(.)\1+")
_WORD = re.compile(r"[^\W_]+")


def is_drawn_out(word: str) -> bool:
    """Say whether a letter of some plain words is drawn out."""
    return _DRAWN_RUN.search(word) is not None


class DrawnOut:
    """Knows words by how they look when letters of them are drawn out."""

    def __init__(self, words: Iterable[str]) -> None:
        """Make ready for plain words; of several that look alike the first is meant."""
        self._words: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            self._words[_RUN.sub(r"\1", word)].append(word)

    def all_meant(self, words: Iterable[str]) -> dict[str, str]:
        """Give, for those of some words that are drawn out, the words that they are."""
        return {word: meant for word in set(words) if (meant := self.meant(word))}

    def changes(self, text: str) -> list[tuple[int, int, str]]:
        """Say where drawn out words stand in a plain text, from left to right, and which words they are."""
        meant = self.all_meant(_WORD.findall(text))
        return (
            [(*found.span(), meant[found[0]]) for found in _WORD.finditer(text) if found[0] in meant] if meant else []
        )

    def meant(self, letters: str) -> str | None:
        """Give the word that letters are; None when nothing is drawn out in them, or it makes no word."""
        if not is_drawn_out(letters):
            return None
        alike = self._words.get(_RUN.sub(r"\1", letters), ())
        return next((word for word in alike if _is_drawn(letters, word)), None)


def _is_drawn(letters: str, word: str) -> bool:
    """Whether letters are a word in which some are drawn out: where they aren't, as many as in the word."""
    written = [len(list(run)) for _, run in groupby(letters)]
    meant = [len(list(run)) for _, run in groupby(word)]
    return all(long >= _DRAWN or long == short for long, short in zip(written, meant, strict=True))
