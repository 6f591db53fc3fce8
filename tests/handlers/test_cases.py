"""Cases: what joins them, what coordinators do with them, and who may."""

from datetime import timedelta

import pytest

from handlers import files
from handlers.context import Context
from handlers.events import MediaRef
from handlers.matching import change_match
from storage.alerts import alerts_in
from storage.audit import read_audit
from storage.case_entries import EntryKind, entries_of
from storage.cases import CaseState, find_case
from storage.ids import CaseId
from storage.media import take_wanted
from storage.messages.held import held_messages
from storage.outbox.claiming import claim
from storage.outbox.outcomes import note_sent
from storage.people import Role
from tests.handlers.town import SMS, Sent, Town

_WORDS = "i want to die"


def _state(town: Town, number: int = 1) -> CaseState:
    case = town.act(lambda ctx: find_case(ctx.tx, number))
    assert case is not None
    return case.state


def _entries(town: Town, number: int = 1) -> list[tuple[EntryKind, str]]:
    found = town.act(lambda ctx: entries_of(ctx.tx, number))
    return [(entry.kind, entry.words) for entry in found if entry.kind is not EntryKind.CALLED]


def _raised(town: Town) -> None:
    """Sam wrote; the notices of it are heard."""
    town.say("Sam", _WORDS)
    for name in ("Morgan", "Alex", "Sam"):
        town.heard(name)


# What joins a case


def test_messages_of_one_pair_are_one_case(settled: Town) -> None:
    """Within ten minutes of the last one further words join the case; one quiet line says so, once in that time."""
    _raised(settled)
    for minutes in (4, 4, 4):
        settled.clock.move(timedelta(minutes=minutes))
        settled.say("Sam", _WORDS)
    assert len(settled.cases()) == 1
    assert len(settled.act(lambda ctx: alerts_in(ctx.tx, CaseId(1)))) == 4
    grew = settled.words("case-grew", case="1")
    assert settled.heard("Morgan") == [grew]


@pytest.mark.parametrize(
    ("who", "words", "minutes"), [("Ellie", _WORDS, 1), ("Sam", "been drinking again", 1), ("Sam", _WORDS, 10)]
)
def test_what_does_not_join(quick: Town, who: str, words: str, minutes: int) -> None:
    """Another pair, another kind, or a message ten minutes later is a case of its own."""
    _raised(quick)
    quick.clock.move(timedelta(minutes=minutes))
    quick.say(who, words)
    assert len(quick.cases()) == 2


def test_a_strangers_words_join_too(quick: Town) -> None:
    """Where nobody knows who it is, the same address makes the same case; another stranger another one."""
    for name in ("One", "Two"):
        quick.stranger(name)
    for name in ("One", "One", "Two"):
        quick.say(name, _WORDS)
    assert len(quick.cases()) == 2


def test_nothing_joins_what_is_closed(quick: Town) -> None:
    """After a case was closed a new one is opened, and its alert names the earlier one."""
    _raised(quick)
    quick.press("Morgan", "case:1:false")
    quick.heard("Morgan")
    quick.say("Sam", _WORDS)
    [alert] = quick.heard("Morgan")
    assert quick.words("alert-earlier", case="1") in alert
    assert len(quick.cases()) == 2


# Showing words


def _shown(town: Town) -> list[Sent]:
    return [sent for sent in town.outbox("Morgan") if _WORDS in sent.text]


def test_words_are_shown_and_taken_away(settled: Town) -> None:
    """A coordinator sees the words in their own chat, which is noted; after ten minutes they are taken out again."""
    _raised(settled)
    [text] = settled.press("Morgan", "case:1:show")
    assert _WORDS in text
    assert settled.words("category-suicide") in text
    assert (EntryKind.SHOWN, "") in _entries(settled)
    assert "case.shown" in [entry.act for entry in settled.act(lambda ctx: read_audit(ctx.tx, subject="case:1"))]
    settled.deliver()
    before = len(settled.outbox("Morgan"))
    settled.clock.move(timedelta(minutes=9))
    settled.do_due()
    assert settled.words("case-words-gone") not in settled.heard("Morgan")
    settled.clock.move(timedelta(minutes=1))
    settled.do_due()
    assert len(settled.outbox("Morgan")) > before
    assert settled.words("case-words-gone") in settled.heard("Morgan")


