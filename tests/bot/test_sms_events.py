"""Tests of reading Twilio's webhooks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms_events import BadForm, parse_message, parse_status
from handlers.events import Channel, DeliveryReport, DeliveryStatus, Event, Fate, Ignored, Inbound, OptOut
from tests.bot.providers import NOW

SID = "SM0123456789abcdef0123456789abcdef"
# What Twilio sends with an inbound text (invented person), without the fields about places.
FORM = {
    "ToCountry": "GB",
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "SmsSid": SID,
    "SmsStatus": "received",
    "Body": "Hello there",
    "To": "+441632960000",
    "NumSegments": "1",
    "MessageSid": SID,
    "AccountSid": "AC00000000000000000000000000000001",
    "From": "+447700900123",
    "ApiVersion": "2010-04-01",
}
REPORT = {"MessageSid": SID, "MessageStatus": "delivered", "To": "+447700900123", "From": "+441632960000"}


def inbound(**fields: object) -> Inbound:
    """What `FORM` becomes, with these fields."""
    usual: dict[str, object] = {
        "channel": Channel.SMS, "event_id": SID, "sender": "+447700900123", "text": "Hello there", "message_ref": SID,
        "at": NOW,
    }  # fmt: skip
    return Inbound(**(usual | fields))  # type: ignore[arg-type] # any field


def ignored(kind: str) -> Ignored:
    """An event without use."""
    return Ignored(channel=Channel.SMS, event_id=SID, kind=kind, at=NOW)


def report(status: DeliveryStatus, word: str, **fields: object) -> DeliveryReport:
    """What `REPORT` becomes, with these fields."""
    usual: dict[str, object] = {
        "channel": Channel.SMS, "event_id": f"{SID}:{word}", "provider_ref": SID, "status": status, "at": NOW,
    }  # fmt: skip
    return DeliveryReport(**(usual | fields))  # type: ignore[arg-type] # any field


MEDIA = {
    "Body": "",
    "NumMedia": "5",
    "MediaContentType0": "image/jpeg",
    "MediaContentType1": "audio/amr",
    "MediaContentType2": "video/3gpp",
    "MediaContentType3": "text/x-vcard",
}

MESSAGES: dict[str, tuple[dict[str, str], Event]] = {
    "text": ({}, inbound()),
    "empty text": ({"Body": ""}, inbound(text="")),
    "text of nothing to see": ({"Body": "\u3164"}, inbound(text="\u3164")),
    "text of ten parts": ({"Body": "x" * 1530, "NumSegments": "10"}, inbound(text="x" * 1530)),
    "odd characters stay": ({"Body": "a\0b\u202e😀"}, inbound(text="a\0b\u202e😀")),
    "files": (MEDIA, inbound(text="", attachments=("photo", "voice", "video", "contact", "document"))),
    **{
        f"a contact as {mime}": (
            {"NumMedia": "1", "MediaContentType0": mime, "MediaUrl0": "https://api.twilio.com/x"},
            inbound(attachments=("contact",)),
        )
        for mime in ("text/vcard", "text/x-vcard", "text/directory", "Text/vCard; charset=utf-8")
    },
    "a text as a file is no contact": (
        {"NumMedia": "1", "MediaContentType0": "text/plain"},
        inbound(attachments=("document",)),
    ),
    "a number of files that is none": ({"NumMedia": "many"}, inbound()),
    "more files than can be": ({"NumMedia": "99999"}, inbound(attachments=("document",) * 10)),
    "stop": ({"Body": "Stop", "OptOutType": "STOP"}, inbound(text="Stop", opt_out=OptOut.STOPPED)),
    "start": ({"Body": "START", "OptOutType": "START"}, inbound(text="START", opt_out=OptOut.STARTED)),
    "help": ({"Body": "help", "OptOutType": "HELP"}, inbound(text="help", opt_out=OptOut.HELPED)),
    "the word alone is for the handler": ({"Body": "STOP"}, inbound(text="STOP")),
    "another channel": ({"From": "whatsapp:+447700900123"}, ignored("whatsapp")),
    "short code": ({"From": "60777"}, ignored("sender")),
    "a name as sender": ({"From": "Courier"}, ignored("sender")),
    "a number without its plus": ({"From": "447700900123"}, ignored("sender")),
}
REPORTS: dict[str, tuple[dict[str, str], str, DeliveryReport | None]] = {
    "delivered": ({}, "outbox=12", report(DeliveryStatus.DELIVERED, "delivered", outbox_id=12)),
    "sent": ({"MessageStatus": "sent"}, "outbox=12", report(DeliveryStatus.SENT, "sent", outbox_id=12)),
    "read": ({"MessageStatus": "read"}, "", report(DeliveryStatus.READ, "read")),
    "undelivered": (
        {"MessageStatus": "undelivered", "ErrorCode": "30003"}, "outbox=12",
        report(DeliveryStatus.FAILED, "undelivered", outbox_id=12, error="twilio:30003", fate=Fate.RETRY),
    ),
    "failed": (
        {"MessageStatus": "failed", "ErrorCode": "words"}, "outbox=x", report(DeliveryStatus.FAILED, "failed"),
    ),
    "cancelled": ({"MessageStatus": "canceled"}, "a=b", report(DeliveryStatus.FAILED, "canceled")),
    "older name of the field": (
        {"MessageStatus": "", "SmsStatus": "sent"}, "", report(DeliveryStatus.SENT, "sent"),
    ),
    "queued": ({"MessageStatus": "queued"}, "outbox=12", None),
    "sending": ({"MessageStatus": "sending"}, "outbox=12", None),
    "newer than this program": ({"MessageStatus": "teleported"}, "outbox=12", None),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "event"), MESSAGES.values(), ids=MESSAGES.keys())
def test_each_message(changes: dict[str, str], event: Event) -> None:
    """Each kind of inbound form becomes its event."""
    assert parse_message(FORM | changes, NOW) == event


@pytest.mark.parametrize(("changes", "query", "event"), REPORTS.values(), ids=REPORTS.keys())
def test_each_status(changes: dict[str, str], query: str, event: DeliveryReport | None) -> None:
    """Each status becomes a report with our outbox id, or nothing while the message is on its way."""
    assert parse_status(REPORT | changes, query, NOW) == event


@pytest.mark.parametrize("changes", [{"MessageSid": "a b", "SmsSid": ""}, {"MessageSid": "", "SmsSid": ""}])
def test_a_form_without_an_id_is_bad(changes: dict[str, str]) -> None:
    """Without a proper id neither a message nor a report can be told from another."""
    with pytest.raises(BadForm):
        parse_message(FORM | changes, NOW)
    with pytest.raises(BadForm):
        parse_status(REPORT | changes, "", NOW)


@pytest.mark.parametrize("name", ["From", "Body"])
def test_a_message_without_a_field_is_bad(name: str) -> None:
    """A message needs a sender and a text (which may be empty)."""
    with pytest.raises(BadForm):
        parse_message({key: value for key, value in FORM.items() if key != name}, NOW)


def test_a_report_without_a_status_is_bad() -> None:
    """A report that reports nothing is refused."""
    with pytest.raises(BadForm):
        parse_status({"MessageSid": SID}, "", NOW)


@given(st.dictionaries(st.sampled_from(sorted(FORM | MEDIA)), st.text()), st.text())
def test_any_form_is_read_or_refused(changes: dict[str, str], query: str) -> None:
    """Whatever a form holds, the outcome is an event or `BadForm`."""
    for parse in (lambda form: parse_message(form, NOW), lambda form: parse_status(form, query, NOW)):
        try:
            event = parse(FORM | changes)
        except BadForm:
            continue
        assert event is None or event.event_id.isprintable()
