"""Every real payload of both channels, end to end: once, whatever is broken in it, and nothing of it in the log."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.channels.sms_events import BadForm, parse_message
from bot.channels.telegram_events import parse_update
from content.library import Content
from handlers.events import Channel, Event, Inbound
from storage.addresses import add_address
from storage.database import Database
from storage.people import Role
from tests.bot.providers import NOW, captured_logs
from tests.bot.telegram_payloads import CASES
from tests.bot.test_sms_events import FORM, MESSAGES
from tests.clocks import SetClock
from tests.handlers.town import SMS, Town

_EVENTS: dict[str, Event] = {
    **{f"telegram {name}": event for name, (_, event) in CASES.items()},
    **{f"sms {name}": event for name, (_, event) in MESSAGES.items()},
}
# What stands in place of a field that is broken.
_GARBAGE: tuple[object, ...] = (None, True, -1, 2**70, 0.5, "x", [], [[1]], {}, {"x": {"x": 1}})


@pytest.fixture
def town(sqlite_database: Database, content: Content, clock: SetClock) -> Town:
    """Alex, who mentors the two people of the payloads: Sam on Telegram and Ellie on SMS."""
    town = Town(sqlite_database, content, clock)

    def work() -> None:
        # The first chat of a town is that of the payloads.
        town.join("Sam", Role.MENTEE)
        town.join("Morgan", Role.COORDINATOR)
        town.join("Alex", Role.MENTOR)
        ellie = town.join("Ellie", Role.MENTEE, None)
        town.addresses["Ellie"] = (SMS, FORM["From"])
        town.act(lambda ctx: add_address(ctx.tx, SMS, FORM["From"], ctx.now, person=ellie))
        town.pair("Alex", "Sam")
        town.pair("Alex", "Ellie")

    town.at_once(work)
    return town


@pytest.mark.parametrize("event", _EVENTS.values(), ids=_EVENTS.keys())
def test_a_payload_twice_has_the_effect_of_once(town: Town, event: Event) -> None:
    """Sam sends it, and the provider sends it again: one message in the record at most, nothing said twice."""
    private = [words for words in (event.text, *event.beside) if len(words) > 3] if isinstance(event, Inbound) else []
    with captured_logs(*private):
        assert town.receive(event) is True
        said = len(town.outbox())
        kept = town.received()
        assert town.receive(event) is False
    assert (len(town.outbox()), town.received()) == (said, kept)
    assert kept == isinstance(event, Inbound)
    assert not isinstance(event, Inbound) or town.record()[0].who in {"Sam", "Ellie"}


def _broken(value: object) -> Iterator[object]:
    """The payload with one thing in it broken, at every place and in every way."""
    if isinstance(value, dict):
        for name, inner in value.items():
            for garbage in (*_GARBAGE, *_broken(inner)):
                yield {**value, name: garbage}
            yield {other: kept for other, kept in value.items() if other != name}
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            for garbage in (*_GARBAGE, *_broken(inner)):
                yield [*value[:place], garbage, *value[place + 1 :]]


@pytest.mark.parametrize("raw", [raw for raw, _ in CASES.values()], ids=CASES.keys())
def test_a_broken_update_never_raises(raw: Mapping[str, Any]) -> None:
    """Whatever one field of an update is, it is read or ignored, and never changed."""
    for name, body in raw.items():
        if name == "update_id":
            continue
        for broken in (*_GARBAGE, *_broken(body)):
            update = {**raw, name: broken}
            before = copy.deepcopy(update)
            assert parse_update(update, NOW).event_id == str(raw["update_id"])
            assert update == before


@pytest.mark.parametrize("fields", [fields for fields, _ in MESSAGES.values()], ids=MESSAGES.keys())
def test_a_broken_form_is_refused_or_read(fields: Mapping[str, str]) -> None:
    """A form of which one field is missing or anything at all is an event, or a bad form."""
    form = {**FORM, **fields}
    for name in form:
        for broken in ({**form, name: garbage} for garbage in ("", "x", "\u3164", "-1", "9" * 50, "\ud800")):
            try:
                assert parse_message(broken, NOW).channel is Channel.SMS
            except BadForm:
                assert name in {"MessageSid", "SmsSid", "From", "Body"}
