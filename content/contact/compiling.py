"""Expressions of the contact-details filter, built from the lists of the content."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from content.contact.numerals import NumberWords
from content.contact.schema import ContactFile, Rule
from content.patterns import Pattern, any_of

# The two sides of a mailbox.
LOCAL = r"[\pL\pN._%+'-]*[\pL\pN_%+'-]"
LABEL = r"[\pL\pN-]+"
_NAME = r"[^\W\d_][^\W\d_'-]{0,29}"
# Also with a figure for a letter ("m4rlowe").
_NAME_OF_STREET = r"[^\W\d_][^\W_']{0,29}(?:'s)?"


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
    # Of these, what names a street all the same: "14 park road".
    names: frozenset[str]
    not_behind: frozenset[str]
    # Addresses that everybody knows, of nobody who could be found there.
    known: frozenset[str]
    # A public place at the end of what stands before an address, and at the beginning of what follows one.
    public_before: re.Pattern[str]
    public_behind: re.Pattern[str]
    private: re.Pattern[str]


def number_words(file: ContactFile) -> NumberWords:
    """Make the words for digits ready."""
    numbers = file.numbers
    digits = {
        **_glued(numbers.digits),
        **{word: digits for digits, words in numbers.digits.items() for word in words},
    }
    repeats = {word: int(count) for count, words in numbers.repeats.items() for word in words}
    behind = {word: zeros for zeros, words in numbers.behind.items() for word in words}
    known = frozenset((*digits, *repeats, *behind))
    one = any_of(word for word in known if len(word) > 1)
    return NumberWords(digits, repeats, behind, known, Pattern(rf"^(?:{one}){{3,}}$"), re.compile(one))


def _glued(digits: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    """Write "fortytwo" for "forty two"."""
    tens = [
        (word, number[0]) for number, words in digits.items() if len(number) > 1 and number[0] > "1" for word in words
    ]
    units = [(words[0], number) for number, words in digits.items() if len(number) == 1 and number != "0"]
    return {f"{ten}{unit}": first + last for ten, first in tens for unit, last in units}


def streets(file: ContactFile, numbers: NumberWords) -> Streets:
    """Make the words of addresses ready."""
    words = file.streets
    spoken = any_of(word for word in numbers.digits if len(word) > 2)
    single = [word for word, digits in numbers.digits.items() if len(word) > 2 and len(digits) == 1]
    hundreds = rf"(?:{any_of(single)}|a) hundred(?:(?: and)? {spoken}(?:[ -]{spoken})?)?"
    number = (
        r"(?:\b(?:no|nr|num|number|door)\.? ?|(?<![\w£$.:/-]))(?:[0-9]{1,4}(?:[/-][0-9]{1,4}|[a-z])?|[lio][0-9]{1,3})"
        r"(?![^\W_]|[:%])"
        rf"|\b(?:(?:no|num|number|door) )?(?:{hundreds}|{spoken}(?:[ -]{spoken})?)\b(?: [a-f]\b)?"
    )
    kinds = rf"(?:{any_of(words.strong)}|{any_of(words.weak)})"
    tail = (
        rf"(?:,? {{1,2}}[0-9]{{1,4}}[a-z]?)?(?:,? {{1,2}}{_NAME}){{1,4}}?"
        rf" {{1,2}}(?:{kinds}|{any_of(words.buildings)})\b"
    )
    stops = any_of(words.stops)
    flat = r"(?:[0-9]{1,4}[a-z]?(?:/[0-9]{1,2})?|[a-d][0-9]{0,2})\b"
    live = r"\b(?:live|lives|living|livin|stay|staying|stayin|stopping|moved to)"
    return Streets(
        kinds=re.compile(rf"(?<![^\W_])(?:(?P<strong>{any_of(words.strong)})|{any_of(words.weak)})(?![\w'])"),
        house=re.compile(
            rf"(?P<number>{number})(?P<names>(?:[ ,_-]{{1,2}}(?:st\. )?(?:{_NAME_OF_STREET}|y|the)(?![^\W_])){{1,3}})"
            r"[ _-]{1,2}$"
        ),
        flat=re.compile(
            r"(?<!\bb )(?<!\be )(?<!\ba )(?P<place>\b(?:flat|apartment|apt) ?(?:no\.? ?|number )?"
            rf"{flat}(?!(?: ?%| {stops}\b))"
            rf"(?:{tail}){{0,2}}|\b(?:flat|apartment|apt) (?:number |no )?{spoken}(?:[ -]{spoken})?{tail}"
            rf"|\b(?:unit|studio|room) [0-9]{{1,4}}[a-z]?{tail}"
            rf"|\b[0-9]{{1,4}}[a-z]? (?:heol|ffordd|stryd|lon|rue|calle|ulica)[ -]"
            rf"(?:(?:y|yr|de|la|du|des)[ -])*{_NAME})"
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
            r"(?:(?:and |its |it's |then |at |im |my |the |our )*)"
            r"(?P<place>(?:(?P<cue>no|nr|num|number|door|flat|house|unit|apartment)(?: number)?(?:\.? ?| is |'?s ))?"
            rf"(?:[0-9]{{1,4}}[a-z]?(?:/[0-9]{{1,2}})?|{spoken}(?:[ -]{spoken})?)\b)(?![:.%/-]|(?: {stops}\b))"
        ),
        cue=re.compile(rf"\b{any_of(words.home)}\b"),
        not_before=re.compile(rf"\b{any_of(words.not_before)} {{1,2}}$"),
        telling=frozenset(words.telling),
        stops=frozenset(words.stops),
        names=frozenset(words.names),
        not_behind=frozenset(words.not_behind),
        known=frozenset(words.known),
        public_before=re.compile(
            rf"(?P<near>\b{any_of(words.public_near)}\W+(?:(?:the|my|our|a|that|this)\W+)?(?:\w+\W+)?)?"
            rf"\b{any_of(words.public)}(?:'?s)?(?:[ ,:;(-]+{any_of(words.public_link)}\b){{0,3}}[ ,:(-]*\Z"
        ),
        public_behind=re.compile(
            rf" *(?:,? +(?:is|its|it's|thats|that's)(?: +(?:the|our|a|an|where))?(?: +the)?(?: +\w+)?"
            rf" +{any_of(words.public)}\b"
            rf"|[,(-] *(?:(?:the|our) +)?(?:\w+ +)?{any_of(words.public)} *(?:$|[.,!?)]))"
        ),
        private=re.compile(rf"\b{any_of(words.private)}\b"),
    )


def phrases_of(moves: Iterable[Rule], file: ContactFile) -> Iterator[str]:
    """List the phrases of invitations and of what is said around them."""
    for rule in moves:
        yield from (*rule.phrases, *rule.unless)
    yield from (*file.moves.told, *file.moves.refused, *file.moves.innocent, *file.moves.anew)


def disguised(named: Iterable[str], file: ContactFile) -> Iterator[str]:
    """List the words that are put back where signs stand for their letters."""
    yield from (*named, *file.said.detail, *file.said.device, *file.usernames.verbs, "flat", "apartment")
    yield from (*file.streets.strong, *file.streets.weak, *file.streets.buildings)
    numbers = file.numbers
    for words in (*numbers.digits.values(), *numbers.repeats.values(), *numbers.behind.values()):
        yield from words


def piece(numbers: NumberWords, names: Iterable[str], file: ContactFile) -> str:
    """Match what a piece of a detail looks like."""
    spoken = any_of([*numbers.digits, *numbers.repeats, *numbers.behind])
    glue = rf"(?:{any_of(file.pieces.glue)}\b[ ,:.-]{{0,3}})*"
    return (
        rf"^\W*{glue}(?:[0-9]|{spoken}\b(?:\W+(?:{spoken}|[0-9]+)\b|\W*$))|[0-9]{{3}}|\b[0-9][a-z]{{2}}\b|\w_(?:\w|\W*$)|\w\.\w|^\W*(?:com|co|net|org|uk)\b|@"
        rf"|\b(?:{any_of(file.spelt.dot)}|slash)\b|^\W*{glue}[\pL]+[0-9]+\w*\W*$"
        rf"|\b(?:no|number|door|flat|house)(?: is)?\W{{1,3}}[0-9]"
        rf"|^\W*at +{any_of(file.mail.hosts)}\b|^\W*_\w|^[#$£/]\w"
        # The end of an invitation, a name spelt out, and one of its letters.
        rf"|^\W*(?:\w+\W+){{0,3}}{any_of([*names, *file.said.detail, *file.said.device])}\W*$"
        rf"|^\W*(?:\w+\W+)?(?:me|us)\W*$|^\W*\w(?:[ .,*-]\w){{3,}}\W*$|^\W*\w\W*$|\b{any_of(file.spelt.underscore)}\b"
        rf"|^\W*(?:(?:thats|that's|that is|this is|its|it's|is) (?:my|me on)|on|add me on|add that on)?"
        rf" *\b(?:{any_of(names)}|everything)\W*$"
        rf"|^(?:\pL+ ){{1,3}}{any_of([*file.streets.strong, *file.streets.weak])}\W*$"
    )
