"""SMS: texts through Twilio's Programmable Messaging, with numbered lines where other channels have buttons."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.channels import sms_files
from bot.channels.base import FetchFailed, Receive, SendFailed
from bot.channels.gate import Pace, SendGate
from bot.channels.hooks import Hook, HookAnswer, HookRequest
from bot.channels.receiving import try_receive
from bot.channels.sms_catchup import CatchUp
from bot.channels.sms_errors import is_silence, send_failed
from bot.channels.sms_events import BadForm, parse_message, parse_status
from bot.channels.sms_http import TwilioHttp
from bot.channels.sms_records import fetch_report, find_sent
from bot.channels.watch import Watch
from bot.settings import PREFIX, Settings
from handlers.events import Channel, DeliveryReport, Event
from handlers.outbound import Option, Outbound, text_limit

log = structlog.get_logger(__name__)

MESSAGE_PATH = "/twilio/sms"
STATUS_PATH = "/twilio/status"
# What Twilio answers about a text that it doesn't have (any more).
_NOT_KNOWN = {"twilio:20404", "twilio:404"}
# An empty TwiML document: received, nothing to answer in the same breath.
_EMPTY = HookAnswer(200, b'<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml")
# A list of messages from a time in which there were none.
_NO_MESSAGES = {"DateSent<": "2000-01-01T00:00:00Z", "PageSize": 1}
# Twilio docs, "Message resource", ValidityPeriod: 1 to 36,000 seconds.
_LONGEST_VALIDITY = 36_000
# So many seconds after the start a text waits for earlier ones: a third of what Twilio gives a webhook.
_MISSED_FIRST = 5.0
# A form of ours has about thirty fields; more than this is no message.
_MOST_FIELDS = 200


def render_options(text: str, options: Sequence[Option]) -> str:
    """The text as an SMS: below it each option on a line of its own with the number to answer ("1 Yes")."""
    lines = [f"{number} {option.label}" for number, option in enumerate(options, start=1)]
    return "\n".join([text, *lines])


class SmsChannel:
    """The channel port on SMS. `receive` is called with each event, `now` gives the present time (aware)."""

    channel = Channel.SMS

    def __init__(self, settings: Settings, receive: Receive, now: Callable[[], datetime]) -> None:
        account, token = settings.twilio_account_sid, settings.twilio_auth_token
        if account is None or token is None:
            raise ValueError("SMS is not in the settings")
        self._settings = settings
        self._receive = receive
        self._now = now
        self._validator = RequestValidator(token.get_secret_value())
        self._gate = SendGate(Pace(settings.twilio_rate))
        self._http = TwilioHttp(timeout=settings.send_timeout, connections=settings.sends_at_once)
        self._client = _client(settings, account, token.get_secret_value(), self._http)
        self._watch = Watch(Channel.SMS, self._ask, settings.retry_first, settings.retry_max)
        self._catch_up = CatchUp(settings, self._client, receive, now)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Open the connections. A Twilio that is away is asked again and again."""
        self._http.open()
        self._tasks = [
            asyncio.create_task(self._watch.run(), name="sms watch"),
            asyncio.create_task(self._fetch_missed(), name="sms catch-up"),
        ]

    async def stop(self) -> None:
        """Let running sends end and close the connections. Safe to call twice."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._gate.drained()
        await self._http.close()

    def ready(self) -> bool:
        """Whether Twilio's last answer was a good one."""
        return self._watch.answers

    async def send(self, message: Outbound) -> str:
        """Send one text and return Twilio's id of it. Raises `SendFailed` and nothing else."""
        if message.file is not None:
            # In the UK an SMS carries no files; whoever decides knows that, but people change their channel.
            raise SendFailed("sms:file", retry=False)
        body = render_options(message.text, message.options)
        if len(body) > text_limit(Channel.SMS):
            raise SendFailed("sms:too_long", retry=False)
        async with self._gate.turn(message.address, urgent=message.urgent):
            try:
                return await self._find_sent(message, body) or await self._create(message, body)
            except Exception as error:  # noqa: BLE001 - the port promises SendFailed and nothing else
                failure = send_failed(error)
        if is_silence(failure):
            self._watch.fell_silent()
        raise failure

    async def ask(self, provider_ref: str) -> DeliveryReport | None:
        """Ask Twilio once what became of a text; None when it knows no end of it. Raises `SendFailed`."""
        try:
            return await fetch_report(self._client, provider_ref, self._now())
        except Exception as error:  # noqa: BLE001 - the port promises SendFailed and nothing else
            failure = send_failed(error)
        if failure.code in _NOT_KNOWN:
            return None
        raise failure

    async def fetch(self, ref: str, limit: int) -> bytes:
        """Fetch a file by Twilio's address of it. Raises `FetchFailed` and nothing else."""
        client = self._client
        try:
            return await sms_files.fetch(
                self._http,
                ref,
                limit,
                api_url=self._settings.twilio_api_url,
                account=str(client.account_sid),
                auth=(str(client.username), str(client.password)),
            )
        except FetchFailed:
            raise
        except Exception as error:  # noqa: BLE001 - the port promises FetchFailed and nothing else
            raise FetchFailed(f"fault:{type(error).__name__}", retry=True) from None

    async def answer_press(self, press_id: str) -> None:
        """Nothing: there are no buttons."""

    async def show_sent(self, address: str, provider_ref: str) -> None:
        """Nothing: it would take a text."""

    async def check(self) -> str | None:
        """Ask Twilio once whether it knows the account."""
        was_open = self._http.is_open
        self._http.open()
        try:
            failure = await self._probe()
        finally:
            if not was_open:
                await self._http.close()
        if failure is None:
            return None
        if failure.code in {"twilio:20003", "twilio:401", "twilio:20404", "twilio:404"}:
            return f"Twilio does not accept {PREFIX}TWILIO_ACCOUNT_SID with the token or key that is set."
        return f"Twilio did not answer as expected ({failure.code})."

    def hooks(self) -> Mapping[str, Hook]:
        """The webhooks for messages and for what became of those that were sent."""
        return {MESSAGE_PATH: self._message_hook, STATUS_PATH: self._status_hook}

    async def _create(self, message: Outbound, body: str) -> str:
        settings = self._settings
        sender: dict[str, Any] = (
            {"from_": settings.twilio_from}
            if settings.twilio_from is not None
            else {"messaging_service_sid": settings.twilio_messaging_service_sid}
        )
        sent = await self._client.messages.create_async(
            to=message.address,
            body=body,
            status_callback=f"{settings.public_url}{STATUS_PATH}?outbox={message.outbox_id}",
            **sender,
            **self._validity(message),
        )
        if not isinstance(sent.sid, str):
            raise TypeError("the answer holds no id")
        return sent.sid

    async def _find_sent(self, message: Outbound, body: str) -> str | None:
        """Twilio's id of a text whose answer was lost, if it took it: a second one would reach the person twice."""
        if message.maybe_sent_since is None:
            return None
        sender = self._settings.twilio_from or self._settings.twilio_messaging_service_sid or ""
        return await find_sent(
            self._client, sender=sender, address=message.address, body=body, since=message.maybe_sent_since
        )

    def _validity(self, message: Outbound) -> dict[str, int]:
        """How long Twilio may keep the text in its queue, in whole seconds: no longer than it is worth sending."""
        if message.expires_at is None:
            return {}
        rest = int((message.expires_at - self._now()).total_seconds())
        return {"validity_period": min(max(rest, 1), _LONGEST_VALIDITY)}

    async def _ask(self) -> str | None:
        """Ask whether Twilio answers and knows us; return the code of what is wrong, or None."""
        failure = await self._probe()
        return failure.code if failure is not None and is_silence(failure) else None

    async def _fetch_missed(self) -> None:
        await self._watch.until_answers()
        await self._catch_up.run()

    async def _probe(self) -> SendFailed | None:
        """Make a call that reads nothing and that an API key may make too (it may not read the account)."""
        try:
            await self._client.api.v2010.fetch_async(
                "GET", f"Accounts/{self._client.account_sid}/Messages.json", params=_NO_MESSAGES
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller wants its code
            return send_failed(error)
        return None

    async def _message_hook(self, request: HookRequest) -> HookAnswer:
        form = self._signed_form(MESSAGE_PATH, request)
        if isinstance(form, HookAnswer):
            return form
        try:
            event = parse_message(form, self._now())
        except BadForm:
            return HookAnswer(400)
        await self._after_what_was_missed()
        return await self._stored(event)

    async def _after_what_was_missed(self) -> None:
        """Let what came in before the start go first, unless Twilio's list can't be read soon."""
        if self._tasks:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_MISSED_FIRST):
                    await self._catch_up.looked.wait()

    async def _status_hook(self, request: HookRequest) -> HookAnswer:
        form = self._signed_form(STATUS_PATH, request)
        if isinstance(form, HookAnswer):
            return form
        try:
            report = parse_status(form, request.query, self._now())
        except BadForm:
            return HookAnswer(400)
        return _EMPTY if report is None else await self._stored(report)

    async def _stored(self, event: Event) -> HookAnswer:
        return _EMPTY if await try_receive(self._receive, event) else HookAnswer(503)

    def _signed_form(self, path: str, request: HookRequest) -> Mapping[str, str] | HookAnswer:
        """The fields of a call that carries Twilio's signature, else the answer to refuse it with.

        The signature covers the address that Twilio called, query string included (Twilio docs, "Webhooks security"):
        that is PUBLIC_URL's, whatever a proxy made of it.
        """
        url = f"{self._settings.public_url}{path}" + (f"?{request.query}" if request.query else "")
        try:
            body = request.body.decode()
            fields = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        except ValueError:
            return HookAnswer(400)
        form = ImmutableMultiDict(fields)
        if not self._validator.validate(url, form, request.headers.get("X-Twilio-Signature", "")):
            return HookAnswer(403)
        return form


def _client(settings: Settings, account: str, token: str, http: TwilioHttp) -> Client:
    secret = settings.twilio_api_key_secret
    client = Client(
        settings.twilio_api_key or account,
        secret.get_secret_value() if secret is not None else token,
        account,
        http_client=http,
        # Or the library would take a region from variables that are none of our settings and change the address.
        environment={"TWILIO_EDGE": "", "TWILIO_REGION": ""},
    )
    client.api.base_url = settings.twilio_api_url
    return client
