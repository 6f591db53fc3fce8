"""Addresses of the internet and usernames that come in pieces over several messages."""

import re
from collections.abc import Iterator, Sequence

from content.contact.handles import (
    Written,
    capitals,
    find_at_names,
    find_usernames,
    is_camel,
    is_name_beside,
    is_unusual,
    looks_like_name,
    may_be_name,
)
from content.contact.internet import find_links, find_mailboxes
from content.contact.place import Place
from content.contact.signs import Seen
from content.contact.spelling import Spelt
from content.contact_rules import ContactRules
from content.patterns import Plain

# An address is written on within so many messages; longer ones between are about something else.
_FURTHEST = 6
_MOST_WORDS = 4
# How many messages a name is cut into at most.
_MOST_CUTS = 3
_OPEN_HOST = re.compile(r"(?:^|[\s/])(?:www\.)?([\w-]+\.[\w.-]+)/\s*\Z")
# "my snap is", "add me on snap": a name comes next.
_NAME_COMES = re.compile(
    r"\b(?:is|its|it's|mines|mine|mine's|under|called|as|name|user|username|add)\W*\Z|[:=@]\s*\Z"
    r"|\b(?:add|find|follow|search|look|hmu)\b[^.!?]{1,25}\Z"
)
# "thats my snap", "on snap": a name came before.
_NAME_CAME = re.compile(
    r"\W*(?:(?:and|so|yeah|lol|haha) )*"
    r"(?:(?P<mine>(?:thats|that's|that is|this is|its|it's|is) my)|(?:thats|that's|this is|its|it's) me on"
    r"|on|(?:add|find) \w+ on) "
)
# The rest of a name, as nobody writes words or amounts.
_NAME_GOES_ON = re.compile(r"[._#-][\w.]+|[0-9]{2,4}|[a-z]{1,6}[0-9]{1,4}|[a-z]+_[\w.]*|[0-9](?P<unit>[a-z]{3,})")
_OPEN_ADDRESS = re.compile(r"(?:/|\bslash(?: then)?|://|\.(?:com|gg|ly|me))\s*\Z")
# "discord" and then ".gg/abc": no space is meant.
_GOES_ON = re.compile(r"[./@_][a-z0-9]")
_TOKEN = re.compile(r"[@#$£]?[\w.-]+")
# What may be said between.
_SMALL_TALK = 3
_ONE_LETTER = re.compile(r"\W*\w\W*")
_TELLING_LETTERS = 3
_MINE = re.compile(r"^\W*(?:(?:and|add|so|its|also) )?my (?:new )?")
_LINKS = frozenset({"link", "web-address"})


def find_written_on(text: str, before: Sequence[str], rules: ContactRules) -> Iterator[tuple[Place, int]]:
    """Find the end of an e-mail address, a link or a username whose beginning stands in earlier messages."""
    near = before[-_FURTHEST:]
    short = [(back, message) for back, message in _numbered(near) if len(message.split()) <= _MOST_WORDS]
    alone = _spans(text, "", rules)
    for chosen in (list(_numbered(near)), short):
        glue = rules.glue.match(text)
        skipped = glue.end() if glue and glue.end() < len(text) else 0
        lead = "".join(_stripped(message, rules) + " " for _, message in chosen)
        if _GOES_ON.match(text, skipped):
            lead = lead[:-1]
        begins: list[int] = []
        length = 0
        for _, message in chosen:
            begins.append(length)
            length += len(_stripped(message, rules)) + 1
        for place in _spans(lead + text[skipped:], lead, rules):
            start, end = max(place.start, len(lead)) - len(lead) + skipped, place.end - len(lead) + skipped
            crossing = place.start < len(lead) < place.end
            new = crossing or not any(one.start < end and start < one.end for one in alone)
            if place.end > len(lead) and new and start < end:
                first = sum(begin <= place.start for begin in begins) - 1
                rule = "link-split" if crossing and place.rule in _LINKS else place.rule
                yield place._replace(start=start, end=end, rule=rule), chosen[first][0] if crossing and chosen else 1


