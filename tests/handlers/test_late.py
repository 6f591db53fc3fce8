"""Words after a match has ended: kept, scanned, answered kindly, put before the coordinator; they reopen nothing."""

from datetime import timedelta

import pytest

from handlers.matching import change_match
from storage.ids import MatchId
from storage.matches import MatchState
from storage.people import Role
from tests.handlers.town import PROGRAMME, Town

KIM = MatchId(3)


def end(town: Town, match_id: int) -> None:
    """End a match, and forget what was said about it."""
    town.act(lambda ctx: change_match(ctx, match_id, "end", actor="test"))
    for name in town.people:
        town.heard(name)


def kindly(town: Town, to: str, name: str) -> str:
    """What somebody hears who writes too late."""
    contact = town.content.programmes[PROGRAMME].coordinator_contact
    return town.words("late-after-ending", to, name=name, coordinator=contact)


def test_a_late_message(settled: Town) -> None:
    """It is kept in the record of its match, answered once a day, and each is put before the coordinators by name."""
    end(settled, KIM)
    assert settled.say("Kim", "I miss you") == [kindly(settled, "Kim", "Jo")]
    assert settled.say("Kim", "are you there?") == []
    assert settled.heard("Morgan") == [settled.words("notice-late", name="Kim", other="Jo")] * 2
    assert settled.heard("Jo") == []
    line = settled.line("I miss you")
    assert (line.state, line.kind, line.match_id) == ("kept", "other", KIM)
    assert settled.match_state(KIM) is MatchState.ENDED
    settled.clock.move(timedelta(hours=23, minutes=59))
    assert settled.say("Kim", "hello?") == []
    settled.clock.move(timedelta(minutes=1))
    assert settled.say("Kim", "hello again") == [kindly(settled, "Kim", "Jo")]
    # The other side has an answer of its own.
    assert settled.say("Jo", "how is Kim?") == [kindly(settled, "Jo", "Kim")]


def test_a_late_message_about_harm(settled: Town) -> None:
    """It is scanned like any other: the coordinators are alerted, and the mentee gets the numbers."""
    end(settled, KIM)
    assert settled.words("crisis", "Kim") in settled.say("Kim", "I want to kill myself")
    (case,) = settled.cases()
    assert (case.category, case.match_id) == ("suicide", KIM)


@pytest.mark.parametrize("more", [{"edited": True}, {"attachments": ("photo",)}])
def test_a_late_change_or_picture(quick: Town, more: dict[str, object]) -> None:
    """Whatever comes late is kept, and answered in the same way."""
    end(quick, KIM)
    assert quick.say("Kim", "changed", **more) == [kindly(quick, "Kim", "Jo")]
    assert quick.line("changed").state == "kept"


def test_the_match_that_ended_last_counts(quick: Town) -> None:
    """Of several that are over it belongs to the last; one that never began is none."""
    end(quick, 2)
    quick.clock.move(timedelta(days=1))
    end(quick, 1)
    quick.join("Robin", Role.MENTEE)
    end(quick, quick.propose("Alex", "Robin"))
    assert quick.say("Alex", "thank you all") == [kindly(quick, "Alex", "Sam")]
    assert quick.say("Robin", "hello?") == [quick.words("no-match-yet", "Robin")]


def test_a_late_reply_beside_a_match_that_goes_on(settled: Town) -> None:
    """A reply to words of a match that is over goes to nobody else, unless it names somebody: then it is asked."""
    settled.say("Sam", "bye then")
    ref = settled.last_ref("Alex", "bye then")
    end(settled, 1)
    assert settled.say("Alex", "take care", reply_to=ref) == [kindly(settled, "Alex", "Sam")]
    assert settled.line("take care").match_id == 1
    assert settled.heard("Ellie") == []
    (asked,) = settled.say("Alex", "Ellie: hello", reply_to=ref)
    assert asked.startswith("Who is this for?")
    assert settled.say("Alex", "2") == [settled.words("choose-cancelled")]
    assert settled.say("Alex", "hello") == []
    assert len(settled.heard("Ellie")) == 1


@pytest.mark.parametrize("words", ["Sam: are you all right?", "@sam are you all right?"])
def test_a_name_of_a_match_that_is_over(settled: Town, words: str) -> None:
    """Words for somebody of before go to nobody else, not to the only one who is left either."""
    end(settled, 1)
    assert settled.say("Alex", words) == [kindly(settled, "Alex", "Sam")]
    assert (settled.heard("Ellie"), settled.heard("Sam")) == ([], [])
    assert settled.line(words).match_id == 1
    # Other words before a colon are words.
    assert settled.say("Alex", "PS: see you at four") == []
    assert settled.heard("Ellie") == [settled.words("relay-mentee", name="Alex", words="PS: see you at four")]


def test_a_word_with_a_name_of_a_match_that_is_over(quick: Town) -> None:
    """A break, a contact or a concern of somebody of before is not taken for one of whoever is left."""
    end(quick, 1)
    assert quick.say("Alex", "PAUSE Sam") == [quick.words("pause-unknown", name="Sam")]
    assert quick.say("Alex", "/log call Sam: talked about college") == [quick.words("log-usage")]
    assert quick.heard("Ellie") == []
    assert quick.say("Alex", "/log call about: college") == [quick.words("log-done", kind="a call", name="Ellie")]
    quick.say("Alex", "pause for thought")
    assert quick.heard("Ellie") == [quick.words("relay-mentee", name="Alex", words="pause for thought")]
    quick.say("Alex", "/concern Sam: he was hurt")
    assert [case.match_id for case in quick.cases()] == [1]


def test_a_name_of_before_that_somebody_has_again(quick: Town) -> None:
    """Whoever is there now is meant."""
    end(quick, 1)
    quick.pair("Alex", "Sam")
    quick.say("Alex", "Sam: welcome back")
    assert quick.heard("Sam") == [quick.words("relay-mentee", name="Alex", words="welcome back")]


def test_a_reply_to_the_service_beside_a_match(quick: Town) -> None:
    """A reply to something of no match goes where words go that reply to nothing."""
    quick.say("Alex", "/about")
    ref = quick.last_ref("Alex", "You are with")
    (asked,) = quick.say("Alex", "thanks", reply_to=ref)
    assert asked.startswith("Who is this for?")
