"""Tests of the deep link of an invitation."""

from typing import Any

import pytest

from bot.channels.base import SendFailed
from bot.channels.telegram_link import deep_link
from bot.settings import Settings
from tests.bot.providers import Answer, captured_logs, fake_provider

TOKEN = "7000000001:AAinvented-token-of-a-test"
CODE = "abcdefghij-_KLMNOPQR"


def _settings(url: str) -> Settings:
    values: dict[str, Any] = {"telegram_bot_token": TOKEN, "telegram_api_url": url}
    return Settings(**values)


async def test_the_link_names_the_bot() -> None:
    """Telegram is asked once who the bot is; the code is not sent to it."""
    me = {"id": 7000000001, "is_bot": True, "first_name": "Bridge", "username": "bridge_bot"}
    async with fake_provider() as provider:
        provider.answer("/getMe", Answer(json={"ok": True, "result": me}))
        with captured_logs(TOKEN, CODE):
            assert await deep_link(_settings(provider.url), CODE) == f"https://t.me/bridge_bot?start={CODE}"
        assert len(provider.calls) == 1
        assert CODE.encode() not in provider.calls[0].body


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(401, json={"ok": False, "error_code": 401, "description": "Unauthorized"}), "telegram:token"),
        (Answer(502, text="<html>"), "network"),
        (Answer(cut=True), "disconnected"),
    ],
)
async def test_what_goes_wrong_is_a_code(answer: Answer, code: str) -> None:
    """Whatever Telegram answers, the failure is a short code, without token or text."""
    async with fake_provider() as provider:
        provider.answer("/getMe", answer)
        with captured_logs(TOKEN), pytest.raises(SendFailed) as caught:
            await deep_link(_settings(provider.url), CODE)
    assert caught.value.code == code
    assert caught.value.__context__ is None


async def test_without_telegram_there_is_no_link() -> None:
    """Asking for a link of a service without Telegram is a mistake of the caller."""
    with pytest.raises(ValueError, match="not in the settings"):
        await deep_link(Settings(), CODE)
