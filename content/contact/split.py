"""Details that come in pieces, one message after the other: found at the piece that completes them."""

import re
from collections.abc import Iterator, Sequence

from content.contact.handles import Written
from content.contact.place import Place
from content.contact.spelling import Spelt
from content.contact.split_moves import find_split_moves
from content.contact.split_names import find_lone, find_told_after, find_written_on
from content.contact.split_numbers import find_split_numbers
from content.contact.split_places import find_split_places
from content.contact_rules import ContactRules
from content.patterns import Plain

# Further back only digits are gone on with.
_NEAR = 8
# A piece of a detail is a short message.
_LONGEST_PIECE = 160
# A word that could be a name.
_ONE_WORD = re.compile(r"\W*(?:(?:its|it's|mines|mine is|mine's) +)?([^\W\d_]{4,30})\W*")
# One that is told letter by letter.
_LETTERS = re.compile(r"\W*\w(?:[ .,*-]\w){3,}\W*")
_FULL_NAME = re.compile(r"\W*[A-Z][\w'-]+(?: [A-Z][\w'-]+){1,2}\W*")


def may_be_piece(text: str, plain: str, rules: ContactRules) -> bool:
    """Whether a text (as it was written, and in plain form) looks like a piece of something."""
    if len(text) > _LONGEST_PIECE:
        return False
    one = _ONE_WORD.fullmatch(plain)
    if one and one[1] not in rules.everyday:
        return True
    return 0 in rules.piece.found(Plain(plain)) or _FULL_NAME.fullmatch(text) is not None


def find_split(text: str, before: Sequence[str], rules: ContactRules, written: Written) -> Iterator[tuple[Place, int]]:
    """Find what a plain text completes: the place in it, and so many messages back the detail begins.

    `before` are plain texts as well, oldest first.
    """
    before = [rules.reveal(message) for message in before]
    yield from find_split_numbers(text, before, rules)
    before = before[-_NEAR:]
    yield from find_split_places(text, before, rules, written)
    yield from find_written_on(text, before, rules)
    yield from find_split_moves(text, before, rules)
    # "s n a p" and then a name.
    before = [Spelt(message, rules.spelling).text for message in before]
    yield from find_lone(text, before, rules, written)
    yield from find_told_after(text, before, rules)
    yield from _spelt_name(text, before, rules, written)


def _spelt_name(text: str, before: Sequence[str], rules: ContactRules, written: Written) -> Iterator[tuple[Place, int]]:
    """Find a name that is spelt out: "k a y z 0 7", "underscore x07"."""
    spelt = Spelt(text, rules.spelling)
    if not spelt.readings:
        return

    def typed(start: int, end: int) -> str:
        return written(*spelt.source(start, end))

    for place, back in find_lone(spelt.text, before, rules, typed, spelt=_LETTERS.fullmatch(text) is not None):
        start, end = spelt.source(place.start, place.end)
        yield place._replace(start=start, end=end), back
