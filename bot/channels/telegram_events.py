"""Telegram's updates read into events. Pure: it looks at nothing but the update and never raises for a bad one.

Updates are read as the plain JSON of the Bot API (field names below are its own), because reading them into the
library's types costs forty times as much CPU and fails as a whole when one unimportant field is not as expected.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from telegram.constants import ChatMemberStatus, ChatType, MessageAttachmentType, MessageType, UpdateType

from bot.channels.unicode import storable
from handlers.events import Channel, Event, Ignored, Inbound, MediaRef, Unreachable

# What Telegram is asked to send; a poll's answers and the like are of no use here.
ALLOWED_UPDATES = (
    UpdateType.MESSAGE.value,
    UpdateType.EDITED_MESSAGE.value,
    UpdateType.CALLBACK_QUERY.value,
    UpdateType.MY_CHAT_MEMBER.value,
    UpdateType.MESSAGE_REACTION.value,
)

_ATTACHMENTS = frozenset({kind.value for kind in MessageAttachmentType} | {MessageType.CHECKLIST.value})
# Notes of Telegram itself about the chat ("message pinned", …): nobody said anything.
_SERVICE = frozenset(kind.value for kind in MessageType) - _ATTACHMENTS - {"text", "effect_id", "reply_to_story"}
# Words and addresses that come beside the text of a message, as paths of field names; lists are walked through.
_BESIDE = (
    ("quote", "text"),
    ("contact", "first_name"),
    ("contact", "last_name"),
    ("contact", "phone_number"),
    ("contact", "vcard"),
    ("poll", "question"),
    ("poll", "options", "text"),
    ("checklist", "title"),
    ("checklist", "tasks", "text"),
    ("venue", "title"),
    ("venue", "address"),
    ("document", "file_name"),
    ("audio", "file_name"),
    ("video", "file_name"),
    ("animation", "file_name"),
    ("external_reply", "contact", "phone_number"),
    ("external_reply", "poll", "question"),
    ("external_reply", "document", "file_name"),
)
# What a text refers to: words of a message in this chat, or a message in another.
_MARKS = ("quote", "external_reply")
# Reactions that no bot can set (Bot API, ReactionType).
_OTHER_REACTIONS = ("custom_emoji", "paid")
# An emoji is a few code points long, however it is put together.
_LONGEST_EMOJI = 32
# Kinds that are one file each (Bot API, Message); a photo is a list of sizes.
_FILES = ("voice", "audio", "video", "video_note", "animation", "document", "sticker")
# An id is a whole number of at most 52 bits (Bot API, Chat.id); update ids are smaller still.
_LARGEST_ID = 2**53


class NotAnUpdate(Exception):
    """What was received has no update id, so it isn't an update and can't be acknowledged."""


class _Unreadable(Exception):
    """A field that must be there isn't, or is of another type."""


def parse_update(update: object, now: datetime) -> Event:
    """Read one update. `now` (aware) is used where Telegram gives no time.

    Groups, channels, other bots and kinds without use become `Ignored`, and so do updates that can't be read (kind
    "unreadable"). Raises `NotAnUpdate` when there isn't even an id.
    """
    fields = update if isinstance(update, dict) else {}
    update_id = fields.get("update_id")
    if not _is_id(update_id):
        raise NotAnUpdate
    event_id = str(update_id)
    kind = next((str(name) for name in fields if name != "update_id"), "empty")
    try:
        match kind:
            case "message" | "edited_message":
                return _message(event_id, fields[kind], now, edited=kind == "edited_message")
            case "callback_query":
                return _press(event_id, fields[kind], now)
            case "my_chat_member":
                return _membership(event_id, fields[kind], now)
            case "message_reaction":
                return _reaction(event_id, fields[kind], now)
    except _Unreadable:
        return _ignored(event_id, "unreadable", now)
    return _ignored(event_id, kind[:40], now)


def chat_of(event: Event) -> str:
    """What events must be handled in order for: the chat, or "" where there is none."""
    return event.sender if isinstance(event, Inbound | Unreachable) else ""


def _message(event_id: str, raw: object, now: datetime, *, edited: bool) -> Event:
    message = _object(raw)
    chat = _object(message.get("chat"))
    if chat.get("type") != ChatType.PRIVATE:
        return _ignored(event_id, "chat", now)
    if _optional(message, "from").get("is_bot") is True:
        return _ignored(event_id, "bot", now)
    if edited and "location" in message:
        # Somebody who shares where they are moves on: that is no change of words.
        return _ignored(event_id, "live_location", now)
    text = message.get("text", message.get("caption", ""))
    attachments = tuple(name for name in message if name in _ATTACHMENTS)
    if not text and not attachments:
        service = next((name for name in message if name in _SERVICE), None)
        if service is not None:
            return _ignored(event_id, service, now)
        # A kind that is newer than this program: somebody sent something, and it must not pass unseen.
        attachments = ("unknown",)
    replied = _optional(message, "reply_to_message")
    return Inbound(
        channel=Channel.TELEGRAM,
        event_id=event_id,
        sender=_id(chat, "id"),
        text=_text(text),
        message_ref=_id(message, "message_id"),
        reply_to=_id(replied, "message_id") if replied else None,
        attachments=attachments,
        media=tuple(_media(message)),
        album=_album(message.get("media_group_id")),
        hidden=tuple(_hidden(message)),
        # Most messages have none of these fields.
        beside=tuple(storable(words) for path in _BESIDE if path[0] in message for words in _texts(message, path)),
        marks=tuple(mark for mark in _MARKS if _optional(message, mark)),
        forwarded=bool(_optional(message, "forward_origin")),
        edited=edited,
        at=_time(message.get("edit_date") if edited else message.get("date"), now),
    )


