"""How updates reach the service: kept until they are confirmed, by long polling or by webhook.

The rules are those of core.telegram.org/bots/api, "Getting updates": an update counts as confirmed when `getUpdates`
is asked with a higher offset, or when the webhook answers with a 2xx status. Until then it comes again.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from typing import Any

from bot.sandbox.lanes import Lanes
from bot.sandbox.phones import Raw
from bot.sandbox.posting import Poster
from bot.sandbox.telegram_payloads import update_json
from bot.sandbox.world import World

# Kinds that Telegram leaves out unless they are asked for.
_UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Update:
    """One update that waits for its confirmation."""

    id: int
    kind: str
    chat: str
    payload: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Webhook:
    """What `setWebhook` set, and how it fares."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error_at: int | None = None
    last_error: str | None = None


@dataclass(slots=True)
class TelegramFeed:
    """The updates of one bot."""

    world: World
    webhook: Webhook | None = None
    allowed: frozenset[str] | None = None
    # Update ids in order; a dict keeps them so.
    pending: dict[int, Update] = field(default_factory=dict)
    _read: int = 0
    _next_id: int = 1000
    _poller: int = 0
    _lanes: Lanes = field(default_factory=Lanes)
    _in_lanes: set[int] = field(default_factory=set)

    def absorb(self) -> None:
        """Take over what happened since the last time."""
        for happening in self.world.happenings[self._read :]:
            made = update_json(happening, self.world.telegram)
            if made is None:
                continue
            kind, chat, body = made
            payload = body if isinstance(happening, Raw) else {kind: body}
            if self._wanted(kind):
                self.pending[self._next_id] = Update(self._next_id, kind, chat, {"update_id": self._next_id, **payload})
                self._next_id += 1
        self._read = len(self.world.happenings)

    def confirm_before(self, offset: int) -> None:
        """Forget the updates below `offset`; a negative offset keeps only the last so many."""
        if offset < 0:
            offset = next(iter(list(self.pending)[offset:]), self._next_id)
        confirmed = list(takewhile(lambda key: key < offset, self.pending))
        for key in confirmed:
            del self.pending[key]
        if confirmed:
            self.world.changes.bump()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]] | None:
        """The oldest unconfirmed updates, waiting up to `seconds` for one. None when another poller took over."""
        self._poller += 1
        mine = self._poller
        self.world.changes.bump()
        self.absorb()
        self.confirm_before(offset)
        try:
            async with asyncio.timeout(seconds):
                while not self.pending and not self.world.changes.closed and self._poller == mine:
                    await self.world.changes.after(self.world.changes.version)
                    self.absorb()
        except TimeoutError:
            return []
        if self._poller != mine:
            return None
        return [update.payload for update in list(self.pending.values())[:limit]]

    async def set_webhook(self, webhook: Webhook | None, *, drop_pending: bool) -> None:
        """Switch to a webhook, or back to polling."""
        self.absorb()
        # Nothing is put into the lanes while they are cleared: it would overtake what was in them.
        self.webhook = None
        await self._lanes.clear()
        self._in_lanes.clear()
        self.webhook = webhook
        # A poll that waits ends with a conflict.
        self._poller += webhook is not None
        if drop_pending:
            self.pending.clear()
        self.world.changes.bump()

    def allow(self, kinds: object) -> None:
        """Keep only these kinds from now on; an empty list means the usual ones, None leaves all as it is."""
        if isinstance(kinds, list):
            self.allowed = frozenset(str(kind) for kind in kinds) or None

    async def run(self, poster: Poster) -> None:
        """Deliver to the webhook, while there is one, until the world closes."""
        version = -1
        while not self.world.changes.closed:
            version = await self.world.changes.after(version)
            self.absorb()
            if self.webhook is None:
                continue
            for update in self.pending.values():
                if update.id not in self._in_lanes:
                    self._in_lanes.add(update.id)
                    self._lanes.put(update.chat, partial(self._deliver, poster, self.webhook, update))
        await self._lanes.close()
        self._in_lanes.clear()

    async def _deliver(self, poster: Poster, webhook: Webhook, update: Update) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        while update.id in self.pending:
            status = await poster.post(webhook.url, json=update.payload, headers=headers)
            if status is not None and 200 <= status < 300:
                self.pending.pop(update.id, None)
                self._in_lanes.discard(update.id)
                self.world.changes.bump()
                return
            webhook.last_error_at = int(self.world.now().timestamp())
            webhook.last_error = "Connection failed" if status is None else f"Wrong response from the webhook: {status}"
            self.world.changes.bump()
            await asyncio.sleep(self.world.telegram.retry_seconds)

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed is not None else kind not in _UNASKED


def webhook_info(feed: TelegramFeed) -> Mapping[str, Any]:
    """The answer of `getWebhookInfo`."""
    feed.absorb()
    hook = feed.webhook
    info: dict[str, Any] = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(feed.pending),
    }
    if hook is not None:
        info["max_connections"] = hook.max_connections
        if hook.last_error is not None:
            info["last_error_date"] = hook.last_error_at
            info["last_error_message"] = hook.last_error
    if feed.allowed is not None:
        info["allowed_updates"] = sorted(feed.allowed)
    return info
