"""Phones of invented people: what they show, and the things that people do with them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.events import Channel
from handlers.outbound import Option


@dataclass(slots=True, kw_only=True)
class Message:
    """One bubble on a phone."""

    # The provider's id: Telegram's message_id as text, or Twilio's message SID.
    id: str
    # True when the phone's owner wrote it.
    mine: bool
    text: str
    # When the provider took it (aware).
    at: datetime
    # Buttons in rows, as the keyboard shows them.
    buttons: tuple[tuple[Option, ...], ...] = ()
    # Kinds of what came beside the words: "photo", "voice", …
    attachments: tuple[str, ...] = ()
    # The file of the first of them, where there is one.
    data: bytes | None = None
    # The name that the file came with.
    file_name: str | None = None
    # Parts of an album have the same one (Telegram only).
    album: str | None = None
    # Provider's id of the message that this one answers.
    reply_to: str | None = None
    edited: bool = False
    deleted: bool = False
    # Labels of the buttons that were pressed, in order; they stay when the buttons are taken away.
    pressed: tuple[str, ...] = ()
    # An emoji that the service put on it, and one that the phone's owner did.
    reaction: str | None = None
    own_reaction: str | None = None
    # The provider's word for how far it came (SMS only).
    status: str | None = None

    def options(self) -> tuple[Option, ...]:
        """All buttons in reading order: what `World.press` counts."""
        return tuple(option for row in self.buttons for option in row)


@dataclass(slots=True, kw_only=True)
class Phone:
    """A phone of one person, on one channel."""

    # A short name for addresses and tests, e.g. "sam".
    id: str
    # What the page writes above it, e.g. "Sam (mentee)".
    owner: str
    channel: Channel
    # Telegram chat id as digits, or a number in E.164.
    address: str
    # Telegram only.
    username: str | None = None
    first_name: str = ""
    # Telegram only: a bot can't write to somebody who never wrote to it.
    started: bool = True
    # Telegram only: the owner blocked the bot.
    blocked: bool = False
    # Telegram only: the menu of commands that the service set for this chat, with what they do.
    menu: tuple[tuple[str, str], ...] = ()
    # SMS only: Twilio's error code with which every message to this phone ends as undelivered, e.g. "30003".
    dead: str | None = None
    # SMS only: the provider itself was told STOP.
    opted_out: bool = False
    messages: list[Message] = field(default_factory=list)

    def shown(self) -> list[Message]:
        """The messages that the screen shows, oldest first."""
        return [message for message in self.messages if not message.deleted]

    def received(self) -> list[str]:
        """The texts that the service sent and that still show, oldest first."""
        return [message.text for message in self.shown() if not message.mine]

    def message(self, message_id: str) -> Message | None:
        """The message with this provider's id that still shows."""
        return next((m for m in reversed(self.messages) if m.id == message_id and not m.deleted), None)


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody without a phone, whom the page shows beside the phones."""

    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Tip:
    """Something that the page suggests to try on a phone, and a label of a few words for it."""

    phone: str
    label: str
    # Words to type.
    text: str = ""
    # Instead of words: the phone's picture.
    picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """Somebody sent a message, or (`edited`) changed one. Holds a copy of the message as it was then."""

    phone: Phone
    message: Message
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """Somebody pressed a button. Holds a copy of the message as it was then."""

    phone: Phone
    message: Message
    option: Option
    press_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """Somebody put an emoji on a message, or took it away (None). Telegram only."""

    phone: Phone
    message_id: str
    before: str | None
    emoji: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Somebody blocked the bot, or let it in again."""

    phone: Phone
    blocked: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The SMS network said how far a message came."""

    sid: str
    status: str
    error: str | None = None
    # False: the service isn't called, and has to ask.
    called_back: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An event in the provider's own form, for what no phone here can do.

    The payload is a Telegram update without its id, or the parameters of a Twilio webhook.
    """

    channel: Channel
    payload: dict[str, Any]


Happening = Wrote | Pressed | Reacted | Blocked | Reported | Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that the service made to a provider, whatever came of it."""

    channel: Channel
    # Telegram's method, or "Messages.create" and so on (see `faults.FaultPlan.plan`).
    method: str
    # Whom it was for; None for a call about nobody.
    address: str | None
    text: str
    payload: dict[str, Any]
    at: datetime


class Changes:
    """A counter that many can wait on. To be used from one event loop."""

    def __init__(self) -> None:
        self.version = 0
        self.closed = False
        self._next = asyncio.Event()

    def bump(self) -> None:
        """Wake everybody who waits."""
        self.version += 1
        self._next.set()
        self._next = asyncio.Event()

    def close(self) -> None:
        """Wake everybody for good: the server is about to stop."""
        self.closed = True
        self.bump()

    def reopen(self) -> None:
        """Allow waiting again: the server starts once more."""
        self.closed = False

    async def after(self, version: int) -> int:
        """Wait until the counter has passed `version`, or all is closed; return it."""
        while self.version <= version and not self.closed:
            await self._next.wait()
        return self.version

    async def until(self, fact: Callable[[], object], *, within: float = 10.0) -> None:
        """Wait until `fact()` is true, asked anew after each change. Raises `TimeoutError` after `within` seconds."""
        async with asyncio.timeout(within):
            while not fact():
                await self._next.wait()
