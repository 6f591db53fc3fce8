"""Running the sandbox on loopback inside the current event loop."""

import contextlib
from collections.abc import AsyncIterator

from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.sandbox.answers import CUT
from bot.serving import serving


class _CuttableProtocol(HttpToolsProtocol):
    """Hands each request the means to cut its own connection, for `answers.CutConnection`."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {CUT: {"abort": self.transport.abort}}


@contextlib.asynccontextmanager
async def running(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve `app` as `bot.serving` does, with connections that can be cut and event streams that end at the end."""
    async with serving(app, host=host, port=port, http=_CuttableProtocol) as address:
        try:
            yield address
        finally:
            _close_world(app)


def _close_world(app: ASGIApp) -> None:
    """Let long polls and event streams of a sandbox end, so that the server needn't wait for them."""
    close = getattr(getattr(app, "state", None), "close_world", None)
    if close is not None:
        close()
