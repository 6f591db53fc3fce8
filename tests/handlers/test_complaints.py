"""Complaints: a case at once, and nobody hears of it who must not."""

from handlers.told import COMPLAINT
from storage.people import Role
from tests.handlers.town import Town


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


def test_a_complaint_that_nobody_is_left_to_hear(quick: Town) -> None:
    """About the only coordinator: the office is named, and the case stands."""
    contact = quick.content.programmes["mentoring"].complaint_contact
    assert quick.say("Kim", "/complaint morgan: was rude") == [quick.words("complaint-office", complaints=contact)]
    assert quick.heard("Morgan") == []
    assert quick.cases()[0].about_id == quick.people["Morgan"]
    quick.say("Sam", "/complaint Alex: was late")
    assert quick.cases()[1].about_id == quick.people["Alex"]


def test_a_complaint_needs_words(quick: Town) -> None:
    """Without them it is told how to write one, and no case comes of it."""
    assert quick.say("Jo", "/complain") == [quick.words("complaint-usage")]
    assert quick.cases() == []
