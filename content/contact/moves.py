"""Invitations to talk or meet outside of the service, and questions for details: phrases of the content."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator

from content.contact.phrases import parts
from content.contact.place import Place
from content.contact.reading import Reading
from content.contact_rules import ContactRules, PhraseRule
from content.folding import APOSTROPHES
from content.patterns import Plain, find_all

_NOT_WORDS = re.compile(r"['’‘ʼ`´＇]|[^\w ]+|_+")
_AT = re.compile(r"@[^\w ]*")
_DRAWN_OUT = re.compile(r"([a-z])\1\1")
_SENTENCE_ENDS = re.compile(r"[.!?;,\n]")
_ASKED = re.compile(r"[^.!;\n]{0,12}\?")
# So many more words may stand in the sentence of a phrase that counts only alone ("got snap? pls bro").
_MOST_MORE = 2
_LONGEST = 60
# What is reported or refused stands so many characters before at most.
_CLOSE = 25
# What is said where shortly before a username: then that is what is taken out.
NAME_BEHIND = 25


def find_moves(text: str, rules: ContactRules) -> Iterator[Place]:
    """Find invitations, without those that are only told of or refused. Linear time."""
    said = parts(_AT.sub(" at ", text) if "@" in text else text)
    # What is drawn out ("snaaap") can be any word.
    drawn = _DRAWN_OUT.search(text) is not None
    candidates: Collection[int] = range(len(rules.moves)) if drawn else sorted(rules.moves_index.candidates(said))
    if candidates and text.isascii():
        # As far as these expressions go, the text is its parts.
        bare = Plain(" ".join(said))
        candidates = [number for number in candidates if rules.moves[number].finds.search(bare)]
    if not candidates:
        return
    words = Reading(text, ((*found.span(), _meant(found)) for found in _NOT_WORDS.finditer(text)))
    plain = Plain(words.text)
    told: list[tuple[int, int]] | None = None
    refused: list[tuple[int, int]] = []
    for number in candidates:
        rule = rules.moves[number]
        for start, stop in find_all(rule.finds, plain):
            end = start + len(words.text[start:stop].rstrip())
            if told is None:
                told, refused = (list(find_all(pattern, plain)) for pattern in (rules.told, rules.refused))
            if _is_excused(told, words, start, end, text):
                continue
            # "i dont like this can we text": what was refused is something else.
            if rules.anew.search(plain.data[start:stop]):
                if any(first < start <= last for first, last in refused):
                    continue
            elif _is_excused(refused, words, start, end, text):
                continue
            if _counts(rule, words, plain, start, end, text, rules):
                yield Place(rule.kind, *words.source(start, end), rule.id)


def _meant(found: re.Match[str]) -> str:
    # "what's your @".
    return "" if found[0] in APOSTROPHES else " at " if "@" in found[0] else " "


def _is_excused(excused: list[tuple[int, int]], words: Reading, start: int, end: int, text: str) -> bool:
    """Say whether an invitation is only told of, or refused: by words that touch it or stand shortly before."""
    behind = bisect_left(excused, (end, 0))
    for first, last in excused[max(behind - 2, 0) : behind]:
        if last >= start:
            return True
        if start - last <= _CLOSE:
            between = text[words.source(first, last)[1] : words.source(start, end)[0]]
            if not _SENTENCE_ENDS.search(between):
                return True
    return False


def _counts(
    rule: PhraseRule, words: Reading, plain: Plain, start: int, end: int, text: str, rules: ContactRules
) -> bool:
    if rule.unless and any(first < end and start < last for first, last in find_all(rule.unless, plain)):
        return False
    first, last = words.source(start, end)
    # "snap! me too": what stands alone doesn't go over the end of a sentence.
    if rule.alone and _SENTENCE_ENDS.search(text, first, last):
        return False
    # Where a name stood that was taken out, the same holds as where it stands.
    mark = rules.plain_marks["handle"]
    if text.find(mark, last, last + NAME_BEHIND + len(mark)) >= 0:
        return False
    if rule.asked and not _ASKED.match(text, last):
        return False
    return not (rule.alone or rule.asked) or _more(text, first, last) <= _MOST_MORE


def _more(text: str, start: int, end: int) -> int:
    """Count the words beside a span in its sentence."""
    before = _SENTENCE_ENDS.split(text[max(start - _LONGEST, 0) : start])[-1]
    behind = _SENTENCE_ENDS.split(text[end : end + _LONGEST], maxsplit=1)[0]
    return len(before.split()) + len(behind.split())
