"""Tests of the web server's surface."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import pytest
import uvicorn
from starlette.requests import ClientDisconnect
from starlette.types import Message
from yarl import URL

from bot.channels.hooks import Hook, HookAnswer, HookRequest
from bot.web import build_web
from handlers.events import Channel
from handlers.outbound import Outbound
from tests.bot.providers import captured_logs

WORDS = "words that nobody else reads"
LIMIT = 1000


class FakeChannel:
    """A channel with two webhooks that answer as told."""

    channel = Channel.SMS

    def __init__(self) -> None:
        self.requests: list[HookRequest] = []
        self.answer = HookAnswer(200, b"<Response/>", "text/xml")
        self.fault: Exception | None = None
        self.is_ready = True

    def hooks(self) -> Mapping[str, Hook]:
        """Two paths, one behaviour."""
        return {"/twilio/sms": self.hook, "/twilio/status": self.hook}

    async def hook(self, request: HookRequest) -> HookAnswer:
        """Remember the call and answer, or fail as no hook should."""
        self.requests.append(request)
        if self.fault is not None:
            raise self.fault
        return self.answer

    def ready(self) -> bool:
        """As told."""
        return self.is_ready

    async def start(self) -> None:
        """Nothing."""

    async def stop(self) -> None:
        """Nothing."""

    async def send(self, message: Outbound) -> str:
        """Never asked here."""
        raise NotImplementedError

    async def show_sent(self, address: str, provider_ref: str) -> None:
        """Nothing to show."""

    async def fetch(self, ref: str, limit: int) -> bytes:
        """Never asked here."""
        raise NotImplementedError

    async def answer_press(self, press_id: str) -> None:
        """Nothing."""

    async def check(self) -> str | None:
        """All is well."""
        return None


class Site:
    """A served application, its channel and whether its database is well."""

    def __init__(self) -> None:
        self.channel = FakeChannel()
        self.database: bool | Exception = True
        self.url = ""
        self.session: aiohttp.ClientSession

    async def ready(self) -> bool:
        """As told."""
        if isinstance(self.database, Exception):
            raise self.database
        return self.database


@asynccontextmanager
async def serving(site: Site) -> AsyncIterator[Site]:
    """Serve the application on loopback while the block runs, by uvicorn as in a real run."""
    app = build_web([site.channel], site.ready, LIMIT)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on"))
        site.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.listen()
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup(sockets=[listener])
        async with aiohttp.ClientSession() as site.session:
            try:
                yield site
            finally:
                await server.shutdown(sockets=[listener])


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A served application."""
    async with serving(Site()) as running:
        yield running


async def test_a_webhook_gets_the_call_as_it_came(site: Site) -> None:
    """Body, headers in any case and the exact query reach the channel; its answer goes back."""
    headers = {"X-Twilio-Signature": "abc"}
    target = URL(f"{site.url}/twilio/sms?a=%2F%20b&&c", encoded=True)
    async with site.session.post(target, data=b"a=1&b=%C3%A9", headers=headers) as answer:
        assert (answer.status, await answer.read()) == (200, b"<Response/>")
        assert answer.content_type == "text/xml"
    request = site.channel.requests[0]
    assert request.body == b"a=1&b=%C3%A9"
    assert request.headers["x-twilio-signature"] == request.headers["X-Twilio-Signature"] == "abc"
    assert request.query == "a=%2F%20b&&c"


