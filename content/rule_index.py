"""Which phrases can match at all, told by the words that a text has: nearly every text is done with after this."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.phrases import Sequence_, needed

# A common word is in about as many texts as so many others together.
_COMMON = 300

# The number of a rule, the number of one of its phrases, and sets of words of each of which a text must have one.
_Entry = tuple[int, int, tuple[frozenset[str], ...]]


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """For each word that a phrase can't do without: the phrases, and what else a text must have for them."""

    by_word: Mapping[str, tuple[_Entry, ...]]
    words: frozenset[str]

    def candidates(self, words: Collection[str]) -> dict[int, set[int]]:
        """Give the numbers of the rules that may match a text with these words, and of their phrases that may."""
        found: dict[int, set[int]] = {}
        for word in self.words.intersection(words):
            for rule, phrase, others in self.by_word[word]:
                for other in others:
                    if other.isdisjoint(words):
                        break
                else:
                    found.setdefault(rule, set()).add(phrase)
        return found


def index_rules(phrases_of_rules: Sequence[Iterable[Sequence_]], common: Collection[str]) -> RuleIndex:
    """Index every phrase of each rule by its rarest word or choice."""

    def weight(words: frozenset[str]) -> int:
        return sum(_COMMON if word in common else 1 for word in words)

    by_word: defaultdict[str, list[_Entry]] = defaultdict(list)
    for rule, phrases in enumerate(phrases_of_rules):
        for number, phrase in enumerate(phrases):
            rarest, *others = sorted(set(needed(phrase, weight)), key=lambda words: (weight(words), sorted(words)))
            for word in rarest:
                by_word[word].append((rule, number, tuple(others)))
    return RuleIndex({word: tuple(entries) for word, entries in by_word.items()}, frozenset(by_word))
