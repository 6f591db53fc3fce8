"""What the benchmark says: ordinary sentences, each with a marker by which its delivery is recognised.

A marker is a pair of pronounceable five-letter syllable groups ("lusab-babad"), after D. S. Wilkerson's proquints
(arXiv:0901.4016): no digit, no word, nothing that a contact filter or a lexicon could take for something else.
"""

import re
import time

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_GROUP = rf"[{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}]"

# Finds a marker in the body of a request, form-encoded or JSON.
MARKER = re.compile(rf"\b{_GROUP}-{_GROUP}\b".encode())
# The length of a marker in bytes.
MARKER_SIZE = 11

# About 120 characters each once the marker is filled in; plain ASCII, so that JSON needs no escapes.
SENTENCES = (
    "I read {} on the bus this morning, it was the funniest chapter so far and I nearly missed my stop laughing.",
    "Thank you for last week. My teacher liked {} and said that my writing has come on a lot since the summer.",
    "Could we talk about {} when we meet? I have some ideas for the college form but I don't know where to start.",
    "My sister cooked {} for everyone and it was so good that nobody spoke until all of the plates were empty.",
    "I went to training after school like we said. The coach told us about {} and I think that I will go again.",
    "It rained all day so we stayed in and played {}. I won twice, my cousin says that it was only beginner's luck.",
    "Good luck with your exam tomorrow, remember what we said about {} and take your time with the long questions.",
    "I finished the first step of my plan, the one about {}, and I would like to try the next one this week please.",
    "The library has a quiet room, it is called {} and it is warm, so I can do my homework there after lessons.",
    "We saw {} at the cinema with the youth club. The ending was sad but the music in it was really beautiful.",
    "My interview is on Thursday afternoon, we practised {} so much that I am hardly nervous about it any more.",
    "I have been thinking about {} and you were right, it is easier when I write the hard parts down beforehand.",
)


def _group(number: int) -> str:
    """Sixteen bits as five letters."""
    return (
        _CONSONANTS[number >> 12 & 15]
        + _VOWELS[number >> 10 & 3]
        + _CONSONANTS[number >> 6 & 15]
        + _VOWELS[number >> 4 & 3]
        + _CONSONANTS[number & 15]
    )


def marker(number: int) -> str:
    """The marker of message `number` (0 to 2**32 - 1): different numbers have different markers."""
    return f"{_group(number >> 16 & 0xFFFF)}-{_group(number & 0xFFFF)}"


def sentence(number: int) -> str:
    """What message `number` says: one of the sentences, with its marker in it."""
    return SENTENCES[number % len(SENTENCES)].format(marker(number))


def update(number: int, chat: int) -> bytes:
    """A Telegram update as the provider posts it: message `number`, written by the owner of a private chat."""
    return (
        f'{{"update_id":{number},"message":{{"message_id":{number},'
        f'"from":{{"id":{chat},"is_bot":false,"first_name":"Robin","language_code":"en"}},'
        f'"chat":{{"id":{chat},"first_name":"Robin","type":"private"}},'
        f'"date":{int(time.time())},"text":"{sentence(number)}"}}}}'
    ).encode()
