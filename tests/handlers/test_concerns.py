"""Telling a concern: a case as soon as there are words, one question at a time, and nothing said goes astray."""

import pytest

from handlers.events import MediaRef
from handlers.told import CONCERN
from storage.alerts import alerts_in
from storage.case_entries import EntryKind, entries_of
from storage.ids import CaseId
from storage.messages.words import get_words
from storage.people import Role
from tests.handlers.town import Town


def _notes(town: Town, number: int = 1) -> list[str]:
    """What was written into a case besides what the coordinators did."""
    return [one.words for one in town.act(lambda ctx: entries_of(ctx.tx, number)) if one.kind is EntryKind.NOTE]


def _told(town: Town, number: int = 1) -> list[str]:
    """The words that a case is made of."""
    ids = [one.message_id for one in town.act(lambda ctx: alerts_in(ctx.tx, CaseId(number)))]
    return town.act(lambda ctx: [get_words(ctx.tx, one).original for one in ids if one is not None])


def _labels(town: Town, name: str) -> list[str]:
    return town.outbox(name)[-1].labels


def test_a_concern_is_a_case_before_the_question_is_answered(settled: Town) -> None:
    """The coordinators are called when the words arrive; a yes makes it immediate and calls again, once."""
    assert settled.say("Jo", "/concern Kim has bruises") == [settled.words("concern-danger")]
    ((case),) = settled.cases()
    assert (case.category, case.severity, case.source) == (CONCERN, "high", "concern")
    assert len(settled.heard("Morgan")) == 1
    assert settled.say("Jo", "yes") == [settled.words("concern-now")]
    assert settled.cases()[0].severity == "immediate"
    assert len(settled.heard("Morgan")) == 1
    settled.press("Jo", f"danger:{case.id}:yes")
    assert settled.heard("Morgan") == []
    assert settled.heard("Kim") == []


def test_a_no_leaves_it_high(quick: Town) -> None:
    """A person took the trouble to tell it."""
    quick.say("Jo", "/concern Kim is often hungry")
    assert quick.say("Jo", "no") == [quick.words("concern-noted")]
    assert quick.cases()[0].severity == "high"


def test_nobody_answers_for_another(quick: Town) -> None:
    """The button of somebody else's concern, or of no concern, does nothing."""
    quick.say("Jo", "/concern Kim has bruises")
    for data in ("danger:1:yes", "danger:99:yes"):
        assert quick.press("Alex", data) == []
    assert quick.cases()[0].severity == "high"


def test_what_is_found_in_a_concern_is_the_same_case(quick: Town) -> None:
    """One case, as grave as its words, and no numbers of help for whoever tells it of somebody else."""
    assert quick.say("Jo", "/concern Kim says she has taken an overdose") == [quick.words("concern-danger")]
    assert [(case.category, case.severity) for case in quick.cases()] == [(CONCERN, "immediate")]


# Without words


@pytest.mark.parametrize("who", ["Jo", "Alex", "Morgan"])
def test_the_words_are_asked_for(settled: Town, who: str) -> None:
    """One question; what is written next is the concern, of whoever may tell one, and goes to nobody else."""
    settled.join("Ray", Role.COORDINATOR)
    assert settled.say(who, "/concern") == [settled.words("concern-ask")]
    assert settled.cases() == []
    assert settled.say(who, "she comes with bruises") == [settled.words("concern-danger")]
    ((case),) = settled.cases()
    assert (case.category, case.severity, case.person_id) == (CONCERN, "high", settled.people[who])
    assert len(settled.heard("Ray")) == 1
    assert [settled.heard(name) for name in ("Sam", "Ellie", "Kim")] == [[], [], []]
    # They are asked for no longer.
    settled.say(who, "no")
    settled.pass_time(hours=2)
    assert len(settled.cases()) == 1


@pytest.mark.parametrize("words", ["concern", "Concern.", " CONCERN "])
def test_the_word_alone_by_sms(quick: Town, words: str) -> None:
    """A telephone has no habit of slashes: the words are asked for."""
    assert quick.say("Jo", words) == [quick.words("concern-ask")]
    assert quick.heard("Kim") == []


@pytest.mark.parametrize("words", ["concern: Kim has bruises", "Concern :Kim has bruises", "CONCERN:\nKim has bruises"])
def test_a_concern_by_sms_without_the_slash(quick: Town, words: str) -> None:
    """With a colon it is told at once, and not said to the mentee; whoever has stopped is heard too."""
    assert quick.say("Jo", words) == [quick.words("concern-danger")]
    quick.say("Jo", "STOP")
    assert quick.say("Jo", words) == [quick.words("concern-noted")]
    assert quick.heard("Kim") == []
    assert {case.category for case in quick.cases()} == {"concern_told"}