def test_words_that_have_not_gone_do_not_go(quick: Town) -> None:
    """Where Telegram was away for so long, what was to be shown is not sent any more."""
    _raised(quick)
    quick.press("Morgan", "case:1:show")
    quick.clock.move(timedelta(minutes=10))
    quick.do_due()
    assert [sent.state for sent in _shown(quick)] == ["failed"]
    assert quick.words("case-words-gone") not in quick.heard("Morgan")


def test_words_never_go_by_sms(quick: Town) -> None:
    """By SMS nothing is shown; and what was shown on Telegram goes to no other address when that one dies."""
    quick.join("Ray", Role.COORDINATOR, SMS)
    _raised(quick)
    assert quick.press("Ray", "case:1:show") == [quick.words("case-not-not-here", case="1")]
    assert [kind for kind, _ in _entries(quick)] == []


@pytest.mark.parametrize("choice", ["show", "hold", "false", "close", "letgo", "note"])
def test_who_may_not(quick: Town, choice: str) -> None:
    """Neither a mentor, nor a coordinator of another programme, nor the subject gets anything out of a button."""
    quick.join("Far", Role.COORDINATOR, programme="other")
    _raised(quick)
    assert quick.press("Alex", f"case:1:{choice}") == [quick.words("not-allowed")]
    assert quick.press("Far", f"case:1:{choice}") == [quick.words("alert-unknown")]
    assert quick.press("Morgan", f"case:99:{choice}") == [quick.words("alert-unknown")]
    assert (_state(quick), _entries(quick)) == (CaseState.OPEN, [])


# Holding a pair


@pytest.mark.parametrize("how", ["words", "edit", "reaction", "mentor"])
def test_a_pair_is_held(quick: Town, how: str) -> None:
    """While a pair is held nothing of either side goes unseen; both are told, without a reason."""
    _raised(quick)
    quick.say("Sam", "hello", message_ref="first")
    quick.say("Alex", "Sam: morning", message_ref="morning")
    there = quick.last_ref("Sam", "morning")
    for name in ("Alex", "Sam"):
        quick.heard(name)
    quick.press("Morgan", "case:1:hold")
    assert quick.heard("Alex") == quick.heard("Sam") == [quick.words("pair-held")]
    match how:
        case "words":
            assert quick.say("Sam", "see you") == [quick.words("held-notice", "Sam")]
        case "edit":
            assert quick.say("Sam", "hello you", message_ref="first", edited=True) == [quick.words("held-notice")]
        case "reaction":
            before = len(quick.outbox("Alex"))
            quick.say("Sam", reaction="👍", reply_to=there, message_ref=None)
            assert len(quick.outbox("Alex")) == before
        case _:
            assert quick.say("Alex", "Sam: see you") == [quick.words("held-notice", "Alex")]
    assert quick.heard("Sam" if how == "mentor" else "Alex") == []
    # The other pair of the same mentor is not.
    quick.say("Ellie", "hi")
    assert "hi" in quick.heard("Alex")[-1]


def test_a_hold_that_ends_after_the_match(quick: Town) -> None:
    """Nobody is told that messages go on at once."""
    quick.say("Sam", "i want to die")
    quick.press("Morgan", "have:1")
    quick.press("Morgan", "case:1:hold")
    quick.act(lambda ctx: change_match(ctx, 1, "end", actor="test"))
    for name in ("Sam", "Alex"):
        quick.heard(name)
    assert quick.say("Morgan", "/close 1 support given: rang her") == [quick.words("case-closed", case="1")]
    assert (quick.heard("Sam"), quick.heard("Alex")) == ([], [])


def test_a_held_message_is_released_and_the_hold_ends(settled: Town) -> None:
    """The hold desk lets it go; after the end words go by themselves; closing the case ends it too, and says so."""
    _raised(settled)
    settled.press("Morgan", "case:1:hold")
    settled.say("Sam", "see you")
    number = settled.act(_held_id)
    settled.press("Morgan", f"hold:{number}:look")
    settled.heard("Alex")
    settled.press("Morgan", f"hold:{number}:release")
    assert "see you" in " ".join(settled.heard("Alex"))
    assert settled.press("Morgan", "case:1:hold") == [settled.words("case-not-held")]
    settled.press("Morgan", "have:1")
    [asked] = settled.press("Morgan", "case:1:close")
    assert settled.words("case-close-ends-hold") in asked
    settled.press("Morgan", "case:1:end-support_given")
    settled.say("Morgan", "rang her")
    assert _state(settled) is CaseState.CLOSED
    assert settled.heard("Alex")[-1] == settled.words("pair-free")
    settled.say("Sam", "thanks")
    assert "thanks" in settled.heard("Alex")[-1]


