"""Fetching the texts whose webhook failed: Twilio calls it once, and keeps the message in its list."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from twilio.rest import Client

from bot.channels.base import Receive
from bot.channels.pauses import pauses
from bot.channels.receiving import try_receive
from bot.channels.sms_errors import send_failed
from bot.channels.sms_records import as_event, list_inbound, webhook_tells_more
from bot.settings import Settings

log = structlog.get_logger(__name__)

# So far a usual round looks back, in seconds: much longer than a webhook may take.
_HOUR = timedelta(hours=1)


class CatchUp:
    """Hands in, oldest first, what Twilio's list has of inbound texts. What was received before has no effect.

    The first round looks back as far as the settings say, each later one for an hour, or to the last that succeeded.
    """

    def __init__(self, settings: Settings, client: Client, receive: Receive, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._client = client
        self._receive = receive
        self._now = now
        self._through: datetime | None = None
        # What the last round handed in: it need not be stored again to be known.
        self._handed_in: set[str] = set()
        # Set when the first round is over, however it ended.
        self.looked = asyncio.Event()

    async def run(self) -> None:
        """A round at once and then one every so often; a round that failed is tried again sooner. Never ends."""
        settings = self._settings
        while True:
            for pause in pauses(settings.retry_first, settings.retry_max):
                done = await self.round()
                self.looked.set()
                if done:
                    break
                await asyncio.sleep(min(pause, settings.twilio_catch_up))
            await asyncio.sleep(settings.twilio_catch_up)

    async def round(self) -> bool:
        """Fetch and hand in once; False when Twilio did not answer, or something could not be handed in yet."""
        begun = self._now()
        try:
            stored = await self._hand_in(self._since(begun))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            log.warning("texts not fetched", code=send_failed(error).code)
            return False
        if stored:
            self._through = begun
        return stored

    def _since(self, now: datetime) -> datetime:
        if self._through is None:
            return now - timedelta(seconds=self._settings.twilio_look_back)
        return min(now, self._through) - _HOUR

    async def _hand_in(self, since: datetime) -> bool:
        settings, known = self._settings, set()
        for message in await list_inbound(self._client, to=settings.twilio_from, since=since):
            sid = str(message.sid)
            if sid not in self._handed_in:
                if webhook_tells_more(message, self._now()):
                    # What came after it is for a later round too: the order is kept.
                    return False
                event = await as_event(message, settings.twilio_api_url, self._now())
                if event is not None and not await try_receive(self._receive, event):
                    return False
            known.add(sid)
        self._handed_in = known
        return True
