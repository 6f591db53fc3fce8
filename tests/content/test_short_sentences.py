"""A short sentence among cheerful ones is judged as the short message that it might have been."""

import pytest

from content.lexicon import Lexicon
from content.safeguarding import find_safeguarding
from tests.shipped import shipped_content

WORDS = [
    "i ran away from home",
    "hes making me sell drugs",
    "im going to breach my licence",
    "they cut my sister down there",
]
CHEERFUL = [
    "{}. anyway the film was so good and we played fifa after",
    "nan made the best lunch ever and we laughed so much\n{}\nanyway see you at the library on tuesday, thanks xx",
    "the weather was lovely all day. {}. what time is the lesson tomorrow",
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The shipped one."""
    return shipped_content().lexicon


@pytest.mark.parametrize("around", CHEERFUL)
@pytest.mark.parametrize("words", WORDS)
def test_it_is_at_least_a_concern(lexicon: Lexicon, words: str, around: str) -> None:
    """What is found in it alone isn't lost among the others."""
    assert find_safeguarding(words, lexicon, "mentee")
    assert find_safeguarding(around.format(words), lexicon, "mentee")


@pytest.mark.parametrize(
    "text",
    [
        "the film was so good. he ran away from home in it. what time is the lesson tomorrow",
        "he ran away from home in the film. so good. what time is the lesson tomorrow",
        "best game ever. they were making me sell drugs in fortnite. see you at the library on tuesday, thanks",
    ],
)
def test_a_sentence_about_a_game_or_a_film_is_none(lexicon: Lexicon, text: str) -> None:
    """Not where it says so itself, or what came before it."""
    assert find_safeguarding(text, lexicon, "mentee") == ()
