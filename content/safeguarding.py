"""Rule engine for words that may mean that somebody is at risk. No such scan finds everything."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, takewhile

from content.lexicon import CATEGORIES, Category, CompiledRule, Lexicon, Severity, Side
from content.patterns import Pattern
from content.sureness import Sure
from content.wording import Reading

__all__ = ["CATEGORIES", "Category", "SafeguardingFinding", "Severity", "Side", "find_safeguarding", "may_continue"]

# A frame or a neighbour of a phrase stands within so many words of it.
_NEAR = 14
# So many earlier messages can be one phrase with this one, each of at most so many characters: people who write a
# sentence in pieces write short ones.
_PIECES = 3
_PIECE = 100
# What may end a sentence that was begun in another message has at most so many words.
_TAIL = 12

_GRAVITY = {severity: number for number, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class SafeguardingFinding:
    """One rule that found something."""

    category: Category
    severity: Severity
    # Where, in the original text: `text[start:end]`.
    start: int
    end: int
    # The rule's id.
    rule: str
    sure: Sure = Sure.CERTAIN
    # Why, in one plain line for a coordinator.
    why: str = ""
    # So many messages back it begins; 0: it stands in this text alone.
    back: int = 0


def find_safeguarding(
    text: str, lexicon: Lexicon, side: Side | None = None, before: Sequence[str] = ()
) -> tuple[SafeguardingFinding, ...]:
    """Find what the lexicon knows, the gravest first, then by place.

    `side` is whose words they are, where that is known. `before` are the earlier messages of the same sender in the
    same match, oldest first: what only becomes clear with them is found in this text.

    A rule is reported once, at its first place, so that a text of any length has at most one finding of each rule.
    Never raises, whatever the text; linear time.
    """
    findings = _find_all(_Passage(Reading(text, lexicon.spelling), lexicon), side)
    if before:
        findings += _joined(text, lexicon, side, before, {finding.rule for finding in findings})
    return tuple(sorted(findings, key=lambda one: (_GRAVITY[one.severity], one.start, one.end, one.rule)))


def may_continue(text: str, lexicon: Lexicon) -> bool:
    """Whether earlier messages could make a difference to what `find_safeguarding` finds in this text."""
    if len(text) > _PIECE:
        return False
    words = lexicon.spelling.words(text)
    return len(words) <= _TAIL and not lexicon.continuing.isdisjoint(words)


class _Passage:
    """A reading, and what surrounds a place in it."""

    def __init__(self, reading: Reading, lexicon: Lexicon, begin: int = 0) -> None:
        self.reading = reading
        self.lexicon = lexicon
        # A finding must end in a word from here on.
        self.begin = begin

    def find(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        """Find the places of a pattern, in words."""
        return self.reading.places(found.span() for found in pattern.finditer(self.reading.line))

    def framed(self, names: Sequence[str], start: int, end: int) -> bool:
        """Whether a place is surrounded by words of one of the frames."""
        if not names:
            return False
        around = self.reading.words[max(0, start - _NEAR) : end + _NEAR]
        return any(not self.lexicon.frames[name].isdisjoint(around) for name in names)

    def denied(self, start: int, end: int) -> bool:
        """Whether a place is denied before it or within, or taken back elsewhere in the text."""
        if self._taken_back:
            return True
        ends = self.lexicon.denial.ends
        words = self.reading.words
        for first, after in self._denials_near(start, end):
            if first >= start or ends.isdisjoint(words[after:start]):
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


def _find_all(passage: _Passage, side: Side | None) -> list[SafeguardingFinding]:
    lexicon = passage.lexicon
    candidates = lexicon.index.candidates(set(passage.reading.words))
    return [
        finding for number in sorted(candidates) if (finding := _find(lexicon.rules[number], passage, side)) is not None
    ]


def _joined(
    text: str, lexicon: Lexicon, side: Side | None, before: Sequence[str], known: Collection[str]
) -> list[SafeguardingFinding]:
    """Find the rules that match only when the pieces before the text are read together with it."""
    pieces = list(takewhile(lambda piece: len(piece) <= _PIECE, reversed(before[-_PIECES:])))[::-1]
    if not pieces or not may_continue(text, lexicon):
        return []
    earlier = "".join(f"{piece}\n" for piece in pieces)
    begin = len(Reading(earlier, lexicon.spelling).words)
    findings = _find_all(_Passage(Reading(earlier + text, lexicon.spelling), lexicon, begin), side)
    return [_in_last(finding, pieces, len(earlier)) for finding in findings if finding.rule not in known]


def _in_last(finding: SafeguardingFinding, pieces: Sequence[str], begin: int) -> SafeguardingFinding:
    """Give a finding of joined pieces the place that it has in the last one."""
    ends = accumulate(len(piece) + 1 for piece in pieces)
    back = sum(end > finding.start for end in ends)
    return replace(finding, start=max(0, finding.start - begin), end=finding.end - begin, back=back)


def _find(compiled: CompiledRule, passage: _Passage, side: Side | None) -> SafeguardingFinding | None:
    """Find the gravest of the places of a rule, the first of equals."""
    rule = compiled.rule
    severity = rule.severity_for(side)
    if severity is None:
        return None
    best: SafeguardingFinding | None = None
    for start, end, deniable in _places(compiled, passage):
        grave: Severity | None = severity
        if deniable and rule.negated != "same" and passage.denied(start, end):
            grave = rule.severity_denied(severity)
        if grave is None or (best and _GRAVITY[best.severity] <= _GRAVITY[grave]):
            continue
        best = SafeguardingFinding(
            rule.category, grave, *passage.reading.original(start, end), rule.id, rule.sure, rule.why
        )
        if grave is severity:
            break
    return best


def _places(compiled: CompiledRule, passage: _Passage) -> Iterator[tuple[int, int, bool]]:
    """Find the places of a rule that no idiom touches, that no frame surrounds, and that have what must be near."""
    rule = compiled.rule
    neighbours: list[int] | None = None
    for pattern, deniable in compiled.finds:
        idioms = passage.find(compiled.unless) if compiled.unless else iter(())
        idiom = next(idioms, None)
        for start, end in passage.find(pattern):
            # Both run from left to right, so each idiom is looked at once.
            while idiom and idiom[1] <= start:
                idiom = next(idioms, None)
            if (idiom and idiom[0] < end) or end <= passage.begin or passage.framed(rule.frames, start, end):
                continue
            if compiled.near:
                if neighbours is None:
                    neighbours = [first for first, _ in passage.find(compiled.near)]
                place = bisect_left(neighbours, start - _NEAR)
                if place == len(neighbours) or neighbours[place] >= end + _NEAR:
                    continue
            yield start, end, deniable
