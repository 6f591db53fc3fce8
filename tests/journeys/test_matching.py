"""Matching: proposed by a coordinator, agreed by the mentor, then by the mentee; paused, resumed and ended."""

import pytest

from handlers.errors import Refused
from handlers.events import Channel
from handlers.matching import change_match
from storage.ids import MatchId
from storage.matches import MatchState, get_match
from storage.people import Role
from tests.journeys.play import PROGRAMME, Play


def joined(play: Play) -> None:
    """A coordinator, a mentor and a mentee who have joined."""
    play.join("morgan", Role.COORDINATOR, Channel.TELEGRAM)
    play.join("alex", Role.MENTOR, Channel.TELEGRAM)
    play.join("ellie", Role.MENTEE, Channel.SMS)


async def quiet(play: Play) -> None:
    """Let everything arrive, and forget it."""
    await play.settled()
    for phone in play.world.phones:
        play.heard(phone.id)


def state_of(play: Play, match_id: MatchId) -> MatchState:
    """How far a match has come."""
    return play.act(lambda ctx: get_match(ctx.tx, match_id)).state


async def test_mentor_then_mentee_agree(play: Play) -> None:
    """The mentor is asked first, the mentee only after the mentor's yes; then both are told and can write."""
    joined(play)
    await quiet(play)
    match_id = play.propose("alex", "ellie")
    await play.settled()
    assert play.heard("alex") == [play.words("match-ask-mentor", "alex", name="Ellie")]
    assert play.heard("ellie") == []
    assert await play.press("alex", "Yes") == [play.words("match-yes-thanks", "alex")]
    [question] = play.heard("ellie")
    assert question.startswith(play.words("match-ask-mentee", "ellie", name="Alex"))
    assert await play.say("ellie", "1") == [play.words("match-started", "ellie", name="Alex")]
    assert play.heard("alex") == [play.words("match-started", "alex", name="Ellie")]
    assert state_of(play, match_id) is MatchState.ACTIVE


async def test_when_the_mentor_declines_only_coordinators_learn_it(play: Play) -> None:
    """The mentee never hears of a mentor who said no."""
    joined(play)
    await quiet(play)
    match_id = play.propose("alex", "ellie")
    await play.settled()
    play.heard("alex")
    assert await play.press("alex", "No") == [play.words("match-declined-thanks", "alex")]
    side = play.words("side-mentor")
    assert play.heard("morgan") == [play.words("notice-match-declined", "morgan", name="Alex", side=side)]
    assert play.heard("ellie") == []
    assert state_of(play, match_id) is MatchState.DECLINED


async def test_when_the_mentee_declines_only_coordinators_learn_it(sqlite_play: Play) -> None:
    """The mentor who had said yes hears nothing of the no."""
    play = sqlite_play
    joined(play)
    play.propose("alex", "ellie")
    await play.settled()
    await play.press("alex", "Yes")
    await quiet(play)
    assert await play.say("ellie", "no") == [play.words("match-declined-thanks", "ellie")]
    assert len(play.heard("morgan")) == 1
    assert play.heard("alex") == []


async def test_an_old_button_changes_nothing(sqlite_play: Play) -> None:
    """Yes after no, on the same question, leaves the match declined."""
    play = sqlite_play
    joined(play)
    match_id = play.propose("alex", "ellie")
    await play.settled()
    question = play.newest("alex", "Yes")
    await play.press("alex", "No", on=question)
    await quiet(play)
    assert await play.press("alex", "Yes", on=question) == []
    assert state_of(play, match_id) is MatchState.DECLINED
    assert play.heard("ellie") == []


async def test_who_is_proposed_before_joining_is_asked_afterwards(sqlite_play: Play) -> None:
    """A proposal waits until mentor and mentee have joined, in whatever order they do."""
    play = sqlite_play
    play.add("alex", Role.MENTOR, Channel.TELEGRAM)
    play.add("ellie", Role.MENTEE, Channel.SMS)
    match_id = play.propose("alex", "ellie")
    play.invite("ellie")
    await play.settled()
    play.heard("ellie")
    await play.say("ellie", "YES")
    await play.say("alex", f"/start {play.invite('alex')}")
    await play.press("alex", "Yes")
    assert play.words("match-ask-mentor", "alex", name="Ellie") in play.world.phone("alex").received()
    await play.press("alex", "Yes")
    await play.say("ellie", "yes")
    assert state_of(play, match_id) is MatchState.ACTIVE


