"""A text as it is meant: another reading of a plain text, with the way back to the places in it."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from re import Match, Pattern


class Reading:
    """A text in which pieces were replaced by what they stand for ("dot" by ".")."""

    def __init__(self, source: str, changes: Iterable[tuple[int, int, str]]) -> None:
        """Replace pieces of the source: start, end and the new words; sorted, without overlaps. Linear time."""
        parts: list[str] = []
        # For each part: where it begins in the reading and in the source, and whether it was changed.
        self._begins: list[int] = []
        self._places: list[tuple[int, int, bool]] = []
        length = end = 0
        for start, stop, words in (*changes, (len(source), len(source), "")):
            for part, place in ((source[end:start], (end, start, False)), (words, (start, stop, True))):
                if part:
                    parts.append(part)
                    self._begins.append(length)
                    self._places.append(place)
                    length += len(part)
            end = stop
        self.text = "".join(parts)

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Translate a span of the reading (not empty) into a span of the source: a changed piece counts whole."""
        first = bisect_right(self._begins, start) - 1
        last = bisect_right(self._begins, end - 1) - 1
        begin, _, changed = self._places[first]
        start = begin if changed else begin + start - self._begins[first]
        begin, stop, changed = self._places[last]
        return start, stop if changed else begin + end - self._begins[last]


def rewrite(source: str, pattern: Pattern[str], replacement: Callable[[Match[str]], str]) -> Reading | None:
    """Make a reading in which every match is replaced by what the function says it stands for; None without any."""
    changes = [(*found.span(), replacement(found)) for found in pattern.finditer(source)]
    return Reading(source, changes) if changes else None