@pytest.mark.parametrize(
    ("name", "words", "to"),
    [
        ("Jo", "concern about bus times", "Kim"),
        ("Jo", "concerned: bus times", "Kim"),
        ("Jo", "my concern: bus times", "Kim"),
        ("Ellie", "concern: bus times", "Alex"),
        ("Kim", "concern", "Jo"),
    ],
)
def test_a_concern_that_is_a_word(quick: Town, name: str, words: str, to: str) -> None:
    """Anything else is said to the other side, and so is a mentee's."""
    quick.say(name, words)
    assert quick.heard(to)[-1].endswith(words)
    assert quick.cases() == []


def test_a_concern_by_telegram_has_a_slash(quick: Town) -> None:
    """There the menu shows it."""
    quick.say("Alex", "concern: bus times")
    assert quick.cases() == []


def test_words_as_grave_as_they_are(quick: Town) -> None:
    """The words that were asked for make one case, immediate where they are, and bring its teller no numbers."""
    quick.say("Jo", "/concern")
    assert quick.say("Jo", "Kim says she has taken an overdose") == [quick.words("concern-danger")]
    assert [(case.category, case.severity) for case in quick.cases()] == [(CONCERN, "immediate")]


def test_never_mind(quick: Town) -> None:
    """Who would rather not says so; what they write then goes to their mentee, and no case comes of it."""
    quick.say("Alex", "/concern")
    assert _labels(quick, "Alex") == [quick.words("case-cancel")]
    assert quick.press("Alex", "concern:0:no") == [quick.words("case-cancelled")]
    quick.say("Jo", "/concern")
    assert quick.say("Jo", "never mind") == [quick.words("case-cancelled")]
    quick.say("Jo", "see you at four")
    assert quick.heard("Kim") == ["Jo: see you at four"]
    quick.pass_time(hours=3)
    assert quick.cases() == []


def test_a_command_in_between(quick: Town) -> None:
    """What is asked stays open while somebody looks something up."""
    quick.say("Jo", "/concern")
    quick.say("Jo", "/about")
    quick.say("Jo", "she comes with bruises")
    assert _told(quick) == ["she comes with bruises"]


def test_a_file_is_no_concern(quick: Town) -> None:
    """A picture goes to nobody, and the words are asked for again."""
    picture = MediaRef(kind="photo", ref="x")
    quick.say("Jo", "/concern")
    said = quick.say("Jo", "look", attachments=("photo",), media=(picture,))
    assert said == [quick.words("concern-no-files")]
    assert (quick.heard("Kim"), quick.cases()) == ([], [])
    quick.say("Jo", "she comes with bruises")
    assert _told(quick) == ["she comes with bruises"]


def test_nothing_but_the_question(settled: Town) -> None:
    """Who begins and writes nothing for an hour had something to tell: a concern for the digest, and a note."""
    settled.say("Jo", "/concern")
    settled.pass_time(minutes=59)
    assert settled.cases() == []
    settled.pass_time(minutes=1)
    ((case),) = settled.cases()
    assert (case.category, case.severity, case.person_id) == (CONCERN, "concern", settled.people["Jo"])
    assert case.match_id == 3
    assert _notes(settled) == [settled.words("concern-unsaid")]


def test_words_hours_later(settled: Town) -> None:
    """They may be the answer or for the mentee: that is asked, and they go into the case, which is for today now."""
    settled.say("Jo", "/concern")
    settled.pass_time(hours=5)
    settled.heard("Morgan")
    assert settled.say("Jo", "her dad hit her") == [settled.words("choose-addressee", words="her dad hit her")]
    assert _labels(settled, "Jo") == ["Kim", settled.words("choose-coordinator"), settled.words("choose-cancel")]
    assert settled.say("Jo", settled.words("choose-coordinator")) == [
        settled.words("concern-more"), settled.words("concern-danger"),
    ]  # fmt: skip
    assert settled.heard("Kim") == []
    found = {case.category: case for case in settled.cases()}
    assert found[CONCERN].severity == "high"
    assert _told(settled, found[CONCERN].id) == ["her dad hit her"]
    settled.say("Jo", "no")
    # And the next words are the mentee's again.
    settled.say("Jo", "see you at four")
    assert settled.heard("Kim") == ["Jo: see you at four"]


def test_words_days_later(quick: Town) -> None:
    """After a day what was asked is no longer open: words go where they always go."""
    quick.say("Jo", "/concern")
    quick.pass_time(hours=1)
    quick.pass_time(hours=24)
    quick.say("Jo", "see you at four")
    assert quick.heard("Kim") == ["Jo: see you at four"]


# Danger


def test_more_than_yes(settled: Town) -> None:
    """A yes and what follows it is an answer; the words go into the case and never to the mentee."""
    settled.say("Jo", "/concern Kim has bruises")
    settled.heard("Morgan")
    assert settled.say("Jo", "Yes, her dad is at the door") == [settled.words("concern-now")]
    assert settled.cases()[0].severity == "immediate"
    assert _told(settled)[-1] == "Yes, her dad is at the door"
    assert len(settled.heard("Morgan")) == 1
    assert settled.heard("Kim") == []


