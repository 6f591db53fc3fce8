"""Looking back on the whole run: nothing that left a service told anybody how to reach somebody else.

A run is one process. The Makefile has several, and each that runs services ends with this.
"""

import json
import re
from collections.abc import Iterator

import pytest

from bot.sandbox.phones import Call, Phone, Wrote
from bot.sandbox.world import World
from handlers.events import Channel
from tests.departures import Departures

pytestmark = pytest.mark.last

# What says where a call goes and what becomes of it, not what somebody reads.
ROUTING = {"chat_id", "To", "From", "StatusCallback", "MessagingServiceSid", "callback_query_id"}
# The calls that people read something of.
SPOKEN = {"sendMessage", "editMessageText", "editMessageCaption", "Messages.create", "answerCallbackQuery"}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
# Words of people shorter than this are found in any log line by chance.
LONG_ENOUGH = 12


@pytest.fixture(autouse=True)
def journal() -> None:
    """This test runs no service: there is no log to watch."""


def read(call: Call) -> str:
    """Everything of a call that somebody reads or that their phone keeps, as one text."""
    shown = {name: value for name, value in call.payload.items() if name not in ROUTING}
    return json.dumps(shown, ensure_ascii=False)


def ways_to_reach(phone: Phone) -> Iterator[re.Pattern[str]]:
    """What would tell somebody how to reach the owner of a phone."""
    digits = phone.address.lstrip("+")
    if phone.channel is Channel.SMS:
        # However it is written: +44 7700 900123, 07700-900-123, 0044…
        digits = digits.removeprefix("44")
    yield re.compile(r"[\s().+-]*".join(digits))
    if phone.username:
        yield re.compile(re.escape(phone.username), re.IGNORECASE)
    yield re.compile(r"\bSurname\b")


def leaks(world: World) -> Iterator[str]:
    """What is wrong with the calls of one world; nothing of what was said stands in it."""
    spoken = [(number, read(call)) for number, call in enumerate(world.calls) if call.method in SPOKEN]
    for number, text in spoken:
        if EMAIL.search(text):
            yield f"call {number}: an e-mail address"
    for phone in world.phones:
        for way in ways_to_reach(phone):
            yield from (f"call {number}: how to reach {phone.id}" for number, text in spoken if way.search(text))


def test_nothing_that_left_says_how_to_reach_anybody(departures: Departures) -> None:
    """No number, chat, username, profile name or e-mail of anybody in any text, button or parameter of any call."""
    if not departures.worlds:
        pytest.skip("no service ran in this run")
    assert sum(len(world.calls) for world in departures.worlds) > 0
    assert [leak for world in departures.worlds for leak in leaks(world)] == []


def test_no_log_holds_words_or_addresses(departures: Departures) -> None:
    """No log of a service holds what somebody wrote, how to reach them, or a secret; nor had the last net to work."""
    if not departures.logs:
        pytest.skip("no log was kept in this run")
    logs = "\n".join(departures.logs)
    assert logs
    assert "[removed]" not in logs
    for world in departures.worlds:
        said = {happening.message.text for happening in world.happenings if isinstance(happening, Wrote)}
        secrets = {world.telegram.token, world.twilio.auth_token} | {phone.username or "" for phone in world.phones}
        wanted = {text for text in said | secrets if len(text) >= LONG_ENOUGH}
        assert not any(text in logs for text in wanted)
        assert not any(phone.address.lstrip("+") in logs for phone in world.phones)


def test_the_search_finds_what_it_looks_for() -> None:
    """Near misses of this test itself: a number in any writing, a chat, a username, a name, an e-mail are found."""
    sam = Phone(id="sam", owner="", channel=Channel.SMS, address="+447700900123")
    alex = Phone(id="alex", owner="", channel=Channel.TELEGRAM, address="700000201", username="alex_private")
    for text in ("07700 900123", "+44 (7700) 900-123", "447700900123", "700000201", "@Alex_Private", "a.b@example.org"):
        world = World([sam, alex])
        world.note_call(Channel.TELEGRAM, "sendMessage", {"chat_id": "1", "text": f"ring {text} now"})
        assert len(list(leaks(world))) == 1
    world = World([sam, alex])
    world.note_call(Channel.SMS, "Messages.create", {"To": "+447700900123", "Body": "Sam: see you at 7 on 24 March"})
    assert list(leaks(world)) == []
