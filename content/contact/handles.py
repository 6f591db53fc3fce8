"""Usernames on the platforms where people have them."""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence

from content.contact import signs
from content.contact.common_words import is_common
from content.contact.internet import is_allowed, places_of
from content.contact.naming import UsernamePattern
from content.contact.place import Kind, Place
from content.contact.signs import Seen
from content.contact_rules import ContactRules
from content.patterns import Pattern, find_all

_AT_NAME = Pattern(r"[\pL\pN_.%+'-]*@[\pL\pN_][\pL\pN_.-]*")
_TIME = re.compile(r"[0-9.]+(?:am|pm|ish)?")
# "4oz", "2nite", "20mins": a number with something behind. "b12", "ps5", "fc25": roads, vitamins, machines, games.
_NUMBERED = re.compile(r"[0-9][0-9.,]*[a-z]*|[a-z][0-9]{1,3}|[a-z]{2}[0-9]|(?:fc|gt|wr|dx)[0-9]{2}")
# A message that is nothing but a name.
_ALONE = re.compile(r"\W*(?P<name>[^\W\d_][\w.]{0,30}\w)\W*")
# With an underline inside, or a long word with a number that is no year.
_NAME_ALONE = re.compile(r"[^_]_[^_]|^[a-z]{7,}(?!(?:19|20)[0-9]{2}$)[0-9]{1,4}$")
_TOKEN = re.compile(r"(?<![\w@./#£$-])[\w-]+(?:\.[\w-]+)*_?(?![\w@])")
_FILE = re.compile(
    r".*\.(?:docx?|pdf|jpe?g|png|gif|heic|mp[34]|mov|txt|xlsx?|csv|pptx?|odt|zip|exe|apk|py|js|css|html?|java|json)"
)
# Discord's older names, those of Riot's servers, Reddit's, Nintendo's and Supercell's have a form of their own.
_TAGGED = Pattern(
    r"[\pL\pN_.-]{2,32}#(?:[0-9]{4}|euw1?|eune?1?|na1)\b|\bu/[a-z0-9_-]{3,20}\b|\bsw(?:[ -]{1,2}[0-9]{4}){3}\b"
)
# "RookEndRita".
_CAMEL = re.compile(
    r"(?!Ma?c[A-Z])[A-Z][a-z]{2,}(?:[A-Z]?[A-Z][a-z]{2,}){1,3}[0-9]{0,4}|x{1,3}X?[A-Z][a-z]{2,}[A-Za-z]{0,12}[0-9]{0,4}"
)
_SPOKEN_OF = re.compile(r"\b(?:from|with|by|on|the|at|via|in|off|watch|watching|and|called|playing|of) +\Z")
_CLAN_TAG = re.compile(r"#(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{6,10}\b")
_FURTHEST = 150
_HOW = re.compile(r"[^\W\d_]{3}(?:ed|y|ful|ous|able|ive|ish|less)\Z")
_IS = re.compile(r"\b(?:is|r|are|was) \Z")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
# Whom the writer follows: "i follow england on insta".
_FOLLOWED = re.compile(
    r"\b(?:i|we|they|he|she|who|people|do (?:u|you|ya))(?: (?:just|only|also|mostly|even|already|always|still|all))?"
    r" (?:follow|find|search) \Z"
)
# The word for a purse or a mailbox stands so many characters before a name at most.
_BESIDE = 40
# "add me on facebook il accept".
_SHORTEST_NAME = 3
# So many figures are no amount but the code of a friend in a game.
_CODE = 8
_WORD = re.compile(r"\S+")

# Gives what the person wrote for a span of the plain text: capitals tell a name.
Written = Callable[[int, int], str]


def find_at_names(seen: Seen, rules: ContactRules) -> Iterator[Place]:
    """Find names behind "@"."""
    text = seen.text
    if "@" not in text:
        return
    for start, _, words in places_of(_AT_NAME, seen):
        name = words.rpartition("@")[2].rstrip(".-")
        if not (len(name) == 1 or name in rules.places or _TIME.fullmatch(name) or is_allowed(name, rules)):
            end = start + len(words.rstrip(".-"))
            yield Place(_kind(text, start, end, rules), start, end, "at-name")


