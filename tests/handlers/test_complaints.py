"""Complaints: a case at once, and nobody hears of it who must not."""

import pytest

from handlers.told import COMPLAINT
from storage.people import NewPerson, Role, add_person
from tests.handlers.town import Town


def test_a_complaint_goes_round_the_person(settled: Town) -> None:
    """About the coordinator: the other one hears of it, they don't; the words go to nobody else."""
    settled.join("Ray", Role.COORDINATOR)
    assert settled.say("Kim", "/complaint Morgan: did not ring back") == [
        settled.words("complaint-noted", complaints="x")
    ]
    assert (settled.heard("Morgan"), len(settled.heard("Ray"))) == ([], 1)
    contact = settled.content.programmes["mentoring"].complaint_contact
    said = settled.words("complaint-about-nobody", complaints=contact)
    assert settled.say("Kim", "/complain nobody listens") == [said]
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


@pytest.mark.parametrize(
    "words",
    [
        "morgan was rude",
        "Morgan was rude",
        "@Morgan, was rude",
        "i told morgan twice",
        "it is about MORGAN",
        "Morgan: rude",
    ],
)
def test_a_coordinator_named_anywhere_is_left_out(quick: Town, words: str) -> None:
    """Nobody has to know of the colon: it goes round a coordinator who is named, and the answer says so."""
    quick.join("Ray", Role.COORDINATOR)
    assert quick.say("Kim", f"/complain {words}") == [quick.words("complaint-noted")]
    assert (quick.heard("Morgan"), len(quick.heard("Ray"))) == ([], 1)


@pytest.mark.parametrize("words", ["morganite is a stone", "Alex was late", "nobody rang"])
def test_words_that_name_no_coordinator_go_to_all(quick: Town, words: str) -> None:
    """Only a whole name counts, and the answer promises nothing that isn't so."""
    quick.join("Ray", Role.COORDINATOR)
    contact = quick.content.programmes["mentoring"].complaint_contact
    assert quick.say("Kim", f"/complain {words}") == [quick.words("complaint-about-nobody", complaints=contact)]
    assert (len(quick.heard("Morgan")), len(quick.heard("Ray"))) == (1, 1)


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("Smith shouted at me", "Terry Smith"),
        ("terry smith shouted at me", "Terry Smith"),
        ("i told terry twice", "Terry Smith"),
        ("Alex was late", None),
        ("Jones was late", "Alex Jones"),
        ("it took too long", None),
        ("it was Long", "Will Long"),
        ("i told will twice", "Will Long"),
        ("the s is missing, see what it's like", None),
    ],
)
def test_one_of_several_names_is_enough(quick: Town, words: str, about: str | None) -> None:
    """A first or last name alone, unless another coordinator or a partner has it: Sam's mentor is called Alex."""
    for name in ("Terry Smith", "Alex Jones", "Will Long", "Ray S"):
        quick.join(name, Role.COORDINATOR)
    quick.say("Sam", f"/complain {words}")
    assert quick.cases()[0].about_id == (quick.people[about] if about else None)


def test_a_name_that_says_nothing(quick: Town) -> None:
    """A name of two coordinators, of a partner, or of who writes leaves nobody out."""
    quick.join("Ray", Role.COORDINATOR)
    # As a service may have them from before names were told apart.
    second = NewPerson(programme="mentoring", role=Role.COORDINATOR, name="Ray", language="en-GB")
    quick.act(lambda ctx: add_person(ctx.tx, second, ctx.now))
    quick.join("Alex", Role.COORDINATOR)
    quick.say("Sam", "/complain about ray and alex")
    quick.say("Morgan", "/complain Morgan is tired")
    assert [case.about_id for case in quick.cases()] == [None, None]
