"""What was written before: which earlier messages the engines are asked with, and when they are read at all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from content import contact_details, safeguarding
from content.contact_details import ContactFinding
from handlers import screening
from handlers.receive import receive
from tests.handlers.test_policies import held, plan
from tests.handlers.town import Town

_DIGITS = 11


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What the filter is asked with: in its place stands one that puts digits of several messages together."""
    seen: list[tuple[str, ...]] = []

    def find(text: str, _rules: object, before: Sequence[str] = ()) -> tuple[ContactFinding, ...]:
        seen.append(tuple(before))
        digits = "".join(filter(str.isdigit, "".join([*before, text])))
        if len(digits) < _DIGITS or not text.isdigit():
            return ()
        return (ContactFinding("phone", 0, len(text), "split", back=len(before)),)

    monkeypatch.setattr(screening, "find_contact_details", find)
    monkeypatch.setattr(contact_details, "may_continue", lambda text, _rules: any(map(str.isdigit, text)))
    monkeypatch.setattr(safeguarding, "may_continue", lambda _text, _lexicon: False)
    return seen


def test_the_piece_that_completes_a_number_is_taken_out(settled: Town, asked: list[tuple[str, ...]]) -> None:
    """Over three messages with others between, from either channel; the finding says how far back it begins."""
    for who, other in (("Sam", "Alex"), ("Jo", "Kim")):
        for words in ("0770", "nice day", "0900"):
            assert settled.say(who, words) == []
        assert settled.say(who, "456") == [settled.words("removed-notice", kinds="a phone number")]
        assert settled.heard(other)[-1] == f"{who}: [number removed]"
        assert asked[-1] == ("0770", "nice day", "0900")
    assert [found.reaches_back for found in settled.line("456").findings] == [3]


def test_other_people_and_other_matches_do_not_count(quick: Town, asked: list[tuple[str, ...]]) -> None:
    """A mentor's words to one mentee say nothing about those to another, nor do the other side's."""
    quick.say("Alex", "Ellie: 0770")
    quick.say("Sam", "0900")
    quick.say("Alex", "Sam: 0900456")
    assert not asked[-1]
    assert quick.heard("Sam")[-1] == "Alex: 0900456"
    quick.say("Alex", "Ellie: 0900")
    assert asked[-1] == ("Ellie: 0770",)


def test_a_changed_message_counts_as_it_was_changed_last(quick: Town, asked: list[tuple[str, ...]]) -> None:
    """The newest version at the place of the first; a change isn't asked with its own earlier words."""
    quick.say("Sam", "hello", message_ref="m1")
    quick.say("Sam", "0770", message_ref="m1", edited=True)
    assert not asked[-1]
    quick.say("Sam", "0900")
    assert asked[-1] == ("0770",)


def test_only_the_window_counts(quick: Town, asked: list[tuple[str, ...]]) -> None:
    """Twelve messages and a day, by the content; a piece that is sent again is a message like any other."""
    for number in range(14):
        quick.say("Sam", f"word {number}")
    assert asked[-1] == tuple(f"word {number}" for number in range(1, 13))
    quick.clock.move(timedelta(hours=24, seconds=1))
    quick.say("Sam", "0770")
    assert not asked[-1]
    quick.content = replace(quick.content, window=quick.content.window.model_copy(update={"messages": 2}))
    for _ in range(2):
        quick.say("Sam", "0770")
    assert asked[-1] == ("0770", "0770")


def test_what_was_withheld_counts_and_a_stranger_too(quick: Town, asked: list[tuple[str, ...]]) -> None:
    """Words in a break, and words of one whom nobody knows, go on as well."""
    quick.say("Sam", "PAUSE")
    quick.say("Sam", "0770")
    quick.say("Sam", "0900")
    assert asked[-1] == ("0770",)
    for name in ("One", "Two"):
        quick.stranger(name)
        quick.say(name, f"1 {name}")
    quick.say("One", "2")
    assert asked[-1] == ("1 One",)


def test_the_coordinator_sees_the_whole_of_a_split_number(quick: Town, asked: list[tuple[str, ...]]) -> None:
    """Where it is held, what came before stands behind it."""
    plan(quick, {"phone": "hold"})
    quick.say("Sam", "077009")
    quick.say("Sam", "00456")
    assert asked[-1] == ("077009",)
    number = held(quick)
    assert "077009" in quick.press("Morgan", f"hold:{number}:look")[-1]
    quick.press("Morgan", f"hold:{number}:release")
    assert quick.heard("Alex")[-1] == "Sam: [number removed]"


def test_ordinary_words_cost_no_statement_more(quick: Town) -> None:
    """Nothing is read of what was written before, unless an engine says that it could matter."""
    quick.say("Sam", "hello")
    statements: list[str] = []
    event = quick.inbound("Sam", "see you tomorrow then")

    def work(tx: object) -> None:
        context = quick.context(tx)  # type: ignore[arg-type]  # a transaction, as the database gives it
        context.tx.driver.set_trace_callback(statements.append)
        receive(event, context)
        context.tx.driver.set_trace_callback(None)

    quick.database.write(work).result(20)
    assert any("INSERT INTO messages" in statement for statement in statements)
    assert [one for one in statements if "('relay', 'other', 'stranger')" in one] == []
    statements.clear()
    event = quick.inbound("Sam", "and 900 142")
    quick.database.write(work).result(20)
    assert len([one for one in statements if "('relay', 'other', 'stranger')" in one]) == 1
