"""Tests of the library's HTTP over aiohttp."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.telegram_request import AiohttpRequest, AnswerLost, TooManyRequests
from tests.bot.providers import Answer, FakeProvider, captured_logs, closed_port, fake_provider

TOKEN = "7000000001:invented"


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    """A Bot API that knows one method."""
    async with fake_provider() as running:
        running.answer("/getMe", Answer(json={"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "A"}}))
        yield running


def bot_at(url: str, *, timeout: float = 5.0) -> Bot:
    """The library's own bot over our request."""
    request = AiohttpRequest(timeout=timeout, connections=4)
    return Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)


async def test_the_librarys_bot_works_over_it(provider: FakeProvider) -> None:
    """Any method of the library's bot goes through, as JSON with values of their own type."""
    provider.answer("/setMyCommands", Answer(json={"ok": True, "result": True}))
    async with bot_at(provider.url) as bot:
        assert bot.bot.id == 1
        assert await bot.set_my_commands([("about", "What this is")])
    call = provider.made("/setMyCommands")[0]
    assert call.path == f"/bot{TOKEN}/setMyCommands"
    assert call.headers["Content-Type"] == "application/json"
    assert json.loads(call.body) == {"commands": [{"command": "about", "description": "What this is"}]}


async def test_a_call_without_parameters_has_no_body(provider: FakeProvider) -> None:
    """A plain GET, as the library makes it for files, sends nothing."""
    provider.answer("/file", Answer(text="content"))
    request = AiohttpRequest(timeout=5, connections=1)
    async with request:
        assert await request.retrieve(f"{provider.url}/file") == b"content"
    assert provider.made("/file")[0].body == b""


async def test_opening_and_closing_twice_is_harmless(provider: FakeProvider) -> None:
    """`initialize` and `shutdown` may be called again; a closed pool refuses with a network error."""
    request = AiohttpRequest(timeout=5, connections=1)
    open_before = request.is_open
    await request.initialize()
    await request.initialize()
    assert (open_before, request.is_open) == (False, True)
    assert request.read_timeout == 5
    await request.shutdown()
    await request.shutdown()
    with pytest.raises(NetworkError, match="not open"):
        await request.post(f"{provider.url}/getMe")


async def test_each_way_of_getting_no_answer(provider: FakeProvider) -> None:
    """No connection, no answer in time and a broken connection are told apart, and none names the address."""
    provider.answer("/slow", Answer(hang=True))
    provider.answer("/cut", Answer(cut=True))
    async with AiohttpRequest(timeout=5, connections=4) as request:
        with pytest.raises(NetworkError) as refused:
            await request.post(f"{closed_port()}/bot{TOKEN}/getMe")
        with pytest.raises(TimedOut) as slow:
            await request.post(f"{provider.url}/bot{TOKEN}/slow", read_timeout=0.02)
        with pytest.raises(AnswerLost) as cut:
            await request.post(f"{provider.url}/bot{TOKEN}/cut")
    assert type(refused.value) is NetworkError
    for error in (refused.value, slow.value, cut.value):
        assert TOKEN not in str(error)
        assert error.__cause__ is None


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (Answer(429, {"ok": False, "parameters": {"retry_after": 7}}), 7.0),
        (Answer(429, {"ok": False, "parameters": {"retry_after": -7}}), 0.0),
        (Answer(429, {"ok": False, "parameters": {"retry_after": 10**9}}), 86_400.0),
        (Answer(429, {"ok": False, "parameters": {"retry_after": "soon"}}), 1.0),
        (Answer(429, {"ok": False, "parameters": []}), 1.0),
        (Answer(429, {"ok": False}), 1.0),
        (Answer(429, text="slow down"), 1.0),
        (Answer(429, text="[" * 100_000), 1.0),
    ],
)
async def test_too_many_requests(answer: Answer, wait: float, provider: FakeProvider) -> None:
    """A 429 says how long to wait, in seconds; nonsense means one second."""
    provider.answer("/getMe", answer)
    async with AiohttpRequest(timeout=5, connections=1) as request:
        with pytest.raises(TooManyRequests) as caught:
            await request.post(f"{provider.url}/getMe")
    assert caught.value.retry_after == wait


@pytest.mark.parametrize("text", ["words of a person", "[1]", "5", '{"parameters": 5}', "[" * 100_000, ""])
@pytest.mark.parametrize("status", [200, 502])
async def test_nonsense_is_an_error_and_is_not_logged(status: int, text: str, provider: FakeProvider) -> None:
    """An answer that isn't the Bot API's is a TelegramError; what it was stays out of the log."""
    provider.answer("/getMe", Answer(status, text=text))
    with captured_logs("words of a person"):
        async with AiohttpRequest(timeout=5, connections=1) as request:
            with pytest.raises(TelegramError):
                await request.post(f"{provider.url}/getMe")


async def test_an_error_of_the_bot_api_keeps_its_type(provider: FakeProvider) -> None:
    """The library still turns an error answer into its exception."""
    provider.answer(
        "/getMe", Answer(400, {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"})
    )
    async with AiohttpRequest(timeout=5, connections=1) as request:
        with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
            await request.post(f"{provider.url}/getMe")


async def test_files_go_as_parts_of_a_form(provider: FakeProvider) -> None:
    """A file goes beside the other parameters, under the name that it was given."""
    provider.answer("/sendPhoto", Answer(json={"ok": True, "result": True}))
    file = InputFile(b"picture", filename="file.jpg")
    data = RequestData([RequestParameter.from_input("photo", file), RequestParameter.from_input("chat_id", 7)])
    async with AiohttpRequest(timeout=5, connections=1) as request:
        await request.post(f"{provider.url}/sendPhoto", data)
    [call] = provider.calls
    assert call.headers["Content-Type"].startswith("multipart/form-data")
    assert b'name="photo"; filename="file.jpg"\r\n\r\npicture' in call.body
    assert b'name="chat_id"\r\n\r\n7' in call.body


async def test_redirects_and_proxies_are_not_followed(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token goes to the configured address only: no redirect, no proxy of the environment."""
    monkeypatch.setenv("HTTP_PROXY", closed_port())
    provider.answer("/moved", Answer(302, text="{}"))
    async with AiohttpRequest(timeout=5, connections=1) as request:
        with pytest.raises(NetworkError):
            await request.post(f"{provider.url}/moved")
    assert len(provider.calls) == 1


async def test_a_cancellation_at_the_time_limit_is_not_swallowed(provider: FakeProvider) -> None:
    """Stopping in the very moment in which a call runs out of time stops the task (aiohttp's own limit doesn't)."""
    provider.answer("/slow", Answer(hang=True))
    ended: list[str] = []

    async def call() -> None:
        try:
            await request.post(f"{provider.url}/slow")
        except TimedOut:
            ended.append("timed out")
        await asyncio.Event().wait()

    async with AiohttpRequest(timeout=0.05, connections=1) as request:
        task = asyncio.create_task(call())
        await provider.until("/slow", 1)
        # Both are due before the loop looks at its timers again.
        asyncio.get_running_loop().call_later(0, task.cancel)
        _block(0.06)
        async with asyncio.timeout(5):
            await asyncio.wait([task])
    assert task.cancelled()


def _block(seconds: float) -> None:
    """Keep the event loop from looking at its timers for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
