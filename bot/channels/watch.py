"""Whether a provider answers, and asking it again until it does."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.channels.pauses import pauses

log = structlog.get_logger(__name__)


class Watch:
    """Knows whether the provider of a channel answered lately; `run` brings it back when it didn't.

    `ask` is one call that shows that all is well and returns the code of what is wrong, or None. It must not raise.
    It is made at the start and whenever the provider fell silent, with pauses from `retry_first` doubling up to
    `retry_max` seconds.
    """

    def __init__(
        self, channel: str, ask: Callable[[], Awaitable[str | None]], retry_first: float, retry_max: float
    ) -> None:
        self._channel = channel
        self._ask = ask
        self._retry = (retry_first, retry_max)
        self._answers = asyncio.Event()
        self._silent = asyncio.Event()
        self._silent.set()

    @property
    def answers(self) -> bool:
        """Whether the provider's last answer was a good one."""
        return self._answers.is_set()

    def fell_silent(self) -> None:
        """Note that a call got no answer: `run` asks until there is one."""
        self._answers.clear()
        self._silent.set()

    async def until_answers(self) -> None:
        """Return as soon as the provider answers."""
        await self._answers.wait()

    async def run(self) -> None:
        """Ask whenever the provider is silent. Never ends by itself."""
        while True:
            await self._silent.wait()
            await self._ask_until_answered()

    async def _ask_until_answered(self) -> None:
        for pause in pauses(*self._retry):
            code = await self._ask()
            if code is None:
                self._silent.clear()
                self._answers.set()
                log.info("provider answers", channel=self._channel)
                return
            log.warning("provider does not answer", channel=self._channel, code=code, pause=pause)
            await asyncio.sleep(pause)
