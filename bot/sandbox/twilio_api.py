"""The provider side of SMS: the parts of Twilio's REST API that the adapter uses, with Twilio's own answers.

Facts are from Twilio's docs ("Message resource", "Error and warning dictionary").
"""

import base64
import binascii
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.answers import UnreadableError, fields, with_faults
from bot.sandbox.faults import Fault
from bot.sandbox.twilio_feed import TwilioFeed, snapshot
from bot.sandbox.twilio_records import SmsRecord, media_json, record_json
from bot.sandbox.world import TwilioAccount, World
from handlers.events import Channel
from handlers.outbound import text_limit

_BASE = "/2010-04-01/Accounts/{account}"
_E164 = re.compile(r"\+[1-9]\d{6,14}")
# Twilio's number for an error of this HTTP status, where a planned fault names none.
_USUAL = {401: 20003, 404: 20404, 429: 20429, 500: 20500, 503: 20503}


class RefusalError(Exception):
    """An error answer of Twilio: HTTP status, Twilio's own number, and its words."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


def twilio_routes(world: World, feed: TwilioFeed) -> list[Route]:
    """The account, its messages, and one message."""

    async def account(request: Request) -> Response:
        return await _call(world, request, "Accounts.fetch", lambda _sent: _account(world.twilio))

    async def messages(request: Request) -> Response:
        if request.method == "POST":
            return await _create_call(world, feed, request)
        return await _call(world, request, "Messages.list", lambda sent: _list(feed, sent))

    async def message(request: Request) -> Response:
        return await _call(world, request, "Messages.fetch", lambda _sent: _fetch(feed, request.path_params["sid"]))

    async def media(request: Request) -> Response:
        return await _call(world, request, "Media.list", lambda _sent: _media(feed, request.path_params["sid"]))

    async def file(request: Request) -> Response:
        if not _allowed(world.twilio, request):
            return _error(401, 20003, "Authenticate")

        async def accept() -> Response:
            data = world.file(Channel.SMS, request.path_params["sid"])
            return _error(404, 20404, "The requested resource was not found") if data is None else Response(data)

        return await with_faults(world.faults, "Media.fetch", None, accept=accept, refuse=_refuse)

    return [
        Route(_BASE + "/Messages/{sid}/Media/{media}", file),
        Route(_BASE + "/Messages.json", messages, methods=["GET", "POST"]),
        Route(_BASE + "/Messages/{sid}.json", message),
        Route(_BASE + "/Messages/{sid}/Media.json", media),
        Route(_BASE + ".json", account),
    ]


def _error(status: int, code: int, message: str, *, retry_after: int | None = None) -> Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return JSONResponse(body, status, headers=headers)


def _refuse(fault: Fault) -> Response:
    status = fault.status or 500
    code = fault.code or _USUAL.get(status, 20001)
    return _error(status, code, fault.description or "Planned failure", retry_after=fault.retry_after)


def _allowed(account: TwilioAccount, request: Request) -> bool:
    """Whether the request carries the account's own secret, or its API key's, and names that account."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    known = {account.sid: account.auth_token, account.api_key: account.api_secret}.get(user)
    right = known is not None and hmac.compare_digest(secret.encode(), known.encode())
    return kind.lower() == "basic" and right and request.path_params["account"] == account.sid


async def _call(
    world: World, request: Request, method: str, answer: Callable[[dict[str, Any]], dict[str, Any]]
) -> Response:
    if not _allowed(world.twilio, request):
        return _error(401, 20003, "Authenticate")
    sent = dict(request.query_params)
    about = {"Sid": request.path_params["sid"]} if "sid" in request.path_params else {}
    world.note_call(Channel.SMS, method, sent | about)

    async def accept() -> Response:
        try:
            return JSONResponse(answer(sent))
        except RefusalError as refusal:
            return _error(refusal.status, refusal.code, refusal.message)

    return await with_faults(world.faults, method, None, accept=accept, refuse=_refuse)


async def _create_call(world: World, feed: TwilioFeed, request: Request) -> Response:
    if not _allowed(world.twilio, request):
        return _error(401, 20003, "Authenticate")
    try:
        sent = await fields(request)
    except UnreadableError:
        return _error(400, 20001, "The request can't be read")
    to = sent.get("To")
    world.note_call(Channel.SMS, "Messages.create", sent, address=to, text=str(sent.get("Body", "")))

    async def accept() -> Response:
        try:
            record = _new_record(world, sent)
        except RefusalError as refusal:
            return _error(refusal.status, refusal.code, refusal.message)
        feed.records[record.sid] = record
        answer = record_json(snapshot(record), world.twilio)
        if world.twilio.callbacks == "before":
            await feed.report(record, "sent")
        feed.deliver(record)
        return JSONResponse(answer, 201)

    return await with_faults(world.faults, "Messages.create", to, accept=accept, refuse=_refuse)


