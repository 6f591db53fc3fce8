"""Expressions of the contact-details filter, built from the lists of the content."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.contact.numerals import NumberWords
from content.contact.schema import ContactFile
from content.patterns import Pattern, PatternSet, any_of

# The two sides of a mailbox.
LOCAL = r"[\pL\pN._%+'-]*[\pL\pN_%+'-]"
LABEL = r"[\pL\pN-]+"
# What a letter is written as in the name of a platform ("d1sc0rd").
_DISGUISES = {"a": "[a4@]", "e": "[e3]", "i": "[i1!]", "o": "[o0]", "s": "[s5$]", "t": "[t7]", "l": "[l1]"}
_SHORTEST_DISGUISED = 4
# What people say before the name they have somewhere.
_CALLED = (
    r"(?:mines|mine is|mine's|mines is|under|im called|i'm called|am called|im known as|known as|call me|calls me"
    r"|i go by|go by|username|user name|user|gamertag|name is|names|name's|handle is|handle's|handles|user is"
    r"|find me as|im down as)"
)
# What ends the words about a name: "on discord im shadowfox", but not "on discord im mostly quiet".
_CLAUSE_END = (
    r"(?: *$| *[.,!?;)\n]"
    r"| +(?:x+|if|add|and|but|on|with|lol|pls|plz|please|innit|init|drop|hmu|follow|message|msg)\b)"
)
_NAME = r"[^\W\d_][^\W\d_'-]{0,29}"
# Also with a figure for a letter ("m4rlowe").
_NAME_OF_STREET = r"[^\W\d_][^\W_']{0,29}(?:'s)?"


@dataclass(frozen=True, slots=True)
class UsernamePattern:
    """One way to write "this is my name there"; group 1 is the name."""

    pattern: Pattern
    # True when only a name with a digit, underline or dot inside counts.
    strict: bool


@dataclass(frozen=True, slots=True)
class Usernames:
    """The ways to write it in a text that names a platform or has a word for a username, and in every text."""

    named: tuple[UsernamePattern, ...]
    # Words beside a platform where people have their full names; group 1 is the words.
    full_names: tuple[Pattern, ...]
    # Which of `named` and then of `full_names` a text has.
    named_set: PatternSet
    anywhere: tuple[UsernamePattern, ...]
    anywhere_set: PatternSet


@dataclass(frozen=True, slots=True)
class Streets:
    """The words of addresses, made ready."""

    # Words for streets; the group `strong` took part when it can hardly be anything else.
    kinds: re.Pattern[str]
    # A house number and a name at the end of what stands before such a word.
    house: re.Pattern[str]
    flat: re.Pattern[str]
    # "I live at 12".
    home: re.Pattern[str]
    # A street with words of home, or a text that is nothing but a street.
    ours: re.Pattern[str]
    # A text that begins with a house number.
    number: re.Pattern[str]
    cue: re.Pattern[str]
    not_before: re.Pattern[str]
    # Words for streets that tell one behind figures.
    telling: frozenset[str]
    stops: frozenset[str]
    not_behind: frozenset[str]


def number_words(file: ContactFile) -> NumberWords:
    """Make the words for digits ready."""
    numbers = file.numbers
    digits = {
        **_glued(numbers.digits),
        **{word: digits for digits, words in numbers.digits.items() for word in words},
    }
    repeats = {word: int(count) for count, words in numbers.repeats.items() for word in words}
    behind = {word: zeros for zeros, words in numbers.behind.items() for word in words}
    return NumberWords(digits, repeats, behind, frozenset((*digits, *repeats, *behind)))


def _glued(digits: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    """Write "fortytwo" for "forty two"."""
    tens = [
        (word, number[0]) for number, words in digits.items() if len(number) > 1 and number[0] > "1" for word in words
    ]
    units = [(words[0], number) for number, words in digits.items() if len(number) == 1 and number != "0"]
    return {f"{ten}{unit}": first + last for ten, first in tens for unit, last in units}


def disguised(words: Iterable[str]) -> str:
    """Match any of the words, the longer ones with figures and signs for letters as well."""
    chosen = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(_disguised(word) for word in chosen) + ")"


def _disguised(word: str) -> str:
    if len(word) < _SHORTEST_DISGUISED or " " in word:
        return any_of([word])
    return "".join(_DISGUISES.get(letter, re.escape(letter)) for letter in word)


def usernames(
    platforms: Mapping[str, str], payments: Iterable[str], games: Iterable[str], file: ContactFile
) -> Usernames:
    """Build the ways to write "this is my name there"."""
    everywhere = [*platforms, *payments]
    social, every = rf"\b{disguised(everywhere)}", rf"\b{disguised([*everywhere, *games])}"
    title = any_of(file.usernames.titles)
    label = any_of([*file.usernames.labels, *file.usernames.titles])
    labels = rf"(?: *\b{label}\b| *@){{0,2}}"
    verb = rf"\b{any_of(file.usernames.verbs)}"
    name = r"@?([\pL\pN_](?:[\pL\pN_.-]{0,38}[\pL\pN_])?_*)"
    equals = r"(?: *[:=~>@]+ *| +- *| *-> *)"
    means = rf"(?:{equals}| +(?:is|its|it's|as|under|called|iz|r)(?:{equals}| +))"
    game = rf"\b{disguised(games)}\b"
    loose = (
        # As in "psn name is name", "my psn is name".
        rf"{game}(?: *\b{label}\b| *@){{1,2}}{means}{name}",
        rf"\bmy +{game}{labels}{means}{name}",
        # As in "add name on snap".
        rf"\b(?:add|follow|find|search)(?: +up| +for)? +{name} +on +(?:my +)?{social}\b",
        # As in "snap: name", "insta is name", "ig name is name".
        rf"{social}\b{labels}{means}{name}",
        # As in "my gamertag is name".
        rf"\bmy +{title}{means}{name}",
        # As in "add me on snap name", "hmu on insta - name".
        rf"{verb}(?: +me)?(?: +up)? +on +(?:my +)?{social}\b(?: *[:=-]+ *| +){name}",
        # As in "mines name on insta", "find me under name on tiktok", "username name on snap".
        rf"\b{_CALLED} +{name} +on +(?:my +|the +)?{every}\b",
        # As in "on discord im name", "insta? mines name", "look me up on insta, im under name".
        rf"\bon +(?:my +|the +)?{every}\b *,* +(?:im|i'm|i am) +{name}{_CLAUSE_END}",
        rf"{every}\b[^.!\n]{{0,25}}?\b{_CALLED}(?: *:)? +{name}{_CLAUSE_END}",
        # As in "ive got insta now its name", "my snap changed its name".
        (
            rf"\b(?:my|ive got|i've got|i got|i have)(?: +(?:a|new|other|old))? +{social}\b[^.!?\n]{{0,20}}?"
            rf" +(?:its|it's|it is) +{name}{_CLAUSE_END}"
        ),
        # As in "my snapchats name", "my handles name", "xbox gt name".
        rf"\bmy +(?:new +)?{social}'?s +{name}{_CLAUSE_END}",
        rf"^{social}'?s *:? +{name}{_CLAUSE_END}",
        rf"{every} +{title}(?:'?s)?(?:{means}| *: *| +){name}{_CLAUSE_END}",
        # As in "look me up on insta, name".
        rf"{verb}(?: +me)?(?: +up)? +on +(?:my +)?{social}\b *,+ *{name}{_CLAUSE_END}",
        rf"\b(?:look|hit|search) +me +up +on +(?:my +)?{social}\b *[:,-]* *{name}{_CLAUSE_END}",
        # As in "im on ps5 as name", "my psn is still name".
        rf"\bon +{every} +as +{name}{_CLAUSE_END}",
        rf"\bmy +{every} +is +(?:still|now|just|also) +{name}{_CLAUSE_END}",
        # As in "kik me its name".
        rf"\b{disguised(platforms)} +me\b[^.!?\n]{{0,15}}? +(?:its|it's|im|i'm|as|under) +{name}{_CLAUSE_END}",
        # As in "its name on snap".
        rf"\b(?:its|it's|ask for|mines) +{name} +on +(?:my +|the +)?{social}\b *(?:$|[.,!?])",
        # As in "im name on insta".
        rf"\b(?:im|i'm|i am) +{name} +on +(?:my +)?{social}\b",
    )
    strict = (
        # As in "snap name_1", "psn: name_1".
        rf"{every}\b{labels}(?: *- *|{means}| +){name}",
        # As in "name_1 on snap".
        rf"\b{name} +on +(?:my +|the +)?{every}\b",
        # As in "ig_name".
        rf"{every}_+{name}",
    )
    # The same where no platform and no word for a username has to be named.
    loose_anywhere = (
        # As in "my username there is name", "my tag on psn is name", "my name on insta is name".
        rf"\bmy +(?:{label}|name) +(?:there|on there|on that|on it|on +(?:the +)?{every})(?:{means}){name}",
        # As in "my account is name", "my channel is called name", "follow my page on insta, name".
        (
            rf"\bmy(?: +[a-z]+)?(?: +{social})? +(?:account|acc|page|channel|profile|server)(?: +on +{social})?"
            rf"(?: *[:,]| +(?:is|its|called|named|is called|is named|name is))+ +{name}{_CLAUSE_END}"
        ),
        # As in "spam = name".
        rf"\b(?:spam|finsta|alt|ign|gt|user) *= *{name}",
        # As in "friend code is 1234 5678 9012".
        r"\bfriend ?code\b[^0-9]{0,15}([0-9]{4}(?:[ -]?[0-9]{4}){2})\b",
    )
    strict_anywhere = (
        # As in "main = name.1", "👻: name_1".
        rf"(?:\bmain|👻|📸) *[=:-]* *{name}",
        # As in "@ is name_1".
        rf"(?:^|\bmy +)@ +is +{name}",
        # As in "search its.name".
        rf"{verb}(?: +(?:me|us|up|for|my|her|him)){{0,2}}(?: *[,:-])? +(?:its +|it's +)?{name}",
    )
    full_names = _full_names(platforms)
    return Usernames(
        named=_patterns(loose, strict),
        full_names=tuple(map(Pattern, full_names)),
        named_set=PatternSet([*loose, *strict, *full_names]),
        anywhere=_patterns(loose_anywhere, strict_anywhere),
        anywhere_set=PatternSet([*loose_anywhere, *strict_anywhere]),
    )


def _patterns(loose: Sequence[str], strict: Sequence[str]) -> tuple[UsernamePattern, ...]:
    return tuple(
        UsernamePattern(Pattern(expression), strict=is_strict)
        for expressions, is_strict in ((loose, False), (strict, True))
        for expression in expressions
    )


def _full_names(platforms: Mapping[str, str]) -> tuple[str, ...]:
    named = any_of(word for word, platform in platforms.items() if platform in {"facebook", "viber", "linkedin"})
    name = r"([\pL][\pL'-]*(?: +[\pL][\pL'-]*){1,2}?)"
    return (
        (
            rf"\b{named}(?: +name)?(?: *[:=,-]+ *| +(?:(?:is|its|im|i'm|as|under|called|name|by)(?:: *| +)){{1,3}})"
            r"([\pL][\pL'-]*(?: +[\pL][\pL'-]*){1,2})"
        ),
        # As in "im Jay Dogsworth on facebook", "look for Jay Dogsworth on insta".
        (
            rf"\b(?:im|i'm|i am|under|for|as|name is|names|called|search|find|add|look up|type in|its|it's) +{name}"
            rf" +on +(?:the +|my +)?{any_of(platforms)}\b"
        ),
    )


def streets(file: ContactFile, numbers: NumberWords) -> Streets:
    """Make the words of addresses ready."""
    words = file.streets
    spoken = any_of(word for word, digits in numbers.digits.items() if len(word) > 2)
    number = (
        r"(?:(?:no|nr|num|number|door)\.? ?)?(?<![\w£$.:/-])(?:[0-9]{1,4}[a-z]?|[lio][0-9]{1,3})(?![\w:%])"
        rf"|\b(?:(?:no|num|number|door) )?{spoken}(?:[ -]{spoken})?\b(?: [a-f]\b)?"
    )
    kinds = rf"(?:{any_of(words.strong)}|{any_of(words.weak)})"
    tail = (
        rf"(?:,? {{1,2}}[0-9]{{1,4}}[a-z]?)?(?:,? {{1,2}}{_NAME}){{1,3}}?"
        rf" {{1,2}}(?:{kinds}|{any_of(words.buildings)})\b"
    )
    stops = any_of(words.stops)
    flat = r"(?:[0-9]{1,4}[a-z]?(?:/[0-9]{1,2})?|[a-d][0-9]{0,2})\b"
    live = r"\b(?:live|lives|living|livin|stay|staying|stayin|stopping|moved to)"
    return Streets(
        kinds=re.compile(rf"(?<![^\W_])(?:(?P<strong>{any_of(words.strong)})|{any_of(words.weak)})(?![\w'])"),
        house=re.compile(
            rf"(?P<number>{number})(?P<names>(?:[ ,_-]{{1,2}}(?:{_NAME_OF_STREET}|y|the)\b){{1,3}})[ _-]{{1,2}}$"
        ),
        flat=re.compile(
            r"(?<!\bb )(?<!\be )(?<!\ba )(?P<place>\b(?:flat|apartment|apt) ?(?:no\.? ?|number )?"
            rf"{flat}(?!(?: ?%| {stops}\b))"
            rf"(?:{tail}){{0,2}}|\b(?:unit|studio|room) [0-9]{{1,4}}[a-z]?{tail}"
            rf"|\b[0-9]{{1,4}}[a-z]? (?:heol|ffordd|stryd|lon|rue|calle|ulica) (?:y |yr |de |la |du |des )*{_NAME})"
        ),
        home=re.compile(
            rf"{live} (?:at|@)? ?"
            rf"(?P<place>(?:(?:no|nr|num|number)\.? ?)?(?:[0-9]{{1,4}}[a-z]?\b))(?![:.%][0-9]|(?: {stops}\b))"
        ),
        ours=re.compile(
            rf"(?:\b{any_of(words.home)}\b.{{0,40}}?|^(?:im on |its |it's |on )?)"
            rf"(?:{_NAME} ){{1,3}}(?:{kinds}|house|tower|court)\b(?:[ .?!,]|$)"
        ),
        number=re.compile(
            r"(?:(?:and |its |it's |then |at |im )*)"
            r"(?P<place>(?:(?P<cue>no|nr|num|number|door|flat|house|unit|apartment)\.? ?)?"
            rf"(?:[0-9]{{1,4}}[a-z]?(?:/[0-9]{{1,2}})?|{spoken}(?:[ -]{spoken})?)\b)(?![:.%/-]|(?: {stops}\b))"
        ),
        cue=re.compile(rf"\b{any_of(words.home)}\b"),
        not_before=re.compile(rf"\b{any_of(words.not_before)} {{1,2}}$"),
        telling=frozenset(words.telling),
        stops=frozenset(words.stops),
        not_behind=frozenset(words.not_behind),
    )
