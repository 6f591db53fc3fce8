"""Tests of the Telegram channel against a Bot API on loopback."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import structlog

from bot.channels.base import NotStored, SendFailed
from bot.channels.telegram import HOOK_PATH, TelegramChannel
from bot.channels.telegram_events import ALLOWED_UPDATES
from bot.settings import Settings
from handlers.events import Channel
from handlers.outbound import Option, Outbound
from tests.bot.providers import (
    Answer,
    FakeProvider,
    ReceiveCase,
    SendCase,
    Storage,
    at_noon,
    captured_logs,
    closed_port,
    fake_provider,
    run_receive,
    run_send,
)
from tests.bot.telegram_payloads import CASES, GROUP, SENT, ignored, inbound, message, update

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


def test_without_a_token_there_is_no_channel() -> None:
    """Building a channel that the settings leave out is a mistake of the wiring."""
    with pytest.raises(ValueError, match="not in the settings"):
        TelegramChannel(Settings(), Storage(), at_noon)


# Sending


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


# Polling


async def test_polling_confirms_after_all_is_stored(provider: FakeProvider) -> None:
    """The offset moves past a batch once every update of it is stored; the webhook is removed first."""
    provider.answer(
        "/getUpdates",
        updates(update(7, message=message(text="a")), update(9, poll={}), update(8, message=message(text="b"))),
        Answer(hang=True, json={"ok": True, "result": []}),
    )
    storage = Storage()
    async with running(TelegramChannel(settings_for(provider.url), storage, at_noon)) as channel:
        await provider.until("/getUpdates", 2)
        assert channel.ready()
    assert asked(provider) == [None, 10]
    assert sorted(event.event_id for event in storage.events) == ["7", "8", "9"]
    assert provider.calls[0].path.endswith("/deleteWebhook")
    first = json.loads(provider.made("/getUpdates")[0].body)
    assert first == {"timeout": 30, "allowed_updates": list(ALLOWED_UPDATES)}


async def test_what_is_not_stored_is_asked_for_again(provider: FakeProvider) -> None:
    """When storing fails, for whatever reason, the same updates are asked for again and then confirmed."""
    batch = updates(update(7, message=message(text=WORDS)))
    provider.answer("/getUpdates", batch, batch, batch, Answer(hang=True, json={"ok": True, "result": []}))
    storage = Storage()
    storage.faults = [NotStored(), RuntimeError(WORDS)]
    with captured_logs(*PRIVATE):
        async with running(TelegramChannel(settings_for(provider.url), storage, at_noon)):
            await provider.until("/getUpdates", 4)
    assert asked(provider) == [None, None, None, 8]
    assert [event.event_id for event in storage.events] == ["7"]


async def test_order_holds_in_a_chat_and_chats_do_not_wait_for_each_other(provider: FakeProvider) -> None:
    """Updates of one chat are stored one after the other; another chat's go on meanwhile, and all are waited for."""
    other = {"id": 700000002, "type": "private"}
    provider.answer(
        "/getUpdates",
        updates(
            update(1, message=message(text="a")),
            update(2, message=message(text="b")),
            update(3, message=message(text="c", chat=other)),
        ),
        Answer(hang=True, json={"ok": True, "result": []}),
    )
    storage, gate, seen = Storage(), asyncio.Event(), []

    async def receive(event: Any) -> None:  # noqa: ANN401 - any event
        if event.event_id == "1":
            await gate.wait()
        seen.append(event.event_id)
        await storage(event)

    async with running(TelegramChannel(settings_for(provider.url), receive, at_noon)):
        await storage.until(1)
        assert seen == ["3"]
        assert asked(provider) == [None]
        gate.set()
        await provider.until("/getUpdates", 2)
    assert seen == ["3", "1", "2"]
    assert asked(provider) == [None, 4]


async def test_a_failure_stops_its_chat_so_that_order_holds(provider: FakeProvider) -> None:
    """After an update that wasn't stored, later ones of the same chat wait for the repetition."""
    batch = updates(update(1, message=message(text="a")), update(2, message=message(text="b")))
    provider.answer("/getUpdates", batch, batch, Answer(hang=True, json={"ok": True, "result": []}))
    storage = Storage()
    storage.faults = [NotStored()]
    async with running(TelegramChannel(settings_for(provider.url), storage, at_noon)):
        await provider.until("/getUpdates", 3)
    assert [event.event_id for event in storage.events] == ["1", "2"]


