"""Rule engine for words that may mean that somebody is at risk. No such scan finds everything."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, takewhile

from content.lexicon import CATEGORIES, Category, CompiledRule, Lexicon, Severity, Side
from content.patterns import Pattern
from content.quotations import quotations
from content.sureness import Sure
from content.wording import Reading

__all__ = ["CATEGORIES", "Category", "SafeguardingFinding", "Severity", "Side", "find_safeguarding", "may_continue"]

# What has to stand near a phrase is within so many words of it, and what makes it innocent is nearer.
_NEAR = 14
_FRAME = 8
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
    Where rules of one category find the same words, the gravest is reported.

    Never raises, whatever the text; linear time.
    """
    findings = _find_all(text, lexicon, side)
    if before:
        findings += _joined(text, lexicon, side, before, {finding.rule for finding in findings})
    quoted = [*quotations(text, lexicon.lists.quoting)] if findings else []
    if quoted:
        findings = [_lowered(finding, quoted) for finding in findings]
    # What this text says alone is told rather than what it says with the ones before.
    findings.sort(key=lambda one: (_GRAVITY[one.severity], one.back, one.start, one.end, one.rule))
    return tuple(sorted(_gravest(findings), key=lambda one: (_GRAVITY[one.severity], one.start, one.end, one.rule)))


def _lowered(finding: SafeguardingFinding, quoted: Sequence[tuple[int, int]]) -> SafeguardingFinding:
    """Make what stands within a quotation no more than a concern: people also say things in the words of others."""
    within = any(begin <= finding.start and finding.end <= end for begin, end in quoted)
    return replace(finding, severity=Severity.CONCERN, sure=finding.sure.less) if within else finding


def _gravest(ordered: Iterable[SafeguardingFinding]) -> list[SafeguardingFinding]:
    """Leave out what shares words with a graver or equal finding of its category."""
    kept: list[SafeguardingFinding] = []
    for one in ordered:
        if not any(
            one.category == other.category and one.start < other.end and other.start < one.end for other in kept
        ):
            kept.append(one)
    return kept


def may_continue(text: str, lexicon: Lexicon) -> bool:
    """Whether earlier messages could make a difference to what `find_safeguarding` finds in this text."""
    if len(text) > _PIECE:
        return False
    return any(
        len(words) <= _TAIL and not lexicon.continuing.isdisjoint(lexicon.spelling.plain(words))
        for words in (reading.text.split() for reading in lexicon.reader.read(text))
    )


class _Passage:
    """A reading, and what surrounds a place in it."""

    def __init__(self, reading: Reading, lexicon: Lexicon, begin: int = 0) -> None:
        self.reading = reading
        self.lexicon = lexicon
        # A finding must end after this place of the original.
        self.begin = begin

    def find(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        """Find the places of a pattern, in words."""
        return self.reading.places(found.span() for found in pattern.finditer(self.reading.line))

    def framed(self, names: Sequence[str], start: int, end: int) -> bool:
        """Whether a place is surrounded by words of one of the frames."""
        if not names:
            return False
        around = self.reading.words[max(0, start - _FRAME) : end + _FRAME]
        return any(not self.lexicon.frames[name].isdisjoint(around) for name in names)

    def is_over(self, end: int) -> bool:
        """Whether a place ends before the text whose words are asked for begins."""
        return self.begin > 0 and self.reading.original(end - 1, end)[1] <= self.begin

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


def _find_all(text: str, lexicon: Lexicon, side: Side | None, earlier: str = "") -> list[SafeguardingFinding]:
    """Find every rule once in the readings of a text; with words from `earlier`, only what ends in the text."""
    found: dict[str, SafeguardingFinding] = {}
    for folded in lexicon.reader.read(earlier + text):
        reading = Reading(folded, lexicon.spelling)
        passage = _Passage(reading, lexicon, len(earlier))
        for number, phrases in lexicon.index.candidates(reading.words).items():
            finding = _find(lexicon.rules[number], phrases, passage, side)
            if finding and (finding.rule not in found or _grave(finding) < _grave(found[finding.rule])):
                found[finding.rule] = finding
    return list(found.values())


def _grave(finding: SafeguardingFinding) -> int:
    return _GRAVITY[finding.severity]


def _joined(
    text: str, lexicon: Lexicon, side: Side | None, before: Sequence[str], known: Collection[str]
) -> list[SafeguardingFinding]:
    """Find the rules that match only when the pieces before the text are read together with it."""
    pieces = list(takewhile(lambda piece: len(piece) <= _PIECE, reversed(before[-_PIECES:])))[::-1]
    if not pieces or not may_continue(text, lexicon):
        return []
    earlier = "".join(f"{piece}\n" for piece in pieces)
    findings = _find_all(text, lexicon, side, earlier)
    return [_in_last(finding, pieces, len(earlier)) for finding in findings if finding.rule not in known]


def _in_last(finding: SafeguardingFinding, pieces: Sequence[str], begin: int) -> SafeguardingFinding:
    """Give a finding of joined pieces the place that it has in the last one."""
    ends = accumulate(len(piece) + 1 for piece in pieces)
    back = sum(end > finding.start for end in ends)
    start, end = max(0, finding.start - begin), finding.end - begin
    return replace(finding, start=start, end=end, back=back, sure=finding.sure.less)


def _find(
    compiled: CompiledRule, phrases: Collection[int], passage: _Passage, side: Side | None
) -> SafeguardingFinding | None:
    """Find the gravest of the places of some phrases of a rule, the first of equals."""
    rule = compiled.rule
    severity = rule.severity_for(side)
    if severity is None:
        return None
    best: tuple[int, int, int, Severity] | None = None
    for start, end, grave in _firsts(compiled, severity, phrases, passage):
        if best is None or (_GRAVITY[grave], start) < best[:2]:
            best = _GRAVITY[grave], start, end, grave
    if best is None:
        return None
    _, start, end, grave = best
    return SafeguardingFinding(
        rule.category, grave, *passage.reading.original(start, end), rule.id, rule.sure, rule.why
    )


def _firsts(
    compiled: CompiledRule, severity: Severity, phrases: Collection[int], passage: _Passage
) -> Iterator[tuple[int, int, Severity]]:
    """Find the places of each phrase up to the first that nothing lowers, and how grave each is."""
    rule = compiled.rule
    # Most phrases whose words a text has don't stand in it: what surrounds them is looked for when one does.
    idioms: list[tuple[int, int]] | None = None
    near: list[tuple[int, int]] | None = None
    for number in sorted(phrases):
        phrase = compiled.phrases[number]
        for start, end in passage.find(phrase.pattern):
            if idioms is None:
                idioms = list(passage.find(compiled.unless)) if compiled.unless else []
                near = list(passage.find(compiled.near)) if compiled.near else None
            if (
                _touched(idioms, start, end)
                or (near is not None and not _beside(near, start, end))
                or passage.framed(rule.frames, start, end)
                or passage.is_over(end)
            ):
                continue
            denied = phrase.deniable and rule.negated != "same" and passage.denied(start, end)
            grave = rule.severity_denied(severity) if denied else severity
            if grave is not None:
                yield start, end, grave
            if grave is severity:
                break


def _touched(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a place shares a word with one of some spans, which stand from left to right without overlaps."""
    place = bisect_left(spans, (end, 0)) - 1
    return place >= 0 and spans[place][1] > start


def _beside(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of some spans stands near a place, before or after it."""
    around = spans[bisect_left(spans, (start - _NEAR, 0)) : bisect_left(spans, (end + _NEAR, 0))]
    return any(after <= start or first >= end for first, after in around)