def _press(event_id: str, raw: object, now: datetime) -> Event:
    query = _object(raw)
    message = _optional(query, "message")
    data = query.get("data")
    if not isinstance(data, str) or not message or _optional(message, "chat").get("type") != ChatType.PRIVATE:
        return _ignored(event_id, "callback_query", now)
    return Inbound(
        channel=Channel.TELEGRAM,
        event_id=event_id,
        sender=_id(_object(message.get("chat")), "id"),
        # The message that carries the button.
        reply_to=_id(message, "message_id"),
        button=_text(data),
        press_id=_text(query.get("id")),
        at=now,
    )


def _membership(event_id: str, raw: object, now: datetime) -> Event:
    change = _object(raw)
    chat = _object(change.get("chat"))
    status = _object(change.get("new_chat_member")).get("status")
    if chat.get("type") != ChatType.PRIVATE or status not in (ChatMemberStatus.BANNED, ChatMemberStatus.MEMBER):
        return _ignored(event_id, "my_chat_member", now)
    return Unreachable(
        channel=Channel.TELEGRAM,
        event_id=event_id,
        sender=_id(chat, "id"),
        blocked=status == ChatMemberStatus.BANNED,
        at=_time(change.get("date"), now),
    )


def _reaction(event_id: str, raw: object, now: datetime) -> Event:
    change = _object(raw)
    chat = _object(change.get("chat"))
    if chat.get("type") != ChatType.PRIVATE:
        return _ignored(event_id, "message_reaction", now)
    reactions = _list(change.get("new_reaction"))
    emoji = [found for one in reactions if isinstance(found := one.get("emoji"), str) and len(found) <= _LONGEST_EMOJI]
    others = tuple(kind if (kind := one.get("type")) in _OTHER_REACTIONS else "unknown" for one in reactions)
    return Inbound(
        channel=Channel.TELEGRAM,
        event_id=event_id,
        sender=_id(chat, "id"),
        reply_to=_id(change, "message_id"),
        # A bot sets one only: the one that was added last.
        reaction=storable(emoji[-1]) if emoji else "",
        attachments=() if emoji else others,
        at=_time(change.get("date"), now),
    )


def _media(message: Mapping[str, Any]) -> Iterator[MediaRef]:
    """The file of a message: of a photo the largest size; an animation also stands there as a document."""
    sizes = [size for size in _list(message.get("photo")) if isinstance(size.get("file_id"), str)]
    if sizes:
        yield _file("photo", max(sizes, key=lambda size: (_number(size, "width"), _number(size, "file_size"))))
        return
    for kind in _FILES:
        file = _optional(message, kind)
        if isinstance(file.get("file_id"), str):
            yield _file(kind, file)
            return


def _file(kind: str, fields: Mapping[str, Any]) -> MediaRef:
    mime, emoji = fields.get("mime_type"), fields.get("emoji")
    return MediaRef(
        kind=kind,
        ref=storable(fields["file_id"]),
        mime=storable(mime) if isinstance(mime, str) else None,
        size=_number(fields, "file_size") or None,
        emoji=storable(emoji) if isinstance(emoji, str) else None,
    )


def _number(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    return value if _is_id(value) and isinstance(value, int) else 0


def _album(value: object) -> str | None:
    return storable(value)[:100] if isinstance(value, str) and value else None


def _hidden(message: Mapping[str, Any]) -> Iterator[str]:
    for name in ("entities", "caption_entities"):
        for entity in _list(message.get(name)):
            if isinstance(url := entity.get("url"), str):
                yield storable(url)
            if _is_id(user := _optional(entity, "user").get("id")):
                yield f"tg://user?id={user}"
    yield from (storable(url) for url in _texts(message, ("link_preview_options", "url")))


def _texts(value: object, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner, path)
    elif not path:
        if isinstance(value, str) and value:
            yield value
    elif isinstance(value, dict):
        yield from _texts(value.get(path[0]), path[1:])


def _ignored(event_id: str, kind: str, now: datetime) -> Ignored:
    return Ignored(channel=Channel.TELEGRAM, event_id=event_id, kind=kind, at=now)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_ID


def _id(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not _is_id(value):
        raise _Unreadable
    return str(value)


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Unreadable
    return value


def _optional(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[dict[str, Any]]:
    return [inner for inner in value if isinstance(inner, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Unreadable
    return storable(value)


def _time(value: object, now: datetime) -> datetime:
    """A Unix time in seconds; `now` when it is none."""
    if isinstance(value, int) and 0 < value < 2**33:
        return datetime.fromtimestamp(value, UTC)
    return now
