"""What is noted and shown in the chat: /log, /about, /help."""

from datetime import date, timedelta

import pytest

from handlers.events import Channel
from storage.matches import Agreement
from storage.people import Role
from tests.journeys.play import Play


async def test_a_mentor_notes_a_contact(busy: Play) -> None:
    """A letter, call, visit or video call stands in the transcript of the match, on its day."""
    done = await busy.say("jo", "/log visit yesterday walked along the river")
    assert done == [busy.words("log-done", "jo", kind=busy.words("log-kind-visit"), name="Kim")]
    [line] = [line for line in busy.transcript(match_id=3) if line.kind == "visit"]
    yesterday = busy.stage.clock.now().date() - timedelta(days=1)
    assert (line.who, line.original) == ("Jo", f"{yesterday.isoformat()}: walked along the river")
    assert busy.heard("kim") == []


async def test_a_mentor_of_two_says_whose_contact_it_was(sqlite_busy: Play) -> None:
    """With several mentees the name stands before the words; without it the mentor reads how to write it."""
    play = sqlite_busy
    assert await play.say("alex", "/log call a good talk") == [play.words("log-usage", "alex")]
    done = await play.say("alex", "/log call Ellie: a good talk")
    assert done == [play.words("log-done", "alex", kind=play.words("log-kind-call"), name="Ellie")]
    assert [line.kind for line in play.transcript(match_id=2) if line.state == "logged"] == ["call"]


async def test_a_coordinator_notes_a_contact_of_a_match(sqlite_busy: Play) -> None:
    """By the number of the match."""
    play = sqlite_busy
    done = await play.say("morgan", "/log letter 1: the first letter")
    assert done == [play.words("log-done", "morgan", kind=play.words("log-kind-letter"), name="Sam")]


async def test_what_can_not_be_read_is_answered_with_an_example(sqlite_busy: Play) -> None:
    """No kind, another kind, no words, or a day to come: nothing is noted."""
    play = sqlite_busy
    for words in ("/log", "/log lunch nice", "/log visit", "/log visit 2999-01-01 no"):
        assert (await play.say("jo", words), words) == ([play.words("log-usage", "jo")], words)
    assert not any(line.state == "logged" for line in play.transcript())


async def test_mentees_do_not_log(sqlite_busy: Play) -> None:
    """The command is for mentors and coordinators."""
    play = sqlite_busy
    assert await play.say("sam", "/log call hello") == [play.words("not-allowed", "sam")]


@pytest.mark.parametrize(("phone_id", "other"), [("amy", "Bo"), ("bo", "Amy")])
async def test_about_shows_what_was_agreed(play: Play, phone_id: str, other: str) -> None:
    """Both sides can read the agreement of their match, how to stop and how to complain."""
    play.join("amy", Role.MENTOR, Channel.TELEGRAM)
    play.join("bo", Role.MENTEE, Channel.SMS)
    agreed = Agreement(
        times="Mondays, 4 to 6 pm",
        place="the library",
        aims="college",
        review_on=date(2027, 3, 1),
        ends_on=date(2027, 12, 24),
    )
    play.pair("amy", "bo", agreed)
    await play.settled()
    play.heard(phone_id)
    [about] = await play.say(phone_id, "/about")
    wanted = (other, "Mondays, 4 to 6 pm", "the library", "college", "1 March 2027", "24 December 2027", "STOP")
    assert [part for part in wanted if part not in about] == []
    assert play.stage.core.content.programmes["mentoring"].complaint_contact in about


async def test_help_is_for_the_role(sqlite_busy: Play) -> None:
    """Everybody reads what they can do, and nothing is passed on."""
    play = sqlite_busy
    for word in ("/help", "HELP", "help", "/help@bridge_mentoring_bot"):
        for phone_id, role in (("sam", "mentee"), ("alex", "mentor"), ("morgan", "coordinator"), ("jo", "mentor")):
            assert await play.say(phone_id, word) == [play.words(f"help-{role}", phone_id)]
    assert play.heard("kim") == []


async def test_an_unknown_command_is_not_passed_on(sqlite_busy: Play) -> None:
    """A mistyped command is said to be one."""
    play = sqlite_busy
    assert await play.say("sam", "/abuot") == [play.words("command-unknown", "sam")]
    assert play.heard("alex") == []
