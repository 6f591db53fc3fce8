"""Long polling that confirms an update only after it is stored.

Telegram forgets an update as soon as it is asked for a later one (Bot API, getUpdates, offset). So the next question
waits until every update of the last answer is committed; after a crash or a failure the same ones come again.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from bot.channels.base import Receive
from bot.channels.pauses import pauses
from bot.channels.receiving import try_receive
from bot.channels.telegram_bot import LeanBot
from bot.channels.telegram_errors import CONFLICT, is_silence, send_failed
from bot.channels.telegram_events import ALLOWED_UPDATES, NotAnUpdate, chat_of, parse_update
from bot.channels.watch import Watch
from bot.settings import Settings
from handlers.events import Channel, Event

log = structlog.get_logger(__name__)

# Telegram gives updates to one poller or one webhook (Bot API, getUpdates: error 409).
_RIVAL = "a second program takes this bot's updates: stop it, or give it a bot of its own"
# So many times longer are the pauses while that is so.
_RIVAL_PAUSES = 5


class Poller:
    """Asks Telegram for updates, hands them on and confirms them. `now` gives the present time (aware)."""

    def __init__(
        self, bot: LeanBot, watch: Watch, receive: Receive, now: Callable[[], datetime], settings: Settings
    ) -> None:
        self._bot = bot
        self._watch = watch
        self._receive = receive
        self._now = now
        self._settings = settings
        # The first update to ask for; asking confirms all before it.
        self._offset: int | None = None
        # Whether somebody else takes updates with the same token, so that each takes them away from the other.
        self.rivalled = False

    async def run(self) -> None:
        """Poll for ever. Whatever goes wrong, it goes on after a pause; only cancelling ends it."""
        while True:
            for pause in pauses(self._settings.retry_first, self._settings.retry_max):
                await self._watch.until_answers()
                if await self.poll_once():
                    break
                # Two that ask in turn would only throw each other out the faster.
                await asyncio.sleep(pause * _RIVAL_PAUSES if self.rivalled else pause)

    async def poll_once(self) -> bool:
        """Ask once and hand on what comes; False when it has to be asked again after a pause."""
        timeout = self._settings.poll_timeout
        try:
            updates = await self._bot.updates(self._offset, int(timeout), ALLOWED_UPDATES)
        except Exception as error:  # noqa: BLE001 - nothing that a provider answers may end the loop
            self._note(error)
            return False
        if self.rivalled:
            self.rivalled = False
            log.info("polling alone again", channel=Channel.TELEGRAM)
        if not updates and timeout < 1:
            await asyncio.sleep(timeout)  # Telegram waits in whole seconds only
        return await self._hand_on(updates)

    def _note(self, error: Exception) -> None:
        failure = send_failed(error)
        self.rivalled = failure.code == CONFLICT
        problem = _RIVAL if self.rivalled else "polling failed"
        log.warning(problem, channel=Channel.TELEGRAM, code=failure.code)
        if is_silence(failure):
            self._watch.fell_silent()

    async def _hand_on(self, updates: Sequence[Any]) -> bool:
        """Hand on a batch, in order for each chat; move the offset when all of it is stored."""
        chats: dict[str, list[Event]] = {}
        last = None
        for update in updates:
            try:
                event = parse_update(update, self._now())
            except NotAnUpdate:
                log.warning("not an update", channel=Channel.TELEGRAM)
                continue
            chats.setdefault(chat_of(event), []).append(event)
            last = max(int(event.event_id), last or 0)
        stored = await asyncio.gather(*(self._hand_on_chat(events) for events in chats.values()))
        if all(stored) and last is not None:
            self._offset = last + 1
        # A batch without a single update would come again at once.
        return all(stored) and (last is not None or not updates)

    async def _hand_on_chat(self, events: Sequence[Event]) -> bool:
        for event in events:
            if not await try_receive(self._receive, event):
                return False
        return True