@pytest.mark.parametrize("status", [400, 403, 503])
async def test_a_refusal_is_an_empty_answer(status: int, site: Site) -> None:
    """What the channel refuses is refused without a word."""
    site.channel.answer = HookAnswer(status)
    async with site.session.post(f"{site.url}/twilio/status", data=b"") as answer:
        assert (answer.status, await answer.read()) == (status, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/twilio/sms", 405),
        ("PUT", "/twilio/status", 405),
        ("POST", "/health/live", 405),
        ("POST", "/telegram", 404),
        ("GET", "/", 404),
        ("GET", "/twilio/sms/", 404),
        ("GET", "/%00..%2f", 404),
        ("GET", "/health/ready/..%2f", 404),
    ],
)
async def test_everything_else_is_refused_without_a_word(method: str, path: str, status: int, site: Site) -> None:
    """A wrong method is 405, an unknown path or a channel that is left out is 404, both with nothing to read."""
    target = URL(site.url + path, encoded=True)
    async with site.session.request(method, target, data=b"x", allow_redirects=False) as answer:
        assert (answer.status, await answer.read()) == (status, b"")
    assert not site.channel.requests


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1, LIMIT * 500])
@pytest.mark.parametrize("chunked", ["chunked", "announced"])
async def test_the_body_has_a_limit(chunked: str, size: int, site: Site) -> None:
    """A body up to the limit passes, a larger one is 413, whether its length is announced or not."""

    async def chunks() -> AsyncIterator[bytes]:
        for begin in range(0, size, 100):
            yield b"x" * min(100, size - begin)

    try:
        async with site.session.post(
            f"{site.url}/twilio/sms", data=chunks() if chunked == "chunked" else b"x" * size
        ) as answer:
            status = answer.status
    except aiohttp.ClientError:
        status = 413  # the connection was closed before all of it was sent
    assert status == (200 if size <= LIMIT else 413)
    assert [len(request.body) for request in site.channel.requests] == ([size] if size <= LIMIT else [])


async def test_a_caller_that_hangs_up_is_forgotten() -> None:
    """When the caller leaves in the middle of its body, no webhook is called and nothing is raised."""
    site = Site()
    app = build_web([site.channel], site.ready, LIMIT)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/twilio/sms", "query_string": b"", "headers": [],
        "root_path": "", "http_version": "1.1",
    }  # fmt: skip
    await app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert not site.channel.requests
    assert issubclass(ClientDisconnect, Exception)


async def test_live_whatever_else(site: Site) -> None:
    """The process answers as long as it runs, even when nothing else is well."""
    site.database, site.channel.is_ready = False, False
    async with site.session.get(f"{site.url}/health/live") as answer:
        assert (answer.status, await answer.json()) == (200, {"live": True})


@pytest.mark.parametrize(
    ("database", "channel", "waiting"),
    [
        (True, True, []),
        (False, True, ["database"]),
        (True, False, ["sms"]),
        (RuntimeError(WORDS), False, ["database", "sms"]),
    ],
)
async def test_ready_names_what_is_not(
    database: bool | Exception, channel: bool, waiting: list[str], site: Site  # noqa: FBT001 - a table's columns
) -> None:  # fmt: skip
    """Ready is 200 only when the database and every channel are, and otherwise names those that aren't."""
    site.database, site.channel.is_ready = database, channel
    with captured_logs(WORDS):
        async with site.session.get(f"{site.url}/health/ready") as answer:
            assert answer.status == (503 if waiting else 200)
            assert await answer.json() == {"ready": not waiting, "waiting_for": waiting}


async def test_a_broken_webhook_says_nothing(site: Site) -> None:
    """An error that nobody foresaw is 500 without a word, and its text stays out of the log."""
    site.channel.fault = RuntimeError(WORDS)
    with captured_logs(WORDS):
        async with site.session.post(f"{site.url}/twilio/sms", data=b"a=1") as answer:
            assert (answer.status, await answer.read()) == (500, b"")


class SlowChannel(FakeChannel):
    """A channel whose webhooks wait for each other."""

    def __init__(self) -> None:
        super().__init__()
        self.both = asyncio.Barrier(2)

    async def hook(self, request: HookRequest) -> HookAnswer:
        """Answer as soon as two calls are there."""
        async with asyncio.timeout(10):
            await self.both.wait()
        return await super().hook(request)


async def test_calls_do_not_wait_for_each_other() -> None:
    """Two calls whose webhooks each wait for the other are both answered."""
    site = Site()
    site.channel = SlowChannel()
    async with serving(site):
        calls = [site.session.post(f"{site.url}/twilio/sms", data=b"") for _ in range(2)]
        assert [answer.status for answer in await asyncio.gather(*calls)] == [200, 200]
