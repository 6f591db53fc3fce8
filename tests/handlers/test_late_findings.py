"""What is found only once it is known whom words are for: with what was written to the same person before."""

from collections.abc import Sequence

import pytest

from storage.messages.findings import Finding
from tests.handlers.test_policies import held, plan
from tests.handlers.town import Town


@pytest.fixture
def several(settled: Town) -> Town:
    """Kim has Jo and Alex as mentors, and has written to both."""
    settled.pair("Alex", "Kim")
    settled.say("Kim", "Alex: hello to you")
    return settled


def _serious(found: Sequence[Finding]) -> list[tuple[str, str | None, int]]:
    return [(one.kind, one.severity, one.reaches_back) for one in found if one.engine == "safeguarding"]


def test_a_crisis_in_two_messages(several: Town) -> None:
    """The second one says nothing until it is known to whom: then it is found, recorded, alarmed and answered."""
    several.say("Kim", "Jo: i want to")
    assert several.say("Kim", "die") == [several.words("choose-addressee", words="die")]
    assert (several.line("die").findings, several.cases()) == ([], [])
    said = several.say("Kim", "Jo")
    assert several.words("crisis", "Kim") in said
    assert _serious(several.line("die").findings) == [("suicide", "immediate", 1)]
    ((case),) = several.cases()
    assert (case.category, case.severity, case.match_id) == ("suicide", "immediate", 3)
    assert several.line("die").cases == [case.id]
    assert len(several.heard("Morgan")) == 1
    # It is passed on all the same.
    assert several.heard("Jo")[-1] == "Kim: die"


def test_said_to_the_other_one_it_is_nothing(several: Town) -> None:
    """What was written to somebody else doesn't belong to it."""
    several.say("Kim", "Jo: i want to")
    several.say("Kim", "die")
    several.say("Kim", "Alex")
    assert (several.line("die").findings, several.cases()) == ([], [])
    assert several.heard("Alex")[-1] == "Kim: die"


def test_a_mentors_words_too(settled: Town) -> None:
    """Of a mentor's words the coordinators hear, in the pair's case; who speaks of themself gets the numbers."""
    settled.say("Alex", "Ellie: hello to you")
    settled.say("Alex", "Sam: i want to")
    settled.say("Alex", "die")
    assert settled.cases() == []
    said = settled.press("Alex", settled.outbox("Alex")[-1].options[0][1])
    assert said[0] == settled.words("crisis-grown")
    assert _serious(settled.line("die").findings) == [("suicide", "immediate", 1)]
    assert [case.match_id for case in settled.cases()] == [1]


def test_a_number_in_two_messages(settled: Town) -> None:
    """The piece that completes it is taken out, and stands in the record as an attempt."""
    settled.say("Alex", "Ellie: hello to you")
    settled.say("Alex", "Sam: 07700 900")
    assert settled.say("Alex", "and then 456") == [settled.words("choose-addressee", words="and then 456")]
    settled.press("Alex", settled.outbox("Alex")[-1].options[0][1])
    assert settled.heard("Sam")[-1] == "Alex: and then [number removed]"
    (found,) = settled.line("and then 456").findings
    assert (found.kind, found.reaches_back) == ("phone", 1)


def test_attempts_are_counted_then(quick: Town) -> None:
    """The third message with contact details is told, though only the choice shows that it is one."""
    quick.say("Alex", "Sam: 07700 900123")
    quick.say("Alex", "Sam: 07700 900124")
    quick.say("Alex", "Ellie: hello to you")
    quick.say("Alex", "Sam: 07700 900")
    quick.say("Alex", "and then 456")
    told = quick.words("notice-boundary-details", name="Alex", count=3)
    assert told not in quick.heard("Morgan")
    quick.press("Alex", quick.outbox("Alex")[-1].options[0][1])
    assert quick.heard("Morgan") == [told]


def test_what_is_held_then(quick: Town) -> None:
    """Where the programme holds numbers a coordinator looks at it first."""
    plan(quick, {"phone": "hold"})
    quick.say("Alex", "Ellie: hello to you")
    quick.say("Alex", "Sam: 07700 900")
    quick.say("Alex", "and then 456")
    quick.press("Alex", quick.outbox("Alex")[-1].options[0][1])
    assert quick.line("and then 456").state == "held"
    quick.press("Morgan", f"hold:{held(quick)}:look")
    quick.press("Morgan", f"hold:{held(quick)}:release")
    assert quick.heard("Sam")[-1] == "Alex: and then [number removed]"


def test_what_was_found_before_is_not_found_twice(several: Town) -> None:
    """One alarm, one finding; the case that had no pair is that pair's now, and nothing else calls."""
    said = several.say("Kim", "i want to die")
    assert said == [several.words("crisis", "Kim"), several.words("choose-addressee", words="i want to die")]
    assert several.cases()[0].match_id is None
    several.heard("Morgan")
    assert several.words("crisis", "Kim") not in several.say("Kim", "Jo")
    assert len(several.line("i want to die").findings) == 1
    assert [case.match_id for case in several.cases()] == [3]
    assert several.heard("Morgan") == []


def test_a_graver_one_calls_a_lesser_one_does_not(several: Town) -> None:
    """Something graver than what was found before is alarmed of; something lesser is only recorded."""
    several.say("Kim", "Jo: i want to")
    several.say("Kim", "die been drinking again")
    assert [case.category for case in several.cases()] == ["substance_risk"]
    several.say("Kim", "Jo")
    assert [(case.category, case.match_id) for case in several.cases()] == [("substance_risk", 3), ("suicide", 3)]


def test_the_pair_of_a_case_is_not_changed(quick: Town) -> None:
    """Two messages of a mentor in one case: the first choice says whose it is."""
    quick.say("Alex", "been drinking again")
    quick.say("Alex", "been drinking again today")
    assert [case.match_id for case in quick.cases()] == [None]
    quick.say("Alex", "Sam")
    quick.say("Alex", "Ellie")
    assert [case.match_id for case in quick.cases()] == [1]