def find_tagged(seen: Seen, rules: ContactRules) -> Iterator[Place]:
    """Find names that are recognised by their form alone."""
    if signs.TAGGED in seen.signs:
        for start, end in find_all(_TAGGED, seen):
            yield Place("handle", start, end, "tagged-name")
    if "#" in seen.text and rules.named.search(seen):
        for found in _CLAN_TAG.finditer(seen.text):
            yield Place("handle", *found.span(), "tagged-name")


def find_usernames(seen: Seen, rules: ContactRules, written: Written) -> Iterator[Place]:
    """Find names that stand beside their platform, or in a text about it when they look like nothing else."""
    ways = rules.usernames
    alone = _ALONE.fullmatch(seen.text)
    if alone and _NAME_ALONE.search(alone["name"]) and looks_like_name(alone["name"], rules):
        yield Place("handle", *alone.span("name"), "name-alone")
    if signs.NAMED not in seen.signs:
        yield from _names(seen, ways.anywhere, ways.anywhere_set.found(seen), rules)
        return
    found = ways.named_set.found(seen)
    yield from _names(seen, ways.named, found, rules)
    yield from _names(seen, ways.anywhere, ways.anywhere_set.found(seen), rules)
    for number, full_name in enumerate(ways.full_names, start=len(ways.named)):
        for start, end in find_all(full_name, seen, group=1) if number in found else ():
            stop = capitals(seen.text, start, end, written) or _small_letters(seen.text, start, end, rules)
            if stop:
                yield Place("handle", start, stop, "full-name")
    yield from _far_names(seen, rules, written)


def _names(seen: Seen, ways: Sequence[UsernamePattern], found: Collection[int], rules: ContactRules) -> Iterator[Place]:
    for number, way in enumerate(ways):
        for start, end in find_all(way.pattern, seen, group=1) if number in found else ():
            name = seen.text[start:end]
            if way.unusual and not is_unusual(name, rules):
                continue
            if _says_how_it_is(name, seen.text, start, rules):
                continue
            if _is_username(name, rules, strict=way.strict) and not _FOLLOWED.search(seen.text, 0, start):
                yield Place(_kind(seen.text, start, end, rules), start, end, "username")


def looks_like_name(name: str, rules: ContactRules) -> bool:
    """Say whether a word looks like a username and like nothing else: signs or digits in the middle of letters."""
    bare = name.strip("._-")
    # Nearly every word is nothing but letters.
    if bare.isalpha() or not 4 <= len(bare) <= 30 or not any(sign.isalpha() for sign in bare) or "__" in bare:
        return False
    if _NUMBERED.fullmatch(bare) or _FILE.fullmatch(bare) or bare in rules.everyday or is_allowed(bare, rules):
        return False
    if rules.numbered.fullmatch(bare):
        return False
    if "_" in name:
        return True
    letters = [part for part in bare.split(".") if len(part) > 2]
    if "." in bare and not any(sign.isdigit() for sign in bare):
        return bare.count(".") > 1 and len(letters) > 1
    return any(sign.isdigit() for sign in bare) and "-" not in bare and bool(letters)


def is_name_beside(name: str, rules: ContactRules) -> bool:
    """The same for a word that stands right behind its platform: one dot is enough there."""
    if looks_like_name(name, rules) or ("." in name.strip(".") and _is_username(name, rules, strict=True)):
        return True
    return name != name.strip("_") and may_be_name(name.strip("_"), rules)


def may_be_name(name: str, rules: ContactRules) -> bool:
    """The same where somebody has just said that their name comes: any word that isn't said all day."""
    return len(name.strip("._-")) > _SHORTEST_NAME and _is_username(name, rules, strict=False)


def _says_how_it_is(name: str, text: str, start: int, rules: ContactRules) -> bool:
    """Tell "discord is laggy" from "discord is jaydog": a word that people say all day, in the form of such words."""
    return _HOW.search(name) is not None and _IS.search(text, 0, start) is not None and is_common(name, rules.common)


