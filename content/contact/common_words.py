"""Words that people say all day, as far as other content knows them: no names, which have no weight there."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_CONTENT = Path(__file__).parent.parent
# What is behind a word in its other forms.
_ENDINGS = ("'s", "s", "es", "ed", "d", "ing", "in", "er", "ers", "y", "gy", "ny", "ty")


def common_words() -> frozenset[str]:
    """Read the words of the shipped files that list them: the commonest, and those that weigh in the classifier."""
    return frozenset(_commonest()) | frozenset(_weighed())


def is_common(word: str, common: frozenset[str]) -> bool:
    """Say whether a word, or what it is a form of, is one of the common ones."""
    return word in common or any(word.removesuffix(ending) in common for ending in _ENDINGS)


def _commonest() -> Iterator[str]:
    yield from _read("frequency.toml")["words"]


def _weighed() -> Iterator[str]:
    for scale in _read("weights.toml").values():
        for words in scale.values():
            # A scale also has numbers: where it starts.
            yield from (word for word in words if " " not in word) if isinstance(words, list) else ()


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_CONTENT / name).read_text(encoding="utf-8"))
