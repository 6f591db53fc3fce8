"""Telling a concern: a case as soon as there are words, one question at a time, and nothing said goes astray."""

from datetime import timedelta

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


# Whom it is about


def test_a_mentor_of_several_is_asked_whom(settled: Town) -> None:
    """After the danger, by first name or somebody else; the case is that pair's then, and says who said so."""
    settled.say("Alex", "/concern she was hurt at home")
    assert settled.cases()[0].match_id is None
    assert settled.press("Alex", "danger:1:no") == [settled.words("concern-noted"), settled.words("concern-whom")]
    assert _labels(settled, "Alex") == ["Sam", "Ellie", settled.words("option-somebody-else")]
    assert settled.press("Alex", "whom:1:2") == [settled.words("concern-whom-noted")]
    assert (settled.cases()[0].match_id, settled.cases()[0].severity) == (2, "high")
    assert _notes(settled) == [settled.words("concern-about", name="Ellie")]
    assert [settled.heard(name) for name in ("Sam", "Ellie")] == [[], []]
    # Nothing is left to be asked.
    settled.pass_time(hours=1)
    assert settled.heard("Alex") == []
    assert len(_notes(settled)) == 1


def test_whom_by_sms(quick: Town) -> None:
    """A number or a name; after a yes it is asked too."""
    quick.pair("Jo", "Sam")
    quick.say("Jo", "/concern he was hurt at home")
    assert quick.say("Jo", "yes") == [quick.words("concern-now"), quick.words("concern-whom")]
    assert quick.say("Jo", "2") == [quick.words("concern-whom-noted")]
    assert quick.cases()[0].match_id == 4
    quick.say("Jo", "/concern she too")
    quick.say("Jo", "no")
    quick.say("Jo", "kim")
    assert quick.cases()[1].match_id == 3
    assert (quick.heard("Kim"), quick.heard("Sam")) == ([], [])


def test_somebody_else(settled: Town) -> None:
    """Then the case has no pair, and it isn't asked again."""
    settled.say("Alex", "/concern a friend of theirs was hurt")
    settled.press("Alex", "danger:1:no")
    assert settled.say("Alex", "somebody else") == [settled.words("concern-whom-noted")]
    assert settled.cases()[0].match_id is None
    assert _notes(settled) == [settled.words("concern-about-other")]
    assert settled.press("Alex", "danger:1:no") == [settled.words("concern-noted")]


@pytest.mark.parametrize("how", ["name", "at", "reply", "asked"])
def test_whom_is_said_already(quick: Town, how: str) -> None:
    """A name and a colon before the words, or an answer to somebody's, says whom it is about: it isn't asked."""
    quick.say("Ellie", "hello there", message_ref="first")
    there = quick.last_ref("Alex", "hello there")
    match how:
        case "name":
            quick.say("Alex", "/concern Ellie: was hurt at home")
        case "at":
            quick.say("Alex", "/concern @Ellie was hurt at home")
        case "reply":
            quick.say("Alex", "/concern this worries me", reply_to=there)
        case _:
            quick.say("Alex", "/concern")
            quick.say("Alex", "Ellie: was hurt at home")
    assert quick.cases()[0].match_id == 2
    assert quick.press("Alex", "danger:1:no") == [quick.words("concern-noted")]
    assert quick.heard("Ellie") == []


@pytest.mark.parametrize("data", ["whom:1:3", "whom:1:x", "whom:9:1", "whom:1:"])
def test_who_may_not_say_whom(quick: Town, data: str) -> None:
    """Neither a pair of somebody else, nor somebody else's concern."""
    quick.say("Alex", "/concern she was hurt at home")
    assert quick.press("Alex", data) == []
    assert quick.press("Jo", "whom:1:3") == []
    assert quick.cases()[0].match_id is None


def test_no_answer(settled: Town) -> None:
    """The case says after a quarter of an hour what wasn't answered, and whom it is about is asked all the same."""
    settled.say("Alex", "/concern she was hurt at home")
    settled.pass_time(minutes=14)
    assert _notes(settled) == []
    settled.heard("Alex")
    settled.pass_time(minutes=1)
    assert _notes(settled) == [settled.words("concern-silent-danger")]
    assert settled.heard("Alex") == [settled.words("concern-whom")]
    settled.pass_time(minutes=15)
    assert _notes(settled)[1:] == [settled.words("concern-silent-danger"), settled.words("concern-silent-whom")]
    assert settled.heard("Alex") == []
    # It stands as it was opened, and answers still count.
    assert (settled.cases()[0].severity, settled.cases()[0].match_id) == ("high", None)
    settled.say("Alex", "Sam")
    settled.say("Alex", "yes")
    assert (settled.cases()[0].severity, settled.cases()[0].match_id) == ("immediate", 1)


