"""Fetching files: from the provider's own host, up to a size and a time, tried again where that can help."""

import base64
from datetime import timedelta

import pytest

from bot.channels.base import FetchFailed, SendFailed
from bot.channels.sms_http import TwilioHttp
from bot.channels.telegram import TelegramChannel
from bot.fetcher import Fetcher
from bot.sandbox.samples import photo
from bot.settings import Settings
from handlers.events import MediaRef
from handlers.outbound import OutboundFile
from storage.schema import media
from tests.bot.providers import Answer, Storage, at_noon, fake_provider
from tests.bot.services import BACKOFF, ObedientChannel
from tests.bot.test_sms import ACCOUNT, TOKEN, channel_at, outbound
from tests.handlers.conftest import quick, settled_once
from tests.handlers.town import Town

__all__ = ["quick", "settled_once"]

PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
BOT_TOKEN = "1:invented"
FOUND = Answer(json={"ok": True, "result": {"file_path": "a/b.jpg"}})


def fetcher_for(town: Town, *, timeout: float = 5.0) -> Fetcher:
    """A fetcher over a town that polls of itself never."""
    return Fetcher(
        town.database,
        town.content,
        town.clock,
        BACKOFF,
        sent=lambda: None,
        limit=1_000_000,
        timeout=timeout,
        poll_seconds=3600.0,
    )


def states(town: Town) -> list[tuple[str, str | None, int]]:
    """State, error and attempts of all files."""
    rows = town.act(lambda ctx: ctx.tx.execute(media.select().order_by(media.c.id)).all())
    return [(row.state, row.error, row.attempts) for row in rows]


def send_photo(town: Town) -> None:
    """Sam sends a photo."""
    town.say("Sam", "look", attachments=("photo",), media=(MediaRef(kind="photo", ref="one"),))


async def test_a_failure_that_may_pass(quick: Town) -> None:
    """It is tried again after its pause, not before; when it comes, the coordinators are asked."""
    send_photo(quick)
    channel, fetcher = ObedientChannel(files={"one": FetchFailed("media:503", retry=True)}), fetcher_for(quick)
    await fetcher.start([channel])
    try:
        await fetcher.fetch_due()
        assert states(quick) == [("wanted", "media:503", 1)]
        channel.files["one"] = photo()
        assert await fetcher.fetch_due() == 0
        quick.clock.move(timedelta(seconds=10))
        assert await fetcher.fetch_due() == 1
    finally:
        await fetcher.stop()
        await fetcher.stop()
    assert states(quick) == [("ready", None, 2)]
    assert quick.heard("Morgan") == [quick.words("notice-held-file", name="Sam")]


async def test_after_the_last_try_it_is_lost(quick: Town) -> None:
    """A provider that stays away is asked as often as the back-off says; then the sender is told."""
    send_photo(quick)
    quick.heard("Sam")
    fetcher = fetcher_for(quick)
    # No channel of this kind: it was left out of the settings.
    for _ in range(6):
        await fetcher.fetch_due()
        quick.clock.move(timedelta(minutes=1))
    assert states(quick) == [("failed", "channel left out of the settings", BACKOFF.limit)]
    assert quick.heard("Sam") == [quick.words("file-lost")]


async def test_a_slow_provider_is_left(quick: Town) -> None:
    """A file that doesn't come in time counts as a failure that may pass."""
    send_photo(quick)
    async with fake_provider() as provider:
        provider.answer("/getFile", Answer(hang=True))
        channel = TelegramChannel(telegram_settings(provider.url), Storage(), at_noon)
        await channel._calls.initialize()
        fetcher = fetcher_for(quick, timeout=0.05)
        fetcher._channels = {channel.channel: channel}
        await fetcher.fetch_due()
        await channel._calls.shutdown()
    assert states(quick) == [("wanted", "media:timeout", 1)]


def telegram_settings(url: str) -> Settings:
    """A bot at this address."""
    return Settings(telegram_bot_token=BOT_TOKEN, telegram_api_url=url, send_timeout=5)  # type: ignore[arg-type]  # a secret


