"""What people do on their phones, as Telegram's Bot API writes it (core.telegram.org/bots/api, "Available types")."""

from typing import Any

from bot.sandbox.phones import Blocked, Happening, Message, Phone, Pressed, Raw, Reacted, Wrote
from bot.sandbox.world import TelegramAccount
from handlers.events import Channel
from handlers.outbound import Option

Json = dict[str, Any]

# What stands in a message for each kind of attachment; made up.
_FILE: Json = {"file_id": "sandbox-file", "file_unique_id": "sandbox-unique", "file_size": 2048}
_ATTACHMENTS: dict[str, object] = {
    "photo": [{**_FILE, "width": 320, "height": 240}],
    "voice": {**_FILE, "duration": 3, "mime_type": "audio/ogg"},
    "video": {**_FILE, "duration": 3, "width": 320, "height": 240},
    "sticker": {
        **_FILE,
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
    },
    "document": {**_FILE, "file_name": "notes.pdf", "mime_type": "application/pdf"},
    "contact": {"phone_number": "+447700900999", "first_name": "Alex"},
    "location": {"latitude": 51.5, "longitude": -0.12},
}


def _attached(kind: str, message: Message) -> object:
    """An attachment of a message; a file is called by the message's own id, under which it can be fetched."""
    found = _ATTACHMENTS[kind]
    if isinstance(found, list):
        # A smaller size comes first.
        thumb = {**found[0], "file_id": f"thumb-{message.id}", "width": 90, "height": 67, "file_size": 900}
        return [thumb, {**found[0], "file_id": f"file-{message.id}"}]
    return {**found, "file_id": f"file-{message.id}"} if isinstance(found, dict) and "file_id" in found else found


def bot_json(account: TelegramAccount) -> Json:
    """The bot itself, as `User`."""
    return {
        "id": int(account.token.partition(":")[0]),
        "is_bot": True,
        "first_name": account.name,
        "username": account.username,
    }


def keyboard_json(buttons: tuple[tuple[Option, ...], ...]) -> Json:
    """Rows of buttons, as `InlineKeyboardMarkup`."""
    return {"inline_keyboard": [[{"text": o.label, "callback_data": o.data} for o in row] for row in buttons]}


def message_json(phone: Phone, message: Message, account: TelegramAccount) -> Json:
    """A message in the chat of this phone, as `Message`."""
    body: Json = {
        "message_id": int(message.id),
        "date": int(message.at.timestamp()),
        "chat": _chat(phone),
        "from": _user(phone) if message.mine else bot_json(account),
    }
    attached = {kind: _attached(kind, message) for kind in message.attachments if kind in _ATTACHMENTS}
    if message.album:
        body["media_group_id"] = message.album
    body.update(attached)
    if message.text:
        body["caption" if attached else "text"] = message.text
        if entities := _entities(message.text):
            body["caption_entities" if attached else "entities"] = entities
    if message.buttons:
        body["reply_markup"] = keyboard_json(message.buttons)
    if message.reply_to and (earlier := phone.message(message.reply_to)):
        body["reply_to_message"] = message_json(phone, _without_reply(earlier), account)
    return body


def update_json(happening: Happening, account: TelegramAccount) -> tuple[str, str, Json] | None:
    """A happening on Telegram as (kind of update, chat id, the value of that kind); None for anything else."""
    match happening:
        case Wrote(phone=phone, message=message, edited=edited) if phone.channel is Channel.TELEGRAM:
            body = message_json(phone, message, account)
            if edited:
                body["edit_date"] = body["date"]
            return "edited_message" if edited else "message", phone.address, body
        case Pressed(phone=phone):
            return "callback_query", phone.address, _press_json(happening, account)
        case Reacted(phone=phone):
            return "message_reaction", phone.address, _reaction_json(happening)
        case Blocked(phone=phone):
            return "my_chat_member", phone.address, _block_json(happening, account)
        case Raw(channel=Channel.TELEGRAM, payload=payload):
            kind = next(iter(payload), "")
            return kind, _raw_chat(payload.get(kind)), payload
    return None


def _press_json(press: Pressed, account: TelegramAccount) -> Json:
    return {
        "id": press.press_id,
        "from": _user(press.phone),
        "message": message_json(press.phone, press.message, account),
        "chat_instance": f"sandbox-{press.phone.address}",
        "data": press.option.data,
    }


def _reaction_json(reaction: Reacted) -> Json:
    return {
        "chat": _chat(reaction.phone),
        "message_id": int(reaction.message_id),
        "user": _user(reaction.phone),
        "date": int(reaction.at.timestamp()),
        "old_reaction": _reactions(reaction.before),
        "new_reaction": _reactions(reaction.emoji),
    }


def _block_json(block: Blocked, account: TelegramAccount) -> Json:
    bot = bot_json(account)
    gone = {"status": "kicked", "user": bot, "until_date": 0}
    here = {"status": "member", "user": bot}
    return {
        "chat": _chat(block.phone),
        "from": _user(block.phone),
        "date": int(block.at.timestamp()),
        "old_chat_member": here if block.blocked else gone,
        "new_chat_member": gone if block.blocked else here,
    }


def _raw_chat(body: object) -> str:
    chat = body.get("chat") if isinstance(body, dict) else None
    return str(chat.get("id", "")) if isinstance(chat, dict) else ""


def _reactions(emoji: str | None) -> list[Json]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def _user(phone: Phone) -> Json:
    user: Json = {"id": int(phone.address), "is_bot": False, "first_name": phone.first_name or phone.id}
    if phone.username:
        user["username"] = phone.username
    return {**user, "language_code": "en"}


def _chat(phone: Phone) -> Json:
    chat = {key: value for key, value in _user(phone).items() if key in {"id", "first_name", "username"}}
    return {**chat, "type": "private"}


def _entities(text: str) -> list[Json]:
    """The command at the start, if there is one; lengths in UTF-16 units."""
    if not text.startswith("/"):
        return []
    command = text.split(maxsplit=1)[0]
    return [{"type": "bot_command", "offset": 0, "length": len(command.encode("utf-16-le")) // 2}]


def _without_reply(message: Message) -> Message:
    return Message(id=message.id, mine=message.mine, text=message.text, at=message.at, buttons=message.buttons)
