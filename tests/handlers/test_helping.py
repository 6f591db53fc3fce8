"""HELP and HELP ME of a mentee: the numbers, the coordinator, and a mentor who isn't told."""

import pytest

from content.sms import segments
from handlers.matching import change_match
from handlers.outbound import Option, rendered_options
from handlers.told import ABOUT_MENTOR, HELP
from storage.audit import read_audit
from storage.case_entries import EntryKind, entries_of
from storage.ids import MatchId
from storage.matches import MatchState, get_match
from storage.people import Role, set_safeguarding_lead
from tests.handlers.town import SMS, Town

_MENTOR = "option-help-mentor"


@pytest.fixture
def several(settled: Town) -> Town:
    """Kim (Telegram) has Jo and Alex as mentors."""
    return _several(settled)


@pytest.fixture
def quick_several(quick: Town) -> Town:
    """The same on SQLite."""
    return _several(quick)


def _several(town: Town) -> Town:
    # Match 4; that with Jo is match 3.
    town.pair("Alex", "Kim")
    return town


def _states(town: Town) -> tuple[MatchState, MatchState]:
    """Of Kim's matches with Jo and with Alex."""
    return town.match_state(MatchId(3)), town.match_state(MatchId(4))


def _notes(town: Town, number: int = 1) -> list[str]:
    return [one.words for one in town.act(lambda ctx: entries_of(ctx.tx, number)) if one.kind is EntryKind.NOTE]


_BOTH = (MatchState.PAUSED, MatchState.PAUSED)


@pytest.mark.parametrize("words", ["HELP ME", "help me.", "/helpme"])
def test_help_me_asks_what_would_help(quick: Town, words: str) -> None:
    """The numbers stand in it, and the coordinator can be asked for by a number where there are no buttons."""
    assert quick.say("Ellie", words) == [quick.words("help-me")]
    assert quick.say("Ellie", "1") == [quick.words("help-coming")]
    ((case),) = quick.cases()
    assert (case.category, case.severity, case.source) == (HELP, "high", "help")
    assert quick.heard("Alex") == []


def test_something_about_the_mentor(settled: Town) -> None:
    """Nothing goes between the two from then on; the mentor hears nothing of it, and can't end it."""
    settled.say("Kim", "help me")
    assert settled.say("Kim", settled.words("option-help-mentor")) == [settled.words("help-mentor-stopped")]
    assert settled.match_state(MatchId(3)) is MatchState.PAUSED
    assert settled.heard("Jo") == []
    assert len(settled.heard("Morgan")) == 1
    ((case),) = settled.cases()
    assert (case.category, case.about_id) == (ABOUT_MENTOR, settled.people["Jo"])
    assert settled.say("Jo", "hello") == [settled.words("match-is-paused")]
    assert settled.say("Jo", "RESUME") == [settled.words("resume-not-yours")]
    assert settled.heard("Kim") == []


def test_what_has_not_gone_yet_does_not_go(settled: Town) -> None:
    """Words of either that still wait are not sent any more; what others wrote is, and no mentor is told."""
    settled.say("Jo", "where are you")
    settled.say("Kim", "leave me alone")
    settled.say("Alex", "Sam: hello")
    settled.heard("Jo")
    settled.say("Kim", "help me")
    settled.press("Kim", "help:0:mentor")
    assert settled.heard("Jo") == []
    states = {sent.text: (sent.state, sent.error) for name in ("Jo", "Kim", "Sam") for sent in settled.outbox(name)}
    for words in (settled.words("relay-mentee", name="Jo", words="where are you"), "Kim: leave me alone"):
        assert states[words] == ("failed", "paused")
    assert states[settled.words("relay-mentee", name="Alex", words="hello")] == ("queued", None)
    assert states[settled.words("help-mentor-stopped")] == ("queued", None)


def test_of_several_only_what_is_between_the_one_and_them(quick_several: Town) -> None:
    """What another mentor wrote goes when it is known whom it is about."""
    town = quick_several
    town.say("Jo", "hello from jo")
    town.say("Alex", "Kim: hello from alex")
    town.press("Kim", "help:0:mentor")
    town.press("Kim", f"mentor:{town.cases()[0].id}:3")
    states = {sent.text.split()[-1]: sent.state for sent in town.outbox("Kim") if "hello from" in sent.text}
    assert states == {"jo": "failed", "alex": "queued"}


