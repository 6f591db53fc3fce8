"""Serving: an application on a port for as long as a block runs."""

import socket
from contextlib import AbstractAsyncContextManager

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.serving import serving


async def _hello(_request: Request) -> Response:
    return PlainTextResponse("hello")


class _Failing(AbstractAsyncContextManager[None]):
    """The lifespan of an application that can't start."""

    def __init__(self, _app: Starlette) -> None:
        """Take the application."""

    async def __aenter__(self) -> None:
        """Fail."""
        raise RuntimeError

    async def __aexit__(self, *_: object) -> None:
        """Never reached."""


_APP = Starlette(routes=[Route("/", _hello)])


async def _get(address: str) -> tuple[str, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return await answer.text(), dict(answer.headers)


def _has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
        return True


async def test_a_free_port() -> None:
    """Port 0 takes a free one; the server answers at the address that it gives, and says nothing of what it is."""
    async with serving(_APP) as address:
        text, headers = await _get(address)
        assert text == "hello"
        assert address.startswith("http://127.0.0.1:")
        assert "server" not in {name.lower() for name in headers}
    with pytest.raises(aiohttp.ClientConnectionError):
        await _get(address)


async def test_two_at_the_same_time() -> None:
    """Two servers have ports of their own."""
    async with serving(_APP) as first, serving(_APP) as second:
        assert first != second
        assert await _get(first)
        assert await _get(second)


async def test_a_port_that_is_taken() -> None:
    """A port that somebody listens on is an error at once."""
    async with serving(_APP) as address:
        port = int(address.rsplit(":", 1)[1])
        with pytest.raises(OSError, match="in use"):
            async with serving(_APP, port=port):
                pass
        assert await _get(address)


async def test_the_same_port_again() -> None:
    """A port can be taken again as soon as its server has ended: a restart needs no wait."""
    async with serving(_APP) as address:
        await _get(address)
    async with serving(_APP, port=int(address.rsplit(":", 1)[1])) as again:
        assert again == address
        await _get(again)


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
async def test_an_ipv6_address() -> None:
    """A host with colons is IPv6, and stands in brackets in the address."""
    async with serving(_APP, host="::1") as address:
        assert address.startswith("http://[::1]:")
        assert (await _get(address))[0] == "hello"


async def test_an_application_that_cannot_start() -> None:
    """An application that fails at its start is an error, and not a server that answers nothing."""
    with pytest.raises(OSError, match="failed at its start"):
        async with serving(Starlette(lifespan=_Failing)):
            pass


async def test_a_block_that_fails() -> None:
    """The server ends with its block, also when that raises."""
    kept = []

    async def serve_and_fail() -> None:
        async with serving(_APP) as address:
            kept.append(address)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await serve_and_fail()
    with pytest.raises(aiohttp.ClientConnectionError):
        await _get(kept[0])
