"""The provider side of Telegram: the methods of the Bot API that the adapter uses, with Telegram's own answers.

Facts are from core.telegram.org/bots/api.
"""

import hmac
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.constants import ReactionEmoji

from bot.sandbox.answers import UnreadableError, Upload, fields, with_faults
from bot.sandbox.faults import Fault
from bot.sandbox.phones import Message, Phone
from bot.sandbox.telegram_feed import TelegramFeed, Webhook, webhook_info
from bot.sandbox.telegram_payloads import bot_json, message_json
from bot.sandbox.world import World
from handlers.events import Channel
from handlers.outbound import CAPTION_LIMIT, Option, text_length, text_limit

_CONFLICT_HOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
_CONFLICT_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_USUAL = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: _CONFLICT_POLL,
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
# Bot API, BotCommand and ReactionTypeEmoji.
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_EMOJI = frozenset(emoji.value for emoji in ReactionEmoji)
# Kinds that have a caption: Bot API, editMessageCaption.
_CAPTIONED = frozenset({"photo", "voice", "video", "audio", "document", "animation"})
# Parameters that a form carries as JSON text.
_NESTED = ("reply_markup", "reply_parameters", "allowed_updates", "reaction", "commands", "scope")
# Calls that say nothing to anybody and come all the time.
_NOT_NOTED = frozenset({"getUpdates"})


