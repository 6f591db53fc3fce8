"""What the Bot API's errors mean for a message that was to be sent."""

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.channels.base import SendFailed
from bot.channels.telegram_request import AnswerLost, TooManyRequests

# The Bot API tells these from other bad requests by its description only.
_NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid", "user_id_invalid", "deactivated")
CONFLICT = "telegram:409"


def send_failed(error: Exception) -> SendFailed:  # noqa: PLR0911 - one line for each kind of error
    """Bring any error of a call down to what the sender needs to know. The error's own text is left behind."""
    match error:
        case TooManyRequests():
            return SendFailed("telegram:429", retry=True, retry_after=error.retry_after)
        case Forbidden() | ChatMigrated():  # blocked, deactivated, never begun, or no longer a private chat
            return SendFailed("telegram:403", retry=False, unreachable=True)
        case InvalidToken():  # 401 or 404: a fault in the settings, which must lose no message
            return SendFailed("telegram:token", retry=True)
        case BadRequest():  # before NetworkError, whose subclass it is
            gone = any(word in error.message.lower() for word in _NO_SUCH_CHAT)
            return SendFailed("telegram:400", retry=False, unreachable=gone)
        case Conflict():  # somebody else polls with this token, or a webhook is set: nothing was carried out
            return SendFailed(CONFLICT, retry=True)
        case TimedOut():
            return SendFailed("timeout", retry=True, maybe_sent=True)
        case AnswerLost():
            return SendFailed("disconnected", retry=True, maybe_sent=True)
        case NetworkError():
            return SendFailed("network", retry=True)
        case TelegramError():
            return SendFailed("telegram:answer", retry=True, maybe_sent=True)
    return SendFailed("telegram:unknown", retry=True, maybe_sent=True)


def is_silence(failure: SendFailed) -> bool:
    """Whether a failure says something about the provider (or the token) rather than about the message."""
    return failure.retry and failure.code != "telegram:429"
