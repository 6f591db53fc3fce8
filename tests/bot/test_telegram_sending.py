"""Sending by Telegram: texts, buttons, every error, and what happens when it stops."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.channels.base import SendFailed
from bot.channels.telegram import TelegramChannel
from handlers.outbound import Option
from tests.bot.providers import Answer, FakeProvider, SendCase, Storage, at_noon, captured_logs, closed_port, run_send
from tests.bot.telegram_bot import PRIVATE, SENT_ANSWER, TOKEN, WORDS, error, outbound, provider, running, settings_for

__all__ = ["provider"]


async def test_a_text_goes_out_plain(provider: FakeProvider) -> None:
    """A message is sent as plain text without previews, and Telegram's id of it comes back."""
    with captured_logs(*PRIVATE):
        async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
            assert await channel.send(outbound()) == "77"
    call = provider.made("/sendMessage")[0]
    assert call.path == f"/bot{TOKEN}/sendMessage"
    assert json.loads(call.body) == {
        "chat_id": 700000001,
        "text": WORDS,
        "link_preview_options": {"is_disabled": True},
    }


async def test_options_become_buttons_and_a_reply_points_back(provider: FakeProvider) -> None:
    """Each option is a button in a row of its own; a reply goes out even if the message it answers is gone."""
    options = (Option("Yes", "y:1"), Option("No", "n:1"))
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        await channel.send(outbound(options=options, reply_to="31"))
    sent = json.loads(provider.made("/sendMessage")[0].body)
    assert sent["reply_markup"] == {
        "inline_keyboard": [[{"text": "Yes", "callback_data": "y:1"}], [{"text": "No", "callback_data": "n:1"}]]
    }
    assert sent["reply_parameters"] == {"message_id": 31, "allow_sending_without_reply": True}