def test_just_the_help_and_no_case(quick: Town) -> None:
    """What can be done here is shown; there is nothing else to choose, and nothing for a mentor."""
    quick.say("Kim", "help me")
    assert quick.say("Kim", "3") == [quick.words("help-mentee")]
    assert quick.cases() == []
    assert quick.press("Jo", "help:0:mentor") == []
    assert quick.press("Kim", "help:0:x") == []


@pytest.mark.parametrize("name", ["Jo", "Alex"])
@pytest.mark.parametrize("words", ["HELP ME", "help me!", "/helpme"])
def test_a_mentor_asks_for_help(quick: Town, name: str, words: str) -> None:
    """It is never passed on: they read what they can do, and how to tell a concern; inside a sentence it is."""
    assert quick.say(name, words) == [quick.words("help-mentor")]
    assert "/concern" in quick.words("help-mentor")
    assert [quick.heard(mentee) for mentee in ("Kim", "Sam", "Ellie")] == [[], [], []]
    assert quick.cases() == []
    quick.say("Jo", "help me find it")
    assert quick.heard("Kim") == ["Jo: help me find it"]


def test_help_without_a_mentor(quick: Town) -> None:
    """Somebody without a match is heard as well."""
    quick.join("Ash", Role.MENTEE, SMS)
    quick.say("Ash", "help me")
    quick.say("Ash", "2")
    assert quick.cases()[0].about_id is None


# HELP


@pytest.mark.parametrize("words", ["/help", "HELP", "help"])
def test_help_offers_the_choices_too(settled: Town, words: str) -> None:
    """On Telegram as buttons, by SMS with a number or in words; with what a mentee can do here, in two segments."""
    for name in ("Kim", "Ellie"):
        assert settled.say(name, words) == [settled.words("help-mentee")]
        assert settled.outbox(name)[-1].labels == [settled.words("option-help-coordinator"), settled.words(_MENTOR)]
    assert settled.say("Ellie", "ask for the coordinator") == [settled.words("help-coming")]
    assert settled.press("Kim", "help:0:mentor") == [settled.words("help-mentor-stopped")]
    assert [case.category for case in settled.cases()] == [HELP, ABOUT_MENTOR]


@pytest.mark.parametrize("language", ["en-GB", "en-GB-easy"])
def test_help_is_short(quick: Town, language: str) -> None:
    """With its choices written out it still goes in two segments, in every language."""
    quick.join("Ash", Role.MENTEE, SMS, language=language)
    for words in ("/help", "help me"):
        quick.say("Ash", words)
        sent = quick.outbox("Ash")[-1]
        assert segments(sent.text + rendered_options(tuple(Option(*pair) for pair in sent.options))) <= 2


def test_help_of_the_others(quick: Town) -> None:
    """Mentors and coordinators have other ways to say that something is wrong."""
    for name, key in (("Jo", "help-mentor"), ("Morgan", "help-coordinator")):
        assert quick.say(name, "/help") == [quick.words(key)]
        assert quick.outbox(name)[-1].labels == []


def test_a_number_is_said_to_the_mentor_again(quick: Town) -> None:
    """An hour after HELP "2" is no answer any more; the words of the answer are, and so is the button."""
    quick.say("Ellie", "HELP")
    quick.pass_time(hours=1)
    quick.say("Ellie", "2")
    assert quick.heard("Alex") == ["Ellie: 2"]
    assert quick.cases() == []
    assert quick.say("Ellie", quick.words(_MENTOR)) == [quick.words("help-mentor-stopped")]


# Something about a mentor


def test_nobody_else_hears_of_it(settled: Town) -> None:
    """The coordinators and, up the ladder, the safeguarding lead; not the mentor, nor anybody's mentor or mentee."""
    settled.join("Lee", Role.COORDINATOR, programme="other")
    settled.join("Ray", Role.COORDINATOR)
    settled.act(lambda ctx: set_safeguarding_lead(ctx.tx, settled.people["Ray"], lead=True))
    settled.say("Kim", "help me")
    settled.press("Kim", "help:0:mentor")
    for _ in range(8):
        settled.pass_time(minutes=30)
    told = {sent.to for sent in settled.outbox()}
    assert told == {"Kim", "Morgan", "Ray"}
    assert settled.say("Jo", "hello") == [settled.words("match-is-paused")]


