"""E-mail addresses and web addresses."""

import re
from collections.abc import Iterator

from content.contact import signs
from content.contact.common_words import is_common
from content.contact.place import Place
from content.contact.signs import Seen
from content.contact_rules import ContactRules
from content.patterns import Pattern, Plain, find_all

# Mailboxes and numbers behind "mailto:" and "tel:" are found as what they are.
_LINK = Pattern(r"\b(?:(?:h[tx]{2}ps?|ftp|tg|whatsapp|snapchat|discord|skype):/*[^\s]+|www\.[^\s]+)")
_WEB = Pattern(r"(?:[\pL\pN_-]+\.)+\pL[\pL\pN_-]*(?::[0-9]{1,5})?(?:[/?#][^\s]*)?")
_SPACED = re.compile(r" @|@ | \.|\. ")
# What is left of a name that has a space in it, and the word before.
_SHORT_REST = 2
_LONGEST_WORD = 20
_WORD_BEFORE = re.compile(r"(?<![^\s])([^\W_]{2,}) \Z")
_AFTER_HOST = re.compile(r"[/?#:\\]")
# What ends a sentence rather than an address.
_AFTER = ".,;:!?)]}\"'"


def is_allowed(host: str, rules: ContactRules) -> bool:
    """Say whether a host is on the list of those that may pass, or below one of them."""
    labels = host.rstrip(".").split(".")
    # No domain of the list has more than four labels, and a hostile host may have thousands.
    return any(".".join(labels[-count:]) in rules.domains for count in range(1, min(len(labels), 4) + 1))


def places_of(pattern: Pattern, text: Plain) -> Iterator[tuple[int, int, str]]:
    """Find all places that match, with their words."""
    for start, end in find_all(pattern, text):
        yield start, end, text.text[start:end]


def find_mailboxes(seen: Seen, rules: ContactRules) -> Iterator[Place]:
    """Find e-mail addresses."""
    if "@" not in seen.text:
        return
    for pattern in (rules.mailbox, rules.spaced_mailbox) if _SPACED.search(seen.text) else (rules.mailbox,):
        for start, end, words in places_of(pattern, seen):
            if not is_allowed(words.rpartition("@")[2].replace(" ", ""), rules):
                yield Place("email", start - _apart(seen.text, start, words, rules), end, "email")


def _apart(text: str, start: int, words: str, rules: ContactRules) -> int:
    """Say how long the beginning of a mailbox is that stands apart: "ellie r @ yahoo.co.uk"."""
    if len(words.partition("@")[0].rstrip()) > _SHORT_REST:
        return 0
    before = _WORD_BEFORE.search(text, max(start - _LONGEST_WORD, 0), start)
    if not before or before[1] in rules.everyday or (before.start() and is_common(before[1], rules.common)):
        return 0
    return len(before[0])


def find_links(seen: Seen, rules: ContactRules) -> Iterator[Place]:
    """Find links and web addresses; one that leads to somebody's purse is `bank`."""
    for start, _, words in places_of(_LINK, seen) if signs.LINK in seen.signs else ():
        scheme, colon, rest = words.partition(":")
        host = _AFTER_HOST.split(rest.lstrip("/") if colon else scheme, maxsplit=1)[0]
        if not is_allowed(host.rstrip(_AFTER), rules):
            yield _link(start, words, host, rules, "link")
    for start, _, words in places_of(_WEB, seen) if signs.WEB in seen.signs else ():
        host, *path = _AFTER_HOST.split(words, maxsplit=1)
        if _leads_out(host, rules, with_path=bool(path)) and not is_allowed(host, rules):
            yield _link(start, words, host, rules, "web-address")


def _link(start: int, words: str, host: str, rules: ContactRules, rule: str) -> Place:
    end = start + len(words.rstrip(_AFTER))
    if host.removeprefix("www.").rstrip(_AFTER) in rules.purses:
        return Place("bank", start, end, "payment-link")
    return Place("url", start, end, rule)


def _leads_out(host: str, rules: ContactRules, *, with_path: bool) -> bool:
    """Tell a web address from two words with a dot between."""
    *_, name, ending = host.split(".")
    return (
        ending in rules.endings
        or (with_path and ending in rules.endings_with_path)
        or f"{name}.{ending}" in rules.hosts
    ) and name not in rules.talk
