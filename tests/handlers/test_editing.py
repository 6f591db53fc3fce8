"""Changed messages: the other side sees the newest words, each version is screened, and nothing is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers import screening
from handlers.matching import change_match
from handlers.resuming import resume
from storage.matches import partners_of
from storage.messages.words import latest_words
from storage.outbox.claiming import Claimed, claim
from storage.people import set_quiet_hours
from storage.schema.messages import messages
from storage.schema.outbox import outbox
from tests.handlers.town import Town


def _shown(town: Town, name: str, words: str, key: str = "relay") -> str:
    """How words of Sam's or Alex's look on a phone."""
    side, by = ("mentor", "Sam") if name in {"Alex", "Jo"} else ("mentee", "Alex")
    return town.words(f"{key}-{side}", name, name=by, words=words)


def _claim(town: Town) -> list[Claimed]:
    return town.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 100))


def _change(town: Town, name: str, ref: str, words: str) -> list[str]:
    return town.say(name, words, message_ref=ref, edited=True)


def test_a_change_changes_the_delivery(settled: Town) -> None:
    """The other side's message is changed where it stands; its sender hears nothing; both versions are recorded."""
    settled.say("Sam", "at four", message_ref="m1")
    settled.deliver()
    (first,) = settled.outbox("Alex")
    assert _change(settled, "Sam", "m1", "at five") == []
    (change,) = _claim(settled)
    assert change.text == _shown(settled, "Alex", "at five")
    assert change.otherwise == _shown(settled, "Alex", "at five", "changed")
    assert change.edits_ref == f"out-{first.id}"
    assert change.receipt is None
    line = settled.line("at five")
    assert (line.kind, line.state, line.attachments) == ("relay", "relayed", "edit")
    assert settled.line("at four").state == "relayed"


def test_a_change_of_a_change(settled: Town) -> None:
    """Each further version changes the same delivery and is a version of the first message."""
    settled.say("Sam", "one", message_ref="m1")
    for words in ("two", "three"):
        settled.deliver()
        _change(settled, "Sam", "m1", words)
    rows = settled.act(lambda ctx: ctx.tx.execute(select(outbox.c.edits_id).order_by(outbox.c.id)).all())
    (first, *_) = settled.outbox("Alex")
    assert [row.edits_id for row in rows] == [None, first.id, first.id]
    own = settled.act(
        lambda ctx: ctx.tx.execute(select(messages).where(messages.c.direction == "in").order_by(messages.c.id)).all()
    )
    assert [row.edits_id for row in own] == [None, own[0].id, own[0].id]


def test_a_change_waits_behind_the_first(quick: Town) -> None:
    """A change that comes before the first version has gone goes after it, in the same queue."""
    quick.say("Sam", "one", message_ref="m1")
    _change(quick, "Sam", "m1", "two")
    quick.deliver()
    assert quick.outbox("Alex")[1].state == "sent"
    assert quick.heard("Alex") == [_shown(quick, "Alex", "one"), _shown(quick, "Alex", "two")]


@pytest.mark.parametrize("words", ["at four", "at five"])
def test_the_same_words_say_nothing(quick: Town, words: str) -> None:
    """A version with the words of the newest one is recorded, and that is all."""
    quick.say("Sam", "at four", message_ref="m1")
    if words == "at five":
        _change(quick, "Sam", "m1", words)
    quick.heard("Alex")
    assert _change(quick, "Sam", "m1", words) == []
    assert quick.heard("Alex") == []
    assert quick.line(words).state == "kept"


def test_back_to_the_first_words(quick: Town) -> None:
    """The first words again are a change of the second."""
    for words in ("four", "five", "four"):
        quick.say("Sam", words, message_ref="m1", edited=words == "five" or quick.received() > 1)
    assert quick.heard("Alex") == [_shown(quick, "Alex", words) for words in ("four", "five", "four")]


def test_a_change_on_sms_is_a_marked_text(settled: Town) -> None:
    """Where a message can't be changed, the new version goes as a text that says so."""
    settled.say("Alex", "Ellie: at four", message_ref="m1")
    _change(settled, "Alex", "m1", "Ellie: at five")
    assert settled.heard("Ellie") == [
        _shown(settled, "Ellie", "at four"),
        _shown(settled, "Ellie", "at five", "changed"),
    ]


@pytest.mark.parametrize(("before", "after"), [("x" * 5000, "short"), ("short", "x" * 5000)])
def test_a_change_of_parts_is_a_marked_text(quick: Town, before: str, after: str) -> None:
    """What went or goes in several parts can't be changed in its place."""
    quick.say("Sam", before, message_ref="m1")
    quick.heard("Alex")
    _change(quick, "Sam", "m1", after)
    assert "".join(quick.heard("Alex")) == _shown(quick, "Alex", after, "changed")


