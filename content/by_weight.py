"""What the words of a text weigh where no rule says it: findings that `content.classifier` makes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf

from content.classifier import Bounds, Classifier, Leaning, Side, weigh
from content.found import GRAVITY, FoundByRule, SafeguardingFinding
from content.lexicon import CATEGORIES, Category, Lexicon, Severity
from content.passage import Passage
from content.sureness import Sure

# In a message of so many words one sentence is easily drowned.
_LONG = 24
# From so many on it is a story, in which something or other sounds like harm.
_MANY = 40
# Fewer different words say nothing by their weight. Nor do few ones in which a rule found something already.
_FEWEST = 3
# The gravest last.
_STEPS = tuple(reversed(Severity))
# How the finding of a category is named, as a rule is.
RULES: Mapping[str, str] = {category: f"{category.replace('_', '-')}-by-weight" for category in CATEGORIES}


def with_weight(found: Sequence[FoundByRule], passage: Passage, side: Side | None) -> list[SafeguardingFinding]:
    """Add what the words weigh to what the rules found, of which what isn't certain counts less in innocent words.

    Takes linear time.
    """
    classifier, words = passage.lexicon.classifier, passage.reading.words
    if classifier is None or not words:
        return _unframed(found)
    leaning = classifier.leaning(words, side, passage.reading.sentences if len(words) >= _LONG else ())
    if not found and leaning.harm < classifier.bounds.told:
        return []
    if _are_few(words, classifier.bounds.short):
        if (by_rules := _unframed(found)) or _are_few(words, _FEWEST):
            return by_rules
        leaning = leaning._replace(harm=leaning.harm - classifier.bounds.few)
    else:
        by_rules = _judge(found, leaning.harm, passage, classifier, side)
    if leaning.harm < _least(classifier.bounds, passage, by_rules):
        return by_rules
    return [*by_rules, *_by_weight(classifier, passage, leaning, side, by_rules)]


def _unframed(found: Sequence[FoundByRule]) -> list[SafeguardingFinding]:
    """Leave out what words around it make innocent, where nothing can be weighed against them."""
    return [one.finding for one in found if not one.framed]


def _judge(
    found: Sequence[FoundByRule], harm: float, passage: Passage, classifier: Classifier, side: Side | None
) -> list[SafeguardingFinding]:
    """Say what is left of what the rules found in a text that leans so much."""
    if not _speak(passage.reading.words, passage.lexicon):
        return _unframed(found)
    many = _are_many(passage)
    return [left for one in found if (left := _judged(one, harm, classifier, side, many=many))]


def _are_many(passage: Passage) -> bool:
    """Whether there are so many words that some of them lean to harm anyway."""
    return len(passage.reading.words) >= _MANY


def _are_few(words: Sequence[str], number: int) -> bool:
    """Whether there are fewer different words than a number; a number is none."""
    return sum(map(str.isalpha, set(words))) < number


def _speak(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether half of some words are known: others speak neither for nor against what a rule found."""
    different = set(words)
    return 2 * len(different.intersection(lexicon.spelling.known)) >= len(different)


def _judged(
    one: FoundByRule, harm: float, classifier: Classifier, side: Side | None, *, many: bool
) -> SafeguardingFinding | None:
    """Say what is left of a finding in a text that leans so much: None of what is only possible and leans nowhere."""
    finding, bounds = one.finding, classifier.bounds
    if finding.sure is Sure.CERTAIN and not one.framed:
        return finding
    likely = finding.sure is Sure.LIKELY and not one.framed
    bound = bounds.doubted if likely else bounds.told if one.framed else bounds.possible
    leans = harm >= bound
    # It may stand in cheerful words.
    leans_here = leans or _leans_here(one, classifier, side, bound) or _is_short_sentence(one, bounds)
    concern = replace(finding, severity=Severity.CONCERN)
    further = bounds.told if likely else bounds.likely
    if many and harm < further and not _leans_here(one, classifier, side, further):
        # In full only where it leans further: in a story something or other does.
        finding = concern
    if likely or finding.sure is Sure.CERTAIN:
        return finding if leans_here else concern
    if one.framed:
        return replace(concern, sure=Sure.POSSIBLE) if leans_here else None
    return finding if leans else concern if leans_here else None


def _leans_here(one: FoundByRule, classifier: Classifier, side: Side | None, bound: float) -> bool:
    """Whether the words of a finding, with a few around them, lean to harm as much as a bound says."""
    return classifier.leaning(one.around, side).harm >= bound


def _is_short_sentence(one: FoundByRule, bounds: Bounds) -> bool:
    """Whether what is only possible stands in a sentence in which it would count if that were the whole message."""
    return one.finding.sure is Sure.POSSIBLE and not one.framed and _are_few(one.sentence(), bounds.short)


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
    bounds = classifier.bounds
    likely = leaning.harm >= (bounds.excused if _are_many(passage) else bounds.likely)
    # One sentence among others calls nobody at once by its weight alone.
    severity = Severity.CONCERN if leaning.apart else _severity(classifier, words, side, likely=likely)
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
    earlier = passage.words_before()
    return bool(earlier) and classifier.leaning(earlier, side).harm >= classifier.bounds.told
