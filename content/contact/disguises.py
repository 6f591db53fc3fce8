"""Words of invitations that are written with signs for letters: "sn4p", "wh*tsapp", "numb3r"."""

import re
from collections.abc import Iterable

# What is written for a letter; "1" is drawn like two of them.
_LETTERS = (str.maketrans("0134578@$!", "oieastbasi"), str.maketrans("0134578@$!", "oleastbasi"))
# Shorter words with a sign for a letter are words of their own, unless they are among those that are given as short.
_SHORTEST = 4
# Every disguised word has a letter beside such a sign; most texts have none of that.
_SIGN = re.compile(r"[0-9@$!*](?:(?=[a-z])|(?<=[a-z].))")
# Letters with such signs between them, and nothing around that they could be a part of.
_DISGUISED = re.compile(
    r"(?<![\w@.!$*])(?=[a-z@$!*]{0,15}[0-9@$!*])(?=[0-9@$!*]{0,15}[a-z])[a-z0-9@$!*]{3,16}(?![\w@$!*])"
)


class Reveal:
    """Puts disguised words back letter by letter, so that every place of a text stays where it is."""

    def __init__(self, words: Iterable[str], short: Iterable[str]) -> None:
        """Make ready for the words that are looked for; shorter ones than four letters only if they are `short`."""
        long = (word for word in words if len(word) >= _SHORTEST)
        self._words = frozenset(filter(str.isalpha, [*long, *short]))
        self._starred = {
            f"{word[:place]}*{word[place + 1 :]}": word for word in self._words for place in range(1, len(word))
        }

    def __call__(self, text: str) -> str:
        """Give a plain text with its disguised words in letters. Linear time."""
        if not _SIGN.search(text):
            return text
        return _DISGUISED.sub(lambda found: self._plain(found[0]), text)

    def _plain(self, written: str) -> str:
        bare = written.rstrip("!")
        for letters in _LETTERS:
            word = bare.translate(letters)
            word = self._starred.get(word, word)
            if word in self._words:
                return word + written[len(bare) :]
        return written
