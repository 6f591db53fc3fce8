"""How python-telegram-bot talks HTTP here: over aiohttp, which costs a fraction of its own client's CPU."""

import asyncio
import json
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.base import FetchFailed
from bot.channels.download import download

_JSON = {"Content-Type": "application/json"}
_TOO_MANY_REQUESTS = 429


class AnswerLost(NetworkError):
    """The connection broke after the request had left: it may have been carried out."""


class TooManyRequests(TelegramError):
    """Telegram asks to wait; `retry_after` is how long, in seconds.

    (The library's own `RetryAfter` can't be made without a deprecation warning about the type of its attribute.)
    """

    def __init__(self, retry_after: float) -> None:
        super().__init__("Too many requests")
        self.retry_after = retry_after


class AiohttpRequest(BaseRequest):
    """One pool of connections to the Bot API.

    `timeout` is how long a whole call may take, in seconds, connecting included (connecting alone at most half of
    it); `connections` is how many calls may run at once, later ones wait. Proxies and passwords from the environment
    are not used.
    """

    __slots__ = ("_connections", "_session", "_timeout")

    def __init__(self, *, timeout: float, connections: int) -> None:
        self._timeout = timeout
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """How long a whole call may take by default, in seconds."""
        return self._timeout

    @property
    def is_open(self) -> bool:
        """Whether calls can be made."""
        return self._session is not None

    async def initialize(self) -> None:
        """Open the pool. Nothing is contacted yet."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._timeout / 2),
            )

    async def shutdown(self) -> None:
        """Close all connections. Safe to call twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,  # noqa: ARG002 - `read_timeout` bounds the whole
        connect_timeout: object = None,  # noqa: ARG002
        pool_timeout: object = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Make one call; return the status and the body.

        Raises `TimedOut`, `AnswerLost` (it may have been carried out), `NetworkError` (it was not) and
        `TooManyRequests`; none of them names the address, which holds the token.
        """
        if self._session is None:
            raise NetworkError("The connection pool is not open")
        body, headers = _body(request_data)
        limit = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        try:
            # aiohttp's own limit can swallow a cancellation that comes in the same moment; asyncio's can't.
            async with (
                asyncio.timeout(limit),
                self._session.request(method, url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                payload = await response.read()
                status = response.status
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NetworkError("Could not connect") from None
        except TimeoutError:
            raise TimedOut("No answer in time") from None
        except (aiohttp.ClientError, OSError):
            raise AnswerLost("The answer was lost") from None
        if status == _TOO_MANY_REQUESTS:
            raise TooManyRequests(_retry_after(payload))
        return status, payload

    async def download(self, url: str, limit: int) -> bytes:
        """Read a file of at most `limit` bytes. Raises `FetchFailed`; a redirect is not followed and fails."""
        if self._session is None:
            raise FetchFailed("media:network", retry=True)
        found = await download(self._session, url, limit)
        if isinstance(found, str):
            raise FetchFailed("media:redirect", retry=False)
        return found

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse an answer of the Bot API. Raises `TelegramError` when it isn't one, without logging what it was."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            raise TelegramError("Invalid server response") from None
        if not isinstance(answer, dict) or not isinstance(answer.get("parameters", {}), dict):
            raise TelegramError("Invalid server response")
        return answer


def _body(request_data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str] | None]:
    """What is sent, and the headers for it: JSON, or a form of parts where there is a file."""
    if request_data is None:
        return None, None
    if not request_data.contains_files:
        return json.dumps(request_data.parameters).encode(), _JSON
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, None


def _retry_after(payload: bytes) -> float:
    """What Telegram says in `parameters.retry_after` (Bot API, ResponseParameters): at most a day, by default 1 s."""
    try:
        return min(max(0.0, float(json.loads(payload)["parameters"]["retry_after"])), 86_400.0)
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        return 1.0