class RefusalError(Exception):
    """An error answer of Telegram: `code` is both HTTP status and error_code."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(code)
        self.code = code
        self.description = description


Method = Callable[[World, TelegramFeed, dict[str, Any]], Awaitable[object]]


def telegram_routes(world: World, feed: TelegramFeed) -> list[Route]:
    """`/bot<token>/<method>`, for GET and POST."""

    async def call(request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["method"]
        if not hmac.compare_digest(token.encode(), world.telegram.token.encode()):
            return _error(401, "Unauthorized")
        method = _METHODS.get(name.lower())
        if method is None:
            return _error(404, "Not Found: method not found")
        try:
            sent = _unnest(await fields(request))
        except UnreadableError:
            return _error(400, "Bad Request: can't parse the request")
        chat = str(sent["chat_id"]) if "chat_id" in sent else None
        if name not in _NOT_NOTED:
            text = str(sent.get("text") or sent.get("caption") or "")
            world.note_call(Channel.TELEGRAM, name, sent, address=chat, text=text)

        async def accept() -> Response:
            try:
                result = await method(world, feed, sent)
            except RefusalError as refusal:
                return _error(refusal.code, refusal.description)
            return JSONResponse({"ok": True, "result": result})

        return await with_faults(world.faults, name, chat, accept=accept, refuse=_refuse)

    return [
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
        Route("/file/bot{token}/files/{name}", _file_route(world)),
    ]


def _file_route(world: World) -> Callable[[Request], Awaitable[Response]]:
    """`/file/bot<token>/<path>`: what `getFile` pointed at."""

    async def file(request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["name"]
        if not hmac.compare_digest(token.encode(), world.telegram.token.encode()):
            return _error(401, "Unauthorized")

        async def accept() -> Response:
            data = world.file(Channel.TELEGRAM, name)
            return _error(404, "Not Found") if data is None else Response(data)

        return await with_faults(world.faults, "file", None, accept=accept, refuse=_refuse)

    return file


def _error(code: int, description: str, parameters: dict[str, Any] | None = None) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    headers = {}
    if parameters:
        body["parameters"] = parameters
        headers["Retry-After"] = str(parameters["retry_after"])
    return JSONResponse(body, code, headers=headers)


def _refuse(fault: Fault) -> Response:
    status = fault.status or 500
    description = fault.description or _USUAL.get(status, "Error")
    if fault.retry_after is None:
        return _error(status, description)
    return _error(status, f"{description}: retry after {fault.retry_after}", {"retry_after": fault.retry_after})


def _unnest(sent: dict[str, Any]) -> dict[str, Any]:
    for name in _NESTED:
        if isinstance(sent.get(name), str):
            try:
                sent[name] = json.loads(sent[name])
            except ValueError:
                raise UnreadableError from None
    return sent


def _whole(sent: dict[str, Any], name: str, default: int) -> int:
    try:
        return int(sent.get(name, default))
    except (TypeError, ValueError):
        raise RefusalError(400, f"Bad Request: {name} must be an integer") from None


def _true(sent: dict[str, Any], name: str) -> bool:
    return str(sent.get(name, "")).lower() in {"true", "1"}


def _phone(world: World, sent: dict[str, Any]) -> Phone:
    phone = world.phone_at(Channel.TELEGRAM, str(sent.get("chat_id", "")))
    if phone is None:
        raise RefusalError(400, "Bad Request: chat not found")
    if phone.blocked:
        raise RefusalError(403, "Forbidden: bot was blocked by the user")
    if not phone.started:
        raise RefusalError(403, "Forbidden: bot can't initiate conversation with a user")
    return phone


def _message(phone: Phone, sent: dict[str, Any], deed: str, *, of_bot: bool = True) -> Message:
    message = phone.message(str(sent.get("message_id", "")))
    if message is None:
        raise RefusalError(400, f"Bad Request: message to {deed} not found")
    if of_bot and message.mine:
        raise RefusalError(400, f"Bad Request: message can't be {deed}ed")
    return message


def _text(sent: dict[str, Any]) -> str:
    text = sent.get("text")
    if not isinstance(text, str) or not text.strip():
        raise RefusalError(400, "Bad Request: message text is empty")
    if text_length(Channel.TELEGRAM, text) > text_limit(Channel.TELEGRAM):
        raise RefusalError(400, "Bad Request: message is too long")
    return text


def _buttons(sent: dict[str, Any]) -> tuple[tuple[Option, ...], ...]:
    markup = sent.get("reply_markup") or {}
    try:
        rows = tuple(
            tuple(Option(str(button["text"]), str(button["callback_data"])) for button in row)
            for row in markup.get("inline_keyboard", [])
        )
    except (AttributeError, KeyError, TypeError):
        raise RefusalError(400, "Bad Request: can't parse reply keyboard markup JSON object") from None
    for row in rows:
        for option in row:
            if not 1 <= len(option.data.encode()) <= 64:
                raise RefusalError(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows


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
    limit = min(max(_whole(sent, "limit", 100), 1), 100)
    updates = await feed.poll(_whole(sent, "offset", 0), limit, min(max(_whole(sent, "timeout", 0), 0), 50))
    if updates is None:
        raise RefusalError(409, _CONFLICT_POLL)
    return updates


async def _set_webhook(_world: World, feed: TelegramFeed, sent: dict[str, Any]) -> object:
    url = str(sent.get("url", ""))
    secret = str(sent["secret_token"]) if sent.get("secret_token") else None
    hook = Webhook(url=url, secret=secret, max_connections=_whole(sent, "max_connections", 40)) if url else None
    feed.allow(sent.get("allowed_updates"))
    await feed.set_webhook(hook, drop_pending=_true(sent, "drop_pending_updates"))
    return True


async def _delete_webhook(_world: World, feed: TelegramFeed, sent: dict[str, Any]) -> object:
    await feed.set_webhook(None, drop_pending=_true(sent, "drop_pending_updates"))
    return True


async def _webhook_info(_world: World, feed: TelegramFeed, _sent: dict[str, Any]) -> object:
    return webhook_info(feed)


async def _send_message(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    phone, text, buttons = _phone(world, sent), _text(sent), _buttons(sent)
    message = world.deliver(phone, text, buttons=buttons, reply_to=_reply_to(phone, sent))
    return message_json(phone, message, world.telegram)


def _reply_to(phone: Phone, sent: dict[str, Any]) -> str | None:
    reply = sent.get("reply_parameters") or {}
    reply_to = str(reply["message_id"]) if "message_id" in reply else None
    if reply_to is not None and phone.message(reply_to) is None:
        if not _true(reply, "allow_sending_without_reply"):
            raise RefusalError(400, "Bad Request: message to be replied not found")
        return None
    return reply_to


async def _get_file(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    name = str(sent.get("file_id", "")).removeprefix("file-")
    data = world.file(Channel.TELEGRAM, name)
    if data is None:
        raise RefusalError(400, "Bad Request: invalid file_id")
    return {"file_id": f"file-{name}", "file_unique_id": name, "file_size": len(data), "file_path": f"files/{name}"}


def _send_file(field: str) -> Method:
    """The method that sends a new file of one kind."""

    async def send(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
        phone, buttons, upload, caption = _phone(world, sent), _buttons(sent), sent.get(field), _caption(sent)
        if not isinstance(upload, Upload):
            raise RefusalError(400, "Bad Request: wrong file identifier/HTTP URL specified")
        message = world.deliver(
            phone,
            caption,
            buttons=buttons,
            attachments=(field,),
            data=upload.data,
            file_name=upload.name,
            reply_to=_reply_to(phone, sent),
        )
        return message_json(phone, message, world.telegram)

    return send


def _caption(sent: dict[str, Any]) -> str:
    caption = str(sent.get("caption") or "")
    if text_length(Channel.TELEGRAM, caption) > CAPTION_LIMIT:
        raise RefusalError(400, "Bad Request: message caption is too long")
    return caption


async def _edit_text(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    phone, text = _phone(world, sent), _text(sent)
    message = _message(phone, sent, "edit")
    if message.attachments:
        raise RefusalError(400, "Bad Request: there is no text in the message to edit")
    return _edit_words(world, phone, message, text, _buttons(sent))


async def _edit_caption(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    phone, caption = _phone(world, sent), _caption(sent)
    message = _message(phone, sent, "edit")
    if not _CAPTIONED.issuperset(message.attachments) or not message.attachments:
        raise RefusalError(400, "Bad Request: there is no caption in the message to edit")
    return _edit_words(world, phone, message, caption, _buttons(sent))


def _edit_words(
    world: World, phone: Phone, message: Message, text: str, buttons: tuple[tuple[Option, ...], ...]
) -> object:
    if (message.text, message.buttons) == (text, buttons):
        raise RefusalError(400, "Bad Request: message is not modified")
    message.text, message.buttons, message.edited = text, buttons, True
    world.changes.bump()
    return message_json(phone, message, world.telegram)


async def _edit_markup(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    phone, buttons = _phone(world, sent), _buttons(sent)
    message = _message(phone, sent, "edit")
    if message.buttons == buttons:
        raise RefusalError(400, "Bad Request: message is not modified")
    message.buttons = buttons
    world.changes.bump()
    return message_json(phone, message, world.telegram)


async def _delete(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    _message(_phone(world, sent), sent, "delete", of_bot=False).deleted = True
    world.changes.bump()
    return True


async def _answer_press(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    if not world.answer_press(str(sent.get("callback_query_id", ""))):
        raise RefusalError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    return True


async def _react(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    message = _message(_phone(world, sent), sent, "react", of_bot=False)
    reactions = sent.get("reaction") or []
    emoji = str(reactions[0].get("emoji", "")) if reactions else None
    if emoji is not None and emoji not in _EMOJI:
        raise RefusalError(400, "Bad Request: REACTION_INVALID")
    message.reaction = emoji
    world.changes.bump()
    return True


async def _chat_action(world: World, _feed: TelegramFeed, sent: dict[str, Any]) -> object:
    _phone(world, sent)
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
        _phone(world, scope).menu = menu
    else:
        world.telegram.menu = menu
    world.changes.bump()
    return True


_METHODS: dict[str, Method] = {
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
