"""The order in which the sandbox's Telegram calls a webhook, in the moments that no call from outside can hit."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from bot.sandbox.phones import Phone
from bot.sandbox.posting import Poster
from bot.sandbox.telegram_feed import TelegramFeed, Webhook
from bot.sandbox.world import World
from handlers.events import Channel


class _Calls(Poster):
    """Calls that take until they are let go; one of a stubborn chat doesn't even end when it is cancelled."""

    def __init__(self, world: World) -> None:
        super().__init__(lambda: None)
        self.world = world
        self.begun: defaultdict[str, list[str]] = defaultdict(list)
        self.let_go = asyncio.Event()
        self.stubborn: str | None = None

    async def post(
        self,
        url: str,
        *,
        json: object = None,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> int | None:
        """Begin a call."""
        del url, form, headers
        assert isinstance(json, dict)
        chat, text = str(json["message"]["chat"]["id"]), json["message"]["text"]
        self.begun[chat].append(text)
        self.world.changes.bump()
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            if chat == self.stubborn:
                await self.let_go.wait()
            raise
        return 200


async def test_nothing_overtakes_while_a_webhook_is_set_anew() -> None:
    """A service that starts sets its webhook again: what comes in that moment stays behind what waited before."""
    phones = [
        Phone(id=name, owner=name, channel=Channel.TELEGRAM, address=address, first_name=name)
        for name, address in (("sam", "700000001"), ("dana", "700000002"))
    ]
    world = World(phones)
    calls = _Calls(world)
    feed = TelegramFeed(world)
    await feed.set_webhook(Webhook(url="http://127.0.0.1:9/telegram"), drop_pending=False)
    delivering = asyncio.create_task(feed.run(calls))
    world.send_from_phone("sam", "first")
    world.send_from_phone("dana", "other")
    async with asyncio.timeout(5):
        await world.changes.until(lambda: len(calls.begun) == len(phones))
        calls.stubborn = phones[1].address
        again = asyncio.create_task(feed.set_webhook(Webhook(url="http://127.0.0.1:9/telegram"), drop_pending=False))
        for _ in range(5):
            await asyncio.sleep(0)
        world.send_from_phone("sam", "second")
        for _ in range(5):
            await asyncio.sleep(0)
        calls.let_go.set()
        await again
        await world.changes.until(lambda: not feed.pending)
    world.changes.close()
    await delivering
    assert list(dict.fromkeys(calls.begun[phones[0].address])) == ["first", "second"]
    assert calls.begun[phones[0].address][-2:] == ["first", "second"]
