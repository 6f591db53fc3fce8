"""How the twilio library talks HTTP here: over aiohttp, with a time limit and without logging or keeping anything.

The library's own async client has no time limit, logs addresses and keeps the last request, words included.
"""

import asyncio
import base64
from collections.abc import Mapping

import aiohttp
from twilio.http.response import Response

from bot.channels.base import FetchFailed
from bot.channels.download import download


class ConnectFailed(Exception):
    """No connection could be made: nothing was sent."""


class AnswerLost(Exception):
    """The connection broke or the time ran out after the request may have left."""


class TwilioHttp:
    """One pool of connections to Twilio.

    `timeout` is how long a whole call may take, in seconds, connecting included (connecting alone at most half of
    it); `connections` is how many calls may run at once. Proxies and passwords from the environment are not used.
    """

    # What the library looks at before an asynchronous call.
    is_async = True

    def __init__(self, *, timeout: float, connections: int) -> None:
        self._timeout = timeout
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def is_open(self) -> bool:
        """Whether calls can be made."""
        return self._session is not None

    def open(self) -> None:
        """Open the pool inside a running event loop. Nothing is contacted yet."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._timeout / 2),
            )

    async def close(self) -> None:
        """Close all connections. Safe to call twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def request(  # noqa: PLR0913, PLR0917 - the library's signature
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the limit of the pool holds
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002 - redirects are never followed
    ) -> Response:
        """Make one call. Raises `ConnectFailed` and `AnswerLost`; neither names an address."""
        if self._session is None:
            raise ConnectFailed
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = _basic(auth)
        try:
            # aiohttp's own limit can swallow a cancellation that comes in the same moment; asyncio's can't.
            async with (
                asyncio.timeout(self._timeout),
                self._session.request(
                    method, url, params=_texts(params), data=_texts(data), headers=sent, allow_redirects=False
                ) as response,
            ):
                return Response(response.status, await response.text(errors="replace"), response.headers)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise ConnectFailed from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise AnswerLost from None

    async def download(self, url: str, limit: int, *, auth: tuple[str, str] | None = None) -> bytes | str:
        """Read a file of at most `limit` bytes, or where a redirect leads to. Raises `FetchFailed`."""
        if self._session is None:
            raise FetchFailed("media:network", retry=True)
        return await download(
            self._session, url, limit, headers=None if auth is None else {"Authorization": _basic(auth)}
        )


def _basic(auth: tuple[str, str]) -> str:
    return "Basic " + base64.b64encode(":".join(auth).encode()).decode()


def _texts(fields: Mapping[str, object] | None) -> dict[str, str] | None:
    return {name: str(value) for name, value in fields.items()} if fields else None