def test_no_answer_for_a_day(quick: Town) -> None:
    """Then nothing is asked any more: a yes is the mentee's."""
    quick.say("Jo", "/concern she was hurt at home")
    for hours in (0.25, 24):
        quick.pass_time(hours=hours)
    assert _notes(quick) == [quick.words("concern-silent-danger")]
    quick.say("Jo", "yes")
    assert quick.heard("Kim") == ["Jo: yes"]


def test_a_closed_case_is_not_written_into(quick: Town) -> None:
    """Somebody has dealt with it before the quarter of an hour was over."""
    quick.say("Alex", "/concern she was hurt at home")
    quick.press("Morgan", "case:1:false")
    quick.pass_time(minutes=15)
    assert _notes(quick) == []
    assert quick.words("concern-whom") not in quick.heard("Alex")


def test_words_of_nobody_knows_whom_are_shown_with_the_case(quick: Town) -> None:
    """They wait until it is said whom they are for, and a coordinator sees them meanwhile; once."""
    quick.say("Alex", "/concern she was hurt at home")
    quick.say("Alex", "i think it was her uncle")
    quick.pass_time(minutes=15)
    quick.pass_time(minutes=15)
    assert _told(quick) == ["/concern she was hurt at home", "i think it was her uncle"]
    assert quick.heard("Ellie") == quick.heard("Sam") == []


def test_who_has_stopped_is_asked_nothing(quick: Town) -> None:
    """The case says what wasn't answered all the same."""
    quick.say("Alex", "/concern she was hurt at home")
    quick.say("Alex", "STOP")
    quick.pass_time(minutes=15)
    assert quick.heard("Alex") == []
    assert _notes(quick) == [quick.words("concern-silent-danger")]


def test_two_concerns(quick: Town) -> None:
    """The newer one is asked about first; then the older one, which nobody has answered."""
    quick.say("Alex", "/concern Sam: was hurt at home")
    quick.clock.move(timedelta(minutes=12))
    quick.say("Alex", "/concern Ellie: is missing")
    said = quick.say("Alex", "yes")
    assert said == [quick.words("concern-now"), quick.words("concern-danger")]
    assert [case.severity for case in quick.cases()] == ["high", "immediate"]
    assert quick.say("Alex", "no") == [quick.words("concern-noted")]
    quick.say("Alex", "yes")
    assert [case.severity for case in quick.cases()] == ["high", "immediate"]


def test_an_earlier_concern_that_was_closed_is_not_asked_about(quick: Town) -> None:
    """Somebody has dealt with it while the newer one was told."""
    quick.say("Alex", "/concern Sam: was hurt at home")
    quick.clock.move(timedelta(minutes=12))
    quick.say("Alex", "/concern Ellie: is missing")
    quick.press("Morgan", "case:1:false")
    assert quick.say("Alex", "no") == [quick.words("concern-noted")]


def test_the_button_of_a_message_that_waits_no_longer(quick: Town) -> None:
    """It was for the coordinators, and says nothing twice."""
    quick.say("Jo", "/concern she was hurt at home")
    quick.say("Jo", "i think it was her uncle")
    number = quick.outbox("Jo")[-1].options[0][1].split(":")[1]
    quick.press("Jo", f"to:{number}:coordinator")
    assert quick.press("Jo", f"to:{number}:coordinator") == []
    assert _told(quick)[1:] == ["i think it was her uncle"]


def test_the_coordinators_are_offered_only_then(quick: Town) -> None:
    """Whom an ordinary message is for has no such answer."""
    quick.say("Alex", "hello")
    assert quick.words("choose-coordinator") not in _labels(quick, "Alex")


def test_a_message_for_the_coordinators_after_all(quick: Town) -> None:
    """Where nothing is asked any more it opens a case: nothing that was meant for them is lost."""
    quick.say("Jo", "/concern")
    quick.pass_time(hours=1)
    quick.say("Jo", "her dad hit her")
    quick.pass_time(hours=24)
    assert quick.say("Jo", quick.words("choose-coordinator")) == [quick.words("concern-danger")]
    case = quick.cases()[-1]
    assert (case.category, case.severity, case.match_id) == (CONCERN, "high", 3)