def _held_id(ctx: Context) -> int:
    return held_messages(ctx.tx)[-1].id


def test_a_file_that_nobody_looks_at_is_held_too(quick: Town) -> None:
    """A sticker, which goes by itself elsewhere, waits for the look while its pair is held."""
    _raised(quick)
    quick.press("Morgan", "case:1:hold")
    sticker = MediaRef(kind="sticker", ref="x", emoji="👍")
    quick.say("Sam", attachments=("sticker",), media=(sticker,))
    quick.act(_fetch)
    assert [message.state.value for message in quick.act(lambda ctx: held_messages(ctx.tx))] == ["held"]


def _fetch(ctx: Context) -> None:
    for one in take_wanted(ctx.tx, ctx.now, ctx.now, 9):
        files.take_file(ctx, one.id, "image/webp", b"picture")


# From taking to closing


def test_the_course_of_a_case(settled: Town) -> None:
    """Taken, noted, done, referred with a reference, closed with its reason, and reopened: all in its entries."""
    _raised(settled)
    assert settled.say("Morgan", "/close 1") == [settled.words("case-not-nobody", case="1")]
    settled.press("Morgan", "have:1")
    assert settled.say("Morgan", "/note 1 she says i want to die") == [settled.words("case-noted", case="1")]
    settled.press("Morgan", "case:1:action")
    assert settled.say("Morgan", "rang the school") == [settled.words("case-noted", case="1")]
    settled.press("Morgan", "case:1:referral")
    settled.say("Morgan", "social care")
    settled.say("Morgan", "MASH 12")
    [shown] = settled.say("Morgan", "/case 1")
    assert all(words in shown for words in ("rang the school", "social care", "MASH 12", "Morgan"))
    settled.press("Morgan", "case:1:close")
    settled.press("Morgan", "case:1:end-referred")
    assert settled.say("Morgan", "they have it") == [settled.words("case-closed", case="1")]
    # What a coordinator writes into a case raises no alarm.
    assert len(settled.cases()) == 1
    assert settled.say("Morgan", "/note 1 more") == [settled.words("case-not-closed", case="1")]
    assert settled.say("Morgan", "/reopen 1 not done") == [settled.words("case-reopened", case="1")]
    assert [kind.value for kind, _ in _entries(settled)] == [
        "acknowledged", "note", "action", "referral", "referral", "outcome", "closed", "reopened",
    ]  # fmt: skip
    assert _entries(settled)[-1][1] == "not done"


def test_closing_in_one_line(quick: Town) -> None:
    """An outcome, a colon and a reason close a case; anything else says how to write it, and closes nothing."""
    _raised(quick)
    quick.press("Morgan", "have:1")
    assert "support given" in quick.say("Morgan", "/close 1 done")[0]
    assert _state(quick) is CaseState.ACKNOWLEDGED
    assert quick.say("Morgan", "/close 1 No further action: a song") == [quick.words("case-closed", case="1")]
    assert quick.cases()[0].outcome == "no_further_action"


def test_letting_go(quick: Town) -> None:
    """Only who has a case lets it go; then the others are called at once, and who gave it back on the next rung."""
    quick.join("Ray", Role.COORDINATOR)
    _raised(quick)
    quick.press("Ray", "have:1")
    assert quick.press("Morgan", "case:1:letgo")[-1] == quick.words("case-not-not-yours", case="1", name="Ray")
    quick.heard("Morgan")
    assert quick.say("Ray", "/letgo 1") == [quick.words("case-let-go", case="1")]
    assert _state(quick) is CaseState.OPEN
    assert len([text for text in quick.heard("Morgan") if "lert 1" in text]) == 1
    quick.pass_time(minutes=31)
    assert [len([text for text in quick.heard(name) if "lert 1" in text]) for name in ("Morgan", "Ray")] == [1, 1]


def test_the_only_coordinator_lets_go(quick: Town) -> None:
    """There is nobody else: they are called again at once rather than nobody."""
    _raised(quick)
    quick.press("Morgan", "have:1")
    assert len([text for text in quick.say("Morgan", "/letgo 1") if "lert 1" in text]) == 1
    # Nor is somebody else any help who can't be reached.
    quick.join("Ray", Role.COORDINATOR)
    quick.block("Ray")
    quick.press("Morgan", "have:1")
    assert len([text for text in quick.say("Morgan", "/letgo 1") if "lert 1" in text]) == 1


