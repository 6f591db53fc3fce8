"""Twilio's webhooks read into events. Pure: it looks at nothing but the form, whose signature was checked before.

Field names: Twilio docs, "Twilio's request to your webhook URL" and "Status callbacks of messages".
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import parse_qs

from bot.channels.sms_errors import fate_of
from bot.channels.unicode import storable
from handlers.events import Channel, DeliveryReport, DeliveryStatus, Event, Fate, Ignored, Inbound, MediaRef, OptOut

# E.164: a plus, a country code that doesn't begin with 0, at most 15 digits in all.
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SID = re.compile(r"[A-Za-z0-9]{1,64}")
# "whatsapp:+44…", "messenger:…": channels that this service doesn't offer.
_OTHER_CHANNEL = re.compile(r"([a-z]{1,20}):")
_OUTBOX_ID = re.compile(r"[0-9]{1,18}")
_ERROR = re.compile(r"[0-9]{1,6}")

_OPT_OUTS = {"STOP": OptOut.STOPPED, "START": OptOut.STARTED, "HELP": OptOut.HELPED}
_STATUSES = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "undelivered": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}
# A contact as a file (RFC 6350; the others are older names of it).
_CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
# Twilio sends at most ten files with a message.
_MOST_FILES = 10


class BadForm(Exception):
    """A field that must be there isn't, or can't be what it says."""


def parse_message(form: Mapping[str, str], now: datetime) -> Event:
    """Read an inbound message that arrived `now` (aware; Twilio gives no time). Raises `BadForm`."""
    event_id, sender = _sid(form), form.get("From", "")
    if not sender or "Body" not in form:
        raise BadForm
    if not _NUMBER.fullmatch(sender):
        other = _OTHER_CHANNEL.match(sender)
        kind = other.group(1) if other else "sender"
        return Ignored(channel=Channel.SMS, event_id=event_id, kind=kind, at=now)
    return Inbound(
        channel=Channel.SMS,
        event_id=event_id,
        sender=sender,
        text=storable(form["Body"]),
        message_ref=event_id,
        attachments=tuple(_attachments(form)),
        media=tuple(_media(form)),
        opt_out=_OPT_OUTS.get(form.get("OptOutType", "")),
        at=now,
    )


def parse_status(form: Mapping[str, str], query: str, now: datetime) -> DeliveryReport | None:
    """Read a status callback that arrived `now` (aware); None for steps on the way. Raises `BadForm`.

    `query` is the part of the callback's address that we gave it: it brings our outbox id back.
    """
    sid, word = _sid(form), form.get("MessageStatus") or form.get("SmsStatus")
    if not word:
        raise BadForm
    status = _STATUSES.get(word)
    if status is None:
        return None
    error = form.get("ErrorCode", "")
    return DeliveryReport(
        channel=Channel.SMS,
        event_id=f"{sid}:{word}",
        provider_ref=sid,
        outbox_id=_outbox_id(query),
        status=status,
        error=f"twilio:{error}" if _ERROR.fullmatch(error) else None,
        fate=fate_of(int(error)) if _ERROR.fullmatch(error) else Fate.GIVE_UP,
        at=now,
    )


def _sid(form: Mapping[str, str]) -> str:
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    if not _SID.fullmatch(sid):
        raise BadForm
    return sid


def _attachments(form: Mapping[str, str]) -> Iterator[str]:
    count = form.get("NumMedia", "0")
    files = min(int(count), _MOST_FILES) if _OUTBOX_ID.fullmatch(count) else 0
    for number in range(files):
        mime = form.get(f"MediaContentType{number}", "").partition(";")[0].strip().casefold()
        if mime in _CARDS:
            yield "contact"
            continue
        match mime.partition("/")[0]:
            case "image":
                yield "photo"
            case "audio":
                yield "voice"
            case "video":
                yield "video"
            case _:
                yield "document"


def _media(form: Mapping[str, str]) -> Iterator[MediaRef]:
    """The files of an MMS that come with an address; whether that is Twilio's own is looked at when it is fetched.

    A contact isn't fetched: it is never passed on.
    """
    for number, kind in enumerate(_attachments(form)):
        if kind != "contact" and (url := form.get(f"MediaUrl{number}")):
            yield MediaRef(kind=kind, ref=storable(url), mime=storable(form.get(f"MediaContentType{number}", "")))


def _outbox_id(query: str) -> int | None:
    given = parse_qs(query).get("outbox", [""])[0]
    return int(given) if _OUTBOX_ID.fullmatch(given) else None
