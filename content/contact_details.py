"""Rule engine for contact details: what would let two people reach each other outside the service."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from content.contact import signs
from content.contact.addresses import find_addresses, find_prisons
from content.contact.bank import (
    FEWEST_OF_ACCOUNT,
    FEWEST_OF_CARD,
    find_accounts,
    find_cards,
    find_cash_tags,
    find_ibans,
    find_named,
)
from content.contact.handles import Written, find_at_names, find_tagged, find_usernames
from content.contact.internet import find_links, find_mailboxes
from content.contact.moves import NAME_BEHIND, find_moves, invitations
from content.contact.numerals import pieces
from content.contact.phone import find_numbers, find_scattered
from content.contact.place import KINDS, Place
from content.contact.postcodes import find_postcodes, find_spoken_postcodes
from content.contact.reading import Reading
from content.contact.signs import Seen
from content.contact.spelling import Spelt
from content.contact.split import find_split, may_be_piece
from content.contact_rules import ContactRules, Kind
from content.folding import Folded
from content.patterns import TooManyError
from content.sureness import Sure

__all__ = ["KINDS", "ContactFinding", "find_contact_details", "may_continue", "redact"]

# Taking a detail out can bring two halves of another one together. Two rounds settle ordinary texts, three hostile
# ones; a text that isn't settled after so many is taken out whole.
_ROUNDS = 6
# Nobody writes so many details in one message; what has more is taken out whole.
_MOST_FOUND = 200
# Where more come to light in a round than this and than in the one before, it wouldn't settle.
_FEW = 6
# So much at each end of an earlier message is looked at.
_EDGE = 250
# So many digits make the shortest detail that is written in figures alone.
_FEWEST_DIGITS = 7
# What stands around words and is never read as a part of one; nothing at all where the text begins or ends.
_FREE = frozenset(("", *" \n.,:;?()"))
_UNSETTLED = "More details than the filter could take apart; the whole text was taken out."


class ContactFinding(NamedTuple):
    """One contact detail in a text."""

    kind: Kind
    # Where, in the original text: `text[start:end]`.
    start: int
    end: int
    # The rule that found it, for the record.
    rule: str
    sure: Sure = Sure.CERTAIN
    # Why, in one plain line for a coordinator.
    why: str = ""
    # So many messages back it begins; 0: it stands in this text alone.
    back: int = 0


def find_contact_details(text: str, rules: ContactRules, before: Sequence[str] = ()) -> tuple[ContactFinding, ...]:
    """Find contact details: sorted by place, without overlaps, and such that `redact` leaves none behind.

    `before` are the earlier messages of the same sender in the same match, as they were written, oldest first: a
    detail that this text completes or makes usable is found at the piece of it that stands here.

    Never raises, whatever the text; linear time.
    """
    folded = Folded(text)
    continues = bool(before) and may_be_piece(text, folded.text, rules)
    earlier = [Folded(_edges(message)).text for message in before] if continues else []
    found: list[ContactFinding] = []
    invited: Collection[int] | None = None

    def written(start: int, end: int) -> str:
        return text[slice(*folded.original(start, end))]

    found_last = 0
    for _ in range(_ROUNDS):
        seen = Seen(rules.reveal(folded.text), rules.detectors)
        if invited is None:
            invited = invitations(seen, rules)
        try:
            places = _detect(seen, earlier, rules, written, invited)
        except TooManyError:
            return (_whole(text, found),)
        fresh = [_finding(folded, place, back, rules) for place, back in places if place.rule in rules.rules]
        if not fresh:
            return tuple(found)
        if len(places) > _MOST_FOUND or _FEW < found_last <= len(places):
            return (_whole(text, fresh),)
        found_last = len(places)
        found = _merged([*found, *fresh])
        for finding in found:
            folded.replace(finding.start, finding.end, rules.plain_marks[finding.kind])
        folded.join()
        # The words of a mark are no invitation, and no other words are new, unless something glued to one is. What
        # was invited to may be taken out by now.
        if invited or not all(_stands_free(finding, text) for finding in found):
            invited = None
    return (_whole(text, found),)


def _edges(message: str) -> str:
    """Leave out the midst of a long message: what another one goes on with stands at an end of it."""
    return message if len(message) <= 2 * _EDGE else f"{message[:_EDGE]}\n{message[-_EDGE:]}"


def _stands_free(finding: ContactFinding, text: str) -> bool:
    """Say whether nothing that could be read as part of a word touches a finding."""
    return text[max(finding.start - 1, 0) : finding.start] in _FREE and text[finding.end : finding.end + 1] in _FREE


def _whole(text: str, found: Sequence[ContactFinding]) -> ContactFinding:
    """Take a whole text out, named after the first thing that was found in it."""
    return ContactFinding(found[0].kind if found else "phone", 0, len(text), "unsettled", Sure.POSSIBLE, _UNSETTLED)


def may_continue(text: str, rules: ContactRules) -> bool:
    """Whether earlier messages could make a difference to what `find_contact_details` finds in this text."""
    return may_be_piece(text, Folded(text).text, rules)


def redact(text: str, findings: Sequence[ContactFinding], rules: ContactRules) -> str:
    """Put the mark of its kind in place of each finding. The findings are those of this very text, sorted.

    A text without findings comes out unchanged; a second pass finds nothing.
    """
    parts = []
    end = 0
    for finding in findings:
        parts += [text[end : finding.start], rules.marks[finding.kind]]
        end = finding.end
    return "".join([*parts, text[end:]])


def _finding(folded: Folded, place: Place, back: int, rules: ContactRules) -> ContactFinding:
    rule = rules.rules[place.rule]
    return ContactFinding(place.kind, *folded.original(place.start, place.end), rule.id, rule.sure, rule.why, back)


def _detect(
    seen: Seen, before: Sequence[str], rules: ContactRules, written: Written, invited: Collection[int]
) -> list[tuple[Place, int]]:
    """Find what stands in a plain text, and what the messages before make of it: with how many messages back.

    `invited` are the rules whose invitations may stand in it.
    """
    places = list(islice(_find_in_one(seen, rules, written, invited), _MOST_FOUND + 1))
    names = [place.start for place in places if place.kind == "handle"]
    found = [
        (place, 0)
        for place in places
        # "add me on snap jaydog": the name is what is taken out.
        if place.kind != "platform_move" or not any(0 <= name - place.end <= NAME_BEHIND for name in names)
    ]
    if not before:
        return found
    marked = [spot.span() for mark in rules.plain_marks.values() for spot in re.finditer(re.escape(mark), seen.text)]
    # "t.me/" and then a mark: what it stands for was taken out already.
    return found + [
        (place, back)
        for place, back in find_split(seen.text, before, rules, written)
        if not any(place.start < end and start < place.end for start, end in marked)
    ]


def _find_in_one(seen: Seen, rules: ContactRules, written: Written, invited: Collection[int]) -> Iterator[Place]:
    """Find what stands in one plain text alone. Each detector runs only where its signs are seen."""
    if signs.ANYTHING in seen.signs:
        yield from _signs(seen, rules, written)
    if signs.SPELT in seen.signs:
        yield from _spelt(seen, rules, written)
    if signs.DRAWN_OUT in seen.signs:
        yield from _drawn_out(seen, rules, written)
    digits = len(seen.data) - len(seen.data.translate(None, b"0123456789"))
    if signs.SPOKEN in seen.signs or digits >= _FEWEST_DIGITS:
        yield from _numbers(seen, rules)
    if signs.HOMELY in seen.signs:
        yield from find_addresses(seen, rules, written)
    if signs.SIGN_BY_SIGN in seen.signs:
        yield from find_spoken_postcodes(seen.text, rules)
    yield from find_moves(seen, rules, invited)


def _drawn_out(seen: Seen, rules: ContactRules, written: Written) -> Iterator[Place]:
    """Find what stands in a text whose drawn out words are none: "my snapppp is", "sevennn"."""
    if changes := rules.drawn_out.changes(seen.text):
        reading = Reading(seen.text, changes)
        words = Seen(reading.text, rules.detectors)
        # Invitations are read without drawn out words as it is.
        found = _find_in_one(words, rules, lambda start, end: written(*reading.source(start, end)), ())
        yield from _in_source(found, reading)


def _in_source(places: Iterable[Place], reading: Reading | Spelt) -> Iterator[Place]:
    """Give what was found in a reading its places in the text that was read."""
    for place in places:
        start, end = reading.source(place.start, place.end)
        yield place._replace(start=start, end=end)


def _signs(seen: Seen, rules: ContactRules, written: Written) -> Iterator[Place]:
    yield from find_mailboxes(seen, rules)
    yield from find_links(seen, rules)
    yield from find_at_names(seen, rules)
    yield from find_tagged(seen, rules)
    yield from find_usernames(seen, rules, written)
    yield from find_postcodes(seen, rules, written)
    yield from find_prisons(seen)
    yield from find_cash_tags(seen.text, rules.payments)


def _spelt(seen: Seen, rules: ContactRules, written: Written) -> Iterator[Place]:
    """Find what is spelt out, and what isn't in a text in which nothing else is."""
    spelt = Spelt(seen.text, rules.spelling)
    if not spelt.readings and signs.ANYTHING in seen.signs:
        return
    found = _found_in_spelt(spelt, rules, lambda start, end: written(*spelt.source(start, end)))
    yield from _in_source(found, spelt)


