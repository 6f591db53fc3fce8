"""The methods of the Bot API that the adapter uses, with Telegram's own answers.

Facts are from core.telegram.org/bots/api.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.constants import ReactionEmoji

from bot.sandbox.answers import Upload
from bot.sandbox.phones import Message, Phone
from bot.sandbox.telegram_feed import TelegramFeed, Webhook, webhook_info
from bot.sandbox.telegram_parameters import (
    RefusalError,
    buttons_in,
    caption_in,
    is_true,
    message_in,
    phone_in,
    reply_to_in,
    text_in,
    whole_number,
)
from bot.sandbox.telegram_payloads import bot_json, message_json
from bot.sandbox.world import World
from handlers.events import Channel
from handlers.outbound import Option

_CONFLICT_HOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
CONFLICT_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
# Bot API, BotCommand and ReactionTypeEmoji.
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_EMOJI = frozenset(emoji.value for emoji in ReactionEmoji)
# Kinds that have a caption: Bot API, editMessageCaption.
_CAPTIONED = frozenset({"photo", "voice", "video", "audio", "document", "animation"})

Method = Callable[[World, TelegramFeed, dict[str, Any]], Awaitable[object]]


async def _get_me(world: World, _feed: TelegramFeed, _sent: dict[str, Any]) -> object:
    return {
        **bot_json(world.telegram),
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


async def _get_updates(_world: World, feed: TelegramFeed, sent: dict[str, Any]) -> object:
    if feed.webhook is not None:
        raise RefusalError(409, _CONFLICT_HOOK)
    feed.allow(sent.get("allowed_updates"))
    limit = min(max(whole_number(sent, "limit", 100), 1), 100)
    updates = await feed.poll(whole_number(sent, "offset", 0), limit, min(max(whole_number(sent, "timeout", 0), 0), 50))
    if updates is None:
        raise RefusalError(409, CONFLICT_POLL)
    return updates


async def _set_webhook(_world: World, feed: TelegramFeed, sent: dict[str, Any]) -> object:
    url = str(sent.get("url", ""))
    secret = str(sent["secret_token"]) if sent.get("secret_token") else None
    hook = Webhook(url=url, secret=secret, max_connections=whole_number(sent, "max_connections", 40)) if url else None
    feed.allow(sent.get("allowed_updates"))
    await feed.set_webhook(hook, drop_pending=is_true(sent, "drop_pending_updates"))
    return True


async def _delete_webhook(_world: World, feed: TelegramFeed, sent: dict[str, Any]) -> object:
    await feed.set_webhook(None, drop_pending=is_true(sent, "drop_pending_updates"))
    return True


async def _webhook_info(_world: World, feed: TelegramFeed, _sent: dict[str, Any]) -> object:
    return webhook_info(feed)


async def _send_message(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    phone, text, buttons = phone_in(world, sent), text_in(sent), buttons_in(sent)
    message = world.deliver(phone, text, buttons=buttons, reply_to=reply_to_in(phone, sent))
    return message_json(phone, message, world.telegram)


async def _get_file(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    name = str(sent.get("file_id", "")).removeprefix("file-")
    data = world.file(Channel.TELEGRAM, name)
    if data is None:
        raise RefusalError(400, "Bad Request: invalid file_id")
    return {"file_id": f"file-{name}", "file_unique_id": name, "file_size": len(data), "file_path": f"files/{name}"}


def _send_file(field: str) -> Method:
    """The method that sends a new file of one kind."""

    async def send(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
        phone, buttons, upload, caption = phone_in(world, sent), buttons_in(sent), sent.get(field), caption_in(sent)
        if not isinstance(upload, Upload):
            raise RefusalError(400, "Bad Request: wrong file identifier/HTTP URL specified")
        message = world.deliver(
            phone,
            caption,
            buttons=buttons,
            attachments=(field,),
            data=upload.data,
            file_name=upload.name,
            reply_to=reply_to_in(phone, sent),
        )
        return message_json(phone, message, world.telegram)

    return send


async def _edit_text(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    phone, text = phone_in(world, sent), text_in(sent)
    message = message_in(phone, sent, "edit")
    if message.attachments:
        raise RefusalError(400, "Bad Request: there is no text in the message to edit")
    return _edit_words(world, phone, message, text, buttons_in(sent))


async def _edit_caption(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    phone, caption = phone_in(world, sent), caption_in(sent)
    message = message_in(phone, sent, "edit")
    if not _CAPTIONED.issuperset(message.attachments) or not message.attachments:
        raise RefusalError(400, "Bad Request: there is no caption in the message to edit")
    return _edit_words(world, phone, message, caption, buttons_in(sent))


def _edit_words(
    world: World, phone: Phone, message: Message, text: str, buttons: tuple[tuple[Option, ...], ...]
) -> object:
    if (message.text, message.buttons) == (text, buttons):
        raise RefusalError(400, "Bad Request: message is not modified")
    message.text, message.buttons, message.edited = text, buttons, True
    world.changes.bump()
    return message_json(phone, message, world.telegram)


async def _edit_markup(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    phone, buttons = phone_in(world, sent), buttons_in(sent)
    message = message_in(phone, sent, "edit")
    if message.buttons == buttons:
        raise RefusalError(400, "Bad Request: message is not modified")
    message.buttons = buttons
    world.changes.bump()
    return message_json(phone, message, world.telegram)


async def _delete(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    message_in(phone_in(world, sent), sent, "delete", of_bot=False).deleted = True
    world.changes.bump()
    return True


async def _answer_press(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    if not world.answer_press(str(sent.get("callback_query_id", ""))):
        raise RefusalError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    return True


async def _react(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    message = message_in(phone_in(world, sent), sent, "react", of_bot=False)
    reactions = sent.get("reaction") or []
    emoji = str(reactions[0].get("emoji", "")) if reactions else None
    if emoji is not None and emoji not in _EMOJI:
        raise RefusalError(400, "Bad Request: REACTION_INVALID")
    message.reaction = emoji
    world.changes.bump()
    return True


async def _chat_action(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    phone_in(world, sent)
    return True


async def _set_commands(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    try:
        menu = tuple((str(one["command"]), str(one["description"])) for one in sent["commands"])
    except (KeyError, TypeError):
        raise RefusalError(400, "Bad Request: can't parse commands") from None
    if not all(_COMMAND.fullmatch(name) and 1 <= len(does) <= 256 for name, does in menu):
        raise RefusalError(400, "Bad Request: BOT_COMMAND_INVALID")
    scope = sent.get("scope") or {}
    if scope.get("type") == "chat":
        phone_in(world, scope).menu = menu
    else:
        world.telegram.menu = menu
    world.changes.bump()
    return True


METHODS: dict[str, Method] = {
    "getme": _get_me,
    "getupdates": _get_updates,
    "setwebhook": _set_webhook,
    "deletewebhook": _delete_webhook,
    "getwebhookinfo": _webhook_info,
    "sendmessage": _send_message,
    "getfile": _get_file,
    **{
        f"send{field.replace('_', '')}": _send_file(field)
        for field in ("photo", "voice", "video", "video_note", "audio", "document", "sticker", "animation")
    },
    "editmessagetext": _edit_text,
    "editmessagecaption": _edit_caption,
    "editmessagereplymarkup": _edit_markup,
    "deletemessage": _delete,
    "answercallbackquery": _answer_press,
    "setmessagereaction": _react,
    "sendchataction": _chat_action,
    "setmycommands": _set_commands,
}
