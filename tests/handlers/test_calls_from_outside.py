"""Whoever has stopped or has not joined is heard all the same when they call for help, tell a concern or complain."""

import pytest

from storage.people import Role
from tests.handlers.town import SMS, Town


def _outside(town: Town, how: str, role: Role) -> str:
    """Somebody who takes no part."""
    if how == "stopped":
        name = "Kim" if role is Role.MENTEE else "Jo"
        town.say(name, "STOP")
    else:
        name = "Newcomer"
        town.enrol(name, role, SMS)
    if how == "declined":
        town.say(name, "NO")
    town.heard("Morgan")
    return name


_WAYS = ("stopped", "invited", "declined")


@pytest.mark.parametrize("how", _WAYS)
@pytest.mark.parametrize("words", ["HELP ME", "help me.", "/concern something feels odd"])
def test_a_mentee_calls_for_help(quick: Town, how: str, words: str) -> None:
    """The coordinators are called, and the answer has the emergency number; nothing has to be chosen first."""
    name = _outside(quick, how, Role.MENTEE)
    assert quick.say(name, words) == [quick.words("help-coming")]
    assert "999" in quick.words("help-coming")
    assert [(case.category, case.severity) for case in quick.cases()] == [("help_asked", "high")]
    assert len(quick.heard("Morgan")) == 1


@pytest.mark.parametrize("how", _WAYS)
@pytest.mark.parametrize(
    ("words", "severity"), [("/concern Kim is not herself", "high"), ("/concern Kim took loads of pills", "immediate")]
)
def test_a_mentor_tells_a_concern(quick: Town, how: str, words: str, severity: str) -> None:
    """One case, as grave as its words, and nothing is asked of somebody whose answers aren't taken."""
    name = _outside(quick, how, Role.MENTOR)
    assert quick.say(name, words) == [quick.words("concern-noted")]
    assert [(case.category, case.severity) for case in quick.cases()] == [("concern_told", severity)]
    assert len(quick.heard("Morgan")) == 1


def test_a_concern_and_a_complaint_go_round_the_person(quick: Town) -> None:
    """Whom either is about hears nothing of it from outside too."""
    quick.join("Ray", Role.COORDINATOR)
    name = _outside(quick, "stopped", Role.MENTOR)
    quick.say(name, "/concern Morgan shouted at Kim")
    assert quick.say(name, "/complain Morgan: was rude") == [quick.words("complaint-noted")]
    assert quick.heard("Morgan") == []
    assert {case.about_id for case in quick.cases()} == {quick.people["Morgan"]}


@pytest.mark.parametrize("how", _WAYS)
@pytest.mark.parametrize("words", ["hello", "/about", "please help me with maths"])
def test_anything_else_is_no_call(quick: Town, how: str, words: str) -> None:
    """Other words are kept as before, and open no case."""
    quick.say(_outside(quick, how, Role.MENTEE), words)
    assert quick.cases() == []
