"""The state of the sandbox: phones, what people did with them, and every call that the service ever made.

`World.happenings` only grows. The provider sides (`telegram_feed`, `twilio_feed`) read it with a place of their own
each and tell the service in their provider's form, so tests and the page drive everything through the functions here.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from bot.sandbox.faults import FaultPlan
from bot.sandbox.phones import (
    Blocked,
    Call,
    Card,
    Changes,
    Happening,
    Message,
    Phone,
    Pressed,
    Raw,
    Reacted,
    Reported,
    Tip,
    Wrote,
)
from bot.sandbox.samples import sample
from handlers.events import Channel
from handlers.outbound import Option


def _real_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class TelegramAccount:
    """The bot's account at the stand-in for Telegram, and how that behaves."""

    # What `/bot<token>/…` must carry.
    token: str = field(default_factory=lambda: f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_hex(17)}")
    username: str = "bridge_mentoring_bot"
    # The menu of commands that the service set for chats without one of their own.
    menu: tuple[tuple[str, str], ...] = ()
    name: str = "Bridge Mentoring"
    # Seconds between two tries of a webhook that failed.
    retry_seconds: float = 0.1


@dataclass(slots=True, kw_only=True)
class TwilioAccount:
    """The service's account at the stand-in for Twilio, and how that behaves."""

    sid: str = field(default_factory=lambda: "AC" + secrets.token_hex(16))
    auth_token: str = field(default_factory=lambda: secrets.token_hex(16))
    api_key: str = field(default_factory=lambda: "SK" + secrets.token_hex(16))
    api_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    number: str = "+442079460100"
    # Where its API stands, as it writes it into the addresses of files.
    api_url: str = "https://api.twilio.com"
    service_sid: str = field(default_factory=lambda: "MG" + secrets.token_hex(16))
    # Where inbound messages go, exactly as it is signed; None: nowhere (they stand in the Messages list).
    webhook_url: str | None = None
    # Twilio doesn't repeat a failed inbound webhook by itself; True does.
    repeat_inbound: bool = False
    retry_seconds: float = 0.1
    # When `sent` and `delivered` are reported: "after" the answer to the send, the first of them "before" it, or only
    # when a test calls `World.report_sms`.
    callbacks: Literal["after", "before", "manual"] = "after"
    # Whether the provider answers STOP and START itself, as with Advanced Opt-Out.
    handles_opt_out: bool = False