def test_only_the_pair_concerned(quick: Town) -> None:
    """Another mentee of the same mentor goes on, and so does everybody else."""
    quick.say("Ellie", "help")
    quick.say("Ellie", "2")
    assert quick.match_state(MatchId(2)) is MatchState.PAUSED
    assert [quick.match_state(MatchId(number)) for number in (1, 3)] == [MatchState.ACTIVE] * 2
    assert quick.cases()[0].match_id == 2
    assert quick.heard("Sam") == []


def test_which_mentor(several: Town) -> None:
    """All are stopped before the question; the answer frees the others, who notice nothing, and the case says whom."""
    assert several.press("Kim", "help:0:mentor") == [several.words("help-which-mentor")]
    assert _states(several) == _BOTH
    assert several.outbox("Kim")[-1].labels == ["Jo", "Alex", several.words("option-all-mentors")]
    ((case),) = several.cases()
    assert (case.match_id, case.about_id, case.severity) == (None, None, "high")
    assert len(several.heard("Morgan")) == 1
    assert several.say("Kim", "Jo") == [several.words("help-mentor-chosen", name="Jo")]
    assert _states(several) == (MatchState.PAUSED, MatchState.ACTIVE)
    ((case),) = several.cases()
    assert (case.match_id, case.about_id) == (3, several.people["Jo"])
    assert _notes(several) == [
        several.words("help-stopped-all", names="Jo, Alex"), several.words("concern-about", name="Jo"),
    ]  # fmt: skip
    assert several.heard("Jo") == several.heard("Alex") == []
    assert several.say("Jo", "RESUME") == [several.words("resume-not-yours")]
    several.say("Alex", "Kim: hello")
    assert several.heard("Kim") == ["Alex: hello"]
    trail = several.act(lambda ctx: [one.act for one in read_audit(ctx.tx, subject="match:4")])
    assert trail == ["match.pause", "match.resume"]


def test_all_of_them(several: Town) -> None:
    """Nobody is freed, and each pair has its case."""
    several.press("Kim", "help:0:mentor")
    assert several.say("Kim", "all of them") == [several.words("help-mentors-stopped")]
    assert _states(several) == _BOTH
    assert [(case.match_id, case.about_id) for case in several.cases()] == [
        (3, several.people["Jo"]), (4, several.people["Alex"]),
    ]  # fmt: skip
    assert several.heard("Jo") == several.heard("Alex") == []


def test_no_answer_keeps_all_stopped(quick_several: Town) -> None:
    """The safe way: days later nothing has been freed by itself, and the answer still counts."""
    quick_several.press("Kim", "help:0:mentor")
    quick_several.pass_time(days=3)
    assert _states(quick_several) == _BOTH
    quick_several.press("Kim", "mentor:1:4")
    assert _states(quick_several) == (MatchState.ACTIVE, MatchState.PAUSED)


def test_who_wrote_meanwhile_is_told(several: Town) -> None:
    """A mentor who was told of a break learns that it is over; one who wrote nothing hears nothing."""
    several.press("Kim", "help:0:mentor")
    several.say("Alex", "Kim: hello")
    several.press("Kim", "mentor:1:3")
    assert several.heard("Alex") == [several.words("match-resumed-told", name="Kim")]
    assert several.heard("Jo") == []


def test_what_was_stopped_before_stays_as_it_was(quick_several: Town) -> None:
    """A break of the mentor's own is theirs again, one of a coordinator's is a coordinator's."""
    quick_several.say("Alex", "PAUSE Kim")
    quick_several.press("Kim", "help:0:mentor")
    # Nobody but a coordinator can end it while it may be about them.
    assert quick_several.say("Alex", "RESUME Kim") == [quick_several.words("resume-not-yours")]
    quick_several.press("Kim", "mentor:1:3")
    match = quick_several.act(lambda ctx: get_match(ctx.tx, MatchId(4)))
    assert (match.state, match.paused_by) == (MatchState.PAUSED, quick_several.people["Alex"])


def test_a_break_of_a_coordinator_stays(quick_several: Town) -> None:
    """What a coordinator paused before, or ended meanwhile, isn't begun again by an answer."""
    quick_several.act(lambda ctx: change_match(ctx, 4, "pause", actor="test"))
    quick_several.press("Kim", "help:0:mentor")
    quick_several.press("Kim", "mentor:1:3")
    assert _states(quick_several) == _BOTH


