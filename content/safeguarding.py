"""Rule engine for words that may mean that somebody is at risk. No such scan finds everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from content.folding import Folded, word_character
from content.lexicon import CATEGORIES, Category, CompiledRule, Lexicon, Severity
from content.patterns import find_all
from content.sureness import Sure

__all__ = ["CATEGORIES", "Category", "SafeguardingFinding", "Severity", "find_safeguarding"]


# Whose words they are.
Side = Literal["mentee", "mentor"]


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
    text: str,
    lexicon: Lexicon,
    side: Side | None = None,  # noqa: ARG001
    before: Sequence[str] = (),  # noqa: ARG001
) -> tuple[SafeguardingFinding, ...]:
    """Find what the lexicon knows, the gravest first, then by place.

    `side` is whose words they are, where that is known. `before` are the earlier messages of the same sender in the
    same match, oldest first: what only becomes clear with them is found in this text.

    A rule is reported once, at its first place, so that a text of any length has at most one finding of each rule.
    Never raises, whatever the text; linear time.
    """
    folded = Folded(text, word_character)
    if lexicon.any_rule.search(folded.text) is None:
        return ()
    findings = [finding for rule in lexicon.rules if (finding := _find(rule, folded))]
    gravity = list(Severity)
    return tuple(sorted(findings, key=lambda one: (gravity.index(one.severity), one.start, one.end, one.rule)))


def may_continue(text: str, lexicon: Lexicon) -> bool:  # noqa: ARG001
    """Whether earlier messages could make a difference to what `find_safeguarding` finds in this text."""
    return False


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
