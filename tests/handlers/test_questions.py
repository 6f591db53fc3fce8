"""Answers: what counts as one, and whose question it answers."""

import pytest

from handlers.matching import change_match
from handlers.numbers import record_number
from storage.ids import MatchId
from storage.matches import MatchState
from storage.people import Role
from tests.handlers.town import SMS, Town


@pytest.fixture
def asked(quick_town: Town) -> MatchId:
    """Jo, who mentors Kim by SMS, is asked about Sam."""
    quick_town.join("Jo", Role.MENTOR, SMS)
    quick_town.join("Kim", Role.MENTEE)
    quick_town.join("Sam", Role.MENTEE)
    quick_town.pair("Jo", "Kim")
    return quick_town.propose("Jo", "Sam")


@pytest.mark.parametrize(
    ("words", "means"),
    [
        ("yes", True),
        ("YES", True),
        ("Yes.", True),
        ("yes!", True),
        (" yes ! ", True),
        ("1", True),
        ("1)", True),
        ("1.", True),
        ("no", False),
        ("2)", False),
        ("yes I can come", None),
        ("yes?", None),
        ("21", None),
        ("12", None),
        ("0", None),
        ("3", None),
        ("nope", None),
        ("y e s", None),
        ("...", None),
    ],
)
def test_words_that_answer(quick_town: Town, asked: MatchId, words: str, means: bool | None) -> None:  # noqa: FBT001 - a table
    """The number or the label of an option is an answer, however it ends; anything more is words for the mentee."""
    quick_town.say("Jo", words)
    state = quick_town.match_state(asked)
    if means is None:
        assert state is MatchState.PROPOSED
        assert words in quick_town.heard("Kim")[-1]
    else:
        assert quick_town.heard("Kim") == []
        assert state is (MatchState.PROPOSED if means else MatchState.DECLINED)
        assert quick_town.line(words).kind == "answer"


@pytest.mark.parametrize("change", [{"edited": True}, {"attachments": ("photo",)}])
def test_what_is_no_answer(quick_town: Town, asked: MatchId, change: dict[str, object]) -> None:
    """A changed message or a caption answers nothing."""
    quick_town.say("Jo", "no", **change)
    assert quick_town.match_state(asked) is MatchState.PROPOSED


def test_a_yes_in_reply_to_the_other_side(quick_town: Town, asked: MatchId) -> None:
    """A reply to a mentee's message is for the mentee, whatever the service has asked meanwhile."""
    quick_town.say("Kim", "Can you come on Friday?")
    ref = quick_town.last_ref("Jo", "Friday")
    quick_town.say("Jo", "No", reply_to=ref)
    assert quick_town.match_state(asked) is MatchState.PROPOSED
    assert quick_town.heard("Kim") == [quick_town.words("relay-mentee", "Kim", name="Jo", words="No")]
    # A reply to the question itself is an answer.
    quick_town.say("Jo", "No", reply_to=quick_town.last_ref("Jo", "match you with Sam"))
    assert quick_town.match_state(asked) is MatchState.DECLINED


def test_a_number_answers_the_newest_question(settled: Town) -> None:
    """Where two questions have a "1", it is meant for the one that was asked last."""
    settled.join("Ash", Role.MENTEE)
    match_id = settled.propose("Alex", "Ash")
    settled.say("Alex", "See you at the library")
    settled.say("Alex", "1")
    assert settled.match_state(match_id) is MatchState.PROPOSED
    assert "See you at the library" in settled.heard("Sam")[-1]


@pytest.mark.parametrize(
    "data",
    [
        *("", ":", "::", "\x00", "to", "to::", "to:1:2", "to:999999999999999999999:cancel", "to:١:cancel"),
        *("join", "match:0:yes", "match:-1:yes", "zzz:1:yes", "have:99", "have:" + "9" * 5000),
    ],
)
def test_buttons_with_garbage(quick: Town, data: str) -> None:
    """Whatever comes as a button's data, it is kept, harms nothing and tells nobody anything."""
    told = quick.press("Sam", data)
    assert told in ([], [quick.words("not-allowed", "Sam")])
    assert [sent for sent in quick.outbox() if sent.to != "Sam"] == []


def test_the_button_of_anothers_waiting_message(settled: Town) -> None:
    """Nobody can choose for somebody else, nor twice."""
    settled.say("Alex", "See you at four")
    data = settled.outbox("Alex")[-1].options[0][1]
    for other in ("Sam", "Morgan", "Jo"):
        assert settled.press(other, data) == []
    assert settled.press("Alex", data) == [settled.words("choose-sent", "Alex", name="Sam")]
    assert settled.press("Alex", data) == []
    assert len(settled.heard("Sam")) == 1


def test_two_options_of_one_label(town: Town) -> None:
    """A label that two options have chooses neither: the words wait as well, and the number still chooses."""
    town.join("Alex", Role.MENTOR)
    for key in ("One", "Two"):
        town.join(key, Role.MENTEE, name="Sam")
        town.pair("Alex", key)
    town.say("Alex", "hello you")
    assert town.say("Alex", "Sam") == [town.words("choose-waiting", "Alex")]
    assert town.heard("One") + town.heard("Two") == []
    town.say("Alex", "2")
    assert (len(town.heard("One")), len(town.heard("Two"))) == (0, 1)


def test_a_curly_apostrophe(quick: Town) -> None:
    """Telephones write "Don’t" where the label says "Don't"."""
    quick.say("Alex", "hello you")
    assert quick.say("Alex", "Don’t send it.") == [quick.words("choose-cancelled", "Alex")]


def test_a_partner_whose_match_ended_meanwhile(settled: Town) -> None:
    """A choice that can't be carried out any more sends nothing to anybody."""
    settled.say("Alex", "hello you")
    (label, data), *_ = settled.outbox("Alex")[-1].options
    assert label == "Sam"
    settled.act(lambda ctx: change_match(ctx, int(data.rsplit(":", 1)[1]), "end", actor="test"))
    settled.heard("Sam")
    assert settled.press("Alex", data) == [settled.words("choose-cancelled", "Alex")]
    assert settled.heard("Sam") + settled.heard("Ellie") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("0", 0),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", 0),
        ("9" * 20, 0),
        ("9" * 5000, 0),
        ("", 0),
        ("-1", 0),
        ("1.5", 0),
        ("²", 0),
        (" 1", 0),
    ],
)
def test_record_numbers(text: str, number: int) -> None:
    """A number that a column can hold is one, to the largest; everything else is nobody's number."""
    assert record_number(text) == number


def test_what_the_record_says_of_a_press(settled: Town) -> None:
    """A pressed button is recorded by the words on it; one of a question that is closed by its data."""
    settled.say("Alex", "hello you")
    data = settled.outbox("Alex")[-1].options[0][1]
    for _ in range(2):
        settled.press("Alex", data)
    settled.say("Sam", "i want to die")
    settled.press("Morgan", "have:1")
    answers = [line.original for line in settled.record() if line.kind == "answer"]
    assert answers == ["Sam", data, settled.words("option-have-this")]