def find_lone(
    text: str, before: Sequence[str], rules: ContactRules, written: Written, *, spelt: bool = False
) -> Iterator[tuple[Place, int]]:
    """Find a name that stands alone behind messages about a platform, and the rest of a link behind its host.

    What was `spelt` letter by letter is one if it may be.
    """
    glue = rules.glue.match(text)
    start = glue.end() if glue else 0
    rest = text[start:].strip(" .!")
    found = _TOKEN.match(text, start)
    name = found[0].strip(".") if found and found[0].strip(".") == rest else ""
    yield from _announced(name, start, before, rules, written)
    yield from _announced_before(name, start, before, rules)
    yield from _letter_by_letter(name, start, before, rules)
    yield from _begun(name, start, before[-_FURTHEST:], rules)
    for back, message in enumerate(reversed(before[-_FURTHEST:]), start=1):
        if name and _OPEN_ADDRESS.search(message) and any(sign in "0123456789._" for sign in name):
            yield Place("url", start, start + len(name), "link-split"), back
            return
        if (
            name
            and rules.named.search(Plain(message))
            and (is_name_beside(name, rules) or (spelt and may_be_name(name, rules)))
        ):
            yield Place("handle", start, start + len(name), "name-after-platform"), back
            return
        if rules.mail_host.search(message) and len(rest.split()) <= _MOST_WORDS + 2:
            for token in _TOKEN.finditer(text):
                if is_name_beside(token[0].strip("."), rules):
                    yield Place("email", *token.span(), "email-split"), back
                    return
        if rest and rules.full_platform.search(message):
            end = capitals(text, start, len(text), written)
            if end and not text[end:].strip(" .!"):
                yield Place("handle", start, end, "full-name"), back
                return


def _announced(
    name: str, start: int, before: Sequence[str], rules: ContactRules, written: Written
) -> Iterator[tuple[Place, int]]:
    """Find a name of which the message before says that it comes."""
    last = before[-1] if before else ""
    end = start + len(name)
    host = _OPEN_HOST.search(last)
    if not name or not last:
        return
    if host and host[1] in rules.hosts and may_be_name(name, rules):
        yield Place("bank" if host[1] in rules.purses else "url", start, end, "link-split"), 1
    elif _NAME_COMES.search(last) and name[0] not in "#$£" and may_be_name(name, rules):
        named = [back for back in (1, 2) if back <= len(before) and rules.named.search(Plain(before[-back]))]
        if named:
            yield Place("handle", start, end, "username"), named[0]
    elif is_camel(written(start, end)) and rules.named.search(Plain(last)):
        yield Place("handle", start, end, "username"), 1
    if name[0] in "$£" and rules.payments.search(last):
        yield Place("bank", start, end, "bank-split"), 1


def _announced_before(name: str, start: int, before: Sequence[str], rules: ContactRules) -> Iterator[tuple[Place, int]]:
    """Find a name, as nobody says such a word all day, with small talk between it and what announced it."""
    if not name or not is_unusual(name, rules):
        return
    for back, message in enumerate(reversed(before[-_FURTHEST:]), start=1):
        if back > 1 and _announces(message, rules):
            yield Place("handle", start, start + len(name), "username"), back
            return
        if len(message.split()) > _SMALL_TALK:
            return


def _announces(message: str, rules: ContactRules) -> bool:
    """Say whether a message ends where a name comes, or is nothing but the word for somebody's platform ("my psn")."""
    bare = _MINE.sub("", message).strip(" .!:,-")
    return bare in rules.platforms or (
        _NAME_COMES.search(message) is not None and rules.named.search(Plain(message)) is not None
    )


def _letter_by_letter(name: str, start: int, before: Sequence[str], rules: ContactRules) -> Iterator[tuple[Place, int]]:
    """Find a letter of a name that comes one by one, from the fourth on, behind a message about a platform."""
    if len(name) != 1:
        return
    for count, message in enumerate(reversed(before)):
        if not _ONE_LETTER.fullmatch(message):
            if count >= _TELLING_LETTERS and rules.named.search(Plain(message)):
                yield Place("handle", start, start + 1, "username"), count + 1
            return


