"""The phrases of a lexicon: how they are written, and what is searched for because of them.

    kill myself             these words, one after the other, in any case, spelling "kiiill" and "don't" / "dont"
    (want|wanna) to die     one of several; a choice may have several words
    [just] want to die      what may be left out
    he ... hit me           up to three words between
    @family hit me          any of the words that `words.toml` lists under that name
    owe # quid              any number, also "2k"

Words are matched whole, in the plain form that `content.wording` gives them, in the phrase as in the text: where "im"
is read as "i am", a phrase may be written either way.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product, starmap

from content.patterns import Pattern

_TOKEN = re.compile(r"\s*(\.\.\.|[()\[\]|]|[^\s()\[\]|]+)")
_NO_WORDS = frozenset(("...", "#", *"()[]|"))
# What is worked out of so many choices and words is remembered: the lexicon has some thousands, the lists among them in
# many phrases.
_REMEMBERED = 1 << 14
_CLOSING = {"(": ")", "[": "]"}

# More pairs of words than these tell no more than the words alone.
_MOST_PAIRS = 100

# Gives the plain words that a word of a phrase is read as.
Plain = Callable[[str], Sequence[str]]
# The phrases of each list of words, by its name.
Lists = Mapping[str, Sequence[str]]


class PhraseError(ValueError):
    """A phrase isn't written as it should be; the message says how.

    `lists` are those by way of which it was read, each named by the one before it; none where it was read by itself.
    """

    def __init__(self, sentence: str, lists: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.lists = tuple(lists)


@dataclass(frozen=True, slots=True)
class Word:
    """One plain word."""

    word: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to three words."""


@dataclass(frozen=True, slots=True)
class Number:
    """Any number."""


