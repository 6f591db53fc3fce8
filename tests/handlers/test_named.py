"""An alarm that names a coordinator goes round them, as long as somebody else can hear it; never to nobody."""

from datetime import timedelta

import pytest

from storage.case_entries import EntryKind, entries_of
from storage.duties import DutyKind
from storage.outbox.rows import Priority
from storage.people import Role, set_safeguarding_lead
from tests.handlers.test_alerting import _on_rota
from tests.handlers.test_holding import held_photo
from tests.handlers.town import OTHER, SMS, Town

_HURT = "he hit me again, it was morgan"
_DIE = "i want to die"


@pytest.fixture
def staffed(quick: Town) -> Town:
    """Besides Morgan there is Ray, by SMS."""
    quick.join("Ray", Role.COORDINATOR, SMS)
    return quick


def _heard(town: Town, *names: str) -> set[str]:
    """Who of these was told anything since this was asked last."""
    return {name for name in names or ("Morgan", "Ray") if town.heard(name)}


def test_who_is_named_hears_nothing(settled: Town) -> None:
    """Neither the alert nor its repeats, nor that somebody has it; the case isn't theirs to see, nor in their list."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    settled.say("Sam", _HURT)
    assert _heard(settled) == {"Ray"}
    settled.pass_time(minutes=30)
    settled.pass_time(hours=2)
    assert _heard(settled) == {"Ray"}
    for words in ("HAVE 1", "/case 1"):
        assert settled.say("Morgan", words) == [settled.words("alert-unknown", "Morgan")]
    assert "1" not in "".join(settled.say("Morgan", "/cases"))
    settled.say("Ray", "HAVE 1")
    settled.say("Ray", "/close 1 referred: rang social care")
    assert _heard(settled) == set()
    assert [case.acknowledged_by for case in settled.cases()] == [settled.people["Ray"]]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("Sam", "HE HIT ME, IT WAS MORGAN"),
        ("Sam", "i want to die because of morgan"),
        ("Sam", "he hit me, i told Ray that it was morgan"),
        ("Sam", "it was Morgan's fault that i cut myself"),
        ("Alex", "Sam: i heard that Morgan hit you, that is not ok"),
        ("Jo", "her dad hits her, and morgan knows it"),
    ],
)
def test_wherever_the_name_stands(staffed: Town, who: str, words: str) -> None:
    """In whatever case, of either side, as one of several."""
    staffed.join("Lee", Role.COORDINATOR)
    staffed.say(who, words)
    assert staffed.cases()
    staffed.pass_time(minutes=30)
    assert _heard(staffed, "Morgan", "Lee") == {"Lee"}


@pytest.mark.parametrize(
    "words", ["my dad hit me last night", "he hit me again, it was morgana", "he hit me again. xmorgan did"]
)
def test_a_name_that_is_another(staffed: Town, words: str) -> None:
    """Only a whole name counts."""
    staffed.say("Sam", words)
    assert _heard(staffed) == {"Morgan", "Ray"}


def test_a_name_that_is_the_mentors_too(staffed: Town) -> None:
    """It may be anybody: the alarm goes to all."""
    staffed.join("Alex Poole", Role.COORDINATOR)
    staffed.say("Sam", "he hit me again, it was alex")
    assert _heard(staffed, "Morgan", "Ray", "Alex Poole") == {"Morgan", "Ray", "Alex Poole"}
    staffed.say("Ellie", "he hit me again, it was alex poole")
    assert _heard(staffed, "Morgan", "Ray", "Alex Poole") == {"Morgan", "Ray"}


def test_ones_own_name(staffed: Town) -> None:
    """Who says who they are accuses nobody."""
    staffed.join("Morgan Hill", Role.MENTEE)
    staffed.say("Morgan Hill", "its morgan, i want to die")
    assert _heard(staffed) == {"Morgan", "Ray"}


@pytest.mark.parametrize(
    "words", [f"{_HURT}, and Ray saw it", "ray and morgan make me want to die", f"morgan and ray saw it. {_DIE}"]
)
def test_all_are_named(staffed: Town, words: str) -> None:
    """Nobody else is left to hear it: they get it, and can take it."""
    staffed.say("Sam", words)
    assert _heard(staffed) == {"Morgan", "Ray"}
    assert staffed.press("Morgan", "have:1") == [staffed.words("alert-acknowledged", "Morgan", name="Morgan", case="1")]


def test_all_are_named_but_those_of_another_programme(staffed: Town) -> None:
    """An alarm of which nobody else is left to hear goes there."""
    staffed.join("Far", Role.COORDINATOR, programme=OTHER)
    staffed.say("Sam", "ray and morgan know that i want to die")
    assert _heard(staffed, "Morgan", "Ray", "Far") == {"Far"}


def test_the_only_coordinator_is_named(settled: Town) -> None:
    """They get it: better they than nobody."""
    settled.say("Sam", _HURT)
    assert _heard(settled, "Morgan") == {"Morgan"}
    settled.press("Morgan", "have:1")
    assert settled.cases()[0].acknowledged_by == settled.people["Morgan"]


def test_the_others_cant_be_reached(staffed: Town) -> None:
    """Whoever is named gets it from then on, until somebody else is back."""
    staffed.say("Sam", _HURT)
    assert _heard(staffed) == {"Ray"}
    staffed.block("Ray")
    staffed.heard("Morgan")
    staffed.pass_time(minutes=30)
    assert staffed.outbox("Morgan")[-1].options
    assert any("lert 1" in text for text in staffed.heard("Morgan"))
    staffed.say("Ray", "hello")
    staffed.heard("Morgan")
    staffed.pass_time(hours=1)
    assert _heard(staffed) == {"Ray"}


def test_the_rota_falls_through_at_once(quick: Town) -> None:
    """Whoever works now is named: the duty is called without waiting, and all others and the lead on the next rung."""
    for name in ("Ray", "Lee", "Lead"):
        quick.join(name, Role.COORDINATOR)
    quick.act(lambda ctx: set_safeguarding_lead(ctx.tx, quick.people["Lead"], lead=True))
    _on_rota(quick, "Morgan", DutyKind.WORKING)
    _on_rota(quick, "Ray", DutyKind.OUT_OF_HOURS)
    everybody = ("Morgan", "Ray", "Lee", "Lead")
    quick.say("Sam", f"morgan hurt me and {_DIE}")
    assert quick.cases()[0].severity == "immediate"
    called = [_heard(quick, *everybody)]
    for minutes in (5, 10):
        quick.pass_time(minutes=minutes)
        called.append(_heard(quick, *everybody))
    assert called == [{"Ray"}, {"Ray", "Lee", "Lead"}, {"Ray"}]


def test_nobody_else_is_on_the_rota(staffed: Town) -> None:
    """Then all the others are called at once."""
    _on_rota(staffed, "Morgan", DutyKind.WORKING)
    staffed.say("Sam", f"morgan hurt me and {_DIE}")
    assert _heard(staffed) == {"Ray"}


def test_it_goes_on_without_the_name(settled: Town) -> None:
    """What follows within minutes, of whatever kind, goes round them too; an hour later it is about anybody."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    settled.say("Sam", _HURT)
    settled.clock.move(timedelta(minutes=5))
    settled.say("Sam", "he hit me again")
    assert len(settled.cases()) == 1
    settled.say("Sam", _DIE)
    assert (_heard(settled), len(settled.cases())) == ({"Ray"}, 2)
    settled.clock.move(timedelta(minutes=5))
    # Another pair's is nobody's business of theirs.
    settled.say("Kim", "my dad hit me")
    assert _heard(settled) == {"Morgan", "Ray"}
    settled.clock.move(timedelta(hours=1))
    settled.say("Sam", "my dad hit me")
    assert _heard(settled) == {"Morgan", "Ray"}


