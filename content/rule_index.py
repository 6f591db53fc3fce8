"""Which phrases can match at all, told by the words that a text has: nearly every text is done with after this.

A phrase is looked at where a text has the rarest thing that it needs: a word, or two words side by side where each of
them alone is in most texts ("can not"). What that costs depends on what a text has in it, not on how many phrases
there are.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, starmap

from content.frequency import commonest_words
from content.phrases import Needs, Sequence_, needed

# In how many of so many texts a word is, about: by Zipf's law few are in many. The commonest word, how fast that falls
# with the rank, and a word without a rank.
_TEXTS = 10_000
_COMMONEST, _FALL, _RARE = 6000.0, 0.8, 3.0
# Of the texts with the rarer of two words so many have them side by side; and what two rare ones come to at least.
_BESIDE, _RARE_PAIR = 0.08, 0.6
# To ask for a set at all takes as long as to look for so many words of it.
_ASKING = 6

# The number of a rule, the number of one of its phrases, and sets of each of which a text must have one.
_Entry = tuple[int, int, tuple[Needs, ...]]


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """For each thing that a phrase can't do without: the phrases, and what else a text must have for them."""

    by_need: Mapping[str | tuple[str, str], tuple[_Entry, ...]]
    needs: Needs

    def candidates(self, words: Sequence[str]) -> dict[int, set[int]]:
        """Give the numbers of the rules that may match a text of these words, and of their phrases that may."""
        found: dict[int, set[int]] = {}
        present = {*words, *pairwise(words)}
        for need in self.needs & present:
            for rule, phrase, others in self.by_need[need]:
                for other in others:
                    if other.isdisjoint(present):
                        break
                else:
                    found.setdefault(rule, set()).add(phrase)
        return found


def index_rules(phrases_of_rules: Iterable[Iterable[Sequence_]]) -> RuleIndex:
    """Index every phrase of each rule by the rarest thing that it needs."""
    texts_with = {word: _COMMONEST / math.pow(rank, _FALL) for rank, word in enumerate(commonest_words(), start=1)}

    @cache
    def weight(needs: Needs) -> float:
        return sum(map(weight_of_one, needs))

    def weight_of_one(need: str | tuple[str, str]) -> float:
        if isinstance(need, str):
            return texts_with.get(need, _RARE)
        return _RARE_PAIR + _BESIDE * min(texts_with.get(need[0], _RARE), texts_with.get(need[1], _RARE))

    def price(needs: Needs) -> float:
        """What it costs until these tell that a text can't match: they are gone through, mostly in vain if common."""
        return (_ASKING + len(needs)) / max(1 - weight(needs) / _TEXTS, 1 / _TEXTS)

    by_need: defaultdict[str | tuple[str, str], list[_Entry]] = defaultdict(list)
    for rule, phrases in enumerate(phrases_of_rules):
        for number, phrase in enumerate(phrases):
            every = set(needed(phrase, weight))
            rarest = min(every, key=weight)
            entry = rule, number, tuple(sorted(every - {rarest}, key=price))
            for need in rarest:
                by_need[need].append(entry)
    # What was remembered of choices holds on to it as long as the program runs.
    weight.cache_clear()
    return _laid_out(by_need, sorted(by_need, key=weight_of_one, reverse=True))


def _laid_out(
    by_need: Mapping[str | tuple[str, str], Sequence[_Entry]], order: Sequence[str | tuple[str, str]]
) -> RuleIndex:
    """Make the index anew, what is asked for most in one stretch of memory: most of its time is waiting for that."""
    copies: dict[Needs, Needs] = {}
    # A phrase stands under each of the words of which it needs one.
    entries: dict[tuple[int, int], _Entry] = {}

    def copied(needs: Needs) -> Needs:
        if needs not in copies:
            copies[needs] = frozenset([*needs])
        return copies[needs]

    def entry(rule: int, number: int, others: tuple[Needs, ...]) -> _Entry:
        if (rule, number) not in entries:
            entries[rule, number] = rule, number, tuple(map(copied, others))
        return entries[rule, number]

    laid = {need: tuple(starmap(entry, by_need[need])) for need in order}
    return RuleIndex(laid, frozenset(laid))
