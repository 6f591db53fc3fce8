"""What comes in: the values that a channel adapter makes of what its provider sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """A way to reach people."""

    TELEGRAM = "telegram"
    SMS = "sms"


class OptOut(StrEnum):
    """What the provider itself already did about a STOP or START (and has confirmed to the person)."""

    STOPPED = "stopped"
    STARTED = "started"
    HELPED = "helped"


class DeliveryStatus(StrEnum):
    """How far a message that left the service has come, in the provider's word brought down to four."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Fate(StrEnum):
    """What an error means for a message, whether it comes at the send or later in a report."""

    # It may go another time: a provider or a network is away, a telephone is off.
    RETRY = "retry"
    # Nobody knows why it failed: a second try may go.
    RETRY_ONCE = "retry_once"
    # It will not go; that says nothing about the next one.
    GIVE_UP = "give_up"
    # The person told the provider STOP: it takes nothing for them.
    OPTED_OUT = "opted_out"
    # Nobody is reached there: blocked, switched off for good, never a telephone that gets texts.
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRef:
    """A file that came with a message: where its channel can fetch it. It isn't fetched yet."""

    # As in `Inbound.attachments`.
    kind: str
    # What the provider calls it: a Telegram file id, or a Twilio media address.
    ref: str
    # What the provider says of it; neither is believed.
    mime: str | None = None
    size: int | None = None
    # The emoji that a sticker stands for, where there is one.
    emoji: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """Something that a person sent. It knows nothing about mentoring."""

    # The channel that it came by.
    channel: Channel
    # The provider's id of the event: the idempotency key, unique in its channel.
    event_id: str
    # The address that answers reach: a Telegram chat id, or a phone number in E.164 (RFC 3966 digits, "+44…").
    sender: str
    # The words: text or caption; empty when there are none. At most what the provider allows, unchanged.
    text: str = ""
    # Provider's id of the message, so that a reply to it can be recognised; None for a pressed button.
    message_ref: str | None = None
    # Provider's id of the message that this one replies to.
    reply_to: str | None = None
    # The data of the button that was pressed (an `Option.data` of ours), else None.
    button: str | None = None
    # Provider's id of the press, to be answered with `answer_press`.
    press_id: str | None = None
    # Kinds of what came beside the words, in the provider's terms: "photo", "voice", "contact", …
    attachments: tuple[str, ...] = ()
    # Those of them that are files.
    media: tuple[MediaRef, ...] = ()
    # Provider's id of the album that it is a part of.
    album: str | None = None
    # Words that came beside the text (a quote, a poll's question, a card's name): scanned, never passed on.
    beside: tuple[str, ...] = ()
    # What the text refers to, as kinds: "quote" (words of another message), "external_reply" (a message elsewhere).
    marks: tuple[str, ...] = ()
    # True when somebody else wrote it first; who is not known here.
    forwarded: bool = False
    # An emoji set on the message `reply_to`, "" when it was taken away; None when this is no reaction.
    reaction: str | None = None
    # Hidden targets in the text (links behind words, mentions of users without a name): they are scanned too.
    hidden: tuple[str, ...] = ()
    # True when this is a changed version of an earlier message.
    edited: bool = False
    # What the provider already did about STOP or START, if it did.
    opt_out: OptOut | None = None
    # When the provider says that it was sent (aware).
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What a provider says later about a message that it accepted."""

    channel: Channel
    # Idempotency key, unique in its channel.
    event_id: str
    # The provider's id of the message that the report is about.
    provider_ref: str
    # Our outbox id when the report carries it (it may arrive before the answer to the send), else None.
    outbox_id: int | None = None
    status: DeliveryStatus
    # The provider's error code, never its text; None when there is none.
    error: str | None = None
    # What follows from a failure.
    fate: Fate = Fate.GIVE_UP
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """A person blocked the bot, or let it in again (Telegram's `my_chat_member`)."""

    channel: Channel
    event_id: str
    sender: str
    # True when the bot was blocked, False when it was unblocked.
    blocked: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """An event of a kind that the service has no use for: counted as seen, so that it isn't sent again."""

    channel: Channel
    event_id: str
    # The provider's name of the kind, e.g. "poll"; never content.
    kind: str
    at: datetime


Event = Inbound | DeliveryReport | Unreachable | Ignored