def test_the_name_comes_later(staffed: Town) -> None:
    """What they had heard of before stays; that it was them is a case of its own, of which they don't hear."""
    staffed.say("Sam", "he hit me again")
    staffed.press("Morgan", "have:1")
    staffed.heard("Morgan")
    staffed.heard("Ray")
    staffed.say("Sam", _HURT)
    assert [case.category for case in staffed.cases()] == ["abuse_physical"] * 2
    assert _heard(staffed) == {"Ray"}
    [shown] = staffed.press("Morgan", "case:1:show")
    assert "he hit me again" in shown
    assert _HURT not in shown


@pytest.mark.parametrize(
    ("pieces", "minutes", "told"),
    [
        # A part of what was found, however long ago; else it counts for some minutes.
        (("because of morgan i want to", "die"), 60, {"Ray"}),
        (("it was morgan", "he hit me again"), 9, {"Ray"}),
        (("it was morgan", "he hit me again"), 10, {"Morgan", "Ray"}),
    ],
)
def test_in_pieces(staffed: Town, pieces: tuple[str, str], minutes: int, told: set[str]) -> None:
    """The name stands in a message before."""
    staffed.say("Sam", pieces[0])
    assert staffed.cases() == []
    staffed.clock.move(timedelta(minutes=minutes))
    staffed.say("Sam", pieces[1])
    assert len(staffed.cases()) == 1
    assert _heard(staffed) == told


def test_in_what_is_quoted(staffed: Town) -> None:
    """The words beside a message are heard too."""
    staffed.say("Sam", "look", beside=(_HURT,))
    assert _heard(staffed) == {"Ray"}


