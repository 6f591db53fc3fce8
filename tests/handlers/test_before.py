"""Alerts about a sentence that came in pieces: they say so, and a coordinator sees all of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import hold_desk
from handlers.cases import office
from handlers.context import Context
from handlers.speakers import Said, said_before
from storage.alerts import alerts_in
from storage.ids import CaseId
from storage.messages.words import get_words
from storage.people import Role
from tests.handlers.test_digest import _FRIDAY, _MONDAY, _sweep
from tests.handlers.test_policies import held, plan
from tests.handlers.town import SMS, Town

_PIECES = ("i dont want to", "be", "alive anymore")


def _in_pieces(town: Town, name: str = "Sam") -> None:
    """Somebody writes one sentence in three messages, a minute apart."""
    for words in _PIECES:
        town.say(name, words)
        town.clock.move(timedelta(minutes=1))


def test_every_notice_says_so(settled: Town) -> None:
    """The alert, the case and the command line say with how many messages before; an SMS stays a number."""
    settled.join("Ray", Role.COORDINATOR, SMS)
    _in_pieces(settled)
    [case] = settled.cases()
    plain = settled.words("alert-before", count=2)
    [alert] = [sent.text for sent in settled.outbox("Morgan") if "Alert 1:" in sent.text]
    assert plain in alert.splitlines()
    assert settled.heard("Ray") == [
        settled.words("alert-sms", case="1", severity=settled.words(f"severity-{case.severity}"))
    ]
    [shown] = settled.say("Morgan", "/case 1")
    assert plain in shown.splitlines()
    record = settled.act(lambda ctx: office.read_case(ctx, 1, words=False, actor="test"))
    assert record.before == 2


def test_what_is_enough_by_itself(quick: Town) -> None:
    """Whoever wrote other things before writes no sentence in pieces, and the last message alone may be enough."""
    quick.say("Sam", "hello")
    quick.say("Sam", "i want to die")
    quick.say("Ellie", "im going to kill")
    quick.say("Ellie", "myself tonight, i want to die")
    notices = [sent.text for sent in quick.outbox("Morgan") if "lert" in sent.text]
    assert len(notices) == 2
    for count in (1, 2):
        assert not any(quick.words("alert-before", count=count) in text for text in notices)
    assert "Found only" not in quick.say("Morgan", "/case 1")[0]


def test_all_of_it_is_shown(settled: Town) -> None:
    """Show words has the pieces in order, each with its time, and why; a day and a half later too."""
    _in_pieces(settled)
    settled.clock.move(timedelta(hours=36))
    [text] = settled.press("Morgan", "case:1:show")
    assert [text.count(f" {words}\n") for words in _PIECES] == [1, 1, 1]
    assert settled.words("alert-before", count=2) in text
    whys = {one.rule.id: one.rule.why for one in settled.content.lexicon.rules}
    [found] = [one for one in settled.line(_PIECES[-1]).findings if one.engine == "safeguarding"]
    assert whys[found.rule] in text
    first, second, *_ = text.split("\n\n")
    assert (first, second) == ("2 Mar 09:30 i dont want to", "2 Mar 09:31 be")


def test_a_piece_that_joined_is_shown_once(quick: Town) -> None:
    """Where a message of the case is one of those before another one of it, it isn't shown again."""
    _in_pieces(quick)
    quick.say("Sam", "i dont want to be alive")
    [text] = quick.press("Morgan", "case:1:show")
    assert [text.count(f" {words}\n") for words in _PIECES] == [1, 1, 1]


def test_a_strangers_pieces(quick: Town) -> None:
    """Of one whom nobody knows what they wrote is shown, and nothing of another stranger."""
    for name in ("One", "Two"):
        quick.stranger(name)
    quick.say("One", "im going to kill")
    quick.say("Two", "lovely weather")
    quick.say("One", "myself tonight")
    quick.say("One", "and then")
    [text] = quick.press("Morgan", "case:1:show")
    assert "im going to kill" in text
    assert "lovely weather" not in text
    assert "and then" not in text
    assert quick.words("alert-before", count=1) in text


def test_words_that_came_from_nowhere(quick: Town) -> None:
    """What was kept without anybody and without an address goes on from nothing."""
    _in_pieces(quick)

    def look(ctx: Context) -> list[Said]:
        [alert] = alerts_in(ctx.tx, CaseId(1))
        assert alert.message_id is not None
        words = get_words(ctx.tx, alert.message_id)
        assert [one.words for one in said_before(ctx, words)] == list(_PIECES[:2])
        return said_before(ctx, replace(words, person_id=None, address_id=None))

    assert quick.act(look) == []


def test_in_the_digest(quick: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line of a concern says it too."""
    quick.clock.now = _FRIDAY
    monkeypatch.setattr("handlers.cases.digest.messages_before", lambda _ctx, _case: 2)
    quick.say("Sam", "been drinking again")
    _sweep(quick, _MONDAY)
    [text] = [one for one in quick.heard("Morgan") if "concern" in one]
    assert text.endswith(f"({quick.words('digest-before', count=2)})")


def test_a_split_number_that_waited_is_still_one(quick: Town) -> None:
    """Released two days later without the details, the last piece of a number doesn't go after all."""
    plan(quick, {"phone": "hold"})
    quick.say("Sam", "my number is 07700")
    quick.say("Sam", "900123")
    number = held(quick)
    quick.clock.move(timedelta(days=2))
    assert "07700" in quick.press("Morgan", f"hold:{number}:look")[-1]
    quick.press("Morgan", f"hold:{number}:release")
    assert quick.heard("Alex")[-1] == "Sam: [number removed]"
    assert quick.act(hold_desk.list_held) == []
