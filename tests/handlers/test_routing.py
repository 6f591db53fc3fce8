"""The routing table: who sends what, and which room answers."""

from datetime import timedelta

import pytest

from handlers.people import invite
from storage.people import Role
from tests.handlers.town import SMS, Town

# Who, what they send, and what the record calls it: its kind and state.
_TABLE = [
    ("stranger", {"text": "hello"}, "stranger", "kept"),
    ("stranger", {"text": "/help"}, "stranger", "kept"),
    ("stranger", {"text": "/start"}, "stranger", "kept"),
    ("stranger", {"text": "/start abc"}, "stranger", "kept"),
    ("stranger", {"button": "have:1"}, "stranger", "kept"),
    ("invited", {"text": "hello"}, "other", "kept"),
    ("invited", {"text": "/about"}, "other", "kept"),
    ("invited", {"text": "yes"}, "answer", "kept"),
    ("invited", {"text": "yes", "edited": True}, "other", "kept"),
    ("invited", {"text": "STOP"}, "command", "kept"),
    ("invited", {"text": "START"}, "other", "kept"),
    ("invited", {"text": "/start abc"}, "command", "kept"),
    ("joined", {"text": "hello"}, "relay", "relayed"),
    ("joined", {"text": "yes"}, "relay", "relayed"),
    ("joined", {"text": "1"}, "relay", "relayed"),
    ("joined", {"text": "ring 07700 900456"}, "relay", "changed"),
    ("joined", {"text": "hello", "edited": True}, "relay", "relayed"),
    ("joined", {"text": "hello", "edited": True, "message_ref": None}, "relay", "relayed"),
    ("joined", {"reaction": "x", "reply_to": "unknown", "message_ref": None}, "reaction", "kept"),
    ("stranger", {"reaction": "x", "reply_to": "unknown", "message_ref": None}, "reaction", "kept"),
    ("invited", {"reaction": "x", "reply_to": "unknown", "message_ref": None}, "reaction", "kept"),
    ("stopped", {"reaction": "", "reply_to": "unknown", "message_ref": None}, "reaction", "kept"),
    ("joined", {"text": "hello", "attachments": ("photo",)}, "relay", "refused"),
    ("joined", {"text": "", "attachments": ("voice",)}, "relay", "refused"),
    ("joined", {"text": "/help"}, "command", "kept"),
    ("joined", {"text": "Help"}, "command", "kept"),
    ("joined", {"text": "help me"}, "command", "kept"),
    ("joined", {"text": "can you help me with maths"}, "relay", "relayed"),
    ("joined", {"text": "/about@bridge_bot"}, "command", "kept"),
    ("joined", {"text": "/unknown"}, "command", "kept"),
    ("joined", {"text": "/log call hi"}, "command", "kept"),
    ("joined", {"text": "HAVE 1"}, "relay", "relayed"),
    ("joined", {"text": "/have 1"}, "command", "kept"),
    ("joined", {"text": "/etc/passwd is a file"}, "relay", "relayed"),
    ("joined", {"text": "/ hello"}, "relay", "relayed"),
    ("joined", {"text": "and/or"}, "relay", "relayed"),
    ("joined", {"text": "/help", "edited": True}, "relay", "relayed"),
    ("joined", {"button": "match:1:yes"}, "answer", "kept"),
    ("joined", {"button": "garbage"}, "answer", "kept"),
    ("joined", {"text": "start"}, "command", "kept"),
    ("joined", {"text": "hello", "reply_to": "unknown"}, "relay", "relayed"),
    ("stopped", {"text": "hello"}, "other", "kept"),
    ("stopped", {"text": "/help"}, "other", "kept"),
    ("stopped", {"button": "join:0:yes"}, "other", "kept"),
    ("stopped", {"text": "START"}, "command", "kept"),
    ("stopped", {"text": "STOP"}, "command", "kept"),
    ("Morgan", {"text": "hello"}, "other", "kept"),
    ("Morgan", {"text": "hello", "attachments": ("photo",)}, "other", "kept"),
    ("Morgan", {"text": "/to Sam hi"}, "command", "kept"),
    ("Morgan", {"text": "HAVE 7"}, "answer", "kept"),
    ("Morgan", {"text": "/have 7"}, "answer", "kept"),
    ("Morgan", {"text": "/have seven"}, "answer", "kept"),
    ("Morgan", {"text": "/have " + "9" * 5000}, "answer", "kept"),
    ("Morgan", {"button": "have:7"}, "answer", "kept"),
    ("Morgan", {"text": "/log call 1: hi"}, "command", "kept"),
]


@pytest.mark.parametrize(("who", "message", "kind", "state"), _TABLE)
def test_where_a_message_belongs(quick_town: Town, who: str, message: dict[str, object], kind: str, state: str) -> None:
    """The record says what each message was taken for and what became of it."""
    town = quick_town

    def work() -> None:
        town.join("Morgan", Role.COORDINATOR)
        town.join("Sam", Role.MENTOR)
        town.join("joined", Role.MENTEE)
        town.pair("Sam", "joined")
        town.join("stopped", Role.MENTEE)
        town.say("stopped", "STOP")
        town.enrol("invited", Role.MENTEE, SMS)
        town.act(lambda ctx: invite(ctx, town.people["invited"], actor="test"))

    town.at_once(work)
    town.stranger("stranger")
    town.say(who, **message)  # type: ignore[arg-type]  # fields of Inbound
    incoming = [line for line in town.record() if line.side != "service" and line.state != "logged"]
    assert (incoming[-1].kind, incoming[-1].state) == (kind, state)


def test_a_stranger_is_answered_once_a_day(settled: Town) -> None:
    """One neutral answer a day for each address, and as often a word to the coordinators; all words are kept."""
    settled.stranger("One")
    settled.stranger("Two", SMS)
    assert settled.say("One", "who is this") == [settled.words("stranger")]
    assert settled.say("Two", "hello?") == [settled.words("stranger")]
    assert settled.heard("Morgan") == [settled.words("notice-stranger")] * 2
    settled.clock.move(timedelta(hours=24) - timedelta(microseconds=1))
    assert settled.say("One", "is Sam there") == []
    settled.clock.move(timedelta(microseconds=1))
    assert settled.say("One", "hello") == [settled.words("stranger")]
    assert settled.line("is Sam there").state == "kept"
    assert len(settled.heard("Morgan")) == 1


@pytest.mark.parametrize("role", list(Role))
def test_help_and_unknown_commands(quick: Town, role: Role) -> None:
    """Help is each role's own; an unknown command is answered, and changes nothing."""
    name = {Role.MENTEE: "Sam", Role.MENTOR: "Alex", Role.COORDINATOR: "Morgan"}[role]
    assert quick.say(name, "/help") == [quick.words(f"help-{role}", name)]
    assert quick.say(name, " help ") == [quick.words(f"help-{role}", name)]
    assert quick.say(name, "/nothing") == [quick.words("command-unknown", name)]


@pytest.mark.parametrize(
    ("name", "command"), [("Sam", "/log call hi"), ("Sam", "/have 1"), ("Alex", "/have 1"), ("Morgan", "/to Sam hi")]
)
def test_commands_of_other_roles(quick: Town, name: str, command: str) -> None:
    """A command that isn't for one's role is refused in words."""
    assert quick.say(name, command) == [quick.words("not-allowed", name)]
