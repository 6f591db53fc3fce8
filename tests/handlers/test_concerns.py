"""Concerns, complaints and calls for help: a case at once, and nobody hears of it who must not."""

import pytest

from handlers.concerns import ABOUT_MENTOR, COMPLAINT, CONCERN, HELP
from storage.ids import MatchId
from storage.matches import MatchState
from storage.people import Role
from tests.handlers.town import SMS, Town


def test_a_concern_is_a_case_before_the_question_is_answered(settled: Town) -> None:
    """The coordinators are called when the words arrive; a yes makes it immediate and calls again, once."""
    assert settled.say("Jo", "/concern Kim has bruises") == [settled.words("concern-danger")]
    ((case),) = settled.cases()
    assert (case.category, case.severity, case.source) == (CONCERN, "high", "concern")
    assert len(settled.heard("Morgan")) == 1
    assert settled.say("Jo", "yes") == [settled.words("concern-now")]
    assert settled.cases()[0].severity == "immediate"
    assert len(settled.heard("Morgan")) == 1
    settled.press("Jo", f"danger:{case.id}:yes")
    assert settled.heard("Morgan") == []
    assert settled.heard("Kim") == []


def test_a_no_leaves_it_high(quick: Town) -> None:
    """A person took the trouble to tell it."""
    quick.say("Jo", "/concern Kim is often hungry")
    assert quick.say("Jo", "no") == [quick.words("concern-noted")]
    assert quick.cases()[0].severity == "high"


def test_nobody_answers_for_another(quick: Town) -> None:
    """The button of somebody else's concern, or of no concern, does nothing."""
    quick.say("Jo", "/concern Kim has bruises")
    for data in ("danger:1:yes", "danger:99:yes"):
        assert quick.press("Alex", data) == []
    assert quick.cases()[0].severity == "high"


def test_a_concern_is_not_for_mentees_and_needs_words(quick: Town) -> None:
    """Both are told what to do."""
    assert quick.say("Kim", "/concern hello") == [quick.words("not-allowed")]
    assert quick.say("Jo", "/concern") == [quick.words("concern-usage")]
    assert quick.say("Jo", "/complain") == [quick.words("complaint-usage")]
    assert quick.cases() == []


def test_a_complaint_goes_round_the_person(settled: Town) -> None:
    """About the coordinator: the other one hears of it, they don't; the words go to nobody else."""
    settled.join("Ray", Role.COORDINATOR)
    assert settled.say("Kim", "/complaint Morgan: did not ring back") == [
        settled.words("complaint-noted", complaints="x")
    ]
    assert (settled.heard("Morgan"), len(settled.heard("Ray"))) == ([], 1)
    assert settled.say("Kim", "/complain nobody listens") == [settled.words("complaint-noted", complaints="x")]
    assert len(settled.heard("Morgan")) == 1
    assert {case.category for case in settled.cases()} == {COMPLAINT}


def test_serious_words_of_a_complaint_go_round_the_person_too(quick: Town) -> None:
    """What the scan finds in a complaint raises an alarm, and whom it is about hears nothing of that either."""
    quick.join("Ray", Role.COORDINATOR)
    said = quick.say("Sam", "/complaint Morgan: i want to die because of him")
    assert quick.words("crisis", "Sam") in said
    assert quick.heard("Morgan") == []
    assert len(quick.heard("Ray")) == 2


def test_what_is_found_in_a_concern_is_the_same_case(quick: Town) -> None:
    """One case, as grave as its words, and no numbers of help for whoever tells it of somebody else."""
    assert quick.say("Jo", "/concern Kim says she has taken an overdose") == [quick.words("concern-danger")]
    assert [(case.category, case.severity) for case in quick.cases()] == [(CONCERN, "immediate")]


def test_a_complaint_that_nobody_is_left_to_hear(quick: Town) -> None:
    """About the only coordinator: the office is named, and the case stands."""
    contact = quick.content.programmes["mentoring"].complaint_contact
    assert quick.say("Kim", "/complaint morgan: was rude") == [quick.words("complaint-office", complaints=contact)]
    assert quick.heard("Morgan") == []
    assert quick.cases()[0].about_id == quick.people["Morgan"]
    quick.say("Sam", "/complaint Alex: was late")
    assert quick.cases()[1].about_id == quick.people["Alex"]


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
