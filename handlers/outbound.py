"""What goes out: a message that a channel is to deliver, in the words of this service."""

from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, takewhile
from typing import NamedTuple

import regex

from handlers.events import Channel


class Option(NamedTuple):
    """One choice offered with a message: a button where the channel has them, a numbered line where not."""

    # What the person reads, at most 40 characters.
    label: str
    # What comes back as `Inbound.button`; at most 64 bytes (Telegram Bot API, InlineKeyboardButton.callback_data).
    data: str


@dataclass(frozen=True, slots=True)
class OutboundFile:
    """A file that goes with a message, without a name and without what it said about its maker."""

    # As in `Inbound.attachments`.
    kind: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message for one address. The text is plain: no markup, no previews."""

    # The outbox id: the idempotency key of the delivery, and what a status callback brings back.
    outbox_id: int
    channel: Channel
    # A Telegram chat id, or a phone number in E.164.
    address: str
    # At most `text_limit(channel)` long; empty only with a file or a reaction.
    text: str
    options: tuple[Option, ...] = ()
    # Provider's id of the message in the same chat that this one answers.
    reply_to: str | None = None
    # The file that the text is the caption of.
    file: OutboundFile | None = None
    # Provider's id of our earlier message that this text takes the place of, where the channel can do that.
    edits: str | None = None
    # Whether that one is a file: the text becomes its caption.
    edits_caption: bool = False
    # The text to send instead when that one turns out to be gone or not to be changed any more; None: the same text.
    otherwise: str | None = None
    # Provider's id of our earlier message that is taken away, where the channel can do that; the text takes its place
    # where it is too late for that.
    deletes: str | None = None
    # An emoji to be set on the message `reply_to`, "" to take it away; there is no text then.
    reaction: str | None = None
    # Commands for the menu of this chat, with what they do, where the channel has menus.
    menu: tuple[tuple[str, str], ...] = ()
    # True for alarms: they go before everything else.
    urgent: bool = False
    # After this the provider need not try any more; None: it may try as long as it does.
    expires_at: datetime | None = None
    # When an earlier try began whose answer was lost: it may have gone. None: it surely has not.
    maybe_sent_since: datetime | None = None


# What is read as one character.
_CLUSTER = regex.compile(r"\X")
# The beginning of a link or of an e-mail address.
_LINK = regex.compile(r"[^\w\s]*+(?:[^\s@]{1,64}@|https?://|www\.)", regex.IGNORECASE)

# Telegram Bot API, sendMessage: 4096 UTF-16 units. Twilio Programmable Messaging: 1600 characters.
_LIMITS = {Channel.TELEGRAM: 4096, Channel.SMS: 1600}

# Telegram Bot API, sendPhoto and the like: the longest caption, in UTF-16 units.
CAPTION_LIMIT = 1024


def text_length(channel: Channel, text: str) -> int:
    """The length of a text as its provider counts it: UTF-16 units on Telegram, characters on SMS."""
    return len(text.encode("utf-16-le")) // 2 if channel is Channel.TELEGRAM else len(text)


def text_limit(channel: Channel) -> int:
    """The longest text that the provider takes in one message, in units of `text_length`."""
    return _LIMITS[channel]


def rendered_options(options: tuple[Option, ...]) -> str:
    """Options as they are written where there are no buttons: a line for each, numbered from 1."""
    return "".join(f"\n{number} {option.label}" for number, option in enumerate(options, start=1))


def split_text(channel: Channel, text: str, options: tuple[Option, ...] = ()) -> list[str]:
    """Cut a text into parts that the channel takes, at spaces where there are any; joined they are the text again.

    The last part leaves room for `options` where they are written out (as long as these take less than half of it).
    Never cuts inside what is read as one character, an emoji with its skin colour or a letter with its accents
    (Unicode Standard Annex 29, extended grapheme clusters), unless that alone is longer than a part; at least one
    part, never an empty one unless the text is empty.
    """
    limit = text_limit(channel)
    room = max(limit - (len(rendered_options(options)) if channel is Channel.SMS else 0), limit // 2)
    parts = []
    rest = text
    while text_length(channel, rest) > room:
        cut = _cut(rest, _longest_fit(channel, rest, room))
        parts.append(rest[:cut])
        rest = rest[cut:]
    return [*parts, rest]


def _cut(text: str, end: int) -> int:
    """Where to cut a text of which `end` code points fit: more than 0 and at most `end`."""
    # Whether a cluster begins somewhere depends on what stands before it and on one code point behind it.
    whole: list[int] = [found.start() for found in _CLUSTER.finditer(text, 0, end + 1)][1:]
    blanks = [place for place in whole if text[place - 1] in " \n"]
    # A blank in the first half would leave a part that is hardly worth its price.
    if blanks and blanks[-1] > end // 2:
        return blanks[-1]
    # But half a link leads nowhere.
    if blanks and _LINK.match(text, blanks[-1]):
        return blanks[-1]
    return whole[-1] if whole else end


def _longest_fit(channel: Channel, text: str, room: int) -> int:
    """The largest number of code points of the text that fits into the room."""
    lengths = accumulate(text_length(channel, character) for character in text)
    return sum(1 for _ in takewhile(lambda used: used <= room, lengths))