@pytest.mark.parametrize(
    "trouble",
    [
        error(429, "Too Many Requests", retry_after=1),
        error(409, "Conflict: terminated by other getUpdates request"),
        error(401, "Unauthorized"),
        error(500, "Internal Server Error"),
        Answer(502, text="<html>"),
        Answer(text="{"),
        Answer(json=[]),
        Answer(json={"ok": True, "result": {"no": "list"}}),
        Answer(json={"ok": True, "result": [5, {"update_id": "x"}]}),
        Answer(cut=True),
    ],
    ids=["429", "409", "401", "500", "502", "broken", "list", "no list", "no updates", "cut"],
)
async def test_no_trouble_ends_the_polling(trouble: Answer, provider: FakeProvider) -> None:
    """After any kind of bad answer the polling goes on, and loses nothing."""
    provider.answer(
        "/getUpdates",
        trouble,
        trouble,
        updates(update(7, message=message(text=WORDS))),
        Answer(hang=True, json={"ok": True, "result": []}),
    )
    storage = Storage()
    with captured_logs(*PRIVATE):
        async with running(TelegramChannel(settings_for(provider.url), storage, at_noon)) as channel:
            await provider.until("/getUpdates", 4)
            assert channel.ready()
    assert asked(provider) == [None, None, None, 8]
    assert [event.event_id for event in storage.events] == ["7"]


async def test_a_second_poller_is_named_and_makes_not_ready(provider: FakeProvider) -> None:
    """409: the log says what to do, the channel isn't ready until it polls alone again; then all goes on."""
    conflict = error(409, "Conflict: terminated by other getUpdates request")
    wait = Answer(hang=True, json={"ok": True, "result": []})
    provider.answer("/getUpdates", conflict, conflict, updates(update(7, message=message(text=WORDS))), wait)
    storage = Storage()
    with captured_logs(*PRIVATE) as logged:
        channel = TelegramChannel(settings_for(provider.url, retry_first=0.05, retry_max=0.05), storage, at_noon)
        async with running(channel):
            await provider.until("/getUpdates", 1)
            async with asyncio.timeout(5):
                while not channel._poller.rivalled:  # noqa: ASYNC110 - no event tells of it
                    await asyncio.sleep(0)
                await channel._watch.until_answers()
            # Telegram answers, and yet:
            assert not channel.ready()
            await storage.until(1)
            await provider.until("/getUpdates", 4)
            assert channel.ready()
    assert "a second program takes this bot's updates" in logged.getvalue()


async def test_one_unreadable_update_does_not_hold_up_the_others(provider: FakeProvider) -> None:
    """An update that can't be read is passed on as ignored, and what isn't one is skipped, beside good ones."""
    provider.answer(
        "/getUpdates",
        updates("nonsense", update(7, message=5), update(8, message=message(text="a"))),
        Answer(hang=True, json={"ok": True, "result": []}),
    )
    storage = Storage()
    async with running(TelegramChannel(settings_for(provider.url), storage, at_noon)):
        await provider.until("/getUpdates", 2)
    assert [event.event_id for event in storage.events] == ["7", "8"]
    assert asked(provider) == [None, 9]


async def test_short_polling_pauses_between_empty_answers(provider: FakeProvider) -> None:
    """Below a second Telegram is asked to answer at once and asked again after the pause."""
    provider.answer("/getUpdates", updates(), updates(), Answer(hang=True, json={"ok": True, "result": []}))
    async with running(TelegramChannel(settings_for(provider.url, poll_timeout=0.001), Storage(), at_noon)):
        calls = await provider.until("/getUpdates", 3)
    assert json.loads(calls[0].body)["timeout"] == 0


