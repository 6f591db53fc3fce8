"""A bot on Telegram for tests of its channel: its settings, and a Bot API on loopback."""

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from bot.settings import Settings
from handlers.events import Channel
from handlers.outbound import Outbound
from tests.bot.providers import Answer, FakeProvider, fake_provider
from tests.bot.telegram_payloads import message

TOKEN = "7000000001:AAinvented-token-of-a-test"
SECRET = "invented_secret-1"
WORDS = "words that nobody else reads"
PRIVATE = (TOKEN, SECRET, WORDS, "700000001")
OK = Answer(json={"ok": True, "result": True})
SENT_ANSWER = Answer(json={"ok": True, "result": message(message_id=77, text=WORDS)})


def settings_for(url: str, **changes: Any) -> Settings:  # noqa: ANN401 - any setting
    """Settings of a bot at this address, with next to no pauses."""
    values: dict[str, Any] = {
        "telegram_bot_token": TOKEN,
        "telegram_api_url": url,
        "send_timeout": 5,
        "poll_timeout": 30,
        "retry_first": 0.001,
        "retry_max": 0.002,
    }
    return Settings(**(values | changes))


def webhook_settings(url: str = "http://127.0.0.1:1") -> Settings:
    """Settings of a bot that Telegram calls."""
    return settings_for(
        url, telegram_mode="webhook", telegram_webhook_secret=SECRET, public_url="https://bot.example.org/mentoring"
    )


def outbound(**fields: Any) -> Outbound:  # noqa: ANN401 - any field of Outbound
    """A message to the person of the payloads."""
    usual: dict[str, Any] = {"outbox_id": 5, "channel": Channel.TELEGRAM, "address": "700000001", "text": WORDS}
    return Outbound(**(usual | fields))


def updates(*found: object) -> Answer:
    """An answer of getUpdates."""
    return Answer(json={"ok": True, "result": list(found)})


def asked(provider: FakeProvider) -> list[int | None]:
    """The offsets that were asked for so far."""
    return [json.loads(call.body).get("offset") for call in provider.made("/getUpdates")]


def error(status: int, description: str, **parameters: Any) -> Answer:  # noqa: ANN401 - any parameter
    """An error answer of the Bot API."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Answer(status, body | ({"parameters": parameters} if parameters else {}))


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    """A Bot API that has nothing new."""
    async with fake_provider() as running:
        running.answer("/getUpdates", Answer(hang=True, json={"ok": True, "result": []}))
        for name in ("/deleteWebhook", "/setWebhook", "/answerCallbackQuery"):
            running.answer(name, OK)
        running.answer("/sendMessage", SENT_ANSWER)
        yield running


@contextlib.asynccontextmanager
async def running(channel: TelegramChannel) -> AsyncIterator[TelegramChannel]:
    """Start a channel and stop it in the end."""
    await channel.start()
    try:
        yield channel
    finally:
        await channel.stop()