async def test_who_was_away_when_the_match_was_proposed_is_asked_on_coming_back(sqlite_play: Play) -> None:
    """Nobody who said STOP is asked; after START the question comes."""
    play = sqlite_play
    joined(play)
    await quiet(play)
    await play.say("alex", "STOP")
    play.propose("alex", "ellie")
    await play.settled()
    assert play.heard("alex") == []
    assert play.words("match-ask-mentor", "alex", name="Ellie") in await play.say("alex", "START")


async def test_two_of_one_name_are_never_mixed_up(sqlite_play: Play) -> None:
    """A mentor can't get a second mentee of the same name: neither buttons nor prefixes could tell them apart."""
    play = sqlite_play
    joined(play)
    play.join("ellie2", Role.MENTEE, Channel.TELEGRAM, name="ellie")
    play.pair("alex", "ellie")
    with pytest.raises(Refused):
        play.propose("alex", "ellie2")


async def test_a_paused_match_keeps_words_until_it_goes_on(play: Play) -> None:
    """Pause: both are told, words are kept and not passed on. Resume: both are told, words go across again."""
    joined(play)
    match_id = play.pair("alex", "ellie")
    await quiet(play)
    play.act(lambda ctx: change_match(ctx, match_id, "pause", actor="test"))
    await play.settled()
    assert play.heard("alex") == [play.words("match-paused-told", "alex", name="Ellie")]
    assert play.heard("ellie") == [play.words("match-paused-told", "ellie", name="Alex")]
    assert await play.say("ellie", "are you there?") == [play.words("match-is-paused", "ellie")]
    assert play.heard("alex") == []
    line = play.recorded("are you there?")
    assert (line.state, line.match_id) == ("refused", match_id)
    play.act(lambda ctx: change_match(ctx, match_id, "resume", actor="test"))
    await play.settled()
    assert play.heard("alex") == [play.words("match-resumed-told", "alex", name="Ellie")]
    await play.say("alex", "back again")
    assert play.heard("ellie")[-1] == play.words("relay-mentee", "ellie", name="Alex", words="back again")


async def test_an_ended_match_passes_nothing_on(play: Play) -> None:
    """End: both are told; what is written later is kept and the coordinators know of it."""
    joined(play)
    match_id = play.pair("alex", "ellie")
    await quiet(play)
    play.act(lambda ctx: change_match(ctx, match_id, "end", actor="test"))
    await play.settled()
    assert play.heard("alex") == [play.words("match-ended-told", "alex", name="Ellie")]
    assert play.heard("ellie") == [play.words("match-ended-told", "ellie", name="Alex")]
    contact = play.stage.core.content.programmes[PROGRAMME].coordinator_contact
    kindly = play.words("late-after-ending", "ellie", name="Alex", coordinator=contact)
    assert await play.say("ellie", "I miss you") == [kindly]
    assert play.heard("alex") == []
    assert play.heard("morgan") == [play.words("notice-late", "morgan", name="Ellie", other="Alex")]
    with pytest.raises(Refused):
        play.act(lambda ctx: change_match(ctx, match_id, "resume", actor="test"))


async def test_a_proposal_that_is_taken_back_says_nothing(sqlite_play: Play) -> None:
    """A proposed match that is ended leaves no open question; its old button does nothing."""
    play = sqlite_play
    joined(play)
    match_id = play.propose("alex", "ellie")
    await quiet(play)
    play.act(lambda ctx: change_match(ctx, match_id, "end", actor="test"))
    assert await play.press("alex", "Yes") == []
    assert state_of(play, match_id) is MatchState.ENDED
    assert play.heard("ellie") == []