# About one of the staff


@pytest.mark.parametrize(
    "words", ["Morgan hit Sam", "morgan: hit Sam", "i saw that Morgan hit Sam", "i saw morgan hit kim"]
)
def test_a_concern_goes_round_the_coordinator_it_is_about(settled: Town, words: str) -> None:
    """With a colon or without: who is named hears nothing of it, whatever is answered, and can't see the case."""
    settled.join("Ray", Role.COORDINATOR)
    assert settled.say("Jo", f"/concern {words}") == [settled.words("concern-danger")]
    assert settled.say("Jo", "yes") == [settled.words("concern-now")]
    settled.pass_time(hours=2)
    assert settled.heard("Morgan") == []
    assert len(settled.heard("Ray")) > 2
    assert settled.say("Morgan", "/case 1") == [settled.words("alert-unknown")]
    assert settled.cases()[0].about_id == settled.people["Morgan"]
    # Closed before the last question is answered: what comes then goes round them too.
    settled.press("Ray", "have:1")
    settled.say("Ray", "/close 1 referred: done")
    settled.press("Jo", "danger:1:yes")
    assert settled.heard("Morgan") == []


@pytest.mark.parametrize(
    ("words", "others"), [("it will be late", 1), ("Kim has bruises", 1), ("i told morgan about Kim", 0)]
)
def test_a_concern_that_is_about_no_coordinator(quick: Town, words: str, others: int) -> None:
    """A name that is a word too leaves nobody out in small letters, nor does any name if none is left."""
    if others:
        quick.join("Will", Role.COORDINATOR)
    quick.say("Jo", f"/concern {words}")
    assert quick.cases()[0].about_id is None
    assert len(quick.heard("Morgan")) == 1


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("i saw terry hit Kim", "Terry Young"),
        ("Terry Young hit Kim", "Terry Young"),
        ("it was Young, he hit Kim", "Terry Young"),
        ("a young man hit Kim", None),
        ("Will Hart hit Kim", "Will Hart"),
        ("i saw Will hit Kim", "Will Hart"),
        ("she will be hurt", None),
        ("i saw Alex hit Kim", None),
        ("i saw Marsh hit Kim", "Alex Marsh"),
    ],
)
def test_a_coordinator_of_several_names(quick: Town, words: str, about: str | None) -> None:
    """The first or the last name alone will do, where nobody else has it and it isn't a word in small letters."""
    for name in ("Terry Young", "Will Hart", "Alex Marsh", "Alex Poole"):
        quick.join(name, Role.COORDINATOR)
    quick.say("Jo", f"/concern {words}")
    assert quick.cases()[0].about_id == (quick.people[about] if about else None)


def test_a_last_name_and_a_colon(quick: Town) -> None:
    """It leaves them out even where nobody else would hear, as the whole name does."""
    quick.join("Terry Young", Role.COORDINATOR)
    quick.say("Morgan", "/concern young: hit Kim")
    assert quick.cases()[0].about_id == quick.people["Terry Young"]


def test_a_concern_about_the_only_coordinator(quick: Town) -> None:
    """They never hear of it, so that whoever tells it is told whom to ring."""
    contact = quick.content.programmes["mentoring"].complaint_contact
    asked = [quick.words("concern-danger-office", complaints=contact)]
    assert quick.say("Jo", "/concern Morgan: hit Sam") == asked
    assert quick.say("Jo", "yes") == [quick.words("concern-now-office", complaints=contact)]
    assert quick.heard("Morgan") == []
    # Nor is anybody else there for what they tell themselves.
    assert quick.say("Morgan", "/concern Alex shouted at Sam") == asked
    assert quick.say("Morgan", "no") == [quick.words("complaint-office", complaints=contact)]


@pytest.mark.parametrize("words", ["/concern", "/concern he keeps texting me at night"])
def test_a_mentees_concern_is_asking_for_help(quick: Town, words: str) -> None:
    """Nobody who has something to tell is sent away: a mentee is offered the coordinator, and to stop it at once."""
    assert quick.say("Kim", words) == [quick.words("help-me")]
    assert quick.outbox("Kim")[-1].options[1][1] == "help:0:mentor"
