"""What the words of a text weigh where no rule says it: findings that `content.classifier` makes."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf

from content.classifier import Bounds, Classifier, Leaning, Side, weigh
from content.found import GRAVITY, SafeguardingFinding
from content.lexicon import CATEGORIES, Category, Lexicon, Severity
from content.passage import Passage
from content.sureness import Sure

# What is said around the words of a finding is within so many words of them.
_NEAR = 3
# The gravest last.
_STEPS = tuple(reversed(Severity))
# How the finding of a category is named, as a rule is.
RULES: Mapping[str, str] = {category: f"{category.replace('_', '-')}-by-weight" for category in CATEGORIES}


def with_weight(by_rules: list[SafeguardingFinding], passage: Passage, side: Side | None) -> list[SafeguardingFinding]:
    """Add what the words weigh to what the rules found, of which what isn't certain counts less in innocent words.

    Takes linear time.
    """
    classifier = passage.lexicon.classifier
    if classifier is None:
        return by_rules
    words, bounds = passage.reading.words, classifier.bounds
    if _are_few(words, bounds):
        return by_rules
    leaning = classifier.leaning(words, side)
    if not by_rules and leaning.harm < bounds.told:
        return by_rules
    if by_rules and _speak(words, passage.lexicon):
        judged = (_judged(one, leaning.harm, passage, classifier, side) for one in by_rules)
        by_rules = [one for one in judged if one]
    if leaning.harm < _least(bounds, passage, by_rules):
        return by_rules
    return [*by_rules, *_by_weight(classifier, passage, leaning, side, by_rules)]


def _are_few(words: Sequence[str], bounds: Bounds) -> bool:
    """Whether there are too few different words to weigh; a number is none."""
    return len(words) < bounds.short or sum(map(str.isalpha, set(words))) < bounds.short


def _speak(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether half of some words are known: others speak neither for nor against what a rule found."""
    different = set(words)
    return 2 * len(different.intersection(lexicon.spelling.known)) >= len(different)


def _around(finding: SafeguardingFinding, classifier: Classifier, passage: Passage, side: Side | None) -> float:
    """Say how strongly the words of a finding lean to harm, with a few around them: it may stand in cheerful ones."""
    words, reading = passage.reading.words, passage.reading
    first = bisect_right(range(len(words)), finding.start, key=lambda at: reading.original(at, at + 1)[0]) - 1
    after = bisect_left(range(len(words)), finding.end, key=lambda at: reading.original(at, at + 1)[0])
    return classifier.leaning(words[max(first - _NEAR, 0) : after + _NEAR], side).harm


def _judged(
    finding: SafeguardingFinding, harm: float, passage: Passage, classifier: Classifier, side: Side | None
) -> SafeguardingFinding | None:
    """Say what is left of a finding in a text that leans so much: None of what is only possible and leans nowhere."""
    bound = {Sure.LIKELY: classifier.bounds.doubted, Sure.POSSIBLE: classifier.bounds.possible}.get(finding.sure, -inf)
    if harm >= bound:
        return finding
    leans_here = _around(finding, classifier, passage, side) >= bound
    if finding.sure is Sure.LIKELY:
        return finding if leans_here else replace(finding, severity=Severity.CONCERN)
    return replace(finding, severity=Severity.CONCERN) if leans_here else None


def _least(bounds: Bounds, passage: Passage, by_rules: Sequence[SafeguardingFinding]) -> float:
    """Say how strongly words have to lean: more where rules know them as innocent, or found something already."""
    categories = len({one.category for one in by_rules})
    if categories > 1:
        return inf
    if passage.excused:
        return bounds.excused
    return bounds.likely if categories else bounds.told


def _by_weight(
    classifier: Classifier,
    passage: Passage,
    leaning: Leaning,
    side: Side | None,
    by_rules: Sequence[SafeguardingFinding],
) -> Iterator[SafeguardingFinding]:
    words = passage.reading.words[leaning.first : leaning.after]
    places = [(leaning.first + start, leaning.first + end) for start, end in classifier.weightiest(words)]
    end = max((after for _, after in places), default=0)
    if not places or passage.is_over(end) or _told_before(classifier, passage, side):
        return
    span = passage.reading.original(places[0][0], end)
    heavy = ", ".join(f'"{" ".join(passage.reading.words[start:after])}"' for start, after in places)
    likely = leaning.harm >= classifier.bounds.likely
    severity = _severity(classifier, words, side, likely=likely)
    if by_rules:
        # What rules found says how grave it is at most.
        severity = max(
            severity, min((one.severity for one in by_rules), key=GRAVITY.__getitem__), key=GRAVITY.__getitem__
        )
    known = {one.category for one in by_rules}
    for kind in _likeliest(classifier, words, side):
        if kind not in known:
            why = f"{classifier.kinds[kind].why} What weighs most: {heavy}."
            yield SafeguardingFinding(kind, severity, *span, RULES[kind], Sure.LIKELY if likely else Sure.POSSIBLE, why)


def _likeliest(classifier: Classifier, words: Sequence[str], side: Side | None) -> list[Category]:
    told = classifier.likeliest(words, side)
    return [category for category in CATEGORIES if category in told]


def _severity(classifier: Classifier, words: Sequence[str], side: Side | None, *, likely: bool) -> Severity:
    urgency, bounds = weigh(classifier.urgency, words, side), classifier.bounds
    # Haste makes what is only possible one step graver, too.
    step = (urgency >= bounds.concern) + (urgency >= bounds.immediate) - (not likely)
    return _STEPS[max(step, 0)]


def _told_before(classifier: Classifier, passage: Passage, side: Side | None) -> bool:
    """Whether what was said before the text leans to harm as much alone: it was told when it came."""
    earlier, bounds = passage.words_before(), classifier.bounds
    return not _are_few(earlier, bounds) and classifier.leaning(earlier, side).harm >= bounds.told
