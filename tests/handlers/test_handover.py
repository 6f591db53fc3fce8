"""Change of mentor: the new one is asked, the old match goes on until then, and the history continues."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from handlers import handover
from handlers.context import Context
from handlers.errors import Refused
from handlers.logbook import log_contact
from handlers.matching import change_match
from handlers.transcripts import read_transcript
from storage.audit import read_audit
from storage.contacts import ContactKind
from storage.diary import enter
from storage.ids import MatchId
from storage.matches import MatchState, find_match
from storage.messages.keeping import settle_message
from storage.messages.kinds import MessageState
from storage.people import Role
from storage.schema.keeping import diary
from storage.schema.messages import messages
from tests.handlers.town import Town

SAM = MatchId(1)


def hand_over(town: Town, mentor: str = "Bo", match_id: int = SAM, **more: bool) -> handover.Handover:
    """Sam gets another mentor."""
    terms = {"hide_notes": False, "mentee_agreed": False} | more
    return town.act(lambda ctx: handover.begin(ctx, match_id, town.people[mentor], actor="test", **terms))


def agree(town: Town, begun: handover.Handover, mentor: str = "Bo") -> None:
    """Both say yes."""
    town.press(mentor, f"match:{begun.match.id}:yes")
    town.press("Sam", f"match:{begun.match.id}:yes")


def note(town: Town, match_id: int, words: str, day: date | None = None) -> None:
    """The office notes a call."""
    town.act(lambda ctx: log_contact(ctx, match_id, ContactKind.CALL, day, words, actor="test"))


def test_the_new_mentor_takes_over(settled: Town) -> None:
    """Both are asked as for any match; until both agree the old mentor goes on, then everybody is told kindly."""
    settled.join("Bo", Role.MENTOR)
    begun = hand_over(settled)
    assert settled.heard("Bo") == [settled.words("handover-ask-mentor", name="Sam")]
    settled.say("Alex", "Sam: still here")
    assert settled.heard("Sam") == [settled.words("relay-mentee", name="Alex", words="still here")]
    settled.press("Bo", f"match:{begun.match.id}:yes")
    assert settled.heard("Sam") == [settled.words("handover-ask-mentee", name="Bo")]
    assert settled.match_state(SAM) is MatchState.ACTIVE
    settled.heard("Alex")
    assert settled.press("Sam", f"match:{begun.match.id}:yes") == [
        settled.words("handover-done-mentee", name="Bo", before="Alex")
    ]
    assert settled.heard("Alex") == [settled.words("handover-done-before", name="Sam")]
    assert settled.heard("Bo")[-1] == settled.words("match-started", name="Sam")
    assert (settled.match_state(SAM), settled.match_state(begun.match.id)) == (MatchState.ENDED, MatchState.ACTIVE)
    settled.say("Sam", "hello Bo")
    assert settled.heard("Bo") == [settled.words("relay-mentor", name="Sam", words="hello Bo")]
    assert settled.heard("Alex") == []
    trail = settled.act(lambda ctx: [entry.act for entry in read_audit(ctx.tx, subject="match:1")])
    assert trail == ["match.hand", "match.handover"]


def test_a_marker_stands_in_both_records(settled: Town) -> None:
    """Nobody's words, said to nobody; and with the earlier matches the history is one."""
    settled.join("Bo", Role.MENTOR)
    settled.say("Sam", "before")
    begun = hand_over(settled)
    settled.clock.move(timedelta(minutes=1))
    agree(settled, begun)
    settled.clock.move(timedelta(minutes=1))
    settled.say("Sam", "after")

    def lines(match_id: int, *, with_earlier: bool = False) -> list[tuple[str, str]]:
        found = settled.act(
            lambda ctx: read_transcript(ctx, actor="test", match_id=match_id, with_earlier=with_earlier)
        )
        assert all(line.to is None for line in found if line.kind == "marker")
        return [(line.kind, line.original) for line in found if line.kind in {"relay", "marker"}]

    marker = ("marker", settled.words("marker-handover"))
    assert lines(SAM) == [("relay", "before"), marker]
    assert lines(begun.match.id) == [marker, ("relay", "after")]
    assert lines(begun.match.id, with_earlier=True) == [("relay", "before"), marker, marker, ("relay", "after")]
    trail = settled.act(lambda ctx: [entry.act for entry in read_audit(ctx.tx, subject="match:1")])
    assert trail.count("transcript.read") == 2


def test_what_waits_in_the_old_match_is_refused(settled: Town) -> None:
    """The coordinator is warned beforehand; when the new match starts the senders are told."""
    settled.join("Bo", Role.MENTOR)
    for words in ("held", "deferred", "passed on"):
        settled.say("Sam", words)
    settle(settled, {"held": MessageState.HELD, "deferred": MessageState.DEFERRED})
    begun = hand_over(settled)
    assert begun.unsettled == 2
    settled.press("Bo", f"match:{begun.match.id}:yes")
    said = settled.press("Sam", f"match:{begun.match.id}:yes")
    assert said.count(settled.words("handover-refused")) == 2
    assert [settled.line(words).state for words in ("held", "deferred", "passed on")] == ["refused"] * 2 + ["relayed"]


def settle(town: Town, states: dict[str, MessageState]) -> None:
    """Let messages be in other states than they came to."""

    def work(ctx: Context) -> None:
        rows = ctx.tx.execute(select(messages.c.id).where(messages.c.direction == "in").order_by(messages.c.id)).all()
        for (message_id,), state in zip(rows, states.values(), strict=False):
            settle_message(ctx.tx, message_id, state)

    town.act(work)