def test_a_stranger_names_somebody(staffed: Town) -> None:
    """They may be a mentee with another telephone."""
    staffed.stranger("Nobody")
    staffed.join("Far", Role.COORDINATOR, programme=OTHER)
    staffed.say("Nobody", _HURT)
    staffed.say("Nobody", "he hit me again")
    alerted = {sent.to for sent in staffed.outbox() if sent.priority == Priority.ALERT and sent.to != "Nobody"}
    assert alerted == {"Ray", "Far"}
    assert len(staffed.cases()) == 1


def test_while_a_concern_about_them_goes_on(staffed: Town) -> None:
    """Who was said to be the one: whatever that pair raises goes round them, until the case is closed."""
    staffed.say("Jo", "/concern Morgan: hit Kim")
    staffed.say("Ray", "HAVE 1")
    for moment in ("then", "after"):
        staffed.clock.move(timedelta(days=2))
        staffed.heard("Morgan")
        staffed.say("Jo", "she says her dad hits her")
        assert bool(staffed.heard("Morgan")) is (moment == "after")
        staffed.say("Ray", "/close 1 referred: done")


def test_an_alert_names_no_earlier_case_of_which_they_were_left_out(staffed: Town) -> None:
    """Weeks later, when it is about anybody: not even that there was one."""
    staffed.join("Lee", Role.COORDINATOR)
    staffed.say("Sam", _HURT)
    staffed.say("Ray", "HAVE 1")
    staffed.say("Ray", "/close 1 referred: done")
    staffed.clock.move(timedelta(days=7))
    for name in ("Morgan", "Lee"):
        staffed.heard(name)
    staffed.say("Sam", "he hit me again")
    earlier = staffed.words("alert-earlier", case="1")
    assert [earlier in staffed.heard(name)[-1] for name in ("Morgan", "Lee")] == [False, True]


def test_concerns_that_add_up(staffed: Town) -> None:
    """That there are several is told to nobody whom one of them names, however long ago that was."""
    for words in ("been drinking again with morgan", "been drinking again", "been drinking again"):
        staffed.say("Sam", words)
        staffed.clock.move(timedelta(days=1))
    several = staffed.cases()[-1]
    assert (several.category, several.severity) == ("several_concerns", "high")
    assert _heard(staffed) == {"Ray"}


def test_the_digest(staffed: Town) -> None:
    """A concern that names them stands in the others' digest only."""
    staffed.say("Sam", "been drinking again with morgan")
    staffed.clock.move(timedelta(days=1))
    staffed.do_due()
    assert _heard(staffed) == {"Ray"}


def test_words_that_join_a_concern_name_who_has_it(settled: Town) -> None:
    """They have it no longer and see nothing of it from then on; the others are called at once."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    settled.say("Jo", "/concern Kim has bruises")
    settled.press("Morgan", "have:1")
    settled.heard("Morgan")
    settled.heard("Ray")
    settled.say("Jo", "no but she says it was Morgan")
    assert _heard(settled) == {"Ray"}
    assert [(case.state, case.acknowledged_by) for case in settled.cases()] == [("open", None)]
    assert settled.press("Morgan", "case:1:show") == [settled.words("alert-unknown", "Morgan")]
    kinds = [one.kind for one in settled.act(lambda ctx: entries_of(ctx.tx, 1))]
    assert kinds == [EntryKind.CALLED, EntryKind.ACKNOWLEDGED, EntryKind.LET_GO, EntryKind.CALLED]


def test_a_concern_that_names_two(staffed: Town) -> None:
    """Whoever is named first is who it is about; the other is left out as well, where somebody is left to hear."""
    staffed.join("Lee", Role.COORDINATOR)
    staffed.say("Jo", "/concern Ray told me that Morgan hit Kim")
    assert _heard(staffed, "Morgan", "Ray", "Lee") == {"Lee"}


def test_what_is_held_is_not_theirs_to_look_at(settled: Town) -> None:
    """A picture whose words name them is shown to the others only; one without such words to all."""
    settled.join("Ray", Role.COORDINATOR)
    number = held_photo(settled, _HURT)
    assert not any("hold:" in data for sent in settled.outbox("Morgan") for _, data in sent.options)
    settled.heard("Morgan")
    assert settled.press("Morgan", f"hold:{number}:look") == [settled.words("held-unknown", "Morgan")]
    settled.pass_time(hours=5)
    settled.press("Ray", f"hold:{number}:look")
    settled.press("Ray", f"hold:{number}:release")
    assert settled.heard("Morgan") == []
    other = held_photo(settled, "look at this")
    assert settled.press("Morgan", f"hold:{other}:look") != [settled.words("held-unknown", "Morgan")]
