"""Words that people say all day, as far as other content knows them: no names, which have no weight there."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from content.frequency import commonest_words

_WEIGHTS = Path(__file__).parent.parent / "weights.toml"
# What is behind a word in its other forms.
_ENDINGS = ("'s", "s", "es", "ed", "d", "ing", "in", "er", "ers", "y", "gy", "ny", "ty")


def common_words() -> frozenset[str]:
    """Read the words of the shipped files that list them: the commonest, and those that weigh in the classifier."""
    return frozenset(commonest_words()) | frozenset(_weighed())


def is_common(word: str, common: frozenset[str]) -> bool:
    """Say whether a word, or what it is a form of, is one of the common ones."""
    return word in common or any(word.removesuffix(ending) in common for ending in _ENDINGS)


def _weighed() -> Iterator[str]:
    for scale in tomllib.loads(_WEIGHTS.read_text(encoding="utf-8")).values():
        for words in scale.values():
            # A scale also has numbers: where it starts.
            yield from (word for word in words if " " not in word) if isinstance(words, list) else ()