class World:
    """Everything that the sandbox knows. `now` stamps messages; pass the demo's clock.

    To be used from the event loop that the server runs in.
    """

    def __init__(
        self,
        phones: Iterable[Phone] = (),
        *,
        cards: Iterable[Card] = (),
        tips: Iterable[Tip] = (),
        now: Callable[[], datetime] = _real_now,
    ) -> None:
        self.phones: list[Phone] = []
        self.cards = list(cards)
        self.tips = list(tips)
        self.now = now
        self.telegram = TelegramAccount()
        self.twilio = TwilioAccount()
        # Addresses that begin with the first are posted to the second instead, as a proxy before the service would
        # (signatures keep the first): ("https://mentoring.example", "http://127.0.0.1:8080").
        self.proxy: tuple[str, str] | None = None
        self.faults = FaultPlan()
        self.changes = Changes()
        self.happenings: list[Happening] = []
        self.calls: list[Call] = []
        self._last_message_id = 100
        self._open_presses: set[str] = set()
        for phone in phones:
            self.add_phone(phone)

    def add_phone(self, phone: Phone) -> Phone:
        """Put one more phone into the world. Raises `ValueError` when its id or address is taken."""
        if any(p.id == phone.id or (p.channel, p.address) == (phone.channel, phone.address) for p in self.phones):
            raise ValueError("a phone with this id or this address is there already")
        self.phones.append(phone)
        self.changes.bump()
        return phone

    def phone(self, phone_id: str) -> Phone:
        """The phone with this id. Raises `KeyError`."""
        for phone in self.phones:
            if phone.id == phone_id:
                return phone
        raise KeyError(phone_id)

    def phone_at(self, channel: Channel, address: str) -> Phone | None:
        """The phone that this address reaches, if there is one."""
        return next((p for p in self.phones if p.channel is channel and p.address == address), None)

    def new_message_id(self, channel: Channel) -> str:
        """An id such as the provider gives to a message."""
        if channel is Channel.SMS:
            return "SM" + secrets.token_hex(16)
        self._last_message_id += 1
        return str(self._last_message_id)

    # What people do

    def send_from_phone(
        self,
        phone_id: str,
        text: str,
        *,
        reply_to: str | None = None,
        attachments: tuple[str, ...] = (),
        data: bytes | None = None,
        album: str | None = None,
    ) -> Message:
        """Send what somebody typed. Raises `KeyError` for an unknown phone.

        With attachments ("photo", "voice", "video", "sticker", "document", "contact", "location") the text is their
        caption. `data` is the file, instead of a small one that is made up.
        """
        phone = self.phone(phone_id)
        message = Message(
            id=self.new_message_id(phone.channel),
            mine=True,
            text=text,
            at=self.now(),
            reply_to=reply_to,
            attachments=attachments,
            data=data or (sample(attachments[0]) if attachments else None),
            album=album,
        )
        phone.started = True
        phone.messages.append(message)
        self._happen(Wrote(phone=phone, message=replace(message)))
        return message

    def edit_from_phone(self, phone_id: str, message_id: str, text: str) -> None:
        """Change a message that the phone's owner sent (Telegram only). Raises `KeyError` for an unknown one."""
        phone, message = self._message(phone_id, message_id)
        message.text, message.edited = text, True
        self._happen(Wrote(phone=phone, message=replace(message), edited=True))

    def press(self, phone_id: str, message_id: str, option_index: int) -> str:
        """Press a button, counted in reading order from 0; return the id of the press.

        Raises `KeyError` for an unknown phone or message and `IndexError` for a button that isn't there.
        """
        phone, message = self._message(phone_id, message_id)
        if option_index < 0:
            raise IndexError(option_index)
        option = message.options()[option_index]
        press = Pressed(
            phone=phone,
            message=replace(message),
            option=option,
            press_id=str(secrets.randbits(62)),
            at=self.now(),
        )
        message.pressed += (option.label,)
        self._open_presses.add(press.press_id)
        self._happen(press)
        return press.press_id

    def react_from_phone(self, phone_id: str, message_id: str, emoji: str | None) -> None:
        """Put an emoji on a message as the phone's owner (Telegram only), or take it away with None.

        Raises `KeyError` for an unknown phone or message.
        """
        phone, message = self._message(phone_id, message_id)
        before, message.own_reaction = message.own_reaction, emoji
        self._happen(Reacted(phone=phone, message_id=message.id, before=before, emoji=emoji, at=self.now()))

    def block(self, phone_id: str, *, blocked: bool = True) -> None:
        """Block the bot on a Telegram phone, or let it in again."""
        phone = self.phone(phone_id)
        phone.blocked = blocked
        self._happen(Blocked(phone=phone, blocked=blocked, at=self.now()))

    def report_sms(self, sid: str, status: str, *, error: str | None = None, called_back: bool = True) -> None:
        """Let the SMS network report on a message: "sent", "delivered", "undelivered", "failed", any other word.

        Without `called_back` the callback is lost: Twilio knows it, and the service has to ask.
        """
        self._happen(Reported(sid=sid, status=status, error=error, called_back=called_back))

    def send_raw(self, channel: Channel, payload: dict[str, Any]) -> None:
        """Send the service an event in the provider's own form.

        On Telegram an update without `update_id`, on SMS the parameters of a webhook.
        """
        self._happen(Raw(channel=channel, payload=payload))

    # What the service does (called by the provider sides)

    def note_call(
        self, channel: Channel, method: str, payload: dict[str, Any], *, address: str | None = None, text: str = ""
    ) -> None:
        """Keep a call of the service."""
        self.calls.append(
            Call(channel=channel, method=method, address=address, text=text, payload=payload, at=self.now())
        )
        self.changes.bump()

    def deliver(  # noqa: PLR0913 - what a bubble can show
        self,
        phone: Phone,
        text: str,
        *,
        message_id: str | None = None,
        buttons: tuple[tuple[Option, ...], ...] = (),
        reply_to: str | None = None,
        attachments: tuple[str, ...] = (),
        data: bytes | None = None,
        file_name: str | None = None,
    ) -> Message:
        """Show a message of the service on a phone."""
        message = Message(
            id=message_id or self.new_message_id(phone.channel),
            mine=False,
            text=text,
            at=self.now(),
            buttons=buttons,
            reply_to=reply_to,
            attachments=attachments,
            data=data,
            file_name=file_name,
        )
        phone.messages.append(message)
        self.changes.bump()
        return message

    def answer_press(self, press_id: str) -> bool:
        """Mark a press as answered; False when it is unknown or was answered before."""
        known = press_id in self._open_presses
        self._open_presses.discard(press_id)
        return known

    def file(self, channel: Channel, message_id: str) -> bytes | None:
        """The file of a message that somebody sent; None when there is none."""
        messages = (m for p in self.phones if p.channel is channel for m in p.messages if m.mine and m.id == message_id)
        return next((message.data for message in messages), None)

    def _message(self, phone_id: str, message_id: str) -> tuple[Phone, Message]:
        phone = self.phone(phone_id)
        message = phone.message(message_id)
        if message is None:
            raise KeyError(message_id)
        return phone, message

    def _happen(self, happening: Happening) -> None:
        self.happenings.append(happening)
        self.changes.bump()
