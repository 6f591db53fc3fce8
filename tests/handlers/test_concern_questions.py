"""Whom a concern is about, as it is asked or said; what nobody answers; and concerns about one of the staff."""

from datetime import timedelta

import pytest

from handlers.told import CONCERN
from storage.people import Role
from tests.handlers.test_concerns import _labels, _notes, _told
from tests.handlers.town import Town

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
