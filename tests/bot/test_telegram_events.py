"""Tests of reading Telegram's updates."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram_events import ALLOWED_UPDATES, NotAnUpdate, chat_of, parse_update
from handlers.events import Event, Ignored
from tests.bot.providers import NOW
from tests.bot.telegram_payloads import CASES, ignored, inbound, message, unreachable, update

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(("raw", "event"), CASES.values(), ids=CASES.keys())
def test_each_payload(raw: dict[str, Any], event: Event) -> None:
    """Each kind of update becomes its event, also after a trip through JSON."""
    assert parse_update(raw, NOW) == event
    assert parse_update(json.loads(json.dumps(raw)), NOW) == event


@pytest.mark.parametrize(
    "name",
    [
        "text",
        "reply",
        "edit",
        "photo with a caption",
        "contact",
        "press",
        "blocked",
        "reaction",
        "forwarded",
        "venue",
        "a shared place moves on",
    ],
)
def test_payloads_are_what_the_library_reads(name: str) -> None:
    """The table's everyday payloads are real updates: python-telegram-bot's own types read them as well."""
    raw, event = CASES[name]
    assert Update.de_json(json.loads(json.dumps(raw)), None).update_id == int(event.event_id)


@pytest.mark.parametrize(
    "raw", [None, 5, "a", [], {}, {"update_id": "1"}, {"update_id": True}, {"update_id": 2**70}, {"message": {}}]
)
def test_what_has_no_id_is_no_update(raw: object) -> None:
    """Without an id there is nothing to acknowledge."""
    with pytest.raises(NotAnUpdate):
        parse_update(raw, NOW)


@given(st.sampled_from([*ALLOWED_UPDATES, "poll"]), JSON)
def test_nothing_with_an_id_raises(kind: str, content: object) -> None:
    """Whatever JSON an update holds, it is read or ignored."""
    assert parse_update({"update_id": 1, kind: content}, NOW).event_id == "1"


@given(st.sampled_from(sorted(message())), JSON)
def test_a_message_with_one_odd_field_never_raises(name: str, content: object) -> None:
    """A message of which one field is anything at all is read or ignored."""
    assert parse_update(update(message=message(text="a") | {name: content}), NOW).event_id == "100"


@given(st.text())
def test_words_are_kept_as_they_came(text: str) -> None:
    """Every text that can be written at all arrives unchanged."""
    event = parse_update(update(message=message(text=text, voice={})), NOW)
    assert event == inbound(text=text, attachments=("voice",))


def test_order_is_kept_for_each_chat() -> None:
    """Events of one chat share a key; events of none share the empty one."""
    assert chat_of(inbound()) == chat_of(unreachable(blocked=True)) == "700000001"
    assert chat_of(ignored("poll")) == ""


def test_a_long_kind_is_cut() -> None:
    """The name of an unknown kind can't grow into a text."""
    event = parse_update({"update_id": 1, "x" * 1000: 1}, NOW)
    assert isinstance(event, Ignored)
    assert len(event.kind) == 40
