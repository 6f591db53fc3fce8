"""Long lists of ids, in parts: PostgreSQL takes at most 65,535 parameters in a statement, SQLite fewer."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

_PART = 1000


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in their order, at most a thousand at a time."""
    for start in range(0, len(values), _PART):
        yield values[start : start + _PART]