SEND_CASES = [
    SendCase(
        "flood", error(429, "Too Many Requests: retry after 7", retry_after=7),
        {"code": "telegram:429", "retry": True, "retry_after": 7.0},
    ),
    SendCase(
        "blocked", error(403, "Forbidden: bot was blocked by the user"),
        {"code": "telegram:403", "retry": False, "unreachable": True},
    ),
    SendCase(
        "deactivated", error(403, "Forbidden: user is deactivated"),
        {"code": "telegram:403", "retry": False, "unreachable": True},
    ),
    SendCase(
        "moved", error(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100),
        {"code": "telegram:403", "retry": False, "unreachable": True},
    ),
    SendCase(
        "not to begin", error(403, "Forbidden: bot can't initiate conversation with a user"),
        {"code": "telegram:403", "retry": False, "unreachable": True},
    ),
    SendCase(
        "no such chat", error(400, "Bad Request: chat not found"),
        {"code": "telegram:400", "retry": False, "unreachable": True},
    ),
    SendCase(
        "no such peer", error(400, "Bad Request: PEER_ID_INVALID"),
        {"code": "telegram:400", "retry": False, "unreachable": True},
    ),
    SendCase(
        "deactivated, as a bad request", error(400, "Bad Request: user is deactivated"),
        {"code": "telegram:400", "retry": False, "unreachable": True},
    ),
    SendCase("too long", error(400, "Bad Request: message is too long"), {"code": "telegram:400", "retry": False}),
    SendCase(
        "not modified", error(400, "Bad Request: message is not modified"), {"code": "telegram:400", "retry": False}
    ),
    SendCase("gateway", error(502, "Bad Gateway"), {"code": "network", "retry": True}),
    SendCase("away", error(503, "Service Unavailable"), {"code": "network", "retry": True}),
    SendCase("bad request", error(400, f"Bad Request: {WORDS}"), {"code": "telegram:400", "retry": False}),
    SendCase("wrong token", error(401, "Unauthorized"), {"code": "telegram:token", "retry": True}),
    SendCase("malformed token", error(404, "Not Found"), {"code": "telegram:token", "retry": True}),
    SendCase("server error", error(500, "Internal Server Error"), {"code": "network", "retry": True}),
    SendCase("bad gateway", Answer(502, text="<html>"), {"code": "network", "retry": True}),
    SendCase("cut", Answer(cut=True), {"code": "disconnected", "retry": True, "maybe_sent": True}),
    SendCase("slow", Answer(hang=True), {"code": "timeout", "retry": True, "maybe_sent": True}),
    SendCase("conflict", error(409, "Conflict"), {"code": "telegram:409", "retry": True}),
    SendCase("garbage", Answer(text=WORDS), {"code": "telegram:answer", "retry": True, "maybe_sent": True}),
    SendCase(
        "no result", Answer(json={"ok": True}), {"code": "telegram:unknown", "retry": True, "maybe_sent": True}
    ),
    SendCase(
        "no id", Answer(json={"ok": True, "result": {}}),
        {"code": "telegram:answer", "retry": True, "maybe_sent": True},
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", SEND_CASES, ids=lambda case: case.name)
async def test_each_error_of_a_send(case: SendCase, provider: FakeProvider) -> None:
    """Every way in which a send can fail becomes a SendFailed that says what to do, without words or secrets."""
    provider.answer("/sendMessage", case.answer)
    channel = TelegramChannel(settings_for(provider.url, send_timeout=0.2), Storage(), at_noon)
    await run_send(channel, case, outbound(), private=PRIVATE)


async def test_after_429_only_that_chat_waits(provider: FakeProvider) -> None:
    """While Telegram wants to be left alone about a chat, it isn't asked for it again; others get theirs."""
    provider.answer("/sendMessage", error(429, "Too Many Requests", retry_after=60), SENT_ANSWER)
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        codes = []
        for _ in range(2):
            with pytest.raises(SendFailed) as failed:
                await channel.send(outbound())
            codes.append((failed.value.code, failed.value.tried))
        assert codes == [("telegram:429", True), ("pace", False)]
        assert 59 < (failed.value.retry_after or 0) <= 60
        assert await channel.send(replace(outbound(), address="7000000099"))
    assert len(provider.made("/sendMessage")) == 2


async def test_nobody_listening_is_retried() -> None:
    """A refused connection sent nothing: it is tried again."""
    channel = TelegramChannel(settings_for(closed_port()), Storage(), at_noon)
    case = SendCase("refused", Answer(), {"code": "network", "retry": True, "maybe_sent": False})
    await run_send(channel, case, outbound(), private=PRIVATE)


async def test_sending_while_stopped_is_retried(provider: FakeProvider) -> None:
    """A send before the start or after the stop fails like one without a connection."""
    channel = TelegramChannel(settings_for(provider.url), Storage(), at_noon)
    with pytest.raises(Exception, match=r"^network$"):
        await channel.send(outbound())


async def test_a_press_is_answered_and_failures_are_swallowed(provider: FakeProvider) -> None:
    """`answer_press` tells Telegram, and never raises."""
    with captured_logs(*PRIVATE) as log:
        async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
            await channel.answer_press("4382")
            provider.answer("/answerCallbackQuery", error(400, "Bad Request: query is too old"))
            await channel.answer_press("4383")
    pressed = [json.loads(call.body)["callback_query_id"] for call in provider.made("/answerCallbackQuery")]
    assert pressed == ["4382", "4383"]
    assert "press not answered" in log.getvalue()


async def test_stopping_lets_a_running_send_end(provider: FakeProvider) -> None:
    """A send that is under way when the channel stops is still answered; stopping twice is harmless."""
    provider.answer("/sendMessage", Answer(hang=True, json=SENT_ANSWER.json))
    channel = TelegramChannel(settings_for(provider.url), Storage(), at_noon)
    await channel.start()
    sending = asyncio.create_task(channel.send(outbound()))
    await provider.until("/sendMessage", 1)
    stopping = asyncio.create_task(channel.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    provider.released.set()
    assert await sending == "77"
    await stopping
    await channel.stop()
