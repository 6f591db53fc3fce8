"""PAUSE and RESUME: one word by either side, for all matches or one; ended by whoever asked for it."""

import pytest

from handlers.matching import change_match
from storage.audit import read_audit
from storage.ids import MatchId
from storage.matches import MatchState
from tests.handlers.town import Town

SAM, ELLIE = MatchId(1), MatchId(2)


def test_a_mentee_takes_a_break_and_ends_it(settled: Town) -> None:
    """Both sides read a neutral line, the coordinators who asked; meanwhile nothing is passed on."""
    assert settled.say("Sam", "PAUSE") == [settled.words("pause-done", "Sam")]
    assert settled.match_state(SAM) is MatchState.PAUSED
    assert settled.match_state(ELLIE) is MatchState.ACTIVE
    assert settled.heard("Alex") == [settled.words("match-paused-told", "Alex")]
    assert settled.heard("Morgan") == [settled.words("notice-paused", name="Sam", other="Alex")]
    assert settled.say("Sam", "hello") == [settled.words("match-is-paused", "Sam")]
    assert settled.heard("Alex") == []
    assert settled.say("Sam", "Resume.") == [settled.words("match-resumed-told", "Sam", name="Alex")]
    assert settled.heard("Alex") == [settled.words("match-resumed-told", "Alex", name="Sam")]
    assert settled.heard("Morgan") == [settled.words("notice-resumed", name="Sam", other="Alex")]
    assert settled.match_state(SAM) is MatchState.ACTIVE
    acts = settled.act(lambda ctx: [(entry.actor, entry.act) for entry in read_audit(ctx.tx, subject="match:1")])
    sam = f"person:{settled.people['Sam']}"
    assert acts == [(sam, "match.pause"), (sam, "match.resume")]


@pytest.mark.parametrize("name", ["Sam", "Ellie"])
@pytest.mark.parametrize(
    "words", ["PAUSE", "pause", "Pause.", " pause! ", "/pause", "pause Alex", "PAUSE alex.", "/pause Alex"]
)
def test_the_word(quick: Town, name: str, words: str) -> None:
    """In any case, with a full stop or the other one's name behind it, with a slash or without, on either channel."""
    quick.say(name, words)
    assert quick.match_state(SAM if name == "Sam" else ELLIE) is MatchState.PAUSED


@pytest.mark.parametrize(
    "words",
    [
        "pause please",
        "let's pause",
        "pause Kim",
        "pause?",
        "pause pause",
        "pauses",
        "press pause",
        "pause" + " " * 3000 + "x",
    ],
)
def test_the_word_inside_a_sentence(quick: Town, words: str) -> None:
    """Near misses are passed on like any words."""
    quick.say("Sam", words)
    assert quick.match_state(SAM) is MatchState.ACTIVE
    assert quick.line(words).state == "relayed"


@pytest.mark.parametrize("change", [{"edited": True}, {"attachments": ("photo",)}, {"button": "pause"}])
def test_no_word_of_now(quick: Town, change: dict[str, object]) -> None:
    """A message changed into PAUSE, a caption or a button pauses nothing."""
    quick.say("Sam", "PAUSE", **change)
    assert quick.match_state(SAM) is MatchState.ACTIVE


def test_a_mentor_pauses_all_or_one(settled: Town) -> None:
    """Without a name it counts for every mentee, with a name for that one only."""
    assert settled.say("Alex", "pause Ellie") == [settled.words("pause-done", "Alex")]
    assert (settled.match_state(SAM), settled.match_state(ELLIE)) == (MatchState.ACTIVE, MatchState.PAUSED)
    assert settled.heard("Sam") == []
    settled.say("Alex", "PAUSE")
    assert (settled.match_state(SAM), settled.match_state(ELLIE)) == (MatchState.PAUSED, MatchState.PAUSED)
    assert settled.say("Alex", "/resume Sam") == [settled.words("match-resumed-told", "Alex", name="Sam")]
    assert settled.say("Alex", "PAUSE Kim") == [settled.words("choose-addressee", "Alex", words="PAUSE Kim")]
    assert settled.say("Alex", "/pause Kim") == [settled.words("pause-unknown", "Alex", name="Kim")]


def test_only_who_asked_ends_it(settled: Town) -> None:
    """The other side, and anybody after a coordinator's pause, reads a kind line; nothing changes."""
    settled.say("Alex", "pause Sam")
    settled.heard("Sam")
    assert settled.say("Sam", "RESUME") == [settled.words("resume-not-yours", "Sam")]
    assert settled.match_state(SAM) is MatchState.PAUSED
    settled.act(lambda ctx: change_match(ctx, SAM, "resume", actor="test"))
    settled.act(lambda ctx: change_match(ctx, SAM, "pause", actor="test"))
    assert settled.say("Alex", "resume Sam") == [settled.words("resume-not-yours", "Alex")]
    assert settled.say("Alex", "pause Sam") == [settled.words("pause-already", "Alex")]
    assert settled.say("Alex", "resume Sam") == [settled.words("resume-not-yours", "Alex")]
    assert settled.match_state(SAM) is MatchState.PAUSED


def test_when_both_want_it_a_word_of_one_does_not_end_it(settled: Town) -> None:
    """Then only a coordinator can, and is told so."""
    settled.say("Alex", "pause Sam")
    settled.heard("Morgan")
    settled.heard("Sam")
    assert settled.say("Sam", "pause") == [settled.words("pause-already", "Sam")]
    assert settled.heard("Morgan") == [settled.words("notice-paused-both", name="Sam", other="Alex")]
    for name in ("Alex", "Sam"):
        settled.say(name, "/resume" if name == "Sam" else "/resume Sam")
        assert settled.match_state(SAM) is MatchState.PAUSED
    settled.act(lambda ctx: change_match(ctx, SAM, "resume", actor="test"))
    assert settled.match_state(SAM) is MatchState.ACTIVE


def test_twice_and_without_need(settled: Town) -> None:
    """Asking again changes nothing and is answered; without a break or a match the answer says so."""
    settled.say("Sam", "pause")
    settled.heard("Alex")
    assert settled.say("Sam", "pause") == [settled.words("pause-done", "Sam")]
    assert settled.heard("Alex") == []
    assert settled.say("Kim", "resume") == [settled.words("resume-not-needed", "Kim")]
    settled.act(lambda ctx: change_match(ctx, SAM, "end", actor="test"))
    settled.heard("Sam")
    assert settled.say("Sam", "PAUSE") == [settled.words("no-match-yet", "Sam")]


def test_a_coordinator_pauses_by_the_command_line(settled: Town) -> None:
    """In the chat the word does nothing, and the command says that it isn't theirs."""
    assert settled.say("Morgan", "PAUSE") == [settled.words("help-coordinator")]
    assert settled.say("Morgan", "/pause") == [settled.words("not-allowed")]


def test_serious_words_in_a_break_still_raise_the_alarm(settled: Town) -> None:
    """A break keeps words from the other side, never from the coordinators."""
    settled.say("Sam", "pause")
    settled.heard("Morgan")
    settled.say("Sam", "i want to die")
    assert len(settled.cases()) == 1
    assert any("suicide" in text for text in settled.heard("Morgan"))
