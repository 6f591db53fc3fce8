"""Looking into Twilio's own list of messages: what came in unheard, and what became of what went out.

Facts: Twilio docs, "Message resource". The list comes newest first; dates are RFC 2822.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from bot.channels.sms_events import BadForm, parse_message, parse_status
from handlers.events import DeliveryReport, DeliveryStatus, Event

_PAGE = 200
# Of one person at most this many are looked through for a text that may have gone: what was sent last stands first.
_RECENT = 50
# Twilio's times have no fractions of a second. More would take an earlier text with the same words for this one,
# and a text lost is worse than one that comes twice.
_ROUNDING = timedelta(seconds=2)
_FAILED = {"failed", "undelivered", "canceled"}
# Words on which Twilio itself stops a number and says so to the person (Twilio docs, "Support for opt-out keywords").
# It does so on END, QUIT and CANCEL too, but these may be answers to us, and the first text to the number tells.
_STOPS = {"stop", "stopall", "unsubscribe"}
# Of these only the webhook says whether Twilio has answered them.
_ANSWERED = {*_STOPS, "start", "unstop", "help"}
# A webhook has come by then, or has failed (Twilio docs, "Webhooks connection overrides": it waits 15 seconds).
_WEBHOOK_TAKES = timedelta(seconds=15)


async def find_sent(client: Client, *, sender: str, address: str, body: str, since: datetime) -> str | None:
    """Twilio's id of the text with this body that it took for `address` after `since`; None when there is none.

    `sender` is our number or Messaging Service. A text that Twilio has not sent on yet has no date of sending, so the
    list is not asked by it. What failed does not count: it may be sent again.
    """
    found = await client.messages.list_async(to=address, limit=_RECENT, page_size=_RECENT)
    for message in found:
        ours = sender in {message.from_, message.messaging_service_sid}
        created = message.date_created
        if not ours or message.direction == "inbound" or created is None or created < since - _ROUNDING:
            continue
        if message.body == body and message.status not in _FAILED:
            return str(message.sid)
    return None


async def list_inbound(client: Client, *, to: str | None, since: datetime) -> list[MessageInstance]:
    """What came in since then, to one of our numbers or (None) to any of the account, oldest first."""
    wanted: dict[str, Any] = {} if to is None else {"to": to}
    found = await client.messages.list_async(date_sent_after=since, page_size=_PAGE, **wanted)
    return [message for message in reversed(found) if message.direction == "inbound"]


def webhook_tells_more(message: MessageInstance, now: datetime) -> bool:
    """Whether a text came just now and its webhook, which may be on its way, says more of it than the list does."""
    came: datetime | None = message.date_sent or message.date_created
    if came is None or (message.body or "").strip().casefold() not in _ANSWERED:
        return False
    # Either way: the two clocks may differ.
    return abs(now - came) < _WEBHOOK_TAKES


async def as_event(message: MessageInstance, base_url: str, now: datetime) -> Event | None:
    """The event that the webhook would have made of a message; None for one that can't be read."""
    form = {"MessageSid": message.sid or "", "From": message.from_ or "", "Body": message.body or ""}
    if form["Body"].strip().casefold() in _STOPS:
        # The list doesn't say it, but Twilio has answered long ago, and would refuse our answer (error 21610).
        form["OptOutType"] = "STOP"
    if (message.num_media or "0") != "0":
        form |= _media_form(await message.media.list_async(), base_url)
    try:
        return parse_message(form, message.date_sent or message.date_created or now)
    except BadForm:
        return None


def _media_form(media: Iterable[Any], base_url: str) -> dict[str, str]:
    """A message's files, in the fields that the webhook has for them."""
    files = list(media)
    form = {"NumMedia": str(len(files))}
    for number, file in enumerate(files):
        form[f"MediaContentType{number}"] = str(file.content_type)
        form[f"MediaUrl{number}"] = base_url + str(file.uri).removesuffix(".json")
    return form


async def fetch_report(client: Client, sid: str, now: datetime) -> DeliveryReport | None:
    """What Twilio says now of a text that it took, as the callback would have said it; None when nothing is final."""
    message = await client.messages(sid).fetch_async()
    form = {"MessageSid": sid, "MessageStatus": str(message.status), "ErrorCode": str(message.error_code or "")}
    report = parse_status(form, "", now)
    return None if report is None or report.status is DeliveryStatus.SENT else report
