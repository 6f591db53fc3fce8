"""What the page shows, as one JSON value: phones, cards, tips, transcript, clock."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from bot.media.types import IMAGES, sniff
from bot.sandbox.phones import Message, Phone
from bot.sandbox.world import World

LONDON = ZoneInfo("Europe/London")

# The page shows this many of the newest; the record itself is read with `telementor transcript`.
_MESSAGES = 200
_LINES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLine:
    """One line of the record, as a coordinator may read it."""

    # Aware.
    at: datetime
    who: str
    side: Literal["mentee", "mentor", "coordinator", "service", "stranger"]
    # The words as they were delivered.
    text: str
    # The words as they were written; None when they are the same.
    original: str | None = None
    # Kinds of what came beside the words.
    attachments: tuple[str, ...] = ()
    # Where the message stands, in one word: "delivered", "held", "refused", "failed", …
    state: str
    # What the rules found, each in a few words.
    findings: tuple[str, ...] = ()


class SandboxClock(Protocol):
    """The clock of the demo."""

    def now(self) -> datetime:
        """The time in the demo (aware)."""

    async def move_on(self, delta: timedelta) -> None:
        """Move it forward, and let everything that falls due happen."""

    async def move_to(self, when: datetime) -> None:
        """Move it forward to a moment (aware), and let everything that falls due happen."""


Transcript = Callable[[], Awaitable[list[TranscriptLine]]]


def next_monday(now: datetime) -> datetime:
    """The next Monday, 09:00 in London, after `now`."""
    local = now.astimezone(LONDON)
    days = (7 - local.weekday()) % 7
    monday = datetime.combine(local.date() + timedelta(days=days), time(9), tzinfo=LONDON)
    if monday <= now:
        monday = datetime.combine(local.date() + timedelta(days=days + 7), time(9), tzinfo=LONDON)
    return monday


def page_state(world: World, lines: list[TranscriptLine], now: datetime) -> dict[str, Any]:
    """The whole picture. Addresses are left out: the page doesn't need them."""
    return {
        "version": world.changes.version,
        "now": now.isoformat(),
        "service": world.telegram.name,
        "phones": [_phone(phone) for phone in world.phones],
        "cards": [{"label": card.label, "note": card.note} for card in world.cards],
        "tips": [asdict(tip) for tip in world.tips],
        "transcript": [_line(line) for line in lines[-_LINES:]],
    }


def picture_type(message: Message) -> str | None:
    """The media type of a message's file when that is a picture which a browser can show; None otherwise."""
    found = sniff(message.data) if message.data else None
    return found if found in IMAGES else None


def _phone(phone: Phone) -> dict[str, Any]:
    return {
        "id": phone.id,
        "owner": phone.owner,
        "channel": phone.channel.value,
        "messages": [_message(phone, message) for message in phone.shown()[-_MESSAGES:]],
    }


def _message(phone: Phone, message: Message) -> dict[str, Any]:
    answered = phone.message(message.reply_to) if message.reply_to else None
    return {
        "id": message.id,
        "mine": message.mine,
        "text": message.text,
        "at": message.at.isoformat(),
        "buttons": [[option.label for option in row] for row in message.buttons],
        "pressed": list(message.pressed),
        "attachments": list(message.attachments),
        "picture": picture_type(message) is not None,
        "quote": {"text": answered.text, "attachments": list(answered.attachments)} if answered else None,
        "edited": message.edited,
        "reaction": message.reaction,
        "own_reaction": message.own_reaction,
    }


def _line(line: TranscriptLine) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "who": line.who,
        "side": line.side,
        "text": line.text,
        "original": line.original,
        "attachments": list(line.attachments),
        "state": line.state,
        "findings": list(line.findings),
    }
