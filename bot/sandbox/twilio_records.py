"""SMS as Twilio keeps and shows them (Twilio docs, "Message resource")."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from bot.sandbox.phones import Wrote
from bot.sandbox.world import TwilioAccount

_API_VERSION = "2010-04-01"

# What the webhook says of each kind of attachment (MMS).
_MEDIA = {"photo": "image/jpeg", "voice": "audio/amr", "video": "video/mp4", "contact": "text/vcard"}


@dataclass(slots=True, kw_only=True)
class SmsRecord:
    """One message in the account's list."""

    sid: str
    inbound: bool
    sender: str
    to: str
    body: str
    status: str
    at: datetime
    attachments: tuple[str, ...] = ()
    service_sid: str | None = None
    error: str | None = None
    # Where the status is reported to; None for nowhere.
    callback: str | None = None


def inbound_record(wrote: Wrote, account: TwilioAccount) -> SmsRecord:
    """The record of what somebody sent."""
    return SmsRecord(
        sid=wrote.message.id,
        inbound=True,
        sender=wrote.phone.address,
        to=account.number,
        body=wrote.message.text,
        status="received",
        at=wrote.message.at,
        attachments=wrote.message.attachments,
    )


def record_json(record: SmsRecord, account: TwilioAccount) -> dict[str, Any]:
    """The record as the API answers it. Dates are RFC 2822 in UTC, numbers are texts, as Twilio has them."""
    uri = f"/{_API_VERSION}/Accounts/{account.sid}/Messages/{record.sid}"
    date = format_datetime(record.at)
    return {
        "account_sid": account.sid,
        "api_version": _API_VERSION,
        "body": record.body,
        "date_created": date,
        "date_sent": None if record.status in {"queued", "accepted"} else date,
        "date_updated": date,
        "direction": "inbound" if record.inbound else "outbound-api",
        "error_code": int(record.error) if record.error else None,
        "error_message": None,
        "from": record.sender,
        "messaging_service_sid": record.service_sid,
        "num_media": str(len(record.attachments)),
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": record.sid,
        "status": record.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": record.to,
        "uri": f"{uri}.json",
    }


def media_json(record: SmsRecord, account: TwilioAccount) -> list[dict[str, Any]]:
    """The files of a message as the API lists them (Twilio docs, "Media resource")."""
    uri = f"/{_API_VERSION}/Accounts/{account.sid}/Messages/{record.sid}/Media"
    date = format_datetime(record.at)
    return [
        {
            "sid": f"ME{number:032}",
            "account_sid": account.sid,
            "parent_sid": record.sid,
            "content_type": _MEDIA.get(kind, "application/octet-stream"),
            "date_created": date,
            "date_updated": date,
            "uri": f"{uri}/ME{number:032}.json",
        }
        for number, kind in enumerate(record.attachments)
    ]


def inbound_params(record: SmsRecord, account: TwilioAccount, opt_out: str | None) -> dict[str, str]:
    """The parameters of the webhook for an inbound message (Twilio docs, "Webhook request")."""
    params = {
        "AccountSid": account.sid,
        "ApiVersion": _API_VERSION,
        "Body": record.body,
        "From": record.sender,
        "FromCountry": "GB",
        "MessageSid": record.sid,
        "NumMedia": str(len(record.attachments)),
        "NumSegments": "1",
        "SmsMessageSid": record.sid,
        "SmsSid": record.sid,
        "SmsStatus": "received",
        "To": record.to,
        "ToCountry": "GB",
    }
    for number, kind in enumerate(record.attachments):
        params[f"MediaContentType{number}"] = _MEDIA.get(kind, "application/octet-stream")
        params[f"MediaUrl{number}"] = (
            f"{account.api_url}/{_API_VERSION}/Accounts/{account.sid}/Messages/{record.sid}/Media/ME{number}"
        )
    if opt_out is not None:
        params["OptOutType"] = opt_out
    return params


def status_params(record: SmsRecord, account: TwilioAccount) -> dict[str, str]:
    """The parameters of a status callback (Twilio docs, "Track outbound message status")."""
    params = {
        "AccountSid": account.sid,
        "ApiVersion": _API_VERSION,
        "From": record.sender,
        "MessageSid": record.sid,
        "MessageStatus": record.status,
        "SmsSid": record.sid,
        "SmsStatus": record.status,
        "To": record.to,
    }
    if record.error:
        params["ErrorCode"] = record.error
    if record.service_sid:
        params["MessagingServiceSid"] = record.service_sid
    return params