def _found_in_spelt(spelt: Spelt, rules: ContactRules, written: Written) -> Iterator[Place]:
    seen = Seen(rules.reveal(spelt.text), rules.detectors)
    yield from _signs(seen, rules, written)
    if spelt.readings:
        yield from find_moves(seen, rules, invitations(seen, rules))
        if signs.HOMELY in seen.signs:
            yield from find_addresses(seen, rules, written)


def _numbers(seen: Seen, rules: ContactRules) -> Iterator[Place]:
    row = pieces(seen.text, rules.numbers)
    digits = sum(len(piece.digits) for piece in row)
    yield from find_numbers(row, seen.text, rules.helplines)
    yield from find_scattered(row, seen.text, rules.helplines, rules.units)
    if digits >= FEWEST_OF_CARD:
        yield from find_cards(row)
    if digits >= FEWEST_OF_ACCOUNT:
        yield from find_accounts(row, seen.text)
    yield from find_named(row, seen.text)
    if signs.IBAN in seen.signs:
        yield from find_ibans(seen)


def _merged(findings: list[ContactFinding]) -> list[ContactFinding]:
    """Make one finding of those that overlap, named after the kind that comes first in `KINDS`."""
    if len(findings) == 1:
        return findings
    merged: list[ContactFinding] = []
    for finding in sorted(findings, key=lambda finding: (finding.start, finding.end)):
        if merged and finding.start < merged[-1].end:
            last = merged[-1]
            named = finding if KINDS.index(finding.kind) < KINDS.index(last.kind) else last
            end, back = max(last.end, finding.end), max(last.back, finding.back)
            merged[-1] = ContactFinding(named.kind, last.start, end, named.rule, named.sure, named.why, back)
        else:
            merged.append(finding)
    return merged