def is_unusual(name: str, rules: ContactRules) -> bool:
    """Say whether a word is long enough for a name, and none that people say all day, nor what somebody is called."""
    bare = name.strip("._-")
    if not bare.isalpha():
        return is_name_beside(name, rules)
    if len(bare) <= _SHORTEST_NAME or bare in rules.everyday or bare in rules.first_names:
        return False
    return not any(is_common(word, rules.common) for word in (bare, _DRAWN_OUT.sub(r"\1", bare)))


def _far_names(seen: Seen, rules: ContactRules, written: Written) -> Iterator[Place]:
    text = seen.text
    places = [start for start, _ in find_all(rules.named, seen)]
    for found in _TOKEN.finditer(text) if places else ():
        if (
            found[0] not in rules.platforms
            and (looks_like_name(found[0], rules) or _is_camel(found, text, rules, written))
            and _stands_near(places, found.start())
        ):
            yield Place(_kind(text, *found.span(), rules), *found.span(), "name-near-platform")


def _stands_near(places: Sequence[int], start: int) -> bool:
    """Say whether one of some places, which are sorted, is near another."""
    behind = bisect_right(places, start)
    return any(abs(start - place) <= _FURTHEST for place in places[max(behind - 1, 0) : behind + 1])


def is_camel(word: str) -> bool:
    """Say whether a word is written with capitals inside, as no name of a person is."""
    return _CAMEL.fullmatch(word) is not None


def _is_camel(found: re.Match[str], text: str, rules: ContactRules, written: Written) -> bool:
    """Say whether a word has capitals inside, and isn't somebody or something that is only spoken of."""
    if found[0] in rules.everyday:
        return False
    word = written(*found.span())
    if word.lower() != found[0] or not is_camel(word):
        return False
    return not _SPOKEN_OF.search(text, max(found.start() - _FURTHEST, 0), found.start())


def _is_username(name: str, rules: ContactRules, *, strict: bool) -> bool:
    """Tell a username from a word that goes on with the sentence ("my snap is broken")."""
    if (
        len(name) < _SHORTEST_NAME
        or all(word in rules.everyday or (word.isdigit() and len(name) < _CODE) for word in name.split())
        or name in rules.platforms
        or (name.isalpha() and name.endswith("ing"))
    ):
        return False
    if "-" in name and all(part.isalpha() for part in name.split("-")):
        # "part-time work": hardly anybody has a name of two words and a hyphen.
        return not strict and rules.everyday.isdisjoint(name.split("-"))
    return not strict or not (
        name.isalpha()
        or _NUMBERED.fullmatch(name)
        or rules.numbered.fullmatch(name)
        or _FILE.fullmatch(name)
        or "[" in name
    )


def _kind(text: str, start: int, end: int, rules: ContactRules) -> Kind:
    """A name that money is sent to is a bank detail, one beside a mailbox an address."""
    before = text[max(start - _BESIDE, 0) : start]
    if rules.payments.search(before):
        return "bank"
    return "email" if rules.mailboxes.search(before + text[start : end + _BESIDE // 2]) else "handle"


def _small_letters(text: str, start: int, end: int, rules: ContactRules) -> int:
    """Say where a full name in small letters ends; 0: it is none, as far as anybody can tell."""
    words = list(_WORD.finditer(text, start, end))[:2]
    if len(words) < 2 or words[0][0] not in rules.first_names:
        return 0
    return words[1].end() if _is_username(words[1][0], rules, strict=False) else 0


def capitals(text: str, start: int, end: int, written: Written) -> int:
    """Say where the words with a capital end that begin at `start`; 0: they aren't two, so no full name."""
    stops = []
    for word in _WORD.finditer(text, start, end):
        if not (word[0][0].isalpha() and written(word.start(), word.end())[:1].isupper()):
            break
        stops.append(word.end())
    return stops[-1] if len(stops) > 1 else 0
