"""The calls of the Bot API that one outgoing message takes: a text, a file, a change or end of another, a reaction."""

from collections.abc import Sequence
from typing import Any

import structlog
from telegram.error import BadRequest

from bot.channels.telegram_bot import LeanBot
from bot.channels.telegram_errors import send_failed
from bot.channels.telegram_files import captioned, send_file
from handlers.events import Channel
from handlers.outbound import Outbound

log = structlog.get_logger(__name__)

# The Bot API tells these from other bad requests by its description only.
_SAME_AS_BEFORE = "not modified"
_GONE = ("message to delete not found", "message_id_invalid")
_TOO_LATE = "can't be deleted"
_NOT_TO_BE_EDITED = (
    "message to edit not found",
    "can't be edited",
    "message_id_invalid",
    # "… in the message to edit"
    "there is no text",
    "there is no caption",
)


async def make(bot: LeanBot, message: Outbound, file_timeout: float) -> str:
    """Make the calls for one message; return Telegram's id of it, "" for a reaction or an end.

    Raises the library's errors.

    `file_timeout` is how long sending a file may take, in seconds.
    """
    if message.reaction is not None:
        await _react(bot, message)
        return ""
    if message.deletes is not None:
        await _delete(bot, message, message.deletes)
        return ""
    if message.file is not None:
        return await send_file(bot, send_message(message), message.file, file_timeout)
    ref = await bot.send(send_message(message)) if message.edits is None else await _edit(bot, message, message.edits)
    if message.menu:
        await set_menu(bot, message.menu, {"type": "chat", "chat_id": int(message.address)})
    return ref


async def _edit(bot: LeanBot, message: Outbound, ref: str) -> str:
    fields = send_message(message)
    method, change = ("editMessageCaption", captioned(fields)) if message.edits_caption else ("editMessageText", fields)
    try:
        await bot.call(method, {**change, "message_id": int(ref)})
    except BadRequest as error:
        said = error.message.lower()
        if _SAME_AS_BEFORE in said:
            return ref
        if not any(words in said for words in _NOT_TO_BE_EDITED):
            raise
        return await bot.send({**fields, "text": message.otherwise or message.text})
    return ref


async def _delete(bot: LeanBot, message: Outbound, ref: str) -> None:
    """Take an earlier message away. After 48 hours a bot can't: then the text takes its place (Bot API)."""
    try:
        await bot.call("deleteMessage", {"chat_id": int(message.address), "message_id": int(ref)})
    except BadRequest as error:
        said = error.message.lower()
        if any(words in said for words in _GONE):
            return
        if _TOO_LATE not in said:
            raise
        await _put_in_place(bot, message, ref)


async def _put_in_place(bot: LeanBot, message: Outbound, ref: str) -> None:
    try:
        await bot.call("editMessageText", {**send_message(message), "message_id": int(ref)})
    except BadRequest as error:
        said = error.message.lower()
        if not any(words in said for words in (_SAME_AS_BEFORE, *_NOT_TO_BE_EDITED)):
            raise


async def _react(bot: LeanBot, message: Outbound) -> None:
    if message.reply_to is None:
        return
    try:
        await react(bot, message.address, message.reply_to, message.reaction or "")
    except BadRequest as error:
        # The message is gone, or the emoji is none that a bot may set: nobody is waiting for it.
        log.info("reaction not set", channel=Channel.TELEGRAM, code=send_failed(error).code)


async def react(bot: LeanBot, chat: str, ref: str, emoji: str) -> None:
    """Set the bot's one reaction on a message, or take it away with "". Raises the library's errors."""
    reaction = [{"type": "emoji", "emoji": emoji}] if emoji else []
    await bot.call("setMessageReaction", {"chat_id": int(chat), "message_id": int(ref), "reaction": reaction})


async def set_menu(bot: LeanBot, menu: Sequence[tuple[str, str]], scope: dict[str, Any]) -> None:
    """Set the menu of commands of a `BotCommandScope`. A failure is only logged: the commands work without it."""
    commands = [{"command": name, "description": does} for name, does in menu]
    try:
        await bot.call("setMyCommands", {"commands": commands, "scope": scope})
    except Exception as error:  # noqa: BLE001 - what was said has gone, and must not go again because of a menu
        log.warning("menu not set", channel=Channel.TELEGRAM, code=send_failed(error).code)


def send_message(message: Outbound) -> dict[str, Any]:
    """The parameters of the Bot API's sendMessage: plain text, no previews, one button in each row."""
    fields: dict[str, Any] = {
        "chat_id": int(message.address),
        "text": message.text,
        "link_preview_options": {"is_disabled": True},
    }
    if message.options:
        rows = [[{"text": option.label, "callback_data": option.data}] for option in message.options]
        fields["reply_markup"] = {"inline_keyboard": rows}
    if message.reply_to is not None:
        # The message may have been deleted since; the answer goes out all the same.
        fields["reply_parameters"] = {"message_id": int(message.reply_to), "allow_sending_without_reply": True}
    return fields
