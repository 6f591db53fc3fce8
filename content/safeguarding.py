"""Rule engine for words that may mean that somebody is at risk. No such scan finds everything."""

from dataclasses import dataclass

from content.folding import Folded, word_character
from content.lexicon import CATEGORIES, Category, CompiledRule, Lexicon, Severity
from content.patterns import find_all

__all__ = ["CATEGORIES", "Category", "SafeguardingFinding", "Severity", "find_safeguarding"]


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


def find_safeguarding(text: str, lexicon: Lexicon) -> tuple[SafeguardingFinding, ...]:
    """Find what the lexicon knows, the gravest first, then by place.

    A rule is reported once, at its first place, so that a text of any length has at most one finding of each rule.
    Never raises, whatever the text; linear time.
    """
    folded = Folded(text, word_character)
    if lexicon.any_rule.search(folded.text) is None:
        return ()
    findings = [finding for rule in lexicon.rules if (finding := _find(rule, folded))]
    gravity = list(Severity)
    return tuple(sorted(findings, key=lambda one: (gravity.index(one.severity), one.start, one.end, one.rule)))


def _find(compiled: CompiledRule, folded: Folded) -> SafeguardingFinding | None:
    """Find the first place of a rule that none of its `unless` phrases touches."""
    idioms = find_all(compiled.unless, folded.text) if compiled.unless else iter(())
    idiom = next(idioms, None)
    for start, end in find_all(compiled.finds, folded.text):
        # Both run from left to right, so each idiom is looked at once.
        while idiom and idiom[1] <= start:
            idiom = next(idioms, None)
        if idiom and idiom[0] < end:
            continue
        place = folded.original(*_trimmed(folded.text, start, end))
        return SafeguardingFinding(compiled.rule.category, compiled.rule.severity, *place, compiled.rule.id)
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out the spaces around a match."""
    words = text[start:end]
    return start + len(words) - len(words.lstrip(" ")), end - (len(words) - len(words.rstrip(" ")))