@pytest.mark.parametrize(
    ("get_file", "file", "code", "retry"),
    [
        (
            FOUND,
            Answer(text="x" * 101),
            "media:too_large",
            False,
        ),
        (FOUND, Answer(404), "media:404", False),
        (FOUND, Answer(503), "media:503", True),
        (FOUND, Answer(cut=True), "media:network", True),
        (FOUND, Answer(302), "media:redirect", False),
        (Answer(json={"ok": True, "result": {"file_path": "../x"}}), Answer(200), "media:path", False),
        (Answer(json={"ok": True, "result": {}}), Answer(200), "media:path", False),
        (
            Answer(400, {"ok": False, "description": "Bad Request: file is too big"}),
            Answer(200),
            "media:refused",
            False,
        ),
        (Answer(502, text="bad gateway"), Answer(200), "media:network", True),
    ],
    ids=["large", "gone", "down", "cut", "redirect", "path", "no path", "too big for bots", "getFile down"],
)
async def test_what_goes_wrong_on_telegram(
    get_file: Answer,
    file: Answer,
    code: str,
    retry: bool,  # noqa: FBT001 - a table
) -> None:
    """Each failure has its code, and says whether trying again can help."""
    async with fake_provider() as provider:
        provider.answer("/getFile", get_file)
        provider.answer("/b.jpg", file)
        channel = TelegramChannel(telegram_settings(provider.url), Storage(), at_noon)
        await channel._calls.initialize()
        with pytest.raises(FetchFailed) as failed:
            await channel.fetch("one", 100)
        await channel._calls.shutdown()
    assert (failed.value.code, failed.value.retry) == (code, retry)
    assert BOT_TOKEN not in str(failed.value)


async def test_a_file_by_mms() -> None:
    """It is fetched with the account's password from our own account; another host or a redirect elsewhere is not."""
    async with fake_provider() as provider, fake_provider() as other:
        provider.answer(PATH, Answer(text="picture"))
        channel = channel_at(provider.url)
        channel._http.open()
        assert await channel.fetch(f"{provider.url}{PATH}", 100) == b"picture"
        expected = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        assert provider.calls[0].headers["Authorization"] == f"Basic {expected}"
        with pytest.raises(FetchFailed, match="media:host"):
            await channel.fetch(f"{other.url}{PATH}", 100)
        provider.answer(PATH, Answer(307))
        with pytest.raises(FetchFailed, match="media:redirect"):
            await channel.fetch(f"{provider.url}{PATH}", 100)
        assert other.calls == []
        await channel._http.close()
        with pytest.raises(FetchFailed, match="media:network"):
            await channel.fetch(f"{provider.url}{PATH}", 100)


async def test_a_redirect_to_twilios_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is followed once, without the password."""
    asked: list[tuple[str, bool]] = []
    answers: list[bytes | str] = ["https://media.twiliocdn.com/a", b"picture"]

    async def download(_: TwilioHttp, url: str, limit: int, *, auth: tuple[str, str] | None = None) -> bytes | str:
        asked.append((url, auth is not None))
        return answers.pop(0)

    monkeypatch.setattr(TwilioHttp, "download", download)
    channel, url = channel_at("http://127.0.0.1:1"), f"http://127.0.0.1:1{PATH}"
    assert await channel.fetch(url, 100) == b"picture"
    assert asked == [(url, True), ("https://media.twiliocdn.com/a", False)]
    answers += ["https://media.twiliocdn.com/a", "https://media.twiliocdn.com/b"]
    with pytest.raises(FetchFailed, match="media:redirect"):
        await channel.fetch(url, 100)


async def test_sms_carries_no_file() -> None:
    """Should one come to the channel all the same, it fails for good, without a call."""
    message = outbound(file=OutboundFile("photo", "image/jpeg", b"x"))
    with pytest.raises(SendFailed, match="sms:file"):
        await channel_at("http://127.0.0.1:1").send(message)