def test_an_added_number(settled: Town) -> None:
    """A version that adds a number is passed on without it, and its sender is told, as for any message."""
    settled.say("Sam", "ring me", message_ref="m1")
    told = _change(settled, "Sam", "m1", "ring me on 07700 900456")
    assert told == [settled.words("removed-notice", "Sam", kinds="a phone number")]
    assert "07700" not in "".join(settled.heard("Alex"))
    assert settled.line("ring me on 07700 900456").state == "changed"


def test_serious_words_in_a_change(quick: Town) -> None:
    """A version is scanned like a message."""
    quick.say("Sam", "hello", message_ref="m1")
    _change(quick, "Sam", "m1", "i want to die")
    assert len(quick.cases()) == 1


def test_a_change_that_cannot_be_filtered_is_held(quick: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the filter fails the version is held; the first stays as it was delivered."""
    quick.say("Sam", "hello", message_ref="m1")
    quick.heard("Alex")
    monkeypatch.setattr(screening, "redact", _fail)
    assert _change(quick, "Sam", "m1", "hello there") == [quick.words("held-notice", "Sam")]
    assert quick.heard("Alex") == []
    assert quick.line("hello there").state == "held"


def _fail(*_: object) -> None:
    raise RuntimeError


def test_a_change_of_what_waits(settled: Town) -> None:
    """The newest version of words that wait for an addressee is asked about and goes, screened."""
    settled.say("Alex", "first", message_ref="m1")
    settled.say("Alex", "second", message_ref="m2")
    assert _change(settled, "Alex", "m1", "ring 07700 900456") == []
    assert _change(settled, "Alex", "m2", "second thoughts") == []
    heard = settled.say("Alex", "Sam")
    assert settled.words("choose-addressee", "Alex", words="second thoughts") in heard
    (got,) = settled.heard("Sam")
    assert "ring" in got
    assert "07700" not in got
    line = settled.line("first")
    assert line.state == "changed"
    assert line.delivered.startswith("ring [")
    settled.say("Alex", "Ellie")
    assert settled.heard("Ellie") == [_shown(settled, "Ellie", "second thoughts")]
    # It went, so that the next version is a change.
    _change(settled, "Alex", "m2", "third")
    assert settled.heard("Ellie") == [_shown(settled, "Ellie", "third", "changed")]


def test_latest_words(quick: Town) -> None:
    """Whoever lets a message go finds its newest words and all else of the message, by any of its versions."""
    quick.say("Alex", "first", message_ref="m1")
    _change(quick, "Alex", "m1", "second")
    ids = quick.act(
        lambda ctx: [row.id for row in ctx.tx.execute(select(messages.c.id).where(messages.c.provider_ref == "m1"))]
    )
    first, second = quick.act(lambda ctx: [latest_words(ctx.tx, one) for one in ids])
    assert (first.id, first.original, first.state) == (ids[0], "second", "waiting")
    assert (second.id, second.original, second.state) == (ids[1], "second", "kept")


def test_a_change_of_what_was_refused_is_a_message(quick: Town) -> None:
    """When nothing went, the changed words are passed on like new ones; and changed again they are a change."""
    quick.say("Sam", "\u3164", message_ref="m1")
    assert _change(quick, "Sam", "m1", "hello") == []
    assert quick.heard("Alex") == [_shown(quick, "Alex", "hello")]
    quick.deliver()
    _change(quick, "Sam", "m1", "hello you")
    assert _claim(quick)[0].edits_ref is not None


@pytest.mark.parametrize("words", ["/about", "help"])
def test_a_change_of_a_command_does_nothing(quick: Town, words: str) -> None:
    """A command was obeyed; changing it passes nothing on and says nothing."""
    quick.say("Sam", words, message_ref="m1")
    assert _change(quick, "Sam", "m1", "i like you") == []
    assert quick.heard("Alex") == []
    line = quick.line("i like you")
    assert (line.kind, line.state) == ("command", "kept")


def test_a_change_of_what_a_coordinator_wrote(quick: Town) -> None:
    """Nobody is answered twice."""
    quick.say("Morgan", "hello", message_ref="m1")
    assert _change(quick, "Morgan", "m1", "hello all") == []


@pytest.mark.parametrize("first", ["Sam: at four", "/to Sam at four"])
def test_the_name_before_the_words_is_taken_off_again(quick: Town, first: str) -> None:
    """The name of whom it is for is no part of what is delivered, in the changed version too."""
    quick.say("Alex", first, message_ref="m1")
    _change(quick, "Alex", "m1", first.replace("four", "five"))
    assert quick.heard("Sam") == [_shown(quick, "Sam", "at four"), _shown(quick, "Sam", "at five")]


@pytest.mark.parametrize("change", ["Ellie: at four", "/to Ellie at four"])
def test_another_name_before_the_words(quick: Town, change: str) -> None:
    """A change can't move words to somebody else, and tells nobody of the other."""
    quick.say("Alex", "Sam: at four", message_ref="m1")
    quick.heard("Sam")
    assert _change(quick, "Alex", "m1", change) == [quick.words("edited-for-another", "Alex")]
    assert quick.heard("Sam") + quick.heard("Ellie") == []
    assert quick.line(change).state == "refused"


def test_all_words_taken_out(quick: Town) -> None:
    """A message can't be made empty; its sender is told what can be done."""
    quick.say("Sam", "hello", message_ref="m1")
    assert _change(quick, "Sam", "m1", "\u3164") == [quick.words("edited-to-nothing", "Sam")]


@pytest.mark.parametrize("why", ["paused", "stopped", "ended"])
def test_a_change_goes_only_where_a_message_would(quick: Town, why: str) -> None:
    """In a pause, after an ending or to somebody who stopped a change isn't passed on, and its sender is told."""
    quick.say("Sam", "hello", message_ref="m1")
    match_id = quick.line("hello").match_id or 0
    if why == "stopped":
        quick.say("Alex", "STOP")
    else:
        act = {"paused": "pause", "ended": "end"}[why]
        quick.act(lambda ctx: change_match(ctx, match_id, act, actor="test"))
    quick.heard("Alex")
    key = {"paused": "match-is-paused", "stopped": "other-not-reachable", "ended": "edited-not-relayed"}[why]
    assert _change(quick, "Sam", "m1", "hello you") == [quick.words(key, "Sam")]
    assert quick.heard("Alex") == []
    assert quick.line("hello you").state == "refused"


def test_somebody_elses_message_of_the_same_name(quick: Town) -> None:
    """Telegram's numbers are unique in one chat only: a change never touches another's message."""
    quick.say("Kim", "hello from Kim", message_ref="m1")
    _change(quick, "Sam", "m1", "hello from Sam")
    assert quick.heard("Alex") == [_shown(quick, "Alex", "hello from Sam")]
    assert len(quick.heard("Jo")) == 1


def test_a_change_twice(quick: Town) -> None:
    """The provider may send a change again."""
    quick.say("Sam", "hello", message_ref="m1")
    quick.heard("Alex")
    change = quick.inbound("Sam", "hello you", message_ref="m1", edited=True)
    assert [quick.receive(change), quick.receive(change)] == [True, False]
    assert len(quick.heard("Alex")) == 1


def test_a_late_change(quick: Town) -> None:
    """There is no time after which a change isn't one."""
    quick.say("Sam", "hello", message_ref="m1")
    quick.clock.move(timedelta(days=3))
    _change(quick, "Sam", "m1", "hello you")
    assert quick.heard("Alex")[-1] == _shown(quick, "Alex", "hello you")


def test_a_change_by_night_changes_in_the_morning_what_went_by_day(settled: Town) -> None:
    """The words went already: the change waits, and then takes their place instead of coming as one more message."""
    match_id = settled.act(lambda ctx: partners_of(ctx.tx, settled.people["Sam"])[0].match_id)
    settled.say("Sam", "at four", message_ref="m1")
    settled.deliver()
    settled.act(lambda ctx: set_quiet_hours(ctx.tx, settled.people["Alex"], "22:00-07:00"))
    settled.clock.move(timedelta(hours=14))
    settled.say("Sam", "at five", message_ref="m1", edited=True)
    assert settled.heard("Alex") == ["Sam: at four"]
    settled.clock.move(timedelta(hours=9))
    settled.act(lambda ctx: resume(ctx, match_id))
    assert settled.heard("Alex") == ["Sam: at five"]
    [changing] = [one for one in settled.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 100)) if "five" in one.text]
    assert changing.edits_ref is not None


def test_words_that_wait_go_as_they_were_changed_last(settled: Town) -> None:
    """A change of what still waits takes its place, also where whom it is for stands before the words."""
    match_id = settled.act(lambda ctx: partners_of(ctx.tx, settled.people["Alex"])[0].match_id)
    settled.act(lambda ctx: set_quiet_hours(ctx.tx, settled.people["Sam"], "22:00-07:00"))
    settled.clock.move(timedelta(hours=14))
    settled.say("Alex", "Sam: at four", message_ref="m1")
    settled.say("Alex", "Sam: at five, ring 07700 900456", message_ref="m1", edited=True)
    settled.clock.move(timedelta(hours=9))
    settled.heard("Sam")
    settled.act(lambda ctx: resume(ctx, match_id))
    assert settled.heard("Sam") == ["Alex: at five, ring [number removed]"]
