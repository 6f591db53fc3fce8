"""A reading of a text, and what surrounds a place in it: denials, and the talk that makes words innocent."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import itemgetter

from content.lexicon import Lexicon
from content.patterns import Pattern
from content.wording import Reading

# What makes a place innocent is within so many words of it.
_FRAME = 8


class Passage:
    """A reading, and what surrounds a place in it."""

    def __init__(self, reading: Reading, lexicon: Lexicon, begin: int = 0) -> None:
        self.reading = reading
        self.lexicon = lexicon
        # A finding must end after this place of the original.
        self.begin = begin
        # Whether a phrase stands in it that an idiom makes innocent.
        self.excused = False

    def find(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        """Find the places of a pattern, in words."""
        return self.reading.places(found.span() for found in pattern.finditer(self.reading.line))

    def framed(self, names: Sequence[str], start: int, end: int, *, own: bool) -> bool:
        """Whether words of one of the frames stand before a place, or behind it in its sentence.

        With `own`, those before it have to stand in its sentence, too.
        """
        first, after = max(0, start - _FRAME), end + _FRAME
        if not own and self._has_frame(names, first, end):
            return True
        if not self._has_frame(names, first, after):
            return False
        begin, stop = self._sentence(start, end)
        return self._has_frame(names, max(first, begin), min(after, stop))

    def sentence(self, start: int, end: int) -> Sequence[str]:
        """Give the words of the sentence that a place stands in, or of those that it reaches over."""
        begin, stop = self._sentence(start, end)
        return self.reading.words[begin:stop]

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        sentences = self.reading.sentences
        begin, _ = sentences[bisect_right(sentences, start, key=itemgetter(0)) - 1]
        _, stop = sentences[bisect_left(sentences, end, key=itemgetter(1))]
        return begin, stop

    def _has_frame(self, names: Sequence[str], first: int, after: int) -> bool:
        around = self.reading.words[first:after]
        return any(not self.lexicon.frames[name].isdisjoint(around) for name in names)

    def is_over(self, end: int) -> bool:
        """Whether a place ends before the text whose words are asked for begins."""
        return self.begin > 0 and self.reading.original(end - 1, end)[1] <= self.begin

    def words_before(self) -> Sequence[str]:
        """Give the words before the text whose words are asked for."""
        words = self.reading.words
        return words[: sum(self.is_over(number) for number in range(1, len(words) + 1))] if self.begin else ()

    def denied(self, start: int, end: int) -> bool:
        """Whether a place is denied before it or within, or taken back elsewhere in the text."""
        if self._taken_back:
            return True
        ends = self.lexicon.denial.ends
        words = self.reading.words
        for first, after in self._denials_near(start, end):
            if first >= start or ends.isdisjoint(words[after : start + 1]):
                return True
        return False

    def _denials_near(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        reach = self.lexicon.denial.reach
        # Denials are few; those that are near are found from the left.
        place = bisect_left(self._denials, (start - reach, 0))
        for first, after in self._denials[place:]:
            if first >= end:
                return
            yield first, after

    @cached_property
    def _denials(self) -> list[tuple[int, int]]:
        none = [*self.find(self.lexicon.denial.not_these)]
        covered = {word for first, after in none for word in range(first, after)}
        return [place for place in self.find(self.lexicon.denial.before) if place[0] not in covered]

    @cached_property
    def _taken_back(self) -> bool:
        return self.lexicon.denial.anywhere.search(self.reading.line) is not None
