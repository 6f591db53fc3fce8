"""Whether words of harm are said of whoever writes them, as far as the words around them tell."""

import re

_SENTENCE_ENDS = re.compile(r"[.!?\n]+")
# "Think" by itself is followed by a guess: "i think | overdosed".
_WORD = re.compile(r"think about\b|[^\W\d_]+(?:'[^\W\d_]+)?", re.IGNORECASE)
# The name that a message may begin with says whom it is for, and a command what it is: "Kim: i want to die".
_BEGINS = re.compile(r"\W*\w+\s*:")
# What follows is somebody's words.
_QUOTES = re.compile(r"[:\"“«„]")
# Without "my" and "me": "my boy has taken", "Kim rang me".
_SUBJECTS = frozenset({"i", "im", "i'm", "ive", "i've", "id", "i'd", "i'll", "ima", "imma"})
# Inside what was found these need no subject: "gonna kill myself".
_OWN = re.compile(r"\b(?:my|me) ?self\b|\bmy (?:own )?life\b", re.IGNORECASE)
# All that may stand between the writer and what was found. Any other word may be somebody: "i think sam took".
_BETWEEN = frozenset(
    {
        # Verbs that go on.
        *("am", "was", "been", "have", "had", "has", "do", "did", "done", "would", "could", "should", "might", "may"),
        *("will", "shall", "must", "can", "gonna", "going", "about", "to", "want", "wanted", "wanna", "need", "got"),
        *("keep", "kept", "feel", "feeling", "felt", "like", "thinking", "think about", "thought", "try", "trying"),
        *("tried", "wish", "hope", "hate", "love", "decided", "planning", "plan", "ready", "rather", "better"),
        # Whose last word came in a message of its own.
        *("kill", "killing", "end", "ending", "take", "took", "taken", "taking", "swallowed", "jump", "off", "cut"),
        *("be", "being", "hang", "myself", "my", "own", "life", "it", "all"),
        # How, when, and not.
        *("really", "so", "very", "just", "only", "honestly", "actually", "literally", "truly", "genuinely", "still"),
        *("now", "already", "again", "always", "never", "ever", "sometimes", "often", "tonight", "today", "too"),
        *("not", "don't", "dont", "didn't", "didnt", "can't", "cant", "cannot", "couldn't", "couldnt", "won't", "wont"),
        *("stop", "even", "maybe", "probably", "much", "more", "anymore", "any", "longer", "kind", "kinda"),
        *("sort", "of", "on", "go", "this", "that", "the", "a", "an", "and", "but", "or", "then", "bad", "badly"),
        # How somebody is.
        *("ill", "tired", "sad", "alone", "lonely", "empty", "drunk", "fed", "up", "sick"),
    }
)  # fmt: skip
# Somebody else is spoken of, or speaks.
_OTHERS = frozenset(
    {
        *("he", "hes", "he's", "she", "shes", "she's", "they", "theyre", "they're", "him", "her", "them", "his"),
        *("their", "someone", "somebody", "mentee", "friend", "mate", "said", "says", "saying", "say", "told", "tells"),
        *("telling", "texted", "texting", "wrote", "writes", "posted", "goes", "heard", "reckons", "song", "lyrics"),
        *("quote", "sent", "sends", "messaged"),
    }
)  # fmt: skip


def of_writer(text: str, start: int, end: int) -> bool:
    """Say whether what stands at `text[start:end]` is said by its writer of themself.

    True only where the writer is the nearest subject and the sentence speaks of nobody else: "i want to die", not "he
    said i want to die" or "i think sam took pills". False where it can't be said.
    """
    if not start < end:
        return False
    plain = text.replace("’", "'")
    begin = max((found.end() for found in _SENTENCE_ENDS.finditer(plain, 0, start)), default=0)
    named = None if begin else _BEGINS.match(plain, 0, start)
    begin = named.end() if named else begin
    ending = _SENTENCE_ENDS.search(plain, end)
    around = {word.lower() for word in _WORD.findall(plain[begin : ending.start() if ending else len(plain)])}
    if not around.isdisjoint(_OTHERS) or _QUOTES.search(plain, begin, start):
        return False
    if _OWN.search(plain, start, end) or any(_is_subject(word) for word in _WORD.findall(plain[start:end])):
        return True
    return _leads_on(_WORD.findall(plain[begin:start]))


def _leads_on(words: list[str]) -> bool:
    """Whether the last subject among the words before what was found is the writer, and nobody comes after it."""
    places = [place for place, word in enumerate(words) if _is_subject(word) or (not place and word.lower() == "ill")]
    # A name has a capital where the same word may have none: "i think Will took".
    return bool(places) and all(
        word.lower() in _BETWEEN and (word.islower() or word.isupper()) for word in words[places[-1] + 1 :]
    )


def _is_subject(word: str) -> bool:
    return word.lower() in _SUBJECTS
