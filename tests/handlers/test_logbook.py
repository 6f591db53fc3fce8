"""The logbook: contacts outside of the relay, by chat and by the command line."""

from datetime import date

import pytest

from handlers.errors import Refused
from handlers.logbook import log_contact, read_day
from handlers.matching import change_match
from storage.contacts import Contact, ContactKind, contacts_of
from storage.ids import MatchId
from storage.people import Role
from tests.handlers.town import OTHER, Town

_TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("words", "day", "rest"),
    [
        ("wrote about work", None, "wrote about work"),
        ("", None, ""),
        ("today met in the library", date(2026, 3, 2), "met in the library"),
        ("Yesterday, met", date(2026, 3, 1), "met"),
        ("yesterday: met", date(2026, 3, 1), "met"),
        ("yesterday", date(2026, 3, 1), ""),
        ("2026-02-27 a call", date(2026, 2, 27), "a call"),
        ("27/02/2026 a call", date(2026, 2, 27), "a call"),
        ("27/2/26 a call", date(2026, 2, 27), "a call"),
        ("27.02.2026: a call", date(2026, 2, 27), "a call"),
        ("20 Feb a call", date(2026, 2, 20), "a call"),
        ("20 february  a call", date(2026, 2, 20), "a call"),
        ("20 Feb: a call", date(2026, 2, 20), "a call"),
        ("2 Mar a call", date(2026, 3, 2), "a call"),
        # Not over this year: it was last year's.
        ("3 Mar a call", date(2025, 3, 3), "a call"),
        ("20 Nov a call", date(2025, 11, 20), "a call"),
        # With a year it is taken at its word, also when it hasn't come.
        ("2026-11-20 a call", date(2026, 11, 20), "a call"),
        # No day, or none that there is: the words stay whole.
        ("31 Feb a call", None, "31 Feb a call"),
        ("31/02/2026 a call", None, "31/02/2026 a call"),
        ("20 minutes on the phone", None, "20 minutes on the phone"),
        ("5 marvellous things", None, "5 marvellous things"),
        ("2 decisions", None, "2 decisions"),
        ("20", None, "20"),
        ("200 Feb", None, "200 Feb"),
        ("½ Feb", None, "½ Feb"),
        ("todays visit", None, "todays visit"),
        ("20/11 a call", None, "20/11 a call"),
    ],
)
def test_read_day(words: str, day: date | None, rest: str) -> None:
    """A day at the beginning is understood in the ways in which people write days; anything else is words."""
    assert read_day(words, _TODAY) == (day or _TODAY, rest)


def _contacts(town: Town, match_id: MatchId) -> list[Contact]:
    return town.act(lambda ctx: contacts_of(ctx.tx, [match_id]))


@pytest.mark.parametrize(
    ("name", "command", "kind", "day", "note"),
    [
        ("Jo", "/log letter wrote about work", "letter", _TODAY, "wrote about work"),
        ("Jo", "/log Phone yesterday 20 minutes", "call", date(2026, 3, 1), "20 minutes"),
        ("Jo", "/log meeting note: bring the form", "visit", _TODAY, "note: bring the form"),
        ("Jo", "/log video Kim: went well", "video", _TODAY, "went well"),
        ("Jo", "/log visit 20 Feb Kim: at the library\nfor an hour", "visit", date(2026, 2, 20), None),
        ("Morgan", "/log visit 3: by the office", "visit", _TODAY, "by the office"),
        ("Morgan", "/log letter 1/3/2026 #3: sent on", "letter", date(2026, 3, 1), "sent on"),
    ],
)
def test_log_by_chat(quick: Town, name: str, command: str, kind: str, day: date, note: str | None) -> None:
    """A mentor or coordinator notes a contact in one line; it stands in the match's log under its day."""
    told = quick.say(name, command)
    said = quick.words(f"log-kind-{kind}")
    assert told == [quick.words("log-done", name, kind=said, name="Kim")]
    (contact,) = _contacts(quick, MatchId(3))
    assert (contact.kind, contact.on_day) == (ContactKind(kind), day)
    assert contact.note == (note or "at the library\nfor an hour")
    assert contact.by_person_id == quick.people[name]
    assert contact.message_id is not None


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("Jo", "/log"),
        ("Jo", "/log letter"),
        ("Jo", "/log letter yesterday"),
        ("Jo", "/log fax wrote"),
        ("Jo", "/log letter: wrote"),
        ("Jo", "/log letter 2026-11-20 wrote"),
        ("Jo", "/log letter Kim:"),
        # Two mentees: whose?
        ("Alex", "/log letter wrote about work"),
        ("Alex", "/log letter Kim: wrote"),
        ("Morgan", "/log letter wrote about work"),
        ("Morgan", "/log letter 99: wrote"),
        ("Morgan", "/log letter Kim: wrote"),
        ("Morgan", "/log letter 4: another programme's"),
    ],
)
def test_a_line_that_cannot_be_logged(quick: Town, name: str, command: str) -> None:
    """Without a kind, a match of one's own, a day that was, or words, nothing is noted and the way to do it shown."""

    def work() -> None:
        quick.join("Far", Role.MENTOR, programme=OTHER)
        quick.join("Away", Role.MENTEE, programme=OTHER)
        quick.pair("Far", "Away")

    quick.at_once(work)
    key = "log-usage-coordinator" if name == "Morgan" else "log-usage"
    assert quick.say(name, command) == [quick.words(key, name)]
    assert quick.act(lambda ctx: contacts_of(ctx.tx, [MatchId(number) for number in range(1, 5)])) == []


def test_a_mentee_does_not_log(settled: Town) -> None:
    """The logbook is for mentors and coordinators."""
    assert settled.say("Sam", "/log letter wrote") == [settled.words("not-allowed", "Sam")]


def test_a_mentor_of_two_says_whose(settled: Town) -> None:
    """With two mentees the name says whose contact it was; after an ending a coordinator can still note one."""
    assert settled.say("Alex", "/log call ellie: an hour")[0].endswith("Ellie.")
    assert len(_contacts(settled, MatchId(2))) == 1
    settled.act(lambda ctx: change_match(ctx, 2, "end", actor="test"))
    settled.say("Morgan", "/log letter 2: goodbye")
    assert len(_contacts(settled, MatchId(2))) == 2
    line = next(line for line in settled.record() if line.state == "logged" and "goodbye" in line.original)
    assert (line.who, line.kind, line.original, line.match_id) == ("Morgan", "letter", "2026-03-02: goodbye", 2)


def test_what_is_noted_is_scanned(settled: Town) -> None:
    """Serious words in a note raise the alarm like any others."""
    settled.say("Jo", "/log visit he said he wants to die")
    assert len(settled.cases()) == 1


@pytest.mark.parametrize(
    ("match_id", "day", "note", "reason"),
    [(99, None, "x", "no match 99"), (1, date(2026, 3, 3), "x", "hasn't come"), (1, None, " \n", "few words")],
)
def test_log_contact_refuses(quick: Town, match_id: int, day: date | None, note: str, reason: str) -> None:
    """The command line gets one sentence for each thing that is wrong."""
    with pytest.raises(Refused, match=reason):
        quick.act(lambda ctx: log_contact(ctx, match_id, ContactKind.CALL, day, note, actor="operator"))


def test_the_day_is_the_programmes(settled: Town) -> None:
    """Half an hour after midnight in London in summer it is a new day, though in UTC it isn't."""
    settled.clock.now = settled.clock.now.replace(month=7, day=1, hour=23, minute=30)
    settled.say("Jo", "/log call a short one")
    assert _contacts(settled, MatchId(3))[0].on_day == date(2026, 7, 2)
