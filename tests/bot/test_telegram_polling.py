"""Polling Telegram: confirmed after all is stored, in order for each chat, whatever goes wrong."""

import asyncio
import json
from typing import Any

import pytest

from bot.channels.base import NotStored
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_events import ALLOWED_UPDATES
from tests.bot.providers import Answer, FakeProvider, Storage, at_noon, captured_logs
from tests.bot.telegram_bot import (
    OK,
    PRIVATE,
    WORDS,
    asked,
    error,
    outbound,
    provider,
    running,
    settings_for,
    updates,
    webhook_settings,
)
from tests.bot.telegram_payloads import message, update

__all__ = ["provider"]


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