def _begun(name: str, start: int, before: Sequence[str], rules: ContactRules) -> Iterator[tuple[Place, int]]:
    """Find the rest of a name that earlier messages began, behind a word about a platform."""
    rest = _NAME_GOES_ON.fullmatch(name)
    if not rest or rest["unit"] in rules.units:
        return
    begun = name
    for back, message in enumerate(reversed(before[-_MOST_CUTS:]), start=1):
        piece = _stripped(message, rules).strip(" .!")
        words = piece.split()
        if back == 1 and _is_begun(words, rules):
            # "snap jay" and then "_12".
            if not name.isdigit() and is_name_beside(words[-1] + begun, rules):
                yield Place("handle", start, start + len(name), "username"), 1
            return
        if not _TOKEN.fullmatch(piece) or piece in rules.everyday or piece in rules.platforms:
            return
        begun = piece + begun
        if is_name_beside(begun.replace("#", "_"), rules) and rules.named.search(Plain(" \n".join(before[:-back]))):
            yield Place("handle", start, start + len(name), "username"), back
            return


def _is_begun(words: Sequence[str], rules: ContactRules) -> bool:
    """Say whether a message ends with the beginning of a name: "snap jay", "my insta is jay"."""
    if not 1 < len(words) <= _MOST_WORDS + 1 or words[-1] in rules.everyday:
        return False
    if words[0] in rules.platforms:
        return True
    lead = " ".join(words[:-1])
    return _NAME_COMES.search(lead) is not None and rules.named.search(Plain(lead)) is not None


def find_told_after(text: str, before: Sequence[str], rules: ContactRules) -> Iterator[tuple[Place, int]]:
    """Find what makes a name usable that an earlier message had alone: "thats my snap", "on insta"."""
    told = _NAME_CAME.match(f"on {text}" if text.strip(" .!") in rules.platforms else text)
    if not told or len(text.split()) > _MOST_WORDS or not ("everything" in text or rules.named.search(Plain(text))):
        return
    begun = ""
    for back, message in enumerate(reversed(before), start=1):
        name = _stripped(message, rules).strip(" .!")
        if back > _MOST_CUTS and not _ONE_LETTER.fullmatch(name):
            return
        if not _TOKEN.fullmatch(name):
            begun = ""
            continue
        begun = name + begun
        # In another message than the last only what looks like a name.
        sure = back == 1 and told["mine"] and may_be_name(name, rules)
        letters = told["mine"] and back > _MOST_CUTS and may_be_name(begun, rules)
        if sure or letters or is_name_beside(name, rules) or (begun != name and is_name_beside(begun, rules)):
            yield Place("handle", 0, len(text.rstrip()), "username"), back
            return


def _spans(text: str, lead: str, rules: ContactRules) -> list[Place]:
    """Find addresses and names in a text; those behind the lead must look like a name and nothing else."""
    spelt = Spelt(text, rules.spelling)
    seen = Seen(text, rules.detectors)
    places = [*find_mailboxes(seen, rules), *find_links(seen, rules)]
    if spelt.readings:
        again = Seen(spelt.text, rules.detectors)
        for place in (*find_mailboxes(again, rules), *find_links(again, rules), *find_at_names(again, rules)):
            start, end = spelt.source(place.start, place.end)
            places.append(place._replace(start=start, end=end))
    names = find_usernames(seen, rules, lambda start, end: text[start:end])
    return places + [
        place
        for place in names
        if place.start >= len(lead)
        and place.rule != "name-alone"
        and (not lead or looks_like_name(text[place.start : place.end], rules))
    ]


def _numbered(messages: Sequence[str]) -> Iterator[tuple[int, str]]:
    for place, message in enumerate(messages):
        yield len(messages) - place, message


def _stripped(message: str, rules: ContactRules) -> str:
    """Take away what joins a message to the one before ("then", "and its")."""
    glue = rules.glue.match(message)
    return message[glue.end() :] if glue and glue.end() < len(message) else message