def test_a_false_alarm(quick: Town) -> None:
    """It closes the case and asks why; not over the head of somebody who has the case."""
    quick.join("Ray", Role.COORDINATOR)
    _raised(quick)
    quick.press("Ray", "have:1")
    assert quick.press("Morgan", "case:1:false")[-1] == quick.words("case-not-taken", case="1", name="Ray")
    assert quick.press("Ray", "case:1:why-idiom") == [quick.words("case-not-not-false", case="1")]
    quick.press("Ray", "case:1:false")
    assert quick.outbox("Ray")[-1].labels[0] == quick.words("false-idiom")
    assert quick.press("Ray", "case:1:why-idiom") == [quick.words("case-noted", case="1")]
    assert quick.cases()[0].outcome == "false_alarm"


def test_the_others_hear_of_a_false_alarm(settled: Town) -> None:
    """Who was called and hears no more would go on looking: they are told who closed it, and how to go on with it."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    settled.join("Robin", Role.COORDINATOR)
    _raised(settled)
    for name in ("Ray", "Robin"):
        settled.heard(name)
    assert settled.press("Morgan", "case:1:false") == [settled.words("ask-why-false", case="1")]
    for name in ("Ray", "Robin"):
        assert settled.heard(name) == [settled.words("alert-false", case="1", name="Morgan")]
    # The button below an old alert takes nothing that is closed.
    assert settled.press("Robin", "have:1") == [settled.words("case-not-closed", case="1")]
    assert settled.say("Ray", "HAVE 1") == [settled.words("case-not-closed", case="1")]


def test_who_has_a_case_hears_who_closed_it(quick: Town) -> None:
    """Closed by another one, its holder is told; closed by the holder, nobody is."""
    quick.join("Ray", Role.COORDINATOR)
    _raised(quick)
    quick.press("Ray", "have:1")
    quick.heard("Ray")
    quick.say("Morgan", "/close 1 referred: they have it")
    assert quick.heard("Ray") == [quick.words("case-closed-by", case="1", name="Morgan")]
    quick.say("Ray", "/reopen 1 not yet")
    quick.heard("Morgan")
    quick.say("Ray", "/close 1 referred: now they have")
    assert quick.heard("Morgan") == []


def test_reopening_wants_its_reason(quick: Town) -> None:
    """Without words a closed case stays closed, and it is said how to write it."""
    _raised(quick)
    quick.press("Morgan", "case:1:false")
    assert quick.say("Morgan", "/reopen 1") == [quick.words("case-reopen-usage", case="1")]
    assert _state(quick) is CaseState.CLOSED


def test_never_mind(quick: Town) -> None:
    """A question can be left; what is written later goes into no case."""
    _raised(quick)
    quick.press("Morgan", "case:1:note")
    assert quick.say("Morgan", "never mind") == [quick.words("case-cancelled")]
    assert quick.say("Morgan", "hello") == [quick.words("help-coordinator")]
    assert _entries(quick) == []


def test_the_list(quick: Town) -> None:
    """Open cases, oldest first, with how long they wait; a coordinator of another programme sees none."""
    quick.join("Far", Role.COORDINATOR, programme="other")
    assert quick.say("Morgan", "/cases") == [quick.words("cases-none")]
    _raised(quick)
    quick.clock.move(timedelta(hours=3))
    quick.say("Ellie", _WORDS)
    quick.heard("Morgan")
    [listed] = quick.say("Morgan", "/cases")
    assert listed.index("3 h") < listed.index("0 min")
    assert quick.say("Far", "/cases") == [quick.words("cases-none")]
    assert quick.say("Morgan", "/case") == [quick.words("case-usage", command="case")]


def test_taking_away_what_is_on_its_way(quick: Town) -> None:
    """What is being sent at that very moment is looked at again a minute later, when it can be taken away."""
    _raised(quick)
    quick.deliver()
    quick.press("Morgan", "case:1:show")
    [taken] = quick.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 1))
    quick.clock.move(timedelta(minutes=10))
    quick.do_due()
    quick.act(lambda ctx: note_sent(ctx.tx, taken.id, "late", ctx.now))
    gone = quick.words("case-words-gone")
    assert gone not in quick.heard("Morgan")
    quick.clock.move(timedelta(minutes=1))
    quick.do_due()
    assert gone in quick.heard("Morgan")
