"""The port that every channel fills: how a message leaves, how events come in, what may go wrong."""

from collections.abc import Awaitable, Callable
from typing import Protocol, runtime_checkable

from handlers.events import Channel, DeliveryReport, Event, Fate
from handlers.outbound import Outbound

# Called with each event that arrives. It returns after the event is durably stored (only then may the provider be
# told that it was received) and raises `NotStored` when it could not be: then the provider must be made to repeat it.
Receive = Callable[[Event], Awaitable[None]]


class NotStored(Exception):
    """The event could not be stored; the provider must be asked to send it again."""


class SendFailed(Exception):
    """A provider did not take a message.

    `code` is a short stable name ("telegram:403", "twilio:21610", "timeout"), never a provider's text and never a
    word of the message. `retry` tells whether trying again can help; `retry_after` (seconds) is the provider's own
    wish. `unreachable` means that this address can't be reached until the person comes back; `opted_out` that the
    person said STOP to the provider. `maybe_sent` means that the answer was lost: the message may have gone.
    `tried` is False when the provider wasn't even asked, because it is too early: that is no failure of the message.
    """

    def __init__(
        self,
        code: str,
        *,
        retry: bool,
        retry_after: float | None = None,
        unreachable: bool = False,
        opted_out: bool = False,
        maybe_sent: bool = False,
        tried: bool = True,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retry = retry
        self.retry_after = retry_after
        self.unreachable = unreachable
        self.opted_out = opted_out
        self.maybe_sent = maybe_sent
        self.tried = tried

    @property
    def fate(self) -> Fate:
        """What it means for the message."""
        if self.opted_out:
            return Fate.OPTED_OUT
        if self.unreachable:
            return Fate.GONE
        return Fate.RETRY if self.retry else Fate.GIVE_UP


class FetchFailed(Exception):
    """A file could not be fetched. `code` is a short stable name; `retry` tells whether trying again can help."""

    def __init__(self, code: str, *, retry: bool) -> None:
        super().__init__(code)
        self.code = code
        self.retry = retry


class ChannelPort(Protocol):
    """One way to reach people. Made by the wiring with its settings and a `Receive`; knows nothing about mentoring."""

    channel: Channel

    async def start(self) -> None:
        """Open connections and begin to receive. Must not raise when the provider is away: it keeps trying."""

    async def stop(self) -> None:
        """Stop receiving, let running sends end, close connections. Safe to call twice."""

    async def send(self, message: Outbound) -> str:
        """Deliver one message and return the provider's id of it. Raises `SendFailed` and nothing else."""

    async def fetch(self, ref: str, limit: int) -> bytes:
        """Fetch a file of at most `limit` bytes from the provider's own host. Raises `FetchFailed` and nothing else.

        How long that may take is up to the caller, who cancels it.
        """

    async def answer_press(self, press_id: str) -> None:
        """Tell the provider that a pressed button was seen. Never raises; does nothing where there are no buttons."""

    async def show_sent(self, address: str, provider_ref: str) -> None:
        """Show somebody on their own message that it went. Never raises; does nothing where that takes a message."""

    def ready(self) -> bool:
        """Whether the provider answered lately: what `/health/ready` asks."""

    async def check(self) -> str | None:
        """Ask the provider once who we are: None when all is well, else one clear sentence (for `telementor check`)."""


@runtime_checkable
class ReportingPort(ChannelPort, Protocol):
    """A channel whose provider says later what became of a message, and can be asked."""

    async def ask(self, provider_ref: str) -> DeliveryReport | None:
        """Ask once what became of a message; None when the provider knows no end of it, or nothing of it at all.

        Raises `SendFailed` when the provider did not answer.
        """
