"""What the channel tests share: a provider to talk to, a log to look into, and the runner over a channel's table."""

import asyncio
import contextlib
import io
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from bot.channels.base import NotStored, SendFailed
from bot.channels.hooks import HookRequest, WebChannel
from bot.logs import configure_logs
from handlers.events import Event
from handlers.outbound import Outbound
from tests.logs import kept_logs

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def at_noon() -> datetime:
    """A clock that stands still."""
    return NOW


@dataclass(frozen=True)
class Answer:
    """What the provider does with a call: answers, keeps it waiting, or cuts the connection."""

    status: int = 200
    json: Any = None
    text: str | None = None
    hang: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Call:
    """A call that the provider received."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"

    def ends(self, ending: str) -> bool:
        """Whether the path, or the path with the method behind it, ends so."""
        return self.path.endswith(ending) or f"{self.path} {self.method}".endswith(ending)


@dataclass
class FakeProvider:
    """An HTTP server on loopback that answers as the test says and remembers what it was asked."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    # What to answer to a call of which `Call.ends` is so; a list is used up from its front, its last member stays.
    script: dict[str, list[Answer]] = field(default_factory=dict)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    def answer(self, ending: str, *answers: Answer) -> None:
        """Say what to answer to calls of paths with this ending."""
        self.script[ending] = list(answers)

    def made(self, ending: str) -> list[Call]:
        """The calls so far of paths with this ending."""
        return [call for call in self.calls if call.ends(ending)]

    async def until(self, ending: str, count: int) -> list[Call]:
        """Wait until so many calls of such paths came."""
        async with self._arrived, asyncio.timeout(10):
            await self._arrived.wait_for(lambda: len(self.made(ending)) >= count)
        return self.made(ending)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        body = await request.read()
        async with self._arrived:
            call = Call(request.path, dict(request.headers), body, request.method)
            self.calls.append(call)
            self._arrived.notify_all()
        answers = next((found for ending, found in self.script.items() if call.ends(ending)), [])
        answer = answers.pop(0) if len(answers) > 1 else (answers or [Answer(404)])[0]
        if answer.hang:
            await self.released.wait()
        if answer.cut and request.transport is not None:
            request.transport.abort()
        if answer.text is not None:
            return web.Response(status=answer.status, text=answer.text)
        return web.json_response(answer.json, status=answer.status)


@contextlib.asynccontextmanager
async def fake_provider() -> AsyncIterator[FakeProvider]:
    """Serve a `FakeProvider` while the block runs."""
    provider = FakeProvider()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", provider.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    provider.url = f"http://{host}:{port}"
    try:
        yield provider
    finally:
        provider.released.set()
        await runner.cleanup()


def closed_port() -> str:
    """The address of a port on loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@contextlib.contextmanager
def captured_logs(*private: str) -> Iterator[io.StringIO]:
    """Log everything into a string while the block runs; afterwards none of the private texts may stand in it."""
    stream = io.StringIO()
    with kept_logs():
        configure_logs("DEBUG", stream=stream, json=True)
        yield stream
    for text in private:
        assert text not in stream.getvalue(), "something private was logged"


class Storage:
    """A `Receive` that keeps what it gets, and fails when it is told to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        # Raised instead of storing, once each.
        self.faults: list[Exception] = []
        self._came = asyncio.Condition()

    async def __call__(self, event: Event) -> None:
        """Store an event or fail."""
        if self.faults:
            raise self.faults.pop(0)
        async with self._came:
            self.events.append(event)
            self._came.notify_all()

    async def until(self, count: int) -> list[Event]:
        """Wait until so many events were stored."""
        async with self._came, asyncio.timeout(10):
            await self._came.wait_for(lambda: len(self.events) >= count)
        return self.events


@dataclass(frozen=True)
class ReceiveCase:
    """A call of a webhook, the status it must get and the event it must become (None: no event)."""

    name: str
    path: str
    body: bytes
    headers: Mapping[str, str]
    status: int
    event: Event | None = None
    query: str = ""


@dataclass(frozen=True)
class SendCase:
    """What the provider answers to a send, and the `SendFailed` that it must become, as its attributes."""

    name: str
    answer: Answer
    failure: Mapping[str, Any]


async def run_receive(make: Callable[[Storage], WebChannel], case: ReceiveCase, *, private: tuple[str, ...]) -> None:
    """Check one call of a webhook: its status, its event, that a failing store makes it repeat, and the log."""
    storage = Storage()
    hook = make(storage).hooks()[case.path]
    request = HookRequest(case.body, case.headers, case.query)
    with captured_logs(*private):
        answer = await hook(request)
        assert answer.status == case.status, case.name
        assert storage.events == ([case.event] if case.event else []), case.name
        if case.event is not None:
            for fault in (NotStored(), RuntimeError(" ".join(private))):
                storage.faults = [fault]
                assert (await hook(request)).status == 503, case.name
            assert storage.events == [case.event]


async def run_send(channel: WebChannel, case: SendCase, message: Outbound, *, private: tuple[str, ...]) -> None:
    """Check what one answer to a send becomes, and the log."""
    expected = {
        "retry_after": None, "unreachable": False, "opted_out": False, "maybe_sent": False, **case.failure,
    }  # fmt: skip
    with captured_logs(*private) as log:
        await channel.start()
        with pytest.raises(SendFailed) as caught:
            await channel.send(message)
        await channel.stop()
    failure = caught.value
    assert {name: getattr(failure, name) for name in expected} == expected, case.name
    assert all(text not in str(failure) for text in private), case.name
    assert failure.__cause__ is None
    assert failure.__context__ is None
    assert "Traceback" not in log.getvalue()
