"""Rule engine for contact details: what would let two people reach each other outside the service."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from content.contact_rules import KINDS, ContactRules, Kind
from content.folding import Folded
from content.patterns import Pattern, compile_pattern, find_all
from content.phone_numbers import find_numbers
from content.sureness import Sure

# Taking a detail out can bring two halves of another one together. Two rounds settle ordinary texts, three hostile
# ones; a text that isn't settled after so many is taken out whole.
_ROUNDS = 6

# Mailboxes and numbers behind "mailto:" and "tel:" are found as what they are.
_LINK = compile_pattern(r"\b(?:(?:https?|ftp|tg|whatsapp|snapchat|discord|skype):/*[^\s]+|www\.[^\s]+)")
_WEB = compile_pattern(r"(?:[\pL\pN_-]+\.)+\pL[\pL\pN_-]*(?::[0-9]{1,5})?(?:[/?#][^\s]*)?")
_AT_NAME = compile_pattern(r"[\pL\pN_.%+'-]*@[\pL\pN_][\pL\pN_.-]*")
_SPACED = re.compile(r" @|@ | \.|\. ")
_TIME = re.compile(r"[0-9.]+(?:am|pm|ish)?")
_AFTER_HOST = re.compile(r"[/?#:\\]")
# Royal Mail, "Programmers' Guide", postcode formats: A9, A99, AA9, AA99, A9A, AA9A and 9AA without C I K M O V.
_POSTCODE = re.compile(r"(?<![a-z0-9])([a-z]{1,2})[0-9][0-9a-z]?([ -]{0,2})([0-9][abd-hjlnp-uw-z]{2})(?![a-z0-9])")
# "the E3 2nd stop" is a bus; "N9 4TH" counts only when it is written without the space.
_ORDINALS = frozenset({"1st", "2nd", "3rd", *(f"{number}th" for number in range(4, 10))})
# What ends a sentence rather than an address.
_AFTER = ".,;:!?)]}\"'"


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


def find_contact_details(text: str, rules: ContactRules, before: Sequence[str] = ()) -> tuple[ContactFinding, ...]:  # noqa: ARG001
    """Find contact details: sorted by place, without overlaps, and such that `redact` leaves none behind.

    `before` are the earlier messages of the same sender in the same match, as they were written, oldest first: a
    detail that this text completes or makes usable is found at the piece of it that stands here.

    Never raises, whatever the text; linear time.
    """
    folded = Folded(text)
    found: list[ContactFinding] = []
    for _ in range(_ROUNDS):
        fresh = _detect(folded, rules) if rules.trigger.search(folded.text) else []
        if not fresh:
            return tuple(found)
        found = _merged([*found, *fresh])
        for finding in found:
            folded.replace(finding.start, finding.end, rules.plain_marks[finding.kind])
        folded.join()
    return (ContactFinding(found[0].kind, 0, len(text), "unsettled"),)


def may_continue(text: str, rules: ContactRules) -> bool:
    """Whether earlier messages could make a difference to what `find_contact_details` finds in this text."""
    return rules.trigger.search(Folded(text).text) is not None


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


def _detect(folded: Folded, rules: ContactRules) -> list[ContactFinding]:
    text = folded.text
    detectors: tuple[tuple[Kind, Iterator[tuple[int, int, str]]], ...] = (
        ("email", _mailboxes(text, rules)),
        ("url", _links(text, rules)),
        ("phone", find_numbers(text, rules.helplines)),
        ("handle", _usernames(text, rules)),
        ("postcode", _postcodes(text, rules)),
    )
    return [
        ContactFinding(kind, *folded.original(start, end), rule)
        for kind, places in detectors
        for start, end, rule in places
    ]


def _merged(findings: list[ContactFinding]) -> list[ContactFinding]:
    """Make one finding of those that overlap, named after the kind that comes first in `KINDS`."""
    merged: list[ContactFinding] = []
    for finding in sorted(findings, key=lambda finding: (finding.start, finding.end)):
        if merged and finding.start < merged[-1].end:
            named = min(merged[-1], finding, key=lambda one: KINDS.index(one.kind))
            end = max(merged[-1].end, finding.end)
            merged[-1] = ContactFinding(named.kind, merged[-1].start, end, named.rule)
        else:
            merged.append(finding)
    return merged


def _is_allowed(host: str, rules: ContactRules) -> bool:
    """Say whether a host is on the list of those that may pass, or below one of them."""
    labels = host.rstrip(".").split(".")
    # No domain of the list has more than four labels, and a hostile host may have thousands.
    return any(".".join(labels[-count:]) in rules.domains for count in range(1, min(len(labels), 4) + 1))


def _places(pattern: Pattern, text: str) -> Iterator[tuple[int, int, str]]:
    """Find all places that match, with their words."""
    for start, end in find_all(pattern, text):
        yield start, end, text[start:end]


def _mailboxes(text: str, rules: ContactRules) -> Iterator[tuple[int, int, str]]:
    if "@" not in text:
        return
    for pattern in (rules.mailbox, rules.spaced_mailbox) if _SPACED.search(text) else (rules.mailbox,):
        for start, end, words in _places(pattern, text):
            if not _is_allowed(words.rpartition("@")[2].replace(" ", ""), rules):
                yield start, end, "email"


def _links(text: str, rules: ContactRules) -> Iterator[tuple[int, int, str]]:
    if "." not in text and ":" not in text:
        return
    for start, _, words in _places(_LINK, text):
        scheme, colon, rest = words.partition(":")
        host = _AFTER_HOST.split(rest.lstrip("/") if colon else scheme, maxsplit=1)[0]
        if not _is_allowed(host.rstrip(_AFTER), rules):
            yield start, start + len(words.rstrip(_AFTER)), "link"
    for start, _, words in _places(_WEB, text):
        host, *path = _AFTER_HOST.split(words, maxsplit=1)
        if _leads_out(host, rules, with_path=bool(path)) and not _is_allowed(host, rules):
            yield start, start + len(words.rstrip(_AFTER)), "web-address"


def _leads_out(host: str, rules: ContactRules, *, with_path: bool) -> bool:
    """Tell a web address from two words with a dot between."""
    *_, name, ending = host.split(".")
    return (
        ending in rules.endings
        or (with_path and ending in rules.endings_with_path)
        or f"{name}.{ending}" in rules.hosts
    )


def _usernames(text: str, rules: ContactRules) -> Iterator[tuple[int, int, str]]:
    if "@" in text:
        for start, _, words in _places(_AT_NAME, text):
            name = words.rpartition("@")[2].rstrip(".-")
            if not (len(name) == 1 or name in rules.places or _TIME.fullmatch(name) or _is_allowed(name, rules)):
                yield start, start + len(words.rstrip(".-")), "at-name"
    for username in rules.usernames:
        for start, end in find_all(username.pattern, text, group=1):
            if _is_username(text[start:end], rules, strict=username.strict):
                yield start, end, "username"


def _is_username(name: str, rules: ContactRules, *, strict: bool) -> bool:
    """Tell a username from a word that goes on with the sentence ("my snap is broken")."""
    if name in rules.everyday or name in rules.platforms or name.isdigit():
        return False
    return not strict or not name.isalpha()


def _postcodes(text: str, rules: ContactRules) -> Iterator[tuple[int, int, str]]:
    for found in _POSTCODE.finditer(text):
        if found[1] in rules.areas and not (found[2] and found[3] in _ORDINALS):
            yield found.start(), found.end(), "postcode"
