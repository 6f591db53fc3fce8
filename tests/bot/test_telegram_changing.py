"""What Telegram can do besides texts: changes, reactions, receipts, menus."""

import json

import pytest

from bot.channels.base import SendFailed
from bot.channels.telegram import TelegramChannel
from tests.bot.providers import Answer, FakeProvider, Storage, at_noon, captured_logs
from tests.bot.telegram_bot import OK, PRIVATE, SENT_ANSWER, error, outbound, provider, running, settings_for

__all__ = ["provider"]

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
