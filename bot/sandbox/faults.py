"""Planned failures of a provider: what a test lets the next call of a method meet."""

import asyncio
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one call. Make them with the functions below.

    The order of events is: wait for `release`, let the call take effect if `accept`, then cut the connection, or
    answer with `body`, or with the provider's own error form for `status`.
    """

    # The call takes effect before anything else goes wrong.
    accept: bool = False
    # The connection is closed without an answer.
    cut: bool = False
    # The call waits until this is set.
    release: asyncio.Event | None = None
    # HTTP status of the answer; None together with no `body` and no `cut` lets the call go on as usual.
    status: int | None = None
    # A whole answer that is not in the provider's form.
    body: str | None = None
    # Seconds that the provider asks to wait (Telegram: parameters.retry_after; both: the Retry-After header).
    retry_after: int | None = None
    # The provider's words, or its number for the error (Twilio's `code`); the side fills in usual ones.
    description: str | None = None
    code: int | None = None


def refused(
    status: int, *, retry_after: int | None = None, description: str | None = None, code: int | None = None
) -> Fault:
    """Answer with this HTTP status in the provider's error form; the call has no effect."""
    return Fault(status=status, retry_after=retry_after, description=description, code=code)


def garbage(body: str = "<html>bad gateway</html>", *, status: int = 200) -> Fault:
    """Answer with something that isn't the provider's JSON; the call has no effect."""
    return Fault(body=body, status=status)


def cut() -> Fault:
    """Close the connection without an answer; the call has no effect."""
    return Fault(cut=True)


def answer_lost() -> Fault:
    """Let the call take effect, then close the connection without an answer."""
    return Fault(accept=True, cut=True)


def held(release: asyncio.Event) -> Fault:
    """Keep the call waiting until `release` is set, then go on as usual."""
    return Fault(release=release)


class FaultPlan:
    """The failures that are planned: each is used once, in the order planned, by the first call that it fits."""

    def __init__(self) -> None:
        self._planned: deque[tuple[str, str | None, Fault]] = deque()

    def plan(self, method: str, fault: Fault, *, address: str | None = None, times: int = 1) -> None:
        """Let the next `times` calls of `method` (only those for `address`, if given) meet `fault`.

        Methods are Telegram's names ("sendMessage"), and for Twilio "Messages.create", "Messages.list",
        "Messages.fetch", "Accounts.fetch".
        """
        self._planned.extend([(method, address, fault)] * times)

    def take(self, method: str, address: str | None) -> Fault | None:
        """The fault for this call, taken out of the plan; None when the call goes well."""
        for position, (planned, only, fault) in enumerate(self._planned):
            if planned == method and (only is None or only == address):
                del self._planned[position]
                return fault
        return None

    def __len__(self) -> int:
        """How many planned failures nobody has met yet."""
        return len(self._planned)
