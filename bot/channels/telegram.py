"""Telegram: messages, buttons and replies in private chats, over the Bot API."""

import asyncio
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog
from telegram import WebhookInfo
from telegram.error import InvalidToken

from bot.channels import telegram_files
from bot.channels.base import FetchFailed, Receive
from bot.channels.gate import Pace, SendGate
from bot.channels.hooks import Hook, HookAnswer, HookRequest
from bot.channels.receiving import try_receive
from bot.channels.telegram_bot import LeanBot
from bot.channels.telegram_calls import make, set_menu
from bot.channels.telegram_errors import is_silence, send_failed
from bot.channels.telegram_events import ALLOWED_UPDATES, NotAnUpdate, parse_update
from bot.channels.telegram_polling import Poller
from bot.channels.telegram_receipts import Receipts
from bot.channels.telegram_request import AiohttpRequest
from bot.channels.watch import Watch
from bot.settings import PREFIX, Settings, TelegramMode
from handlers.events import Channel
from handlers.outbound import Outbound

log = structlog.get_logger(__name__)

HOOK_PATH = "/telegram"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
# How many webhook calls Telegram may make at once: its own default (Bot API, setWebhook, max_connections).
_MAX_CONNECTIONS = 40


class TelegramChannel:
    """The channel port on Telegram. `receive` is called with each event, `now` gives the present time (aware).

    `menu` is the menu of commands, with what they do, of chats that have none of their own.
    """

    channel = Channel.TELEGRAM

    def __init__(
        self,
        settings: Settings,
        receive: Receive,
        now: Callable[[], datetime],
        menu: Sequence[tuple[str, str]] = (),
    ) -> None:
        token, secret = settings.telegram_bot_token, settings.telegram_webhook_secret
        if token is None:
            raise ValueError("Telegram is not in the settings")
        self._settings = settings
        self._receive = receive
        self._now = now
        self._secret = secret.get_secret_value().encode() if secret is not None else b""
        self._gate = SendGate(
            Pace(settings.telegram_rate),
            Pace(settings.telegram_chat_rate, settings.telegram_chat_burst),
            wall=lambda: now().timestamp(),
        )
        self._calls = AiohttpRequest(timeout=settings.send_timeout, connections=settings.sends_at_once)
        # Polling has a connection of its own, because a poll holds it for half a minute.
        self._polls = AiohttpRequest(timeout=settings.send_timeout, connections=1)
        self._bot = LeanBot(
            token.get_secret_value(),
            base_url=f"{settings.telegram_api_url}/bot",
            base_file_url=f"{settings.telegram_api_url}/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
        )
        self._menu = menu
        self._receipts = Receipts(self._bot)
        self._watch = Watch(Channel.TELEGRAM, self._announce, settings.retry_first, settings.retry_max)
        self._poller = Poller(self._bot, self._watch, receive, now, settings)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def _by_webhook(self) -> bool:
        return self._settings.telegram_mode is TelegramMode.WEBHOOK

    async def start(self) -> None:
        """Open the connections and begin to receive. A Telegram that is away is asked again and again."""
        await self._calls.initialize()
        await self._polls.initialize()
        self._tasks.append(asyncio.create_task(self._watch.run(), name="telegram watch"))
        if not self._by_webhook:
            self._tasks.append(asyncio.create_task(self._poller.run(), name="telegram polling"))

    async def stop(self) -> None:
        """Stop receiving at once, let running sends end, close the connections. Safe to call twice."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._gate.drained()
        await self._calls.shutdown()
        await self._polls.shutdown()

    def ready(self) -> bool:
        """Whether Telegram's last answer was a good one, and nobody else takes our updates away."""
        return self._watch.answers and not self._poller.rivalled

    async def send(self, message: Outbound) -> str:
        """Send one message and return Telegram's id of it. Raises `SendFailed` and nothing else."""
        async with self._gate.turn(message.address, urgent=message.urgent):
            try:
                return await make(self._bot, message, self._settings.media_timeout)
            except Exception as error:  # noqa: BLE001 - the port promises SendFailed and nothing else
                failure = send_failed(error)
        if failure.retry_after is not None:
            self._gate.hold(message.address, failure.retry_after)
        if is_silence(failure):
            self._watch.fell_silent()
        raise failure

    async def fetch(self, ref: str, limit: int) -> bytes:
        """Fetch a file by Telegram's id of it. Raises `FetchFailed` and nothing else."""
        try:
            return await telegram_files.fetch(self._bot, self._calls, ref, limit)
        except FetchFailed:
            raise
        except Exception as error:  # noqa: BLE001 - the port promises FetchFailed and nothing else
            raise FetchFailed(f"fault:{type(error).__name__}", retry=True) from None

    async def answer_press(self, press_id: str) -> None:
        """Stop the little clock on a pressed button. A failure is only logged: the clock stops by itself."""
        try:
            await self._bot.answer_callback_query(press_id)
        except Exception as error:  # noqa: BLE001 - the port promises that it never raises
            log.warning("press not answered", channel=self.channel, code=send_failed(error).code)

    async def show_sent(self, address: str, provider_ref: str) -> None:
        """Put a small sign on a person's own message. It passes no gate: nothing waits for it, and it for nothing."""
        await self._receipts.show(address, provider_ref)

    async def check(self) -> str | None:
        """Ask Telegram once who the bot is and which address it calls, if any."""
        was_open = self._calls.is_open
        await self._calls.initialize()
        try:
            await self._bot.get_me()
            return self._check_webhook(await self._bot.get_webhook_info())
        except InvalidToken:
            return f"Telegram does not accept {PREFIX}TELEGRAM_BOT_TOKEN."
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes one sentence
            return f"Telegram did not answer as expected ({send_failed(error).code})."
        finally:
            if not was_open:
                await self._calls.shutdown()

    def hooks(self) -> Mapping[str, Hook]:
        """The webhook, when Telegram is to call."""
        return {HOOK_PATH: self._webhook} if self._by_webhook else {}

    async def _webhook(self, request: HookRequest) -> HookAnswer:
        given = request.headers.get(_SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return HookAnswer(403)
        try:
            event = parse_update(json.loads(request.body), self._now())
        except (ValueError, RecursionError, NotAnUpdate):
            return HookAnswer(400)
        return HookAnswer(200 if await try_receive(self._receive, event) else 503)

    def _hook_url(self) -> str:
        return f"{self._settings.public_url}{HOOK_PATH}"

    def _check_webhook(self, info: WebhookInfo) -> str | None:
        if info.url == (self._hook_url() if self._by_webhook else ""):
            return None
        if not self._by_webhook:
            return (
                "Telegram calls a webhook, so that asking it gets nothing; `telementor run` removes it."
                " If another program uses this bot, give it a bot of its own."
            )
        return f"Telegram calls another address than {PREFIX}PUBLIC_URL says; `telementor run` sets it."

    async def _announce(self) -> str | None:
        """Tell Telegram how updates are to reach us; return the code of what went wrong, or None."""
        try:
            if self._by_webhook:
                await self._bot.set_webhook(
                    self._hook_url(),
                    max_connections=_MAX_CONNECTIONS,
                    allowed_updates=ALLOWED_UPDATES,
                    secret_token=self._secret.decode(),
                )
            else:
                await self._bot.delete_webhook()
            if self._menu:
                await set_menu(self._bot, self._menu, {"type": "all_private_chats"})
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            return send_failed(error).code
        return None
