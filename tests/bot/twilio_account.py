"""An account at Twilio for tests of its channel: its settings, and a Twilio on loopback."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.sms import SmsChannel
from bot.settings import Settings
from handlers.events import Channel
from handlers.outbound import Outbound
from tests.bot.providers import Answer, FakeProvider, Storage, at_noon, fake_provider
from tests.bot.test_sms_events import SID

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "invented-auth-token-of-a-test"
PUBLIC_URL = "https://bot.example.org/mentoring"
NUMBER = "+447700900123"
WORDS = "words that nobody else reads"
PRIVATE = (TOKEN, WORDS, NUMBER, NUMBER[1:])
LIST = "/Messages.json GET"
CREATE = "/Messages.json POST"
LISTED = Answer(200, {"messages": [], "page": 0, "page_size": 1})
CREATED = Answer(201, {"sid": SID, "status": "queued", "body": WORDS, "to": NUMBER})


def settings_for(url: str = "http://127.0.0.1:1", **changes: Any) -> Settings:  # noqa: ANN401 - any setting
    """Settings of an account at this address, with next to no pauses."""
    values: dict[str, Any] = {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_from": "+441632960000",
        "twilio_api_url": url,
        "public_url": PUBLIC_URL,
        "send_timeout": 5,
        "retry_first": 0.001,
        "retry_max": 0.002,
    }
    return Settings(**(values | changes))


def channel_at(url: str, **changes: Any) -> SmsChannel:  # noqa: ANN401 - any setting
    """A channel at this address."""
    return SmsChannel(settings_for(url, **changes), Storage(), at_noon)


def outbound(**fields: Any) -> Outbound:  # noqa: ANN401 - any field of Outbound
    """A text to the person of the forms."""
    usual: dict[str, Any] = {"outbox_id": 12, "channel": Channel.SMS, "address": NUMBER, "text": WORDS}
    return Outbound(**(usual | fields))


def error(status: int, code: int) -> Answer:
    """An error answer of Twilio, which repeats the number in its text."""
    body = {
        "code": code,
        "message": f"The number {NUMBER} {WORDS}",
        "more_info": "https://example.org",
        "status": status,
    }
    return Answer(status, body)


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    """A Twilio that knows the account and takes every text."""
    async with fake_provider() as running:
        running.answer(LIST, LISTED)
        running.answer(CREATE, CREATED)
        yield running


def listed(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a message
    """A text of ours in Twilio's list, made half a minute after the time of the tests."""
    usual = {
        "sid": "SMfound",
        "body": WORDS,
        "to": NUMBER,
        "from": "+441632960000",
        "direction": "outbound-api",
        "status": "sent",
        "date_created": "Mon, 02 Mar 2026 09:30:30 +0000",
    }
    return usual | changes
