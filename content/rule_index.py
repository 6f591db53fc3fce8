"""Which rules can match at all, told by the words that a text has: nearly every text is done with after this."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.phrases import Sequence_, needed

# How much rarer a word is taken to be that isn't among the common ones.
_COMMON = 20


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """For each word that a phrase can't do without: the rules of such phrases, and what else a text must have."""

    by_word: Mapping[str, tuple[tuple[int, frozenset[str]], ...]]
    words: frozenset[str]

    def candidates(self, words: Collection[str]) -> set[int]:
        """Give the numbers of the rules that may match a text with these words."""
        found: set[int] = set()
        for word in self.words.intersection(words):
            for rule, other in self.by_word[word]:
                if rule not in found and (not other or not other.isdisjoint(words)):
                    found.add(rule)
        return found


def index_rules(phrases_of_rules: Sequence[Iterable[Sequence_]], common: Collection[str]) -> RuleIndex:
    """Index every phrase of each rule by its two rarest words or choices."""

    def weight(words: frozenset[str]) -> int:
        return sum(_COMMON if word in common else 1 for word in words)

    by_word: defaultdict[str, dict[tuple[int, frozenset[str]], None]] = defaultdict(dict)
    for rule, phrases in enumerate(phrases_of_rules):
        for phrase in phrases:
            rarest, *others = sorted(set(needed(phrase)), key=lambda words: (weight(words), sorted(words)))
            other = others[0] if others else frozenset()
            for word in rarest:
                by_word[word][rule, other] = None
    return RuleIndex({word: tuple(entries) for word, entries in by_word.items()}, frozenset(by_word))
