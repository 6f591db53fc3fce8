"""The rules case: both rule engines beside presidio on the same texts, and their slowest hostile text."""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache

from phonenumbers import PhoneNumberMatcher

from content import contact_details, safeguarding
from content.contact_details import find_contact_details
from content.library import Content, load_content
from content.safeguarding import find_safeguarding
from tests.bench.figures import Pair
from tests.bench.presidio import Presidio
from tests.bench.rounds import Bench, by_turns
from tests.bench.texts import sentence
from tests.content.hostile import hostile_texts

_CLEAN = tuple(sentence(number) for number in range(48))
# About 120 characters each, with a detail that presidio knows as well. All invented.
_HITS = (
    "I got a new phone yesterday so my number is 07700 900123 now, text me when you are back from the training please.",
    "If it rains on Saturday then ring the flat on 020 7946 0018 before nine, I will be waiting there with tickets.",
    "You can send the form to me at robin.hale@example.org and I will print it for you before we meet at the library.",
    "My cousin put the photos of the match on www.photos-of-robin.com/summer and you have to see the last one of them.",
    "The card for the trip was 4111 1111 1111 1111 I think, can you check that it went through before the day ends.",
    "We moved last week, the new postcode is SW1A 1AA and the buses from there go to the college every ten minutes.",
    "Call +44 7700 900456 when you are outside, the bell does not work and nobody hears the door upstairs.",
    "I wrote it to ellie.hart@example.com as well because my other mailbox was full, and 07700900789 is still mine.",
)
_PASSES = 6
_HOSTILE_RUNS = 3


@cache
def _content() -> Content:
    return load_content()


@cache
def _presidio() -> Presidio:
    return Presidio()


async def rules(bench: Bench) -> dict[str, Pair]:
    """Clean texts, texts with hits, hostile texts. What `PhoneNumberMatcher` alone takes is said beside them."""
    _content()
    _presidio()
    # As `telementor run` does once all is loaded.
    gc.freeze()
    clean, hits = await _beside_presidio(bench, _CLEAN), await _beside_presidio(bench, _HITS * 6)
    matcher = [1e6 * _cpu_of_texts(_match, texts) for texts in (_CLEAN, _HITS * 6)]
    sys.stderr.write(f"PhoneNumberMatcher: {matcher[0]:.1f} us for a clean text, {matcher[1]:.1f} us with hits\n")
    return {
        "rules_clean_vs_presidio": clean,
        "rules_hits_vs_presidio": hits,
        # The figure is in milliseconds.
        "rules_hostile_ms": Pair(max(map(_slower_engine, hostile_texts())), 1e-3),
    }


async def _beside_presidio(bench: Bench, texts: Sequence[str]) -> Pair:
    async def ours() -> tuple[float]:
        return (_cpu_of_texts(_find, texts),)

    async def anchor() -> tuple[float]:
        return (_cpu_of_texts(_presidio().find, texts),)

    return (await by_turns(bench, ours, anchor, turns=4))[0]


def _cpu_of_texts(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """CPU time of this process, in seconds, that a text takes."""
    begun = time.process_time()
    for _ in range(_PASSES):
        for text in texts:
            work(text)
    return (time.process_time() - begun) / (_PASSES * len(texts))


def _find(text: str) -> None:
    """What the relay asks of both engines for a message without earlier ones."""
    content = _content()
    if not contact_details.may_continue(text, content.contact_rules):
        safeguarding.may_continue(text, content.lexicon)
    find_contact_details(text, content.contact_rules)
    find_safeguarding(text, content.lexicon, "mentee")


def _match(text: str) -> None:
    list(PhoneNumberMatcher(text, "GB"))


def _slower_engine(text: str) -> float:
    """CPU time of the slower engine for a text, in seconds: the best of some runs."""
    content = _content()
    engines: tuple[Callable[[], object], ...] = (
        lambda: find_contact_details(text, content.contact_rules),
        lambda: find_safeguarding(text, content.lexicon, "mentee"),
    )
    return max(min(_cpu(engine) for _ in range(_HOSTILE_RUNS)) for engine in engines)


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