def test_more_than_no(quick: Town) -> None:
    """A no and what follows it leaves it high, unless the words say worse."""
    quick.say("Jo", "/concern Kim has bruises")
    assert quick.say("Jo", "no but she is scared") == [quick.words("concern-noted")]
    assert (quick.cases()[0].severity, _told(quick)[-1]) == ("high", "no but she is scared")
    quick.say("Jo", "/concern Kim has bruises again")
    quick.say("Jo", "no. she says i want to kill myself tonight")
    assert quick.cases()[0].severity == "immediate"
    assert quick.heard("Kim") == []


def test_words_that_are_no_answer(settled: Town) -> None:
    """Other words wait until it is said whom they are for; said to be for the mentee, they go there."""
    settled.say("Jo", "/concern Kim has bruises")
    settled.say("Jo", "i think she is at home")
    assert settled.heard("Kim") == []
    assert settled.say("Jo", "2") == [settled.words("concern-more"), settled.words("concern-danger")]
    assert _told(settled)[-1] == "i think she is at home"
    settled.say("Jo", "see you at four")
    assert settled.say("Jo", "Kim") == [settled.words("choose-sent", name="Kim")]
    assert settled.heard("Kim") == ["Jo: see you at four"]
    # Still open.
    assert settled.say("Jo", "yes") == [settled.words("concern-now")]
    assert settled.cases()[0].severity == "immediate"


def test_words_that_say_whom_they_are_for(quick: Town) -> None:
    """A name before them, or that they answer somebody's, is enough."""
    quick.say("Kim", "are you there", message_ref="first")
    there = quick.last_ref("Jo", "are you there")
    quick.say("Jo", "/concern Kim has bruises")
    quick.say("Jo", "Kim: see you at four")
    quick.say("Jo", "i am", reply_to=there)
    assert quick.heard("Kim") == ["Jo: see you at four", "Jo: i am"]
    assert _told(quick) == ["/concern Kim has bruises"]


def test_words_an_hour_later_are_for_the_mentee(quick: Town) -> None:
    """What is asked is meant for what is written next; an hour later ordinary talk goes on."""
    quick.say("Jo", "/concern Kim has bruises")
    quick.pass_time(hours=1)
    quick.say("Jo", "no worries, see you at four")
    quick.say("Jo", "1")
    assert quick.heard("Kim") == ["Jo: no worries, see you at four", "Jo: 1"]
    # The word by itself still answers, and so does the button a day later.
    quick.say("Jo", "no")
    quick.pass_time(hours=24)
    quick.say("Jo", "yes")
    assert quick.heard("Kim") == ["Jo: yes"]
    quick.press("Jo", "danger:1:yes")
    assert quick.cases()[0].severity == "immediate"


def test_a_coordinator_goes_on_telling(settled: Town) -> None:
    """Who has no mentee can mean nobody else: their words go into the case at once."""
    settled.join("Ray", Role.COORDINATOR)
    settled.say("Ray", "/concern a boy at the gate has a black eye")
    assert settled.say("Ray", "he is about ten") == [settled.words("concern-more"), settled.words("concern-danger")]
    assert _told(settled)[-1] == "he is about ten"


def test_a_coordinator_is_asked_about_another_case(quick: Town) -> None:
    """The newest question counts: a note for a case isn't a concern."""
    quick.say("Sam", "been drinking again")
    quick.say("Morgan", "/concern")
    quick.press("Morgan", "case:1:note")
    assert quick.say("Morgan", "rang her") == [quick.words("case-noted", case="1")]
    quick.press("Morgan", "case:1:note")
    quick.say("Morgan", "/concern")
    quick.say("Morgan", "a boy at the gate has a black eye")
    assert _told(quick, 2) == ["a boy at the gate has a black eye"]


def test_danger_after_the_case_was_closed(settled: Town) -> None:
    """Whoever closed it didn't know: a case of its own, immediate. A no changes nothing."""
    settled.say("Jo", "/concern Kim has bruises")
    settled.press("Morgan", "case:1:false")
    assert settled.press("Jo", "danger:1:no") == [settled.words("concern-noted")]
    assert len(settled.cases()) == 1
    settled.press("Jo", "danger:1:yes")
    assert [case.severity for case in settled.cases()] == ["high", "immediate"]
    assert settled.cases()[1].match_id == settled.cases()[0].match_id


def test_words_after_the_case_was_closed(quick: Town) -> None:
    """Nothing is being told any more: they are the mentee's."""
    quick.say("Jo", "/concern Kim has bruises")
    quick.press("Morgan", "case:1:false")
    quick.say("Jo", "no see you at four")
    assert quick.heard("Kim") == ["Jo: no see you at four"]