# A list of words is one choice in many phrases; what is worked out of it is remembered by its identity.
@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several sequences, or none of them."""

    sequences: tuple["Sequence_", ...]
    optional: bool = False


Sequence_ = tuple[Word | Gap | Number | Choice, ...]
# Words, and pairs of words that stand side by side.
Needs = frozenset[str | tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Writing:
    """How the parts of a phrase are written in an expression."""

    word: Callable[[str], str]
    gap: str
    number: str


# In a line every word stands between two blanks of its own.
_IN_LINE = Writing(lambda word: f" {re.escape(word)} ", r"(?: [^ ]+ ){0,3}", r" [0-9]+[a-z]{0,2} ")


class PhraseReader:
    """Reads phrases. A list of words is read once, however many phrases name it, and so is a phrase."""

    def __init__(self, plain: Plain, lists: Lists) -> None:
        """Read words as `plain` does, and "@name" as any phrase of the list of that name."""
        # Most words stand in many phrases, and many ways of a choice are the same: each is kept once.
        self._plain = cache(lambda part: tuple(map(Word, plain(part))))
        self._same: dict[Sequence_, Sequence_] = {}
        self._lists = lists
        self._phrases: dict[str, Sequence_] = {}
        self._choices: dict[str, Choice] = {}
        # The lists that are being read just now, each named by the one before it.
        self._opening: list[str] = []

    def read(self, phrase: str) -> Sequence_:
        """Read a phrase.

        Raises `PhraseError` for an unclosed bracket, an empty choice, a phrase without words, and for a list that is
        unknown or leads back to itself.
        """
        if phrase not in self._phrases:
            self._phrases[phrase] = self._read(phrase)
        return self._phrases[phrase]

    def _read(self, phrase: str) -> Sequence_:
        # The next one last.
        tokens = _TOKEN.findall(phrase)[::-1]
        if all(part in _NO_WORDS for part in tokens):
            raise self._error(f'"{phrase}" has no words')
        sequences = self._alternatives(tokens, phrase)
        if tokens:
            raise self._error(f'"{phrase}" closes a bracket or a choice that it didn\'t open')
        if len(sequences) > 1:
            raise self._error(f'"{phrase}" has a choice outside brackets')
        if isinstance(sequences[0][0], Gap) or isinstance(sequences[0][-1], Gap):
            raise self._error(f'"{phrase}" begins or ends with a gap')
        return sequences[0]

    def _alternatives(self, tokens: list[str], phrase: str) -> list[Sequence_]:
        """Take choices off the tokens, up to a closing bracket, which is left; give their sequences."""
        choices: list[list[Word | Gap | Number | Choice]] = [[]]
        while tokens and tokens[-1] not in ")]":
            part = tokens.pop()
            if part == "|":
                choices.append([])
            elif part in _CLOSING:
                inner = self._alternatives(tokens, phrase)
                if not tokens or tokens.pop() != _CLOSING[part]:
                    raise self._error(f'"{phrase}" has a bracket that isn\'t closed')
                choices[-1].append(Choice(tuple(inner), optional=part == "["))
            else:
                choices[-1] += self._leaf(part, phrase)
        if not all(choices):
            raise self._error(f'"{phrase}" has an empty choice')
        return [self._same.setdefault(way, way) for way in map(tuple, choices)]

    def _leaf(self, part: str, phrase: str) -> Iterable[Word | Gap | Number | Choice]:
        if part == "...":
            return (Gap(),)
        if part == "#":
            return (Number(),)
        if part.startswith("@") and len(part) > 1:
            if part[1:] not in self._lists:
                raise self._error(f'"{phrase}" names the list "{part}", which isn\'t there')
            if part[1:] in self._opening:
                raise self._error(f'"{phrase}" names the list "{part}", which leads back to itself')
            return (self._list(part[1:]),)
        words = self._plain(part)
        if not words:
            raise self._error(f'"{phrase}" has "{part}", which is no word')
        return words

    def _list(self, name: str) -> Choice:
        if name not in self._choices:
            self._opening.append(name)
            try:
                self._choices[name] = Choice(tuple(map(self.read, self._lists[name])))
            finally:
                self._opening.pop()
        return self._choices[name]

    def _error(self, sentence: str) -> PhraseError:
        return PhraseError(sentence, self._opening)


def ways(sequence: Sequence_) -> Iterator[Sequence_]:
    """Take a phrase that is nothing but a choice apart: each way alone is found sooner."""
    if len(sequence) == 1 and isinstance(choice := sequence[0], Choice):
        for inner in choice.sequences:
            yield from ways(inner)
    else:
        yield sequence


def compile_phrases(sequences: Iterable[Sequence_]) -> Pattern:
    """Make the pattern that finds any of the phrases in the line of a text (see `content.wording`)."""
    return Pattern("|".join(write(sequence, _IN_LINE) for sequence in sequences))


def forget_choices() -> None:
    """Give back the memory of what was worked out of choices, which serves only while many phrases are compiled."""
    for remembered in (_words_of_choice, _pair, _needed_of_choice, _edge, _write_choice):
        remembered.cache_clear()


def words_of(sequence: Sequence_) -> Iterator[str]:
    """List every word that a phrase may be made of."""
    for node in sequence:
        if isinstance(node, Word):
            yield node.word
        elif isinstance(node, Choice):
            yield from _words_of_choice(node)


@lru_cache(maxsize=_REMEMBERED)
def _words_of_choice(choice: Choice) -> tuple[str, ...]:
    return tuple(word for inner in choice.sequences for word in words_of(inner))


def needed(sequence: Sequence_, weight: Callable[[Needs], float]) -> Iterator[Needs]:
    """List sets of words, and of words side by side, of each of which a text must have one where the phrase matches.

    Of each way to say something the set with the least `weight` is taken.
    """
    for node in sequence:
        if isinstance(node, Word):
            yield frozenset((node.word,))
        elif isinstance(node, Choice) and (needs := _needed_of_choice(node, weight)):
            yield needs
    for place, left in enumerate(sequence[:-1], start=1):
        lasts = frozenset[str]() if _is_optional(left) else _edge(left, -1)
        firsts = _edge_of(sequence[place:], 0) if lasts else lasts
        if firsts and len(lasts) * len(firsts) <= _MOST_PAIRS:
            yield frozenset(starmap(_pair, product(lasts, firsts)))


@cache
def _pair(left: str, right: str) -> tuple[str, str]:
    """Two words side by side; many phrases need the same, which are kept once."""
    return left, right


@lru_cache(maxsize=_REMEMBERED)
def _needed_of_choice(choice: Choice, weight: Callable[[Needs], float]) -> Needs:
    """Give what a text needs for any of the ways of a choice; nothing where one of them needs nothing."""
    if choice.optional:
        return frozenset()
    found: set[str | tuple[str, str]] = set()
    for inner in choice.sequences:
        if len(inner) == 1 and isinstance(inner[0], Word):
            # Nearly every way of a list.
            found.add(inner[0].word)
        elif sets := list(needed(inner, weight)):
            least: Needs = min(sets, key=weight)
            found.update(least)
        else:
            return frozenset()
    return frozenset(found)


def _is_optional(node: Word | Gap | Number | Choice) -> bool:
    return isinstance(node, Choice) and node.optional


def _edge_of(sequence: Sequence_, place: int) -> frozenset[str]:
    """Give the words with which a sequence begins (0) or ends (-1); none where that can be any word, or nothing."""
    words: frozenset[str] = frozenset()
    for node in sequence if place == 0 else reversed(sequence):
        of_node = _edge(node, place)
        if not of_node:
            break
        words |= of_node
        if not _is_optional(node):
            return words
    return frozenset()


@lru_cache(maxsize=_REMEMBERED)
def _edge(node: Word | Gap | Number | Choice, place: int) -> frozenset[str]:
    """Give the words with which a part of a phrase begins or ends where it isn't left out."""
    if isinstance(node, Word):
        return frozenset((node.word,))
    if isinstance(node, Choice):
        of_each = [_edge_of(inner, place) for inner in node.sequences]
        if all(of_each):
            return frozenset().union(*of_each)
    return frozenset()


def write(sequence: Sequence_, writing: Writing) -> str:
    """Write a phrase as an expression."""
    built = ""
    for node in sequence:
        match node:
            case Word(word):
                built += writing.word(word)
            case Gap():
                built += writing.gap
            case Number():
                built += writing.number
            case Choice():
                built += _write_choice(node, writing)
    return built


# Lists of words stand in many phrases; what they become is remembered while they are compiled.
@lru_cache(maxsize=_REMEMBERED)
def _write_choice(choice: Choice, writing: Writing) -> str:
    ways = "|".join(write(sequence, writing) for sequence in choice.sequences)
    return f"(?:{ways})" + ("?" if choice.optional else "")
