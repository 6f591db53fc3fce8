"""The small sign on somebody's own message that it went: the least important of all calls."""

import asyncio

import structlog

from bot.channels.telegram_bot import LeanBot
from bot.channels.telegram_calls import react
from bot.channels.telegram_errors import send_failed
from handlers.events import Channel

log = structlog.get_logger(__name__)

# One of the emoji that every account may set (Bot API, ReactionTypeEmoji).
WENT = "🕊"
# So many seconds no receipt is set after Telegram refused one, unless it asks for longer.
_REST = 1.0


class Receipts:
    """Sets receipts, unless Telegram lately refused one: they must not use up what messages need."""

    def __init__(self, bot: LeanBot) -> None:
        self._bot = bot
        self._not_before = 0.0

    async def show(self, chat: str, ref: str) -> None:
        """Mark a message as passed on. Never raises and never repeats: a receipt that fails is left out."""
        now = asyncio.get_running_loop().time()
        if now < self._not_before:
            return
        try:
            await react(self._bot, chat, ref, WENT)
        except Exception as error:  # noqa: BLE001 - whatever it is, the message itself has gone
            failure = send_failed(error)
            if failure.retry:
                self._not_before = now + max(failure.retry_after or 0.0, _REST)
            log.info("receipt left out", channel=Channel.TELEGRAM, code=failure.code)
