"""Files on Telegram: fetched from its own host, and sent as new uploads with a name that says nothing."""

import re
from typing import Any

from telegram import InputFile
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.base import FetchFailed
from bot.channels.telegram_bot import LeanBot
from bot.channels.telegram_request import AiohttpRequest
from handlers.outbound import OutboundFile

# A path becomes part of an address that holds the token: no dots that climb, no other host, no query.
_PATH = re.compile(r"[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*")
# Bot API: the method that sends a kind, and the parameter that the file goes into.
_METHODS = {
    "photo": ("sendPhoto", "photo"),
    "voice": ("sendVoice", "voice"),
    "video": ("sendVideo", "video"),
    "video_note": ("sendVideoNote", "video_note"),
    "audio": ("sendAudio", "audio"),
    "document": ("sendDocument", "document"),
    "sticker": ("sendSticker", "sticker"),
    "animation": ("sendAnimation", "animation"),
}
# What a name must end with so that Telegram and the recipient's telephone know what to do with the file.
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "application/x-tgsticker": "tgs",
}


async def fetch(bot: LeanBot, calls: AiohttpRequest, ref: str, limit: int) -> bytes:
    """Fetch the file that Telegram calls `ref`. Raises `FetchFailed` and nothing else."""
    try:
        path = await bot.file_path(ref)
    except (BadRequest, Forbidden):
        # It is too large for bots, or Telegram no longer has it.
        raise FetchFailed("media:refused", retry=False) from None
    except TelegramError:
        raise FetchFailed("media:network", retry=True) from None
    if not _PATH.fullmatch(path):
        raise FetchFailed("media:path", retry=False)
    return await calls.download(f"{bot.base_file_url}/{path}", limit)


def captioned(fields: dict[str, Any]) -> dict[str, Any]:
    """What `fields` say of a message (Bot API, sendMessage), for one whose text is the caption of a file."""
    message = {name: value for name, value in fields.items() if name not in {"text", "link_preview_options"}}
    if fields["text"]:
        message["caption"] = fields["text"]
    return message


async def send_file(bot: LeanBot, fields: dict[str, Any], file: OutboundFile, limit: float) -> str:
    """Send a file with what `fields` say of a message, its text as the caption, within `limit` seconds.

    Returns Telegram's id of the message. Raises the library's errors.
    """
    # Bot API, sendVoice, sendPhoto and so on: what isn't of the kind's own type can still go as a document.
    kind = "document" if file.kind == "sticker" and file.mime == "image/png" else file.kind
    method, field = _METHODS[kind]
    message = captioned(fields)
    if kind == "document":
        message["disable_content_type_detection"] = True
    name = f"file.{_ENDINGS.get(file.mime, 'bin')}"
    return await bot.upload(method, message, field, InputFile(file.data, filename=name), limit)
