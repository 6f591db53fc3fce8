"""Rule engine for contact details: what would let two people reach each other outside the service."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from content.contact.addresses import find_addresses, find_prisons
from content.contact.bank import find_accounts, find_cards, find_cash_tags, find_ibans
from content.contact.handles import Written, find_at_names, find_tagged, find_usernames
from content.contact.internet import find_links, find_mailboxes
from content.contact.moves import NAME_BEHIND, find_moves
from content.contact.numerals import TooManyError, pieces
from content.contact.phone import find_numbers, find_scattered
from content.contact.place import KINDS, Place
from content.contact.postcodes import find_postcodes, find_spoken_postcodes
from content.contact.spelling import Spelt
from content.contact.split import find_split, may_be_piece
from content.contact_rules import ContactRules, Kind
from content.folding import Folded
from content.sureness import Sure

__all__ = ["KINDS", "ContactFinding", "find_contact_details", "may_continue", "redact"]

# Taking a detail out can bring two halves of another one together. Two rounds settle ordinary texts, three hostile
# ones; a text that isn't settled after so many is taken out whole.
_ROUNDS = 6
# Nobody writes so many details in one message; what has more is taken out whole.
_MOST_FOUND = 200
# So many digits make the shortest detail that is written in figures alone.
_FEWEST_DIGITS = 7
_UNSETTLED = "More details than the filter could take apart; the whole text was taken out."


@dataclass(frozen=True, slots=True)
class ContactFinding:
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
    earlier = [Folded(message).text for message in before] if continues else []
    found: list[ContactFinding] = []

    def written(start: int, end: int) -> str:
        return text[slice(*folded.original(start, end))]

    for _ in range(_ROUNDS):
        try:
            places = list(islice(_detect(folded.text, earlier, rules, written), _MOST_FOUND + 1))
        except TooManyError:
            return (_whole(text, found),)
        fresh = [_finding(folded, place, back, rules) for place, back in places if place.rule in rules.rules]
        if not fresh:
            return tuple(found)
        if len(places) > _MOST_FOUND:
            return (_whole(text, fresh),)
        found = _merged([*found, *fresh])
        for finding in found:
            folded.replace(finding.start, finding.end, rules.plain_marks[finding.kind])
        folded.join()
    return (_whole(text, found),)


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


def _detect(text: str, before: Sequence[str], rules: ContactRules, written: Written) -> Iterator[tuple[Place, int]]:
    """Find what stands in a plain text, and what the messages before make of it: with how many messages back."""
    places = list(islice(find_in_one(text, rules, written), _MOST_FOUND + 1))
    names = [place.start for place in places if place.kind == "handle"]
    for place in places:
        # "add me on snap jaydog": the name is what is taken out.
        if place.kind != "platform_move" or not any(0 <= name - place.end <= NAME_BEHIND for name in names):
            yield place, 0
    if before:
        yield from find_split(text, before, rules, written)


def find_in_one(text: str, rules: ContactRules, written: Written) -> Iterator[Place]:
    """Find what stands in one plain text alone. Each detector runs only where its signs are seen."""
    if rules.trigger.search(text):
        yield from _signs(text, rules, written)
    if rules.spelling.gate.search(text):
        spelt = Spelt(text, rules.spelling)
        for place in _signs(spelt.text, rules, lambda start, end: written(*spelt.source(start, end))):
            start, end = spelt.source(place.start, place.end)
            yield place._replace(start=start, end=end)
        for place in find_moves(spelt.text, rules):
            start, end = spelt.source(place.start, place.end)
            yield place._replace(start=start, end=end)
        for place in find_addresses(spelt.text, rules, lambda start, end: written(*spelt.source(start, end))):
            start, end = spelt.source(place.start, place.end)
            yield place._replace(start=start, end=end)
    spoken = rules.spoken.search(text) is not None
    if spoken or sum(map(text.count, "0123456789")) >= _FEWEST_DIGITS:
        yield from _numbers(text, rules)
    if rules.homely.search(text):
        yield from find_addresses(text, rules, written)
        yield from find_spoken_postcodes(text, rules)
    yield from find_moves(text, rules)


def _signs(text: str, rules: ContactRules, written: Written) -> Iterator[Place]:
    yield from find_mailboxes(text, rules)
    yield from find_links(text, rules)
    yield from find_at_names(text, rules)
    yield from find_tagged(text, rules)
    yield from find_usernames(text, rules, written)
    yield from find_postcodes(text, rules)
    yield from find_prisons(text)
    yield from find_cash_tags(text, rules.payments)


def _numbers(text: str, rules: ContactRules) -> Iterator[Place]:
    row = pieces(text, rules.numbers)
    yield from find_numbers(row, text, rules.helplines)
    yield from find_scattered(row, text, rules.helplines, rules.units)
    yield from find_cards(row)
    yield from find_accounts(row, text)
    yield from find_ibans(text)


def _merged(findings: list[ContactFinding]) -> list[ContactFinding]:
    """Make one finding of those that overlap, named after the kind that comes first in `KINDS`."""
    merged: list[ContactFinding] = []
    for finding in sorted(findings, key=lambda finding: (finding.start, finding.end)):
        if merged and finding.start < merged[-1].end:
            named = min(merged[-1], finding, key=lambda one: KINDS.index(one.kind))
            end = max(merged[-1].end, finding.end)
            back = max(merged[-1].back, finding.back)
            merged[-1] = replace(named, start=merged[-1].start, end=end, back=back)
        else:
            merged.append(finding)
    return merged
