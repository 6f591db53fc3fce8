"""What the tests of intake and sender stand on: a channel that does as it is told, and a service without a network."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.channels.base import SendFailed
from bot.intake import Intake
from bot.sender import Sender
from handlers.events import Channel
from handlers.failures import Backoff
from handlers.outbound import Outbound
from tests.handlers.town import Town

BACKOFF = Backoff(timedelta(seconds=1), timedelta(seconds=8), 4)
ASK_AFTER = timedelta(hours=1)
# Seconds that anything may take before something is broken.
PATIENCE = 20


@dataclass
class ObedientChannel:
    """A channel port whose sends succeed unless `fails` says otherwise; `gate` can hold them up."""

    channel: Channel = Channel.TELEGRAM
    # What a send of these words raises, once for each entry.
    fails: dict[str, list[BaseException]] = field(default_factory=dict)
    sent: list[Outbound] = field(default_factory=list)
    # How many sends run at the same time, at most, to each address.
    most: dict[str, int] = field(default_factory=dict)
    # What can be fetched, or what fetching it raises.
    files: dict[str, bytes | BaseException] = field(default_factory=dict)
    pressed: list[str] = field(default_factory=list)
    shown: list[tuple[str, str]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    # Set as soon as a send runs.
    sending: asyncio.Event = field(default_factory=asyncio.Event)
    _running: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def texts(self) -> list[str]:
        """What was sent, in the order in which it was."""
        return [message.text for message in self.sent]

    async def send(self, message: Outbound) -> str:
        """Send, or fail as it was told."""
        self._running[message.address] = self._running.get(message.address, 0) + 1
        self.most[message.address] = max(self.most.get(message.address, 0), self._running[message.address])
        self.sending.set()
        try:
            await self.gate.wait()
            for words, errors in self.fails.items():
                if words in message.text and errors:
                    raise errors.pop(0)
        finally:
            self._running[message.address] -= 1
        self.sent.append(message)
        return f"ref-{message.outbox_id}"

    async def fetch(self, ref: str, limit: int) -> bytes:  # noqa: ARG002 - of the port
        """Give the file of this name, or fail as it was told."""
        found = self.files[ref]
        if isinstance(found, BaseException):
            raise found
        return found

    async def start(self) -> None:
        """Nothing to open."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def answer_press(self, press_id: str) -> None:
        """Note the press."""
        self.pressed.append(press_id)

    async def show_sent(self, address: str, provider_ref: str) -> None:
        """Note what was shown to whom."""
        self.shown.append((address, provider_ref))

    def ready(self) -> bool:
        """Always."""
        return True

    async def check(self) -> str | None:
        """All is well."""
        return None


@dataclass
class Desk:
    """A sender and an intake over a town, with one channel of each kind."""

    town: Town
    sender: Sender
    intake: Intake
    telegram: ObedientChannel
    sms: ObedientChannel

    async def start(self) -> None:
        """Start the sender, which looks for deliveries of itself once at its start and then when it is woken."""
        await self.sender.start([self.telegram, self.sms])

    async def run(self, work: Callable[[], object]) -> None:
        """Do something with the town in a thread, as the command line would, and let everything be sent."""
        await asyncio.to_thread(work)
        await self.sender.idle()


def desk_for(town: Town, *, at_once: int = 8, poll_seconds: float = 3600.0) -> Desk:
    """A desk that is not started yet. It polls so seldom that only what is under test makes it send."""
    sender = Sender(
        town.database,
        town.content,
        town.clock,
        BACKOFF,
        at_once=at_once,
        poll_seconds=poll_seconds,
        ask_after=ASK_AFTER,
    )
    intake = Intake(town.database, town.content, town.clock, sender, BACKOFF)
    return Desk(town, sender, intake, ObedientChannel(), ObedientChannel(Channel.SMS))


def failed(code: str = "test:500", *, retry: bool = True, retry_after: float | None = None) -> SendFailed:
    """A provider's refusal."""
    return SendFailed(code, retry=retry, retry_after=retry_after)
