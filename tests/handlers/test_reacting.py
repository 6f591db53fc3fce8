"""Replies, reactions, receipts and menus: what is shown without a word."""

from dataclasses import replace

import pytest

from handlers.context import Context
from handlers.deliveries import give_up
from handlers.matching import change_match
from handlers.menus import menu_for_anybody
from storage.outbox.claiming import Claimed, claim
from storage.outbox.deliveries import get_delivery
from storage.people import Role
from tests.handlers.town import PROGRAMME, Town


def _claim(town: Town) -> list[Claimed]:
    return town.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 100))


def _react(town: Town, name: str, to: str, emoji: str = "👍", kinds: tuple[str, ...] = ()) -> list[str]:
    return town.say(name, message_ref=None, reply_to=to, reaction=emoji, attachments=kinds)


def _delivered(town: Town, ref: str = "m1") -> str:
    """Sam wrote to Alex; what the message is called in Alex's chat."""
    town.say("Sam", "hello", message_ref=ref)
    return town.last_ref("Alex", "hello")


def test_a_reaction_goes_to_the_message_itself(settled: Town) -> None:
    """An emoji on a delivered message is set on the message of whoever wrote it; nobody is told; it is recorded."""
    assert _react(settled, "Alex", _delivered(settled)) == []
    (sent,) = _claim(settled)
    assert (sent.text, sent.reply_to_ref, sent.reaction) == ("", "m1", "👍")
    assert sent.address == settled.addresses["Sam"][1]
    line = settled.line("👍")
    assert (line.kind, line.state, line.who) == ("reaction", "relayed", "Alex")


def test_a_reaction_to_ones_own_message(quick: Town) -> None:
    """It is set on what was delivered of it."""
    ref = _delivered(quick)
    _react(quick, "Sam", "m1", "🔥")
    (sent,) = _claim(quick)
    assert (sent.reply_to_ref, sent.reaction, sent.address) == (ref, "🔥", quick.addresses["Alex"][1])


def test_a_reaction_is_taken_away(quick: Town) -> None:
    """An emoji that is taken away is taken away on the other side."""
    _react(quick, "Alex", _delivered(quick), "")
    assert _claim(quick)[0].reaction == ""


@pytest.mark.parametrize("what", ["notice", "unknown", "custom", "paused", "ended", "stopped"])
def test_a_reaction_that_goes_nowhere(quick: Town, what: str) -> None:
    """A reaction to the service's own words, in a pause, after an ending: recorded, and nothing is said or set."""
    ref = _delivered(quick)
    kinds: tuple[str, ...] = ()
    match_id = quick.line("hello").match_id or 0
    match what:
        case "notice":
            quick.say("Alex", "/help")
            ref = quick.last_ref("Alex", "/about")
        case "unknown":
            ref = "nothing"
        case "custom":
            kinds = ("custom_emoji",)
        case "stopped":
            quick.say("Sam", "STOP")
        case _:
            change = "pause" if what == "paused" else "end"
            quick.act(lambda ctx: change_match(ctx, match_id, change, actor="test"))
    quick.deliver()
    assert _react(quick, "Alex", ref, kinds=kinds) == []
    assert _claim(quick) == []
    line = quick.line("👍")
    assert (line.kind, line.state) == ("reaction", "kept")


def test_a_reaction_to_words_from_sms(quick: Town) -> None:
    """There is nothing to set it on."""
    quick.say("Ellie", "hello")
    assert _react(quick, "Alex", quick.last_ref("Alex", "hello")) == []
    assert _claim(quick) == []


def test_a_reaction_that_fails_is_nobodys_worry(quick: Town) -> None:
    """Whoever set it isn't told that a message was lost."""
    _react(quick, "Alex", _delivered(quick))
    (sent,) = _claim(quick)
    for name in ("Alex", "Morgan"):
        quick.heard(name)

    def fail(ctx: Context) -> None:
        delivery = get_delivery(ctx.tx, sent.id)
        assert delivery is not None
        give_up(delivery, "test", ctx)

    quick.act(fail)
    assert quick.heard("Alex") + quick.heard("Morgan") == []


def test_serious_signs_are_scanned(quick: Town) -> None:
    """What is set as a reaction is scanned like words."""
    _react(quick, "Alex", _delivered(quick), "i want to die")
    assert len(quick.cases()) == 1


