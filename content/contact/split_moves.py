"""Invitations and questions for details that come in pieces over several messages: "gimme ur" and then "number"."""

from collections.abc import Iterator, Sequence

from content.contact.moves import find_moves, invitations
from content.contact.place import Place
from content.contact.signs import Seen
from content.contact_rules import ContactRules

# An invitation is written on within so many messages; what is longer is about something else.
_FURTHEST = 4
_MOST_BEGUN = 8
_MOST_WORDS = 4
# So short is what is said in between ("lol", "hang on").
_BETWEEN = 2
_SENTENCE_ENDS = (".", "!", "?")


def find_split_moves(text: str, before: Sequence[str], rules: ContactRules) -> Iterator[tuple[Place, int]]:
    """Find the end of an invitation whose beginning stands in earlier messages: one for each text at most."""
    if not before or len(text.split()) > _MOST_WORDS:
        return
    for back in range(1, min(_FURTHEST, len(before)) + 1):
        begun, *between = before[-back:]
        if len(begun.split()) > _MOST_BEGUN or begun.rstrip().endswith(_SENTENCE_ENDS):
            return
        # What stands between belongs to it or is said aside.
        leads = [" ".join([begun, *between])]
        if between and all(len(message.split()) <= _BETWEEN for message in between):
            leads.append(begun)
        for lead in leads:
            for place in _crossing(lead.strip(), text, rules):
                yield place, back
                return


def _crossing(lead: str, text: str, rules: ContactRules) -> Iterator[Place]:
    """Find invitations that begin in the lead and end in the text, without those that the lead had whole."""
    behind = len(lead) + 1
    crossing = [place for place in _moves(f"{lead} {text}", rules) if place.start < len(lead) and place.end > behind]
    whole = [place.end for place in _moves(lead, rules)] if crossing else []
    for place in crossing:
        if not any(end > place.start for end in whole):
            yield Place("platform_move", 0, place.end - behind, "move-split")


def _moves(text: str, rules: ContactRules) -> list[Place]:
    seen = Seen(rules.reveal(text), rules.detectors)
    return list(find_moves(seen, rules, invitations(seen, rules)))