def test_what_is_due_moves_along(settled: Town) -> None:
    """Entries about the match are due about the new one; those of other kinds with the same number are left alone."""
    settled.join("Bo", Role.MENTOR)
    later = settled.clock() + timedelta(days=3)
    for kind in ("match_review", "alert_unanswered"):
        settled.act(lambda ctx, kind=kind: enter(ctx.tx, kind, SAM, later))  # type: ignore[misc]  # bound now
    begun = hand_over(settled)
    agree(settled, begun)
    rows = settled.act(lambda ctx: ctx.tx.execute(select(diary).order_by(diary.c.id)).all())
    assert [(row.kind, row.subject, row.state) for row in rows] == [
        ("match_review", SAM, "struck"),
        ("alert_unanswered", SAM, "due"),
        ("match_review", begun.match.id, "due"),
    ]


@pytest.mark.parametrize("hide", [False, True])
def test_earlier_notes(settled: Town, *, hide: bool) -> None:
    """The new mentor reads the notes of the time before, unless they are hidden; never a message."""
    settled.join("Bo", Role.MENTOR)
    settled.say("Sam", "my secret")
    note(settled, SAM, "talked about college, ring 07700 900456")
    begun = hand_over(settled, hide_notes=hide)
    agree(settled, begun)
    [text] = settled.say("Bo", "/notes")
    assert "secret" not in text
    if hide:
        assert text == settled.words("notes-none", name="Sam")
    else:
        assert text.startswith(settled.words("notes-intro", name="Sam"))
        assert "talked about college" in text
        assert "900456" not in text
    note(settled, begun.match.id, "met at the library")
    assert "met at the library" in settled.say("Bo", "/notes Sam.")[0]
    assert settled.say("Alex", "/notes") == [settled.words("notes-none", name="Ellie")]


def test_hidden_once_is_hidden_for_those_who_follow(settled: Town) -> None:
    """A third mentor sees the second one's notes, and not the first one's, which were hidden from the second."""
    settled.join("Bo", Role.MENTOR)
    settled.join("Cy", Role.MENTOR)
    note(settled, SAM, "first time")
    second = hand_over(settled, hide_notes=True)
    agree(settled, second)
    note(settled, second.match.id, "second time")
    third = hand_over(settled, "Cy", second.match.id)
    agree(settled, third, "Cy")
    [text] = settled.say("Cy", "/notes")
    assert "second time" in text
    assert "first time" not in text


def test_the_last_notes_of_whom(settled: Town) -> None:
    """The newest five; with several mentees the name says whose; others have no notes to read."""
    for number in range(7):
        note(settled, SAM, f"note {number}", date(2026, 1, number + 1))
    assert settled.say("Alex", "/notes") == [settled.words("notes-usage")]
    assert settled.say("Alex", "/notes Kim") == [settled.words("notes-usage")]
    [text] = settled.say("Alex", "/notes Sam")
    assert [f"note {number}" in text for number in range(7)] == [False, False, *[True] * 5]
    assert settled.say("Sam", "/notes") == [settled.words("not-allowed")]
    settled.join("Bo", Role.MENTOR)
    assert settled.say("Bo", "/notes") == [settled.words("no-match-yet")]


def test_a_no_leaves_everything(settled: Town) -> None:
    """Whoever declines, the old match goes on, and another mentor can be asked."""
    settled.join("Bo", Role.MENTOR)
    settled.join("Cy", Role.MENTOR)
    begun = hand_over(settled)
    settled.press("Bo", f"match:{begun.match.id}:no")
    assert settled.match_state(SAM) is MatchState.ACTIVE
    assert settled.heard("Alex") == []
    begun = hand_over(settled, "Cy", mentee_agreed=True)
    settled.press("Cy", f"match:{begun.match.id}:yes")
    assert settled.match_state(begun.match.id) is MatchState.ACTIVE


def test_when_the_old_match_ended_meanwhile(settled: Town) -> None:
    """The new one starts all the same; nobody is told twice that the old one is over."""
    settled.join("Bo", Role.MENTOR)
    begun = hand_over(settled)
    settled.act(lambda ctx: change_match(ctx, SAM, "end", actor="test"))
    settled.heard("Alex")
    agree(settled, begun)
    assert settled.match_state(begun.match.id) is MatchState.ACTIVE
    assert settled.heard("Alex") == []


def test_what_cannot_be_handed_over(settled: Town) -> None:
    """A match that isn't there or is over, one for which somebody is asked already."""
    settled.join("Bo", Role.MENTOR)
    settled.join("Cy", Role.MENTOR)
    hand_over(settled)
    settled.act(lambda ctx: change_match(ctx, 2, "end", actor="test"))
    for match_id, mentor, sentence in (
        (SAM, "Cy", "already"),
        (SAM, "Alex", "already"),
        (2, "Cy", "is ended"),
        (99, "Cy", "no match 99"),
        (3, "Sam", "needs a mentor"),
    ):
        with pytest.raises(Refused, match=sentence):
            hand_over(settled, mentor, match_id)


def test_a_new_mentor_may_have_the_name_of_the_old_one(settled: Town) -> None:
    """The two are never matched with the mentee at the same time."""
    settled.join("Alex two", Role.MENTOR, name="Alex")
    begun = hand_over(settled, "Alex two")
    agree(settled, begun, "Alex two")
    assert settled.act(lambda ctx: find_match(ctx.tx, begun.match.id)) is not None
    assert settled.match_state(begun.match.id) is MatchState.ACTIVE