def test_a_reply_is_a_reply_on_the_other_side(settled: Town) -> None:
    """An answer to a delivered message hangs on the message of whoever wrote it, one to one's own on its delivery."""
    ref = _delivered(settled)
    settled.say("Alex", "hello to you", reply_to=ref, message_ref="m2")
    (sent,) = _claim(settled)
    assert sent.reply_to_ref == "m1"
    settled.say("Sam", "I mean", reply_to="m1")
    (own,) = _claim(settled)
    assert own.reply_to_ref == ref


def test_a_reply_never_crosses_matches(quick: Town) -> None:
    """A message of one mentee is never what another's message hangs on."""
    quick.say("Alex", "Sam: at four", message_ref="m1")
    ref = _delivered(quick, "m2")
    quick.deliver()
    quick.say("Alex", "Kim: no", reply_to="m1")
    quick.join("Kai", Role.MENTEE)
    quick.pair("Alex", "Kai")
    quick.say("Alex", "/to Kai hello", reply_to=ref)
    quick.say("Alex", "/to Kai hello", reply_to="m1")
    assert [sent.reply_to for sent in quick.outbox("Kai")] == [None, None]


@pytest.mark.parametrize("to", ["unknown", "notice"])
def test_a_reply_to_nothing_of_the_other_side(quick: Town, to: str) -> None:
    """A reply to the service's own words, or to what isn't known, hangs on nothing."""
    if to == "notice":
        quick.say("Sam", "/help")
        to = quick.last_ref("Sam", "/about")
    quick.deliver()
    quick.say("Sam", "hm", reply_to=to)
    assert _claim(quick)[0].reply_to_ref is None


def test_a_reply_to_a_changed_message(quick: Town) -> None:
    """It hangs on the one message that both versions are."""
    ref = _delivered(quick)
    quick.say("Sam", "hello you", message_ref="m1", edited=True)
    quick.deliver()
    quick.say("Sam", "and more", reply_to="m1")
    assert _claim(quick)[0].reply_to_ref == ref


def test_a_relayed_text_carries_its_receipt(settled: Town) -> None:
    """What goes on from Telegram says on which message of whom it can be shown that it went; from SMS it doesn't."""
    settled.say("Sam", "hello", message_ref="m1")
    (sent,) = _claim(settled)
    assert sent.receipt is not None
    assert (sent.receipt.channel, sent.receipt.address, sent.receipt.provider_ref) == (*settled.addresses["Sam"], "m1")
    settled.say("Jo", "hello")
    settled.say("Morgan", "hello")
    assert [one.receipt for one in _claim(settled)] == [None, None]


def test_only_the_first_part_carries_it(quick: Town) -> None:
    """A long text is shown to have gone once."""
    quick.say("Sam", "x" * 5000)
    (first,) = _claim(quick)
    assert first.receipt is not None


def test_a_programme_without_receipts(quick: Town) -> None:
    """A programme can leave them out."""
    programmes = {PROGRAMME: quick.content.programmes[PROGRAMME].model_copy(update={"show_sent": False})}
    quick.content = replace(quick.content, programmes=programmes)
    quick.say("Sam", "hello")
    assert _claim(quick)[0].receipt is None


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_of_each_role(quick: Town, role: Role) -> None:
    """Whoever comes back gets the commands of their role, and no other, for the menu of their chat."""
    name = {Role.MENTEE: "Sam", Role.MENTOR: "Alex", Role.COORDINATOR: "Morgan"}[role]
    quick.say(name, "STOP")
    quick.deliver()
    quick.say(name, "START")
    menu = dict(next(one.menu for one in _claim(quick) if one.menu))
    expected = {
        Role.MENTEE: "help about to quiet away back pause resume complaint prefer",
        Role.MENTOR: "help about to log quiet away back pause resume concern complaint prefer notes",
        Role.COORDINATOR: "help about log concern complaint prefer "
        "have cases case note action referral letgo close reopen duty unreached",
    }
    assert list(menu) == expected[role].split()
    assert all(0 < len(does) <= 256 for does in menu.values())


def test_the_menu_for_anybody(quick: Town) -> None:
    """A chat of which nothing is known shows the commands that everybody has."""
    assert [name for name, _ in menu_for_anybody(quick.content)] == ["help", "about"]