@pytest.mark.parametrize("change", ["resume", "end"])
def test_what_a_coordinator_changed_meanwhile_stays(quick_several: Town, change: str) -> None:
    """Whoever looked into it has decided."""
    quick_several.press("Kim", "help:0:mentor")
    quick_several.act(lambda ctx: change_match(ctx, 4, change, actor="test"))
    after = quick_several.match_state(MatchId(4))
    quick_several.heard("Alex")
    quick_several.press("Kim", "mentor:1:3")
    assert quick_several.match_state(MatchId(4)) is after
    assert quick_several.heard("Alex") == []


def test_another_one_too(several: Town) -> None:
    """A second answer stops one more, in a case of its own, and frees nobody; the same again changes nothing."""
    several.press("Kim", "help:0:mentor")
    several.press("Kim", "mentor:1:3")
    assert several.press("Kim", "mentor:1:4") == [several.words("help-mentor-also", name="Alex")]
    assert _states(several) == _BOTH
    assert [case.match_id for case in several.cases()] == [3, 4]
    several.press("Kim", "mentor:1:3")
    assert (_states(several), len(several.cases())) == (_BOTH, 2)


def test_an_answer_after_the_case_was_closed(quick_several: Town) -> None:
    """It may only stop more: what is stopped stays, and a case is opened."""
    quick_several.press("Kim", "help:0:mentor")
    quick_several.press("Morgan", "case:1:false")
    quick_several.act(lambda ctx: change_match(ctx, 3, "resume", actor="test"))
    quick_several.press("Kim", "mentor:1:3")
    assert _states(quick_several) == _BOTH
    assert [case.match_id for case in quick_several.cases()] == [None, 3]


@pytest.mark.parametrize("minutes", [1, 20])
def test_it_is_said_again_before_the_answer(several: Town, minutes: int) -> None:
    """Still one case and one question, and the answer frees what was free before the first time."""
    several.press("Kim", "help:0:mentor")
    several.pass_time(minutes=minutes)
    assert several.press("Kim", "help:0:mentor") == [several.words("help-which-mentor")]
    assert len(several.cases()) == 1
    several.say("Kim", "1")
    assert _states(several) == (MatchState.PAUSED, MatchState.ACTIVE)


def test_it_is_said_again_after_the_case_was_closed(quick_several: Town) -> None:
    """That is a case of its own, and all are stopped again."""
    quick_several.press("Kim", "help:0:mentor")
    quick_several.press("Morgan", "case:1:false")
    quick_several.act(lambda ctx: [change_match(ctx, number, "resume", actor="test") for number in (3, 4)])
    quick_several.press("Kim", "help:0:mentor")
    assert (_states(quick_several), len(quick_several.cases())) == (_BOTH, 2)
    quick_several.press("Kim", "mentor:2:3")
    assert _states(quick_several) == (MatchState.PAUSED, MatchState.ACTIVE)


@pytest.mark.parametrize("data", ["mentor:1:1", "mentor:1:x", "mentor:9:3", "mentor:1:", "mentor:2:3"])
def test_what_is_no_answer(quick_several: Town, data: str) -> None:
    """A pair of somebody else, no pair, no case, or a case of another kind: all stay stopped."""
    quick_several.press("Kim", "help:0:mentor")
    quick_several.press("Kim", "help:0:coordinator")
    assert quick_several.press("Kim", data) == []
    assert quick_several.press("Sam", "mentor:1:1") == []
    assert _states(quick_several) == _BOTH


def test_easy_read(quick: Town) -> None:
    """Whoever reads easy texts gets easy texts, here and when a pair is held and freed."""
    quick.join("Ash", Role.MENTEE, language="en-GB-easy")
    for mentor in ("Jo", "Alex"):
        quick.pair(mentor, "Ash")
    keys = ("help-mentee", "help-which-mentor", "help-mentor-chosen", "pair-held", "pair-free")
    for key in keys:
        names = {"name": "Jo"} if key == "help-mentor-chosen" else {}
        assert quick.words(key, "Ash", **names) != quick.words(key, **names)
    assert quick.say("Ash", "/help") == [quick.words("help-mentee", "Ash")]
    assert quick.press("Ash", "help:0:mentor") == [quick.words("help-which-mentor", "Ash")]
    assert quick.say("Ash", "Jo") == [quick.words("help-mentor-chosen", "Ash", name="Jo")]
    quick.press("Morgan", "case:1:hold")
    assert quick.heard("Ash") == [quick.words("pair-held", "Ash")]
    quick.press("Morgan", "case:1:free")
    assert quick.heard("Ash") == [quick.words("pair-free", "Ash")]
