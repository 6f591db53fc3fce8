"""The answer to words that sound as if life is at risk: to whom, in which words, and how often."""

from datetime import timedelta

import pytest

from content.library import Content
from content.sms import is_gsm, segments
from handlers.events import Channel
from storage.people import Role
from tests.handlers.test_hours import set_programme
from tests.handlers.town import SMS, TELEGRAM, Town

_FRIEND = "my mate took loads of pills"
_SELF = "i want to die"


@pytest.mark.parametrize("words", [_FRIEND, _SELF])
def test_a_mentee_gets_it_for_themself_and_for_a_friend(settled: Town, words: str) -> None:
    """The same words at once; who writes of a friend may be the only one who knows."""
    assert settled.say("Sam", words) == [settled.words("crisis", "Sam")]
    assert [case.severity for case in settled.cases()] == ["immediate"]


@pytest.mark.parametrize(
    "words",
    [
        _FRIEND,
        "/concern her mate took loads of pills",
        "/concern i think Kim took loads of pills",
        "she said i want to die",
        "I think Kim took loads of pills",
    ],
)
def test_who_reports_somebody_else_does_not(quick: Town, words: str) -> None:
    """A mentor's report brings the coordinators and no numbers, however it is told."""
    assert {quick.words("crisis"), quick.words("crisis-grown")}.isdisjoint(quick.say("Jo", words))
    assert quick.cases()[0].severity == "immediate"


@pytest.mark.parametrize("words", [_SELF, "Kim: i want to die"])
def test_a_mentor_in_crisis_gets_it(quick: Town, words: str) -> None:
    """Mentors are people too: the numbers for grown-ups, once in the set time."""
    assert quick.words("crisis-grown") in quick.say("Jo", words)
    assert quick.words("crisis-grown") not in quick.say("Jo", _SELF)


@pytest.mark.parametrize("before", ["", "/concern", "/concern Kim has bruises"])
def test_a_mentor_who_tells_of_it_as_a_concern_gets_it(quick: Town, before: str) -> None:
    """Told at once, asked for, or after another: the case calls for others, and they get the numbers, once."""
    if before:
        quick.say("Jo", before)
    words = _SELF if before == "/concern" else f"/concern {_SELF}"
    assert quick.say("Jo", words) == [quick.words("crisis-grown"), quick.words("concern-danger")]
    assert quick.words("crisis-grown") not in quick.say("Jo", f"/concern {_SELF}")
    assert {(case.category, case.severity) for case in quick.cases()} == {("concern_told", "immediate")}


def test_a_mentor_who_has_stopped_gets_it(quick: Town) -> None:
    """Their concern is heard, and so are they."""
    quick.say("Jo", "STOP")
    assert quick.say("Jo", f"/concern {_SELF}") == [quick.words("crisis-grown"), quick.words("concern-noted")]


@pytest.mark.parametrize(("pieces", "gets"), [(["i want to", "die"], True), (["she told me i want to", "die"], False)])
def test_a_mentor_in_crisis_who_writes_in_pieces(quick: Town, pieces: list[str], gets: bool) -> None:  # noqa: FBT001 - a table
    """Whose words they are is seen in all of them together."""
    quick.say("Jo", pieces[0])
    assert (quick.words("crisis-grown") in quick.say("Jo", pieces[1])) is gets
    assert [case.severity for case in quick.cases()] == ["immediate"]


def test_a_coordinator_in_crisis_gets_it(quick: Town) -> None:
    """Whatever they were alerted of a minute ago was about somebody else."""
    quick.say("Sam", _SELF)
    assert quick.words("crisis-grown") in quick.say("Morgan", _SELF)
    assert quick.words("crisis-grown") not in quick.say("Morgan", _SELF)


@pytest.mark.parametrize("key", ["crisis", "crisis-grown"])
@pytest.mark.parametrize("language", ["en-GB", "en-GB-easy"])
def test_it_takes_for_granted_nobody(content: Content, language: str, key: str) -> None:
    """Whoever is in danger, the reader or a friend, is "anyone"; at most three segments of the GSM alphabet."""
    words = content.texts.say(key, language)
    assert "anyone" in words
    assert not any(said in words.casefold() for said in ("you are in danger", "in danger? you", "hurt yourself"))
    assert is_gsm(words)
    assert segments(words) <= 3


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
def test_in_their_language(quick: Town, channel: Channel) -> None:
    """Easy-read for whoever reads that, by SMS as on Telegram; once in the programme's time for it."""
    quick.join("Ash", Role.MENTEE, channel, language="en-GB-easy")
    quick.pair("Jo", "Ash")
    easy = quick.words("crisis", "Ash")
    assert easy != quick.words("crisis")
    assert quick.say("Ash", _SELF) == [easy]
    assert quick.say("Ash", _FRIEND) == []
    quick.clock.move(timedelta(minutes=30))
    assert quick.say("Ash", _FRIEND) == [easy]


@pytest.mark.parametrize("role", [Role.MENTOR, Role.COORDINATOR])
def test_a_grown_up_in_their_language(quick: Town, role: Role) -> None:
    """A mentor or coordinator may read easy-read too."""
    quick.join("Ash", role, SMS, language="en-GB-easy")
    easy = quick.words("crisis-grown", "Ash")
    assert easy != quick.words("crisis-grown")
    assert easy in quick.say("Ash", _SELF)


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
def test_a_stranger_gets_it_too(settled: Town, channel: Channel) -> None:
    """Whoever writes from a telephone that nobody knows gets the numbers at once, in the programme's language for it.

    That holds on a day on which they had the neutral answer already, and once in the set time.
    """
    set_programme(settled, emergency_text_language_default="en-GB-easy", crisis_again_minutes=20)
    settled.stranger("Somebody", channel)
    easy = settled.content.texts.say("crisis", "en-GB-easy")
    assert settled.say("Somebody", "hello") == [settled.words("stranger")]
    heard = []
    for words in (_SELF, _FRIEND, _SELF):
        heard.append(settled.say("Somebody", words))
        settled.clock.move(timedelta(minutes=15))
    assert heard == [[easy], [], [easy]]


def test_a_stranger_without_danger_gets_none(quick: Town) -> None:
    """Less grave words are answered as every stranger's are, and only once a day."""
    quick.stranger("Somebody")
    assert quick.say("Somebody", "my dad hits me") == [quick.words("stranger")]
    assert [case.severity for case in quick.cases()] == ["high"]
    assert quick.say("Somebody", "my dad hits me") == []
