"""Whether words of harm are said of whoever writes them, as far as the words around them tell."""

import re

_SENTENCE_ENDS = re.compile(r"[.!?\n]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_SELF = frozenset(
    {"i", "im", "i'm", "ive", "i've", "id", "i'd", "ill", "i'll", "ima", "imma", "me", "my", "myself", "mine"}
)
# So few words before what was found may hold its subject: "i really do | want to die".
_REACH = 3
# Somebody else is spoken of, or speaks.
_OTHERS = frozenset(
    {
        *("he", "hes", "he's", "she", "shes", "she's", "they", "theyre", "they're", "him", "her", "them", "his"),
        *("their", "someone", "somebody", "mentee", "friend", "mate", "said", "says", "saying", "say", "told", "tells"),
        *("telling", "texted", "texting", "wrote", "writes", "posted", "goes", "heard", "reckons", "song", "lyrics"),
        "quote",
    }
)  # fmt: skip


def of_writer(text: str, start: int, end: int) -> bool:
    """Say whether what stands at `text[start:end]` is said by its writer of themself.

    True only where the writer is the subject and the sentence speaks of nobody else: "i want to die", not "he said
    i want to die". False where it can't be said.
    """
    if not start < end:
        return False
    # Where small letters are more signs, places would move.
    small = text.lower()
    plain = (small if len(small) == len(text) else text).replace("’", "'")
    begin = max((found.end() for found in _SENTENCE_ENDS.finditer(plain, 0, start)), default=0)
    ending = _SENTENCE_ENDS.search(plain, end)
    around = set(_WORD.findall(plain[begin : ending.start() if ending else len(plain)]))
    if not around.isdisjoint(_OTHERS):
        return False
    subject = [*_WORD.findall(plain[begin:start])[-_REACH:], *_WORD.findall(plain[start:end])]
    return not _SELF.isdisjoint(subject)
