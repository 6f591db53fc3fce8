"""Invitations to talk or meet outside of the service, and questions for details: phrases of the content."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from content.contact.phrases import parts
from content.contact.place import Place
from content.contact.reading import Reading
from content.contact.signs import DRAWN_OUT, SHORTENED, Seen
from content.contact_rules import ContactRules, PhraseRule
from content.folding import APOSTROPHES
from content.patterns import Pattern, Plain, find_all

_NOT_WORDS = re.compile(r"['’‘ʼ`´＇]|[^\w ]+|_+")
_AT = re.compile(r"@[^\w ]*")
_SENTENCE_ENDS = re.compile(r"[.!?;,\n]")
_SENTENCE_STOPS = re.compile(r"[.!?;\n]")
_ASKED = re.compile(r"[^.!;\n]{0,12}\?")
# So many more words may stand in the sentence of a phrase that counts only alone ("got snap? pls bro").
_MOST_MORE = 2
_LONGEST = 60
# What is reported or refused stands so many characters before at most.
_CLOSE = 25
# What is said where shortly before a username: then that is what is taken out.
NAME_BEHIND = 25


def invitations(seen: Seen, rules: ContactRules) -> Collection[int]:
    """Give the numbers of the rules of which an invitation may stand in a text: nearly always none. Linear time."""
    text = seen.text
    told = text if text.isascii() else rules.drawn.sub(lambda sign: f" {rules.emoji[sign[0]]} ", text)
    said = parts(_AT.sub(" at ", told) if "@" in told else told)
    if SHORTENED in seen.signs:
        said = [rules.shortened.get(word, word) for word in said]
    if DRAWN_OUT in seen.signs:
        meant = rules.drawn_out.all_meant(said)
        said = [meant.get(word, word) for word in said]
    numbers = sorted(rules.moves_index.candidates(said))
    if not numbers or not text.isascii():
        return numbers
    # As far as these expressions go, the text is its parts.
    bare = Plain(" ".join(said))
    return [number for number in numbers if rules.moves[number].finds.search(bare)]


def find_moves(seen: Seen, rules: ContactRules, numbers: Collection[int]) -> Iterator[Place]:
    """Find invitations of these rules, without those that are only told of or refused. Linear time."""
    if not numbers:
        return
    text = seen.text
    words = _words(seen, rules)
    sentence = _Around(text, words, rules)
    marks = [mark for mark in rules.plain_marks.values() if mark in text]
    for number in numbers:
        rule = rules.moves[number]
        unless: list[tuple[int, int]] | None = None
        for start, stop in sentence.places(rule.finds):
            end = start + len(words.text[start:stop].rstrip())
            if sentence.excuses(start, stop, end):
                continue
            if unless is None:
                unless = sentence.places(rule.unless) if rule.unless else []
            if not _touched(unless, start, end) and _counts(rule, *words.source(start, end), text, marks, rules):
                yield Place(rule.kind, *words.source(start, end), rule.id)


def _words(seen: Seen, rules: ContactRules) -> Reading:
    """Read a text as nothing but words, none of them drawn out or shortened."""
    text = seen.text
    changes = [(*found.span(), _meant(found, rules)) for found in _NOT_WORDS.finditer(text)]
    if SHORTENED in seen.signs:
        short = [(*found.span(), rules.shortened[found[0]]) for found in rules.shorts.finditer(text)]
        changes = sorted([*changes, *short])
    if DRAWN_OUT in seen.signs:
        changes = sorted([*changes, *rules.drawn_out.changes(text)])
    return Reading(text, changes)


class _Around:
    """What is said around invitations in a text, found when the first of them is."""

    def __init__(self, text: str, words: Reading, rules: ContactRules) -> None:
        self._text = text
        self._words = words
        self._rules = rules
        self._plain = Plain(words.text)

    def places(self, said: Pattern) -> list[tuple[int, int]]:
        """List the places in the words where something is said."""
        return list(find_all(said, self._plain))

    def excuses(self, start: int, stop: int, end: int) -> bool:
        """Say whether what stands there is only told of, refused, or no invitation at all."""
        if self._stands_before(self._told, start, end) or _touched(self._innocent, start, end):
            return True
        # "talk where they cant see": what is refused by the words of an invitation isn't the invitation.
        before = self._refused[: bisect_left(self._refused, (start, 0))]
        if before and self._rules.anew.search(self._plain.data[start:stop]):
            # "i dont like this can we text": what was refused is something else.
            return before[-1][1] >= start
        return self._stands_before(before, start, end)

    @cached_property
    def _told(self) -> list[tuple[int, int]]:
        return self.places(self._rules.told)

    @cached_property
    def _refused(self) -> list[tuple[int, int]]:
        return self.places(self._rules.refused)

    @cached_property
    def _innocent(self) -> list[tuple[int, int]]:
        return self.places(self._rules.innocent)

    def _stands_before(self, excused: list[tuple[int, int]], start: int, end: int) -> bool:
        """Say whether words that excuse an invitation touch it or stand shortly before, in the same sentence."""
        behind = bisect_left(excused, (end, 0))
        for first, last in excused[max(behind - 2, 0) : behind]:
            if last >= start:
                return True
            if start - last <= _CLOSE:
                between = self._text[self._words.source(first, last)[1] : self._words.source(start, end)[0]]
                if not _SENTENCE_ENDS.search(between):
                    return True
        return False


def _meant(found: re.Match[str], rules: ContactRules) -> str:
    sign = None if found[0].isascii() else rules.drawn.search(found[0])
    if sign:
        return f" {rules.emoji[sign[0]]} "
    # "what's your @".
    return "" if found[0] in APOSTROPHES else " at " if "@" in found[0] else " "


def _touched(places: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Say whether one of the places, which are sorted and don't overlap, touches a span."""
    behind = bisect_left(places, (end, 0))
    return behind > 0 and places[behind - 1][1] > start


def _counts(rule: PhraseRule, first: int, last: int, text: str, marks: Sequence[str], rules: ContactRules) -> bool:
    # "snap! me too": what stands alone doesn't go over the end of a sentence.
    if rule.alone and _SENTENCE_STOPS.search(text, first, last):
        return False
    # "ring me on [number removed]": the words of a mark are nobody's.
    if any(_stands_in(mark, first, last, text) for mark in marks):
        return False
    # Where a name stood that was taken out, the same holds as where it stands.
    mark = rules.plain_marks["handle"]
    if mark in marks and text.find(mark, last, last + NAME_BEHIND + len(mark)) >= 0:
        return False
    if rule.asked and not _ASKED.match(text, last):
        return False
    return not (rule.alone or rule.asked) or _more(text, first, last) <= _MOST_MORE


def _stands_in(mark: str, first: int, last: int, text: str) -> bool:
    """Say whether a mark shares a sign with a span of a text."""
    return text.find(mark, max(first - len(mark) + 1, 0), last + len(mark) - 1) >= 0


def _more(text: str, start: int, end: int) -> int:
    """Count the words beside a span in its sentence."""
    before = _SENTENCE_ENDS.split(text[max(start - _LONGEST, 0) : start])[-1]
    behind = _SENTENCE_ENDS.split(text[end : end + _LONGEST], maxsplit=1)[0]
    return len(before.split()) + len(behind.split())
