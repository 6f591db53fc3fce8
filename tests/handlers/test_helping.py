"""HELP and HELP ME of a mentee: the numbers, the coordinator, and a mentor who isn't told."""

import pytest

from handlers.told import ABOUT_MENTOR, HELP
from storage.ids import MatchId
from storage.matches import MatchState
from storage.people import Role
from tests.handlers.town import SMS, Town


@pytest.mark.parametrize("words", ["HELP ME", "help me.", "/helpme"])
def test_help_me_asks_what_would_help(quick: Town, words: str) -> None:
    """The numbers stand in it, and the coordinator can be asked for by a number where there are no buttons."""
    assert quick.say("Ellie", words) == [quick.words("help-me")]
    assert quick.say("Ellie", "1") == [quick.words("help-coming")]
    ((case),) = quick.cases()
    assert (case.category, case.severity, case.source) == (HELP, "high", "help")
    assert quick.heard("Alex") == []


def test_something_about_the_mentor(settled: Town) -> None:
    """Nothing goes between the two from then on; the mentor hears nothing of it, and can't end it."""
    settled.say("Kim", "help me")
    assert settled.say("Kim", settled.words("option-help-mentor")) == [settled.words("help-mentor-stopped")]
    assert settled.match_state(MatchId(3)) is MatchState.PAUSED
    assert settled.heard("Jo") == []
    assert len(settled.heard("Morgan")) == 1
    ((case),) = settled.cases()
    assert (case.category, case.about_id) == (ABOUT_MENTOR, settled.people["Jo"])
    assert settled.say("Jo", "hello") == [settled.words("match-is-paused")]
    assert settled.say("Jo", "RESUME") == [settled.words("resume-not-yours")]
    assert settled.heard("Kim") == []


def test_just_the_help_and_no_case(quick: Town) -> None:
    """What can be done here is shown; a mentor's "help me" is said to the mentee."""
    quick.say("Kim", "help me")
    assert quick.say("Kim", "3") == [quick.words("help-mentee")]
    assert quick.cases() == []
    quick.say("Jo", "help me")
    assert quick.heard("Kim") == ["Jo: help me"]
    assert quick.press("Jo", "help:0:mentor") == []
    assert quick.press("Kim", "help:0:x") == []


def test_help_without_a_mentor(quick: Town) -> None:
    """Somebody without a match is heard as well."""
    quick.join("Ash", Role.MENTEE, SMS)
    quick.say("Ash", "help me")
    quick.say("Ash", "2")
    assert quick.cases()[0].about_id is None
