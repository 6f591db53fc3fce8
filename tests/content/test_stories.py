"""In a story of many words something or other sounds like harm: only what more speaks for calls somebody at once."""

import pytest

from content.lexicon import Lexicon
from content.safeguarding import find_safeguarding
from tests.shipped import shipped_content

STORY = (
    "had a lovely day with nan and the dog on sunday, the sun was out and we had ice cream by the lake. {}. anyway the "
    "lesson is on tuesday again and then we have the school trip to the zoo, which will be so good, see you then and "
    "thanks for the book xx"
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The shipped one."""
    return shipped_content().lexicon


@pytest.mark.parametrize(
    "words",
    [
        "i want to kill myself",
        "i took 20 paracetamol",
        "my stepdad touches me at night",
        "my boyfriend strangled me",
        "hes going to stab my brother",
        "my mate took loads of pills and wont wake up",
    ],
)
def test_what_speaks_for_itself_calls_at_once(lexicon: Lexicon, words: str) -> None:
    """However many cheerful words stand around it."""
    assert find_safeguarding(STORY.format(words), lexicon, "mentee")[0].severity != "concern"


@pytest.mark.parametrize("words", ["i ran away from home", "im going to breach my licence"])
def test_what_is_less_sure_is_a_concern(lexicon: Lexicon, words: str) -> None:
    """It is read in the digest, where the same words alone call at once."""
    assert find_safeguarding(words, lexicon, "mentee")[0].severity != "concern"
    assert {one.severity for one in find_safeguarding(STORY.format(words), lexicon, "mentee")} == {"concern"}
