"""What the words of a text can be read as: as they are written, and seen through what people do to words.

The second reading undoes, for the rules alone, what takes whole words to see: letters that digits and signs stand for
("k1ll mys3lf", "$uicide", "k*ll"), letters and parts of a word set apart ("k i l l", "k.m.s", "sui-cide"), letters
drawn out ("killlll"), and the short forms of texting ("u", "gonna", "2nite"). The first reading stays, since what is
written may well be what is meant.

Except for short forms, something is undone only where it makes a word of the vocabulary: the words of the rules.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter

from content.drawn_out import DrawnOut, is_drawn_out
from content.folding import Alphabet, Folded, word_character
from content.patterns import DRAWN_LETTER, PatternSet, Plain

# What digits and signs stand for among letters; "1", "!" and "|" are an i or an l.
_SIGNS = str.maketrans("03456789@$+(€£", "oeasbtbgastcel")
_AS_I = _SIGNS | str.maketrans("1!|", "iii")
_AS_L = _SIGNS | str.maketrans("1!|", "lll")
# One letter for both, to look words up with.
_AS_EITHER = _AS_I | str.maketrans("l", "i")
_VOWELS = re.compile("[aeiou]")
# Punctuation that people put between the letters of a word.
_APART = r"\-._~*/\\·•"
# Shorter words are none that letters were set apart or hidden for.
_SHORTEST = 3

# Only a text with one of these has more to see through than short forms: signs between or beside letters, letters set
# apart, letters drawn out.
_HIDDEN, _SET_APART, _LONG = range(3)
_SIGNED = rf"[a-z][0-9@$|!+(€£*]+[a-z]|[0-9@$|+(€£*][a-z]|[a-z][0-9@$+*€£]|[a-z][{_APART}]{{1,3}}[a-z]"
_DISGUISES = PatternSet(
    [
        _SIGNED,
        r"(?:^|[^a-z0-9])[a-z0-9@$](?:[^a-z0-9]{1,3}[a-z0-9@$]){2}(?:[^a-z0-9]|$)",
        DRAWN_LETTER,
    ]
)
_DISGUISED = frozenset({_HIDDEN, _SET_APART, _LONG})
_HAS_SIGNS = re.compile(_SIGNED)
# Three and more single letters, each with a little between.
_SPACED = re.compile(r"(?<![a-z0-9@$])[a-z0-9@$](?:[^a-z0-9@$\n]{1,3}[a-z0-9@$](?![a-z0-9@$])){2,}")
_SINGLE = re.compile(r"[a-z0-9@$]")
_TOKEN = re.compile(r"[^\s,?;:\"\[\]{}<>]+")
# A token without the punctuation around it.
_CORE = re.compile(r"[a-z0-9@$(€£*|+].*[a-z0-9@$€£*+|]|[a-z0-9]", re.DOTALL)
_BETWEEN = re.compile(f"[{_APART}]+")
_LETTER = re.compile(r"[a-z]")
_ENDS = ".,:;?"
_SYMBOL = 0x2000


class Reader:
    """Reads texts, given what words there are to be seen."""

    def __init__(self, vocabulary: Iterable[str], short_forms: Mapping[str, str]) -> None:
        """Make a reader.

        `vocabulary` are the words and symbols that rules look for, as `word_character` gives them: a symbol (an emoji)
        among them is a word of its own in what is read, all others are spaces. `short_forms` are short forms of texting
        in plain form, of one word or two ("want 2"), and what they mean.
        """
        words = dict.fromkeys(sorted(vocabulary))
        symbols = frozenset(sign for word in words for sign in word if ord(sign) >= _SYMBOL and not sign.isalnum())
        self.alphabet = (
            Alphabet(lambda sign: f" {sign} " if sign in symbols else word_character(sign))
            if symbols
            else word_character
        )
        self._words = frozenset(words)
        # Up to which letter a word may still come, in the letters of `_alike`.
        self._beginnings = frozenset(
            word[:end] for word in (word.translate(_AS_EITHER) for word in words) for end in range(1, len(word) + 1)
        )
        self._alike: dict[str, list[str]] = defaultdict(list)
        self._drawn = DrawnOut(words)
        self._starred: dict[str, str] = {}
        for word in words:
            self._alike[word.translate(_AS_EITHER)].append(word)
            if len(word) >= _SHORTEST:
                self._starred.update(dict.fromkeys(_with_stars(word), word))
        self._short_forms = short_forms
        # The second words of those that have two.
        self._seconds = frozenset(form.partition(" ")[2] for form in short_forms) - {""}
        self._pairs = frozenset(tuple(form.split()) for form in short_forms if " " in form)
        # Every word of them.
        self._short = frozenset(short_forms) | self._seconds
        # Those of one word, as they are read.
        self._single = frozenset(
            Folded(form, word_character).text.split()[-1] for form in short_forms if " " not in form
        )

    def read(self, text: str) -> tuple[Folded, ...]:
        """Give the readings of a text: as it is written, and the second one where it differs.

        Never raises; takes linear time.
        """
        written = Folded(text, self.alphabet)
        plain = Folded(text)
        disguises = _DISGUISES.found(Plain(plain.text))
        disguised, drawn = not _DISGUISED.isdisjoint(disguises), _LONG in disguises
        hidden = _SET_APART in disguises or (disguised and self._has_hidden_word(plain.text, drawn=drawn))
        if not hidden and not self._has_short_form(written.words):
            return (written,)
        runs = list(_SPACED.finditer(plain.text)) if disguised else []
        undone = [
            *(found for run in runs for found in self._spaced(run)),
            *self._tokens(plain.text, runs, disguised=disguised, drawn=drawn),
        ]
        if not undone:
            return (written,)
        seen = Folded(text, self.alphabet)
        for start, end, words in undone:
            seen.replace(*plain.original(start, end), words)
        seen.join()
        return written, seen

    def _has_short_form(self, words: Sequence[str]) -> bool:
        if not self._single.isdisjoint(words):
            return True
        return not self._seconds.isdisjoint(words) and not self._pairs.isdisjoint(pairwise(words))

    def _has_hidden_word(self, plain: str, *, drawn: bool) -> bool:
        """Whether a text in which no letters are set apart has a word with signs for letters, or a drawn out one."""
        for written in set(plain.split()):
            # Nearly every word is letters, and perhaps what ends a sentence.
            plainly = written.isalpha() or written.rstrip(_ENDS).isalpha() or not _HAS_SIGNS.search(written)
            if plainly and not (drawn and is_drawn_out(written)):
                continue
            for token in _TOKEN.findall(written):
                core = _CORE.search(token)
                if core and self._stands_for_a_word(core[0].replace("'", "")):
                    return True
        return False

    def _spaced(self, run: re.Match[str]) -> list[tuple[int, int, str]]:
        """Find words whose letters stand apart: where, and the word."""
        places = [run.start() + letter.start() for letter in _SINGLE.finditer(run[0])]
        letters = "".join(run.string[place] for place in places)
        if not _LETTER.search(letters):
            return []
        words = list(self._split(letters))
        if all(len(word) < _SHORTEST for _, word in words):
            return []
        return [(places[start], places[start + len(word) - 1] + 1, word) for start, word in words]

    def _split(self, letters: str) -> Iterator[tuple[int, str]]:
        """Split letters into words of the vocabulary: so that few letters stay alone, and then in few words."""
        alike = letters.translate(_AS_EITHER)
        # For what begins at each letter: how many letters stay alone from there on, how many words there are, and the
        # word that comes first (none: the letter stays alone).
        best: list[tuple[int, int, str]] = [(0, 0, "")] * (len(letters) + 1)
        met: dict[str, str | None] = {}
        for start in reversed(range(len(letters))):
            alone, words, _ = best[start + 1]
            best[start] = (alone + 1, words, "")
            end = start + 1
            while end <= len(letters) and alike[start:end] in self._beginnings:
                form = letters[start:end]
                if form not in met:
                    # A letter that stays alone needs no word.
                    met[form] = self._alike_word(form, alike[start:end]) if len(form) > 1 else None
                if word := met[form]:
                    alone, words, _ = best[end]
                    best[start] = min(best[start], (alone, words + 1, word), key=itemgetter(0, 1))
                end += 1
        start = 0
        while start < len(letters):
            word = best[start][2]
            if word:
                yield start, word
            start += max(len(word), 1)

    def _tokens(
        self, plain: str, runs: Sequence[re.Match[str]], *, disguised: bool, drawn: bool
    ) -> Iterator[tuple[int, int, str]]:
        """Find words in disguise and short forms outside of the runs of letters: where, and what they mean."""
        within = {place for run in runs for place in range(*run.span())}
        met: dict[str, str | None] = {}
        before, before_at = "", 0
        for token in _TOKEN.finditer(plain):
            word = token[0]
            if word.isalpha() and word not in self._short and not (drawn and is_drawn_out(word)):
                # Nearly every word: nothing to see through, and no short form.
                before, before_at = word, token.start()
                continue
            start, end = token.span()
            if start in within:
                continue
            meant = self._short_forms.get(word)
            if not meant and not word.isalpha():
                core = _CORE.search(word)
                if core is None:
                    continue
                start, end = start + core.start(), start + core.end()
                word = core[0].replace("'", "")
                meant = self._short_forms.get(word)
            if word in self._seconds and (pair := self._short_forms.get(f"{before} {word}")):
                yield before_at, end, pair
                word = ""
            elif meant or (disguised and (meant := self._seen(word, met))):
                yield start, end, meant
            before, before_at = word, start

    def _seen(self, word: str, met: dict[str, str | None]) -> str | None:
        """Give the word of the vocabulary that a disguised one stands for; `met` remembers those of this text."""
        if word.isalpha() and not is_drawn_out(word):
            return None
        if word not in met:
            met[word] = self._stands_for_a_word(word)
        return met[word]

    def _stands_for_a_word(self, word: str) -> str | None:
        if word in self._words or not _LETTER.search(word):
            return None
        joined = _BETWEEN.sub("", word)
        if joined in self._words:
            return joined
        if joined.isalpha():
            # Letters stand for themselves.
            return self._drawn.meant(joined) or self._starred.get(word)
        for form in dict.fromkeys((word, joined)):
            either = form.translate(_AS_EITHER)
            if found := self._alike_word(form, either):
                return found
            # Most have no run of letters, whatever their signs stand for.
            if is_drawn_out(either) and (found := self._drawn_word(form)):
                return found
        return self._starred.get(word)

    def _alike_word(self, form: str, either: str) -> str | None:
        """Give the word that a form stands for, in which one letter is written for those that look like it."""
        return next((word for word in self._alike.get(either, ()) if _stands_for(form, word)), None)

    def _drawn_word(self, form: str) -> str | None:
        return self._drawn.meant(form.translate(_AS_I)) or self._drawn.meant(form.translate(_AS_L))


def _with_stars(word: str) -> Iterator[str]:
    """Give the ways to hide vowels of a word behind stars: each alone, and all."""
    for vowel in _VOWELS.finditer(word):
        yield f"{word[: vowel.start()]}*{word[vowel.end() :]}"
    yield _VOWELS.sub("*", word)


def _stands_for(form: str, word: str) -> bool:
    """Whether each sign of a form can stand for the letter of a word at its place."""
    return all(
        letter in {sign, sign.translate(_AS_I), sign.translate(_AS_L)} for sign, letter in zip(form, word, strict=True)
    )
