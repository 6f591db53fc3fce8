"""How the sandbox's providers call the service: plain POSTs to loopback, and to nothing else."""

import ipaddress
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp

# Twilio gives a webhook 15 seconds (Twilio docs, "Webhooks: connection overrides"); Telegram gives more.
_SECONDS = 15.0


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address (without port) is this machine's own loopback."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Poster:
    """Posts to the service; an async context manager.

    Each post opens a connection of its own, so that a restart of the service never meets a stale one.
    """

    def __init__(self, proxy: Callable[[], tuple[str, str] | None]) -> None:
        # Asked for each post; see `World.proxy`.
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=0), timeout=aiohttp.ClientTimeout(total=_SECONDS)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def post(
        self,
        url: str,
        *,
        json: object = None,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> int | None:
        """Post JSON or a form; return the status, or None when nobody answered or the address isn't loopback."""
        proxy = self._proxy()
        if proxy is not None and url.startswith(proxy[0]):
            url = proxy[1] + url.removeprefix(proxy[0])
        if self._session is None or not is_loopback(urlsplit(url).hostname):
            return None
        try:
            async with self._session.post(url, json=json, data=form, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None
