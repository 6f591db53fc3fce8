"""Telegram's webhook, and what `telementor check` finds about the bot."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import structlog

from bot.channels.telegram import HOOK_PATH, TelegramChannel
from bot.channels.telegram_events import ALLOWED_UPDATES
from bot.settings import Settings
from tests.bot.providers import Answer, FakeProvider, ReceiveCase, Storage, at_noon, captured_logs, run_receive
from tests.bot.telegram_bot import (
    OK,
    PRIVATE,
    SECRET,
    TOKEN,
    WORDS,
    error,
    outbound,
    provider,
    running,
    settings_for,
    webhook_settings,
)
from tests.bot.telegram_payloads import CASES, GROUP, SENT, ignored, inbound, message, update

__all__ = ["provider"]

# Webhook


def hook_case(name: str, raw: object, status: int, event: Any = None) -> ReceiveCase:  # noqa: ANN401 - any event
    """A webhook call with the right secret."""
    body = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return ReceiveCase(name, HOOK_PATH, body, {"X-Telegram-Bot-Api-Secret-Token": SECRET}, status, event)


def unauthorised(name: str, headers: Mapping[str, str]) -> ReceiveCase:
    """A webhook call without the right secret."""
    body = json.dumps(update(100, message=message(text=WORDS))).encode()
    return ReceiveCase(name, HOOK_PATH, body, headers, 403)


HOOK_CASES = [
    *(hook_case(name, raw, 200, event) for name, (raw, event) in CASES.items()),
    hook_case("words", update(message=message(text=WORDS)), 200, inbound(text=WORDS)),
    hook_case("group", update(message=message(text=WORDS, chat=GROUP, date=SENT)), 200, ignored("chat")),
    hook_case("broken", b'{"update_id": 1', 400),
    hook_case("empty", b"", 400),
    hook_case("no text", b"\xff\xfe\x00", 400),
    hook_case("no update", {"hello": WORDS}, 400),
    hook_case("list", [1], 400),
    hook_case("deep", b"[" * 200_000, 400),
    hook_case("deep object", b'{"update_id":1,"message":' + b'{"a":' * 200_000, 400),
    hook_case("long number", b'{"update_id":' + b"9" * 10_000 + b"}", 400),
    unauthorised("no secret", {}),
    unauthorised("wrong secret", {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1] + "2"}),
    unauthorised("shorter secret", {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]}),
    unauthorised("odd secret", {"X-Telegram-Bot-Api-Secret-Token": "é\udcff"}),
]


@pytest.mark.parametrize("case", HOOK_CASES, ids=lambda case: case.name)
async def test_each_webhook_call(case: ReceiveCase) -> None:
    """Each call gets a clear status, is confirmed only when it is stored, and leaves nothing private in the log."""
    await run_receive(
        lambda storage: TelegramChannel(webhook_settings(), storage, at_noon), case, private=PRIVATE
    )  # fmt: skip


async def test_the_webhook_is_set_with_its_secret(provider: FakeProvider) -> None:
    """In webhook mode Telegram is told the address from PUBLIC_URL, the secret and the kinds, and nothing is polled."""
    with captured_logs(*PRIVATE):
        async with running(TelegramChannel(webhook_settings(provider.url), Storage(), at_noon)) as channel:
            calls = await provider.until("/setWebhook", 1)
            await channel._watch.until_answers()
    assert json.loads(calls[0].body) == {
        "url": "https://bot.example.org/mentoring/telegram",
        "secret_token": SECRET,
        "allowed_updates": list(ALLOWED_UPDATES),
        "max_connections": 40,
    }
    assert not provider.made("/getUpdates")


def test_polling_has_no_webhook() -> None:
    """A bot that polls has no address to be called at."""
    assert not TelegramChannel(settings_for("http://127.0.0.1:1"), Storage(), at_noon).hooks()


# Checking


ME = Answer(json={"ok": True, "result": {"id": 7000000001, "is_bot": True, "first_name": "A", "username": "a_bot"}})


def webhook_info(url: str) -> Answer:
    """What getWebhookInfo says."""
    info = {"url": url, "has_custom_certificate": False, "pending_update_count": 0}
    return Answer(json={"ok": True, "result": info})


async def test_check_says_nothing_when_all_is_well(provider: FakeProvider) -> None:
    """`check` is content with an accepted token and, in webhook mode, our address; running or not."""
    provider.answer("/getMe", ME)
    provider.answer("/getWebhookInfo", webhook_info(""), webhook_info("https://bot.example.org/mentoring/telegram"))
    assert await TelegramChannel(settings_for(provider.url), Storage(), at_noon).check() is None
    async with running(TelegramChannel(webhook_settings(provider.url), Storage(), at_noon)) as channel:
        assert await channel.check() is None
        assert await channel.send(outbound()) == "77"


@pytest.mark.parametrize(
    ("me", "info", "expected"),
    [
        (error(401, "Unauthorized"), OK, "does not accept TELEMENTOR_TELEGRAM_BOT_TOKEN"),
        (Answer(502, text="away"), OK, "did not answer as expected (network)"),
        (Answer(text="garbage"), OK, "did not answer as expected (telegram:answer)"),
        (ME, webhook_info("https://elsewhere.example.org"), "calls another address"),
        (ME, webhook_info(""), "calls another address"),
    ],
)
async def test_check_says_what_is_wrong(me: Answer, info: Answer, expected: str, provider: FakeProvider) -> None:
    """`check` gives one sentence, without the token."""
    provider.answer("/getMe", me)
    provider.answer("/getWebhookInfo", info)
    with captured_logs(*PRIVATE):
        sentence = await TelegramChannel(webhook_settings(provider.url), Storage(), at_noon).check()
    assert sentence is not None
    assert expected in sentence
    assert TOKEN not in sentence


async def test_check_sees_a_webhook_that_takes_our_updates(provider: FakeProvider) -> None:
    """Who polls learns that updates go to a webhook, without its address."""
    provider.answer("/getMe", ME)
    provider.answer("/getWebhookInfo", webhook_info("https://elsewhere.example.org"))
    sentence = await TelegramChannel(settings_for(provider.url), Storage(), at_noon).check()
    assert sentence is not None
    assert "calls a webhook" in sentence
    assert "elsewhere" not in sentence


def test_the_last_net_is_not_needed() -> None:
    """The runner's log check would notice: a line with the token, written on purpose, is caught by the redaction."""
    with captured_logs(TOKEN) as log:
        structlog.get_logger("test").info("on purpose", url=f"http://x/bot{TOKEN}/getMe")
    assert "[removed]" in log.getvalue()


def test_without_a_token_there_is_no_channel() -> None:
    """Building a channel that the settings leave out is a mistake of the wiring."""
    with pytest.raises(ValueError, match="not in the settings"):
        TelegramChannel(Settings(), Storage(), at_noon)
