"""What a provider calls over HTTP: the webhooks of a channel, without a web framework."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.channels.base import ChannelPort


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One call of a webhook."""

    body: bytes
    # Header names are found in any case.
    headers: Mapping[str, str]
    # What stood behind the question mark, exactly as it was received; empty when there was none.
    query: str = ""


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What the provider is told."""

    status: int
    body: bytes = b""
    media_type: str | None = None


# Returns after the event is durably stored, or with a status that makes the provider send it again. Never raises.
Hook = Callable[[HookRequest], Awaitable[HookAnswer]]


class WebChannel(ChannelPort, Protocol):
    """A channel whose provider may call it over HTTP."""

    def hooks(self) -> Mapping[str, Hook]:
        """The paths below PUBLIC_URL that the provider calls, each with what answers it; empty when it calls none."""
