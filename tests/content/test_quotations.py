"""What is quoted from films, books and songs is no more than a concern; what people say stays what it is."""

import pytest

from content.lexicon import Lexicon
from content.safeguarding import find_safeguarding
from tests.shipped import shipped_content


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The shipped lexicon."""
    return shipped_content().lexicon


def _severities(text: str, lexicon: Lexicon) -> set[str]:
    return {finding.severity.value for finding in find_safeguarding(text, lexicon, "mentee")}


@pytest.mark.parametrize(
    "text",
    [
        'in romeo and juliet she says "i want to kill myself"',
        "the lyrics go “im going to kill myself tonight” its a sad song",
        'there\'s a line "i want to die" in the film we watched',
        "quote for my essay: i want to die",
    ],
)
def test_what_a_work_says(lexicon: Lexicon, text: str) -> None:
    """It wakes nobody, and isn't lost: people also say things in the words of others."""
    assert _severities(text, lexicon) == {"concern"}


def test_a_quotation_is_less_sure(lexicon: Lexicon) -> None:
    """The same words are one step less sure where a film says them."""
    said = find_safeguarding("i want to kill myself", lexicon)[0]
    quoted = {one.rule: one for one in find_safeguarding('the film where she says "i want to kill myself"', lexicon)}
    assert quoted[said.rule].sure is said.sure.less


@pytest.mark.parametrize(
    "text",
    [
        # Said by somebody whom the writer knows, by nobody in particular, or felt by the writer.
        'after the film my dad said "i want to kill myself"',
        'he said "im going to kill you tonight"',
        'that song "i want to die" is literally me',
        'i wrote a song "i want to die"',
        # Not within the marks, or in marks that don't close.
        'i want to kill myself, like in the film "titanic"',
        'in the film she says "i want to kill myself',
        'watched the film. "ok" he said. i want to kill myself. "night"',
        # A colon behind which nothing is quoted, or one too far away.
        "my answer: i want to kill myself",
        "the quote of the day was long and it went on and on and on and on: i want to kill myself",
    ],
)
def test_what_somebody_says(lexicon: Lexicon, text: str) -> None:
    """Quotation marks alone make nothing innocent."""
    assert _severities(text, lexicon) & {"immediate", "high"}
