"""What a call of a Telegram bot brings: its parameters, each read, or refused (`RefusalError`) as Telegram does."""

from typing import Any

from bot.sandbox.phones import Message, Phone
from bot.sandbox.world import World
from handlers.events import Channel
from handlers.outbound import CAPTION_LIMIT, Option, text_length, text_limit


class RefusalError(Exception):
    """An error answer of Telegram: `code` is both HTTP status and error_code."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(code)
        self.code = code
        self.description = description


def whole_number(sent: dict[str, Any], name: str, default: int) -> int:
    """A whole number, which a form carries as text."""
    try:
        return int(sent.get(name, default))
    except (TypeError, ValueError):
        raise RefusalError(400, f"Bad Request: {name} must be an integer") from None


def is_true(sent: dict[str, Any], name: str) -> bool:
    """Whether a parameter says yes, as JSON or as a form does."""
    return str(sent.get(name, "")).lower() in {"true", "1"}


def phone_in(world: World, sent: dict[str, Any]) -> Phone:
    """The phone whose chat a call is about, if the bot may write there."""
    phone = world.phone_at(Channel.TELEGRAM, str(sent.get("chat_id", "")))
    if phone is None:
        raise RefusalError(400, "Bad Request: chat not found")
    if phone.blocked:
        raise RefusalError(403, "Forbidden: bot was blocked by the user")
    if not phone.started:
        raise RefusalError(403, "Forbidden: bot can't initiate conversation with a user")
    return phone


def message_in(phone: Phone, sent: dict[str, Any], deed: str, *, of_bot: bool = True) -> Message:
    """The message that a call is about; `of_bot`: only one of the bot's own will do."""
    message = phone.message(str(sent.get("message_id", "")))
    if message is None:
        raise RefusalError(400, f"Bad Request: message to {deed} not found")
    if of_bot and message.mine:
        raise RefusalError(400, f"Bad Request: message can't be {deed}ed")
    return message


def text_in(sent: dict[str, Any]) -> str:
    """The words of a message."""
    text = sent.get("text")
    if not isinstance(text, str) or not text.strip():
        raise RefusalError(400, "Bad Request: message text is empty")
    if text_length(Channel.TELEGRAM, text) > text_limit(Channel.TELEGRAM):
        raise RefusalError(400, "Bad Request: message is too long")
    return text


def caption_in(sent: dict[str, Any]) -> str:
    """The words of a file; "" for none."""
    caption = str(sent.get("caption") or "")
    if text_length(Channel.TELEGRAM, caption) > CAPTION_LIMIT:
        raise RefusalError(400, "Bad Request: message caption is too long")
    return caption


def buttons_in(sent: dict[str, Any]) -> tuple[tuple[Option, ...], ...]:
    """The buttons under a message, row by row."""
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


def reply_to_in(phone: Phone, sent: dict[str, Any]) -> str | None:
    """The message that this one answers; None where there is none, or it may go without."""
    reply = sent.get("reply_parameters") or {}
    reply_to = str(reply["message_id"]) if "message_id" in reply else None
    if reply_to is not None and phone.message(reply_to) is None:
        if not is_true(reply, "allow_sending_without_reply"):
            raise RefusalError(400, "Bad Request: message to be replied not found")
        return None
    return reply_to
