"""Matching: who is asked when, what a yes or no leads to, and what a coordinator may change."""

import pytest

from handlers.errors import Refused
from handlers.matching import advance, change_match
from storage.matches import MatchState
from storage.people import Role
from tests.handlers.town import OTHER, SMS, Town


def _people(town: Town) -> None:
    town.join("Morgan", Role.COORDINATOR)
    town.join("Alex", Role.MENTOR)
    town.join("Sam", Role.MENTEE)


def test_both_say_yes(town: Town) -> None:
    """The mentor is asked, then the mentee; after both yeses it starts, and all three are told once."""
    _people(town)
    match_id = town.propose("Alex", "Sam")
    assert town.heard("Sam") == []
    assert town.heard("Alex") == [town.words("match-ask-mentor", "Alex", name="Sam")]
    assert town.press("Alex", f"match:{match_id}:yes") == [town.words("match-yes-thanks", "Alex")]
    assert town.heard("Sam") == [town.words("match-ask-mentee", "Sam", name="Alex")]
    assert town.say("Sam", "yes.") == [town.words("match-started", "Sam", name="Alex")]
    assert town.heard("Alex") == [town.words("match-started", "Alex", name="Sam")]
    assert town.heard("Morgan") == [town.words("notice-match-started", mentor="Alex", mentee="Sam")]
    assert town.match_state(match_id) is MatchState.ACTIVE


@pytest.mark.parametrize("who", ["Alex", "Sam"])
def test_a_no_is_between_its_sender_and_the_coordinator(town: Town, who: str) -> None:
    """Either may decline; the other side hears nothing of it."""
    _people(town)
    match_id = town.propose("Alex", "Sam")
    if who == "Sam":
        town.press("Alex", f"match:{match_id}:yes")
    other = "Sam" if who == "Alex" else "Alex"
    town.heard(other)
    assert town.press(who, f"match:{match_id}:no") == [town.words("match-declined-thanks", who)]
    assert town.heard(other) == []
    side = town.words(f"side-{'mentor' if who == 'Alex' else 'mentee'}")
    assert town.heard("Morgan") == [town.words("notice-match-declined", name=who, side=side)]
    assert town.match_state(match_id) is MatchState.DECLINED
    # An answer that was given stays: the button is old now.
    assert town.press(who, f"match:{match_id}:yes") == []
    assert town.match_state(match_id) is MatchState.DECLINED


def test_somebody_is_asked_about_one_match_at_a_time(town: Town) -> None:
    """A second question waits for the answer to the first, so that a bare yes is never the wrong one's."""
    _people(town)
    town.join("Kim", Role.MENTEE)
    town.propose("Alex", "Sam")
    second = town.propose("Alex", "Kim")
    assert len(town.heard("Alex")) == 1
    thanks, asked = town.say("Alex", "no")
    assert thanks == town.words("match-declined-thanks", "Alex")
    assert asked == town.words("match-ask-mentor", "Alex", name="Kim")
    town.propose("Alex", "Sam")
    town.act(lambda ctx: change_match(ctx, second, "end", actor="test"))
    assert town.heard("Alex") == [town.words("match-ask-mentor", "Alex", name="Sam")]


def test_who_has_not_joined_is_asked_later(town: Town) -> None:
    """Somebody who stopped is asked nothing; after START the question comes."""
    _people(town)
    town.say("Alex", "STOP")
    town.propose("Alex", "Sam")
    assert town.heard("Alex") == []
    assert town.say("Alex", "START") == [
        town.words("started", "Alex"),
        town.words("match-ask-mentor", "Alex", name="Sam"),
    ]


def test_a_mentee_without_a_phone(town: Town) -> None:
    """A mentee who said yes to the coordinator isn't asked; the mentor's yes starts the match."""
    _people(town)
    town.enrol("Kai", Role.MENTEE, None)
    match_id = town.propose("Alex", "Kai", mentee_agreed=True)
    assert town.press("Alex", f"match:{match_id}:yes") == [town.words("match-started", "Alex", name="Kai")]
    assert town.match_state(match_id) is MatchState.ACTIVE


def test_pairs_that_are_refused(town: Town) -> None:
    """The wrong roles, two programmes, a pair that exists, a second partner of the same name: one sentence each."""
    _people(town)
    town.join("Ellie", Role.MENTEE)
    town.join("Far", Role.MENTEE, programme=OTHER)
    town.join("Twin", Role.MENTEE, name="sam")
    town.propose("Alex", "Sam")
    for mentor, mentee, reason in (
        ("Sam", "Alex", "in this order"),
        ("Alex", "Morgan", "in this order"),
        ("Alex", "Far", "different programmes"),
        ("Alex", "Sam", "matched already"),
        ("Alex", "Twin", "another name"),
    ):
        with pytest.raises(Refused, match=reason):
            town.propose(mentor, mentee)
    town.propose("Alex", "Ellie")


def test_what_a_coordinator_may_change(town: Town) -> None:
    """Pause, resume and end tell both sides; in the wrong state, or without a match, they are refused."""
    _people(town)
    match_id = town.pair("Alex", "Sam")

    def change(what: str, number: int = match_id) -> None:
        town.act(lambda ctx: change_match(ctx, number, what, actor="test"))

    with pytest.raises(Refused, match="can't resume"):
        change("resume")
    for what, key in (("pause", "match-paused-told"), ("resume", "match-resumed-told"), ("end", "match-ended-told")):
        change(what)
        assert town.heard("Sam") == [town.words(key, "Sam", name="Alex")]
        assert town.heard("Alex") == [town.words(key, "Alex", name="Sam")]
    for what in ("pause", "resume", "end"):
        with pytest.raises(Refused, match="is ended"):
            change(what)
    with pytest.raises(Refused, match="no match 999"):
        change("pause", 999)


def test_a_proposal_that_is_withdrawn(town: Town) -> None:
    """A proposed match ends without a word to anybody, and its question is closed."""
    _people(town)
    match_id = town.propose("Alex", "Sam")
    town.heard("Alex")
    town.act(lambda ctx: change_match(ctx, match_id, "end", actor="test"))
    assert town.press("Alex", f"match:{match_id}:yes") == []
    assert town.heard("Sam") == []
    assert town.match_state(match_id) is MatchState.ENDED


def test_an_answer_to_a_question_of_another(town: Town) -> None:
    """The button of somebody else's match, or of none, does nothing."""
    _people(town)
    town.join("Jo", Role.MENTOR, SMS)
    match_id = town.propose("Jo", "Sam")
    for data in (f"match:{match_id}:yes", "match:99:yes", "match::yes", "match:x:no"):
        assert town.press("Alex", data) == []
    assert town.match_state(match_id) is MatchState.PROPOSED


def test_a_match_that_has_started_needs_nobody(town: Town) -> None:
    """Taking a match a step further that is no longer proposed does nothing: two may do it at the same time."""
    _people(town)
    match_id = town.pair("Alex", "Sam")
    town.act(lambda ctx: advance(match_id, ctx))
    assert town.match_state(match_id) is MatchState.ACTIVE
    assert town.outbox() == []
