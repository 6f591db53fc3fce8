"""Whose words of harm are: the writer's own, or a report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.first_person import of_writer
from content.safeguarding import find_safeguarding
from tests.shipped import shipped_content

LEXICON = shipped_content().lexicon


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("i want to die", True),
        ("Long day. I really do want to die, sorry", True),
        ("im going to kill myself tonight", True),
        ("I’ve taken an overdose", True),
        ("he wants to die", False),
        ("my mate took loads of pills", False),
        ("he said i want to die", False),
        ("she told me she is going to kill herself", False),
        ('Kim texted "i want to die" last night', False),
        ("I think Kim will kill herself tonight", False),
        ("she rang. i want to die", True),
        ("honestly I want to kill myself", True),
        ("I think I want to die", True),
        ("I WANT TO DIE", True),
        ("I took an overdose", True),
        ("ive taken loads of pills", True),
        ("I feel ill and took loads of pills", True),
        ("I keep thinking about killing myself", True),
        ("gonna kill myself tonight", True),
        ("Sorry Kim, I want to die", True),
        ("Kim: Honestly I want to die", True),
        ("I think Sam took an overdose", False),
        ("i think sam took an overdose", False),
        ("I think Will took an overdose", False),
        ("I think Kim overdosed", False),
        ("kim is on the floor and i think overdosed", False),
        ("kim is ill and took loads of pills", False),
        ("my boy has taken an overdose", False),
        ("I believe Kim took loads of pills", False),
        ("I saw Kim take an overdose", False),
        ("I'm with Kim, took an overdose", False),
        ("Kim just rang me, took an overdose", False),
        ("Help me, Kim is bleeding everywhere and unconscious", False),
        ("Just had this from Kim: I want to die", False),
    ],
)
def test_whose_words_they_are(text: str, *, own: bool) -> None:
    """The subject is the writer, and the sentence speaks of nobody else."""
    found = find_safeguarding(text, LEXICON)
    assert found
    assert of_writer(text, found[0].start, found[0].end) is own


def test_what_has_no_place_is_nobodys() -> None:
    """What was found beside the text has no words in it."""
    assert not of_writer("i want to die", 13, 13)


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_never_raises(text: str, start: int, end: int) -> None:
    """Whatever the text."""
    assert of_writer(text, min(start, len(text)), min(end, len(text))) in {True, False}