async def test_stopping_is_quick_and_confirms_nothing_unstored(provider: FakeProvider) -> None:
    """A stop while an update is being stored ends at once and asks for nothing later."""
    provider.answer("/getUpdates", updates(update(7, message=message(text="a"))), updates())
    begun = asyncio.Event()

    async def never(_event: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    channel = TelegramChannel(settings_for(provider.url), never, at_noon)
    await channel.start()
    async with asyncio.timeout(10):
        await begun.wait()
    async with asyncio.timeout(1):
        await channel.stop()
    assert asked(provider) == [None]


async def test_a_telegram_that_is_away_is_asked_until_it_answers(provider: FakeProvider) -> None:
    """The start doesn't fail without Telegram; the channel becomes ready when it is back."""
    provider.answer("/deleteWebhook", Answer(502, text="away"), Answer(cut=True), OK)
    with captured_logs(*PRIVATE) as log:
        channel = TelegramChannel(settings_for(provider.url), Storage(), at_noon)
        assert not channel.ready()
        async with running(channel):
            await provider.until("/getUpdates", 1)
            assert channel.ready()
    assert log.getvalue().count("provider does not answer") == 2


async def test_a_lost_connection_shows_and_heals(provider: FakeProvider) -> None:
    """A send without an answer makes the channel unready until Telegram answers again."""
    provider.answer("/sendMessage", Answer(cut=True))
    async with running(TelegramChannel(webhook_settings(provider.url), Storage(), at_noon)) as channel:
        await provider.until("/setWebhook", 1)
        provider.answer("/setWebhook", Answer(hang=True, json=OK.json))
        with pytest.raises(Exception, match="disconnected"):
            await channel.send(outbound())
        assert not channel.ready()
        await provider.until("/setWebhook", 2)
        provider.released.set()
        async with asyncio.timeout(10):
            await channel._watch.until_answers()
        assert channel.ready()


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


# Changes, reactions, receipts, menus

_CHANGE = {"text": "new words", "edits": "31", "otherwise": "Sam (changed): new words"}


async def test_a_change_edits_the_earlier_message(provider: FakeProvider) -> None:
    """A change is made where the message stands, and its id stays."""
    provider.answer("/editMessageText", SENT_ANSWER)
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        assert await channel.send(outbound(**_CHANGE)) == "31"
    sent = json.loads(provider.made("/editMessageText")[0].body)
    assert (sent["chat_id"], sent["message_id"], sent["text"]) == (700000001, 31, "new words")
    assert provider.made("/sendMessage") == []


async def test_a_message_is_taken_away(provider: FakeProvider) -> None:
    """What is to go is deleted; nothing is sent in its place."""
    provider.answer("/deleteMessage", Answer(json={"ok": True, "result": True}))
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        assert await channel.send(outbound(text="taken out", deletes="31")) == ""
    assert json.loads(provider.made("/deleteMessage")[0].body) == {"chat_id": 700000001, "message_id": 31}
    assert provider.made("/sendMessage") + provider.made("/editMessageText") == []


async def test_a_message_that_is_gone_already(provider: FakeProvider) -> None:
    """Somebody deleted it themself: there is nothing left to do."""
    provider.answer("/deleteMessage", error(400, "Bad Request: message to delete not found"))
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        assert await channel.send(outbound(text="taken out", deletes="31")) == ""
    assert provider.made("/editMessageText") == []


@pytest.mark.parametrize("answer", ["", "message is not modified", "message to edit not found"])
async def test_a_message_that_is_too_old_is_written_over(provider: FakeProvider, answer: str) -> None:
    """After 48 hours a bot can't delete: the text takes the place of the words, once."""
    provider.answer("/deleteMessage", error(400, "Bad Request: message can't be deleted for everyone"))
    provider.answer("/editMessageText", error(400, f"Bad Request: {answer}") if answer else SENT_ANSWER)
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        assert await channel.send(outbound(text="taken out", deletes="31")) == ""
    sent = json.loads(provider.made("/editMessageText")[0].body)
    assert (sent["message_id"], sent["text"]) == (31, "taken out")


@pytest.mark.parametrize("deleting", ["chat not found", "message can't be deleted"])
async def test_a_message_that_can_be_neither_deleted_nor_changed(provider: FakeProvider, deleting: str) -> None:
    """Any other refusal is a failure, as that of a text would be."""
    provider.answer("/deleteMessage", error(400, f"Bad Request: {deleting}"))
    provider.answer("/editMessageText", error(400, "Bad Request: chat not found"))
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        with pytest.raises(SendFailed):
            await channel.send(outbound(text="taken out", deletes="31"))


async def test_a_change_of_a_caption(provider: FakeProvider) -> None:
    """The words below a file are changed by the call for captions, which knows no text and no previews."""
    provider.answer("/editMessageCaption", SENT_ANSWER)
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        assert await channel.send(outbound(**_CHANGE, edits_caption=True)) == "31"
    sent = json.loads(provider.made("/editMessageCaption")[0].body)
    assert sent == {"chat_id": 700000001, "message_id": 31, "caption": "new words"}
    assert provider.made("/sendMessage") + provider.made("/editMessageText") == []


async def test_a_caption_that_is_gone_is_sent_as_a_text(provider: FakeProvider) -> None:
    """When the file was deleted, the words go out as a text, with their mark and as sendMessage wants them."""
    provider.answer("/editMessageCaption", error(400, "Bad Request: message to edit not found"))
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        assert await channel.send(outbound(**_CHANGE, edits_caption=True)) == "77"
    sent = json.loads(provider.made("/sendMessage")[0].body)
    assert sent["text"] == "Sam (changed): new words"
    assert "caption" not in sent


@pytest.mark.parametrize(
    "refusal",
    [
        "message to edit not found",
        "message can't be edited",
        "MESSAGE_ID_INVALID",
        "there is no text in the message to edit",
        "there is no caption in the message to edit",
    ],
)
@pytest.mark.parametrize("otherwise", ["Sam (changed): new words", None])
async def test_what_cannot_be_changed_is_sent_anew(provider: FakeProvider, refusal: str, otherwise: str | None) -> None:
    """When the earlier message is gone, the text that is there for this goes out as a new one."""
    provider.answer("/editMessageText", error(400, f"Bad Request: {refusal}"))
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        assert await channel.send(outbound(**(_CHANGE | {"otherwise": otherwise}))) == "77"
    assert json.loads(provider.made("/sendMessage")[0].body)["text"] == (otherwise or "new words")


async def test_a_change_that_was_made_before(provider: FakeProvider) -> None:
    """A change that a lost answer makes us repeat is done already."""
    provider.answer("/editMessageText", error(400, "Bad Request: message is not modified"))
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        assert await channel.send(outbound(**_CHANGE)) == "31"
    assert provider.made("/sendMessage") == []


async def test_a_change_that_is_refused_for_another_reason(provider: FakeProvider) -> None:
    """Any other refusal is one of the message."""
    provider.answer("/editMessageText", error(400, "Bad Request: chat not found"))
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        with pytest.raises(SendFailed, match="telegram:400"):
            await channel.send(outbound(**_CHANGE))


@pytest.mark.parametrize(("emoji", "reaction"), [("👍", [{"type": "emoji", "emoji": "👍"}]), ("", [])])
async def test_a_reaction_is_set(provider: FakeProvider, emoji: str, reaction: list[object]) -> None:
    """An emoji is set on the message, or taken away; there is no id of it."""
    provider.answer("/setMessageReaction", OK)
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        assert await channel.send(outbound(text="", reply_to="31", reaction=emoji)) == ""
    sent = json.loads(provider.made("/setMessageReaction")[0].body)
    assert sent == {"chat_id": 700000001, "message_id": 31, "reaction": reaction}
    assert provider.made("/sendMessage") == []


async def test_a_reaction_that_cannot_be_set(provider: FakeProvider) -> None:
    """A message that is gone or an emoji that no bot may set is no failure; a block is."""
    answers = error(400, "Bad Request: REACTION_INVALID"), error(403, "Forbidden: bot was blocked by the user")
    provider.answer("/setMessageReaction", *answers)
    with captured_logs(*PRIVATE):
        async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
            assert await channel.send(outbound(text="", reply_to="31", reaction="👍")) == ""
            assert await channel.send(outbound(text="", reaction="👍")) == ""
            with pytest.raises(SendFailed, match="telegram:403"):
                await channel.send(outbound(text="", reply_to="31", reaction="👍"))


async def test_a_receipt_is_a_dove(provider: FakeProvider) -> None:
    """That a message went is shown on the message itself."""
    provider.answer("/setMessageReaction", OK)
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
        await channel.show_sent("700000001", "31")
    sent = json.loads(provider.made("/setMessageReaction")[0].body)
    assert sent == {"chat_id": 700000001, "message_id": 31, "reaction": [{"type": "emoji", "emoji": "🕊"}]}


@pytest.mark.parametrize(("refusal", "calls"), [(error(429, "Too Many", retry_after=30), 1), (error(400, "Gone"), 2)])
async def test_a_receipt_that_fails_is_left_out(provider: FakeProvider, refusal: Answer, calls: int) -> None:
    """A receipt is never repeated and never raises; when Telegram wants a rest there are none for a while."""
    provider.answer("/setMessageReaction", refusal)
    with captured_logs(*PRIVATE) as log:
        async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
            await channel.show_sent("700000001", "31")
            await channel.show_sent("700000001", "32")
    assert len(provider.made("/setMessageReaction")) == calls
    assert "receipt left out" in log.getvalue()


@pytest.mark.parametrize("answer", [OK, error(400, "Bad Request: BOT_COMMAND_INVALID"), Answer(text="words")])
async def test_a_menu_follows_its_message(provider: FakeProvider, answer: Answer) -> None:
    """The menu of a chat is set after the message that brings it; that it can't be set is no failure of the message."""
    provider.answer("/setMyCommands", answer)
    with captured_logs(*PRIVATE):
        async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon)) as channel:
            assert await channel.send(outbound(menu=(("help", "what you can do"),))) == "77"
    assert json.loads(provider.made("/setMyCommands")[0].body) == {
        "commands": [{"command": "help", "description": "what you can do"}],
        "scope": {"type": "chat", "chat_id": 700000001},
    }


async def test_the_menu_for_anybody_is_set_at_the_start(provider: FakeProvider) -> None:
    """As soon as Telegram answers, chats without a menu of their own get the one for anybody."""
    provider.answer("/setMyCommands", OK)
    menu = (("help", "what you can do"),)
    async with running(TelegramChannel(settings_for(provider.url), Storage(), at_noon, menu)):
        (call,) = await provider.until("/setMyCommands", 1)
    assert json.loads(call.body)["scope"] == {"type": "all_private_chats"}
