"""Rule engine for words that may mean that somebody is at risk. No such scan finds everything."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate, takewhile
from typing import NamedTuple

from content.by_weight import with_weight
from content.classifier import Side
from content.found import GRAVITY, FoundByRule, SafeguardingFinding
from content.lexicon import CATEGORIES, Category, CompiledRule, Lexicon, Severity
from content.passage import Passage
from content.quotations import quotations
from content.sureness import SURENESS, Sure
from content.wording import Reading

__all__ = ["CATEGORIES", "Category", "SafeguardingFinding", "Severity", "Side", "find_safeguarding", "may_continue"]

# What has to stand near a phrase is within so many words of it.
_NEAR = 14
# What is said around the words of a finding is within so many words of them.
_AROUND = 3
# So many earlier messages can be one phrase with this one, each of at most so many characters: people who write a
# sentence in pieces write short ones.
_PIECES = 3
_PIECE = 100
# What may end a sentence that was begun in another message has at most so many words.
_TAIL = 12


class _Place(NamedTuple):
    """A place of a phrase, in words."""

    start: int
    end: int
    severity: Severity
    framed: bool


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
    if not findings:
        return ()
    if quoted := [*quotations(text, lexicon.lists.quoting)]:
        findings = [_lowered(finding, quoted) for finding in findings]
    # What this text says alone is told rather than what it says with the ones before; of equals what is surest.
    findings.sort(key=lambda one: (GRAVITY[one.severity], one.back, SURENESS[one.sure], one.start, one.end, one.rule))
    return tuple(sorted(_gravest(findings), key=lambda one: (GRAVITY[one.severity], one.start, one.end, one.rule)))


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


def _find_all(text: str, lexicon: Lexicon, side: Side | None, earlier: str = "") -> list[SafeguardingFinding]:
    """Find every rule once in the readings of a text; with words from `earlier`, only what ends in the text."""
    found: dict[int, FoundByRule] = {}
    passages = [
        Passage(Reading(folded, lexicon.spelling), lexicon, len(earlier))
        for folded in lexicon.reader.read(earlier + text)
    ]
    for passage in passages:
        reading = passage.reading
        for number, phrases in lexicon.index.candidates(reading.words).items():
            one = _find(lexicon.rules[number], phrases, passage, side)
            if one and (number not in found or _rank(one) < _rank(found[number])):
                found[number] = one
    # The last reading is the one in which everything is seen through.
    return with_weight([*found.values()], passages[-1], side)


def _rank(one: FoundByRule) -> tuple[bool, int]:
    return one.framed, GRAVITY[one.finding.severity]


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


def _find(compiled: CompiledRule, phrases: Collection[int], passage: Passage, side: Side | None) -> FoundByRule | None:
    """Find the gravest of the places of some phrases of a rule, the first of equals; one that is framed last."""
    rule = compiled.rule
    severity = rule.severity_for(side)
    if severity is None:
        return None
    best = min(_firsts(compiled, severity, phrases, passage), key=_order, default=None)
    if best is None:
        return None
    start, end, grave, framed = best
    place = passage.reading.original(start, end)
    finding = SafeguardingFinding(rule.category, grave, *place, rule.id, rule.sure, rule.why)
    around = passage.reading.words[max(start - _AROUND, 0) : end + _AROUND]
    return FoundByRule(finding, around, partial(passage.sentence, start, end), framed)


def _order(place: _Place) -> tuple[bool, int, int]:
    return place.framed, GRAVITY[place.severity], place.start


def _firsts(compiled: CompiledRule, severity: Severity, phrases: Collection[int], passage: Passage) -> Iterator[_Place]:
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
            if (near is not None and not _beside(near, start, end)) or passage.is_over(end):
                continue
            if _touched(idioms, start, end):
                passage.excused = True
                continue
            # What is certain of itself is about a game only in one sentence with it.
            framed = passage.framed(rule.frames, start, end, own=rule.sure is Sure.CERTAIN)
            denied = phrase.deniable and rule.negated != "same" and passage.denied(start, end)
            grave = rule.severity_denied(severity) if denied else severity
            if grave is not None:
                yield _Place(start, end, grave, framed)
            if grave is severity and not framed:
                break


def _touched(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a place shares a word with one of some spans, which stand from left to right without overlaps."""
    place = bisect_left(spans, (end, 0)) - 1
    return place >= 0 and spans[place][1] > start


def _beside(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of some spans stands near a place, before or after it."""
    around = spans[bisect_left(spans, (start - _NEAR, 0)) : bisect_left(spans, (end + _NEAR, 0))]
    return any(after <= start or first >= end for first, after in around)