def _new_record(world: World, sent: dict[str, Any]) -> SmsRecord:
    account = world.twilio
    to, body = str(sent.get("To", "")), str(sent.get("Body", ""))
    sender, service = sent.get("From"), sent.get("MessagingServiceSid")
    if not to:
        raise RefusalError(400, 21604, "A 'To' phone number is required.")
    if not _E164.fullmatch(to):
        raise RefusalError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if sender is None and service is None:
        raise RefusalError(400, 21603, "A 'From' or 'MessagingServiceSid' parameter is required.")
    if service is not None and service != account.service_sid:
        raise RefusalError(404, 20404, "The requested Messaging Service was not found")
    if sender is not None and sender != account.number:
        raise RefusalError(400, 21606, f"The 'From' phone number {sender} is not a valid, SMS-capable number.")
    if not body:
        raise RefusalError(400, 21602, "Message body is required.")
    if len(body) > text_limit(Channel.SMS):
        raise RefusalError(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    phone = world.phone_at(Channel.SMS, to)
    if phone is not None and phone.opted_out:
        raise RefusalError(400, 21610, "Attempt to send to unsubscribed recipient")
    return SmsRecord(
        sid=world.new_message_id(Channel.SMS),
        inbound=False,
        sender=account.number,
        to=to,
        body=body,
        status="accepted" if service else "queued",
        at=world.now(),
        service_sid=service,
        callback=sent.get("StatusCallback"),
    )


def _account(account: TwilioAccount) -> dict[str, Any]:
    return {
        "sid": account.sid,
        "friendly_name": "Sandbox",
        "status": "active",
        "type": "Full",
        "uri": f"/2010-04-01/Accounts/{account.sid}.json",
    }


def _fetch(feed: TwilioFeed, sid: str) -> dict[str, Any]:
    feed.absorb()
    record = feed.records.get(sid)
    if record is None:
        raise RefusalError(404, 20404, "The requested resource was not found")
    return record_json(record, feed.world.twilio)


def _media(feed: TwilioFeed, sid: str) -> dict[str, Any]:
    """The files of one message, in one page."""
    feed.absorb()
    record = feed.records.get(sid)
    if record is None:
        raise RefusalError(404, 20404, "The requested resource was not found")
    files = media_json(record, feed.world.twilio)
    uri = f"/2010-04-01/Accounts/{feed.world.twilio.sid}/Messages/{sid}/Media.json"
    return {"media_list": files, "page": 0, "page_size": 50, "uri": uri, "next_page_uri": None}


def _list(feed: TwilioFeed, sent: dict[str, Any]) -> dict[str, Any]:
    """One page of the messages that fit `From`, `To` and `DateSent`, newest first."""
    feed.absorb()
    try:
        size = min(max(int(sent.get("PageSize", 50)), 1), 1000)
        page = max(int(sent.get("Page", 0)), 0)
    except ValueError:
        raise RefusalError(400, 20001, "Page and PageSize must be integers") from None
    fits = _filter(sent)
    found = [record for record in reversed(feed.records.values()) if fits(record)]
    shown = found[page * size : (page + 1) * size]
    uri = f"/2010-04-01/Accounts/{feed.world.twilio.sid}/Messages.json"
    more = len(found) > (page + 1) * size

    def link(number: int) -> str:
        return f"{uri}?{urlencode({**sent, 'PageSize': size, 'Page': number})}"

    return {
        "messages": [record_json(record, feed.world.twilio) for record in shown],
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(len(shown) - 1, 0),
        "uri": link(page),
        "first_page_uri": link(0),
        "previous_page_uri": link(page - 1) if page else None,
        "next_page_uri": link(page + 1) if more else None,
    }


def _filter(sent: dict[str, Any]) -> Callable[[SmsRecord], bool]:
    """The test that a list's parameters ask for. Raises `RefusalError` for a date that can't be read."""
    sender, to = sent.get("From"), sent.get("To")
    day, since, until = (_date(sent.get(name)) for name in ("DateSent", "DateSent>", "DateSent<"))

    def fits(record: SmsRecord) -> bool:
        return (
            sender in {None, record.sender}
            and to in {None, record.to}
            and (day is None or record.at.astimezone(UTC).date() == day.date())
            and (since is None or record.at >= since)
            and (until is None or record.at <= until)
        )

    return fits


def _date(text: str | None) -> datetime | None:
    """A date or a time in ISO 8601, taken as UTC where it names no zone."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RefusalError(400, 20001, "A date is not in ISO 8601") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
