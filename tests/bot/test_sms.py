"""Tests of the SMS channel against a Twilio on loopback."""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bot.channels.base import NotStored, SendFailed
from bot.channels.sms import MESSAGE_PATH, STATUS_PATH, SmsChannel, render_options
from bot.channels.sms_http import TwilioHttp
from bot.settings import Settings
from handlers.events import Channel, DeliveryStatus, Inbound, OptOut
from handlers.outbound import Option, Outbound
from tests.bot.providers import (
    Answer,
    FakeProvider,
    ReceiveCase,
    SendCase,
    Storage,
    at_noon,
    captured_logs,
    closed_port,
    fake_provider,
    run_receive,
    run_send,
)
from tests.bot.test_sms_events import FORM, MESSAGES, REPORT, REPORTS, SID, inbound, report

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "invented-auth-token-of-a-test"
PUBLIC_URL = "https://bot.example.org/mentoring"
NUMBER = "+447700900123"
WORDS = "words that nobody else reads"
PRIVATE = (TOKEN, WORDS, NUMBER, NUMBER[1:])
LIST, CREATE = "/Messages.json GET", "/Messages.json POST"
LISTED = Answer(200, {"messages": [], "page": 0, "page_size": 1})
CREATED = Answer(201, {"sid": SID, "status": "queued", "body": WORDS, "to": NUMBER})


def settings_for(url: str = "http://127.0.0.1:1", **changes: Any) -> Settings:  # noqa: ANN401 - any setting
    """Settings of an account at this address, with next to no pauses."""
    values: dict[str, Any] = {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_from": "+441632960000",
        "twilio_api_url": url,
        "public_url": PUBLIC_URL,
        "send_timeout": 5,
        "retry_first": 0.001,
        "retry_max": 0.002,
    }
    return Settings(**(values | changes))


def channel_at(url: str, **changes: Any) -> SmsChannel:  # noqa: ANN401 - any setting
    """A channel at this address."""
    return SmsChannel(settings_for(url, **changes), Storage(), at_noon)


def outbound(**fields: Any) -> Outbound:  # noqa: ANN401 - any field of Outbound
    """A text to the person of the forms."""
    usual: dict[str, Any] = {"outbox_id": 12, "channel": Channel.SMS, "address": NUMBER, "text": WORDS}
    return Outbound(**(usual | fields))


def error(status: int, code: int) -> Answer:
    """An error answer of Twilio, which repeats the number in its text."""
    body = {
        "code": code,
        "message": f"The number {NUMBER} {WORDS}",
        "more_info": "https://example.org",
        "status": status,
    }
    return Answer(status, body)


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    """A Twilio that knows the account and takes every text."""
    async with fake_provider() as running:
        running.answer(LIST, LISTED)
        running.answer(CREATE, CREATED)
        yield running


async def sent_form(channel: SmsChannel, provider: FakeProvider, message: Outbound) -> dict[str, str]:
    """Send a message; return the form that Twilio received."""
    await channel.start()
    assert await channel.send(message) == SID
    await channel.stop()
    body = provider.made(CREATE)[0].body
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def test_without_an_account_there_is_no_channel() -> None:
    """Building a channel that the settings leave out is a mistake of the wiring."""
    with pytest.raises(ValueError, match="not in the settings"):
        SmsChannel(Settings(), Storage(), at_noon)


# Sending


async def test_a_text_goes_out_with_its_callback(provider: FakeProvider) -> None:
    """A text is sent from the number, with the callback that brings our outbox id back, and Twilio's id returns."""
    with captured_logs(*PRIVATE):
        form = await sent_form(channel_at(f"{provider.url}/twilio/"), provider, outbound(text=WORDS + " £é😀"))
    assert form == {
        "To": NUMBER,
        "From": "+441632960000",
        "Body": WORDS + " £é😀",
        "StatusCallback": f"{PUBLIC_URL}/twilio/status?outbox=12",
    }
    call = provider.made(CREATE)[0]
    assert call.path == f"/twilio/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert call.headers["Authorization"] == "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


async def test_a_messaging_service_and_an_api_key(provider: FakeProvider) -> None:
    """With a Messaging Service there is no number; with an API key the auth token isn't sent."""
    channel = channel_at(
        provider.url,
        twilio_from=None,
        twilio_messaging_service_sid="MG1",
        twilio_api_key="SK1",
        twilio_api_key_secret="invented-key-secret",
    )
    form = await sent_form(channel, provider, outbound())
    assert form["MessagingServiceSid"] == "MG1"
    assert "From" not in form
    call = provider.made(CREATE)[0]
    assert call.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert call.headers["Authorization"] == "Basic " + base64.b64encode(b"SK1:invented-key-secret").decode()


async def test_the_environment_changes_no_address(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that the twilio library would read by itself have no effect."""
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("HTTP_PROXY", closed_port())
    assert (await sent_form(channel_at(provider.url), provider, outbound()))["To"] == NUMBER


async def test_options_become_numbered_lines(provider: FakeProvider) -> None:
    """Options follow the text, each with the number to answer."""
    options = (Option("Yes", "y:1"), Option("No", "n:1"))
    form = await sent_form(channel_at(provider.url), provider, outbound(text="All right?", options=options))
    assert form["Body"] == "All right?\n1 Yes\n2 No"


@given(st.text(max_size=50), st.lists(st.text(min_size=1, max_size=40), max_size=12))
def test_rendering_loses_nothing(text: str, labels: list[str]) -> None:
    """The text stands first and unchanged, every label after its number."""
    rendered = render_options(text, [Option(label, "d") for label in labels])
    assert rendered.startswith(text)
    rest = rendered[len(text) :]
    assert rest == "".join(f"\n{number} {label}" for number, label in enumerate(labels, start=1))


async def test_what_is_too_long_is_refused_and_not_cut(provider: FakeProvider) -> None:
    """More than Twilio's 1600 characters, options included, fails at once; just as many are sent."""
    options = (Option("Yes", "y:1"),)
    channel = channel_at(provider.url)
    await channel.start()
    assert await channel.send(outbound(text="a" * 1594, options=options)) == SID
    with pytest.raises(SendFailed) as caught:
        await channel.send(outbound(text="a" * 1595, options=options))
    await channel.stop()
    assert (caught.value.code, caught.value.retry) == ("sms:too_long", False)


def failed(status: int, code: int, **flags: bool) -> SendCase:
    """A case whose code names Twilio's number."""
    return SendCase(f"{status} {code}", error(status, code), {"code": f"twilio:{code}", "retry": False, **flags})


SEND_CASES = [
    failed(400, 21610, opted_out=True),
    *(failed(400, code, unreachable=True) for code in (21211, 21614, 30004, 30005, 30006)),
    *(failed(400, code, retry=True) for code in (21212, 21603, 21606, 21659, 21703)),
    *(failed(400, code, retry=True) for code in (21611, 30001, 30002, 30003, 30008, 30017, 30022)),
    *(failed(400, code) for code in (21617, 30007, 30036)),
    failed(403, 21408),
    failed(401, 20003, retry=True),
    failed(403, 20005, retry=True),
    failed(404, 20404, retry=True),
    failed(429, 20429, retry=True),
    failed(500, 20500, retry=True),
    SendCase("unauthorised page", Answer(401, text="<html>"), {"code": "twilio:401", "retry": True}),
    SendCase("gateway page", Answer(503, text="<html>"), {"code": "twilio:503", "retry": True}),
    SendCase("redirect", Answer(302, text="moved"), {"code": "twilio:302", "retry": False}),
    SendCase(
        "newer form of errors",
        Answer(429, {"type": "a", "title": WORDS, "status": 429, "code": 20429}),
        {"code": "twilio:20429", "retry": True},
    ),
    SendCase(
        "newer form with nonsense",
        Answer(400, {"type": "a", "title": WORDS, "status": WORDS, "code": [WORDS]}),
        {"code": "twilio:0", "retry": False},
    ),
    SendCase("garbage", Answer(201, text=WORDS), {"code": "twilio:answer", "retry": True, "maybe_sent": True}),
    SendCase("list", Answer(201, [WORDS]), {"code": "twilio:answer", "retry": True, "maybe_sent": True}),
    SendCase("no id", Answer(201, {"body": WORDS}), {"code": "twilio:answer", "retry": True, "maybe_sent": True}),
    SendCase("cut", Answer(cut=True), {"code": "timeout", "retry": True, "maybe_sent": True}),
    SendCase("slow", Answer(hang=True), {"code": "timeout", "retry": True, "maybe_sent": True}),
]


@pytest.mark.parametrize("case", SEND_CASES, ids=lambda case: case.name)
async def test_each_error_of_a_send(case: SendCase, provider: FakeProvider) -> None:
    """Every way in which a send can fail becomes a SendFailed that says what to do, without words or numbers."""
    provider.answer(CREATE, case.answer)
    await run_send(channel_at(provider.url, send_timeout=0.2), case, outbound(), private=PRIVATE)


async def test_nobody_listening_is_retried() -> None:
    """A refused connection sent nothing: it is tried again."""
    case = SendCase("refused", Answer(), {"code": "network", "retry": True, "maybe_sent": False})
    await run_send(channel_at(closed_port()), case, outbound(), private=PRIVATE)


async def test_sending_while_stopped_is_retried(provider: FakeProvider) -> None:
    """A send before the start fails like one without a connection; answering a press does nothing."""
    channel = channel_at(provider.url)
    with pytest.raises(SendFailed, match=r"^network$"):
        await channel.send(outbound())
    await channel.answer_press("1")
    assert not provider.calls


async def test_stopping_lets_a_running_send_end(provider: FakeProvider) -> None:
    """A send that is under way when the channel stops is still answered; stopping twice is harmless."""
    channel = channel_at(provider.url)
    await channel.start()
    provider.answer(CREATE, Answer(201, CREATED.json, hang=True))
    sending = asyncio.create_task(channel.send(outbound()))
    await provider.until(CREATE, 1)
    stopping = asyncio.create_task(channel.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    provider.released.set()
    assert await sending == SID
    await stopping
    await channel.stop()


def listed(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a message
    """A text of ours in Twilio's list, made half a minute after the time of the tests."""
    usual = {
        "sid": "SMfound",
        "body": WORDS,
        "to": NUMBER,
        "from": "+441632960000",
        "direction": "outbound-api",
        "status": "sent",
        "date_created": "Mon, 02 Mar 2026 09:30:30 +0000",
    }
    return usual | changes


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ({}, True),
        ({"status": "queued"}, True),
        ({"date_created": "Mon, 02 Mar 2026 09:29:59 +0000"}, True),
        ({"date_created": "Mon, 02 Mar 2026 09:29:57 +0000"}, False),
        ({"date_created": None}, False),
        ({"body": "other words"}, False),
        ({"from": "+441632960001"}, False),
        ({"direction": "inbound"}, False),
        *(({"status": status}, False) for status in ("failed", "undelivered", "canceled")),
    ],
)
async def test_a_text_that_may_have_gone_is_looked_for(
    message: dict[str, Any], found: object, provider: FakeProvider
) -> None:
    """What Twilio has of the same words, to the same number, since then, and did not fail, is not sent again."""
    channel = channel_at(provider.url)
    await channel.start()
    provider.answer(LIST, Answer(200, {"messages": [listed(**message)], "page": 0}))
    sid = await channel.send(outbound(maybe_sent_since=at_noon()))
    assert sid == ("SMfound" if found else SID)
    assert len(provider.made(CREATE)) == (0 if found else 1)
    await channel.stop()


async def test_no_look_up_no_second_text(provider: FakeProvider) -> None:
    """While the list can't be read nothing is sent blindly; it is tried again."""
    channel = channel_at(provider.url)
    await channel.start()
    provider.answer(LIST, error(503, 20503))
    with pytest.raises(SendFailed) as caught:
        await channel.send(outbound(maybe_sent_since=at_noon()))
    assert caught.value.retry
    assert provider.made(CREATE) == []
    await channel.stop()


@pytest.mark.parametrize(
    ("seconds", "validity"),
    [(-5, "1"), (0.5, "1"), (90.9, "90"), (36_000, "36000"), (43_200, "36000")],
)
async def test_a_text_is_valid_as_long_as_it_lives(seconds: float, validity: str, provider: FakeProvider) -> None:
    """ValidityPeriod is the rest of the life in whole seconds, within Twilio's bounds."""
    message = outbound(expires_at=at_noon() + timedelta(seconds=seconds))
    assert (await sent_form(channel_at(provider.url), provider, message))["ValidityPeriod"] == validity


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer(200, {"sid": SID, "status": "delivered"}), DeliveryStatus.DELIVERED),
        (Answer(200, {"sid": SID, "status": "undelivered", "error_code": 30005}), DeliveryStatus.FAILED),
        (Answer(200, {"sid": SID, "status": "sent"}), None),
        (Answer(200, {"sid": SID, "status": "queued"}), None),
        (error(404, 20404), None),
    ],
)
async def test_what_became_of_a_text(answer: Answer, status: DeliveryStatus | None, provider: FakeProvider) -> None:
    """Asked, Twilio says what a callback would have said; on its way, or unknown, is no end."""
    channel = channel_at(provider.url)
    await channel.start()
    provider.answer(f"/{SID}.json GET", answer)
    report = await channel.ask(SID)
    assert (None if report is None else report.status) == status
    if report is not None:
        assert report.event_id == f"{SID}:{answer.json['status']}"
    await channel.stop()


async def test_asking_a_twilio_that_is_away(provider: FakeProvider) -> None:
    """No answer is told from an answer that knows no end."""
    channel = channel_at(provider.url)
    await channel.start()
    provider.answer(f"/{SID}.json GET", error(503, 20503))
    with pytest.raises(SendFailed, match=r"^twilio:20503$"):
        await channel.ask(SID)
    await channel.stop()


# Fetching what was missed


async def test_rounds_of_fetching(provider: FakeProvider) -> None:
    """Each inbound text is handed in once, oldest first; a store or a Twilio that is away is tried again from there."""
    storage = Storage()
    channel = SmsChannel(settings_for(provider.url), storage, at_noon)
    fetching = channel._catch_up
    channel._http.open()
    old = listed(sid="SMold", direction="inbound", **{"from": NUMBER}, date_sent="Sun, 01 Mar 2026 09:30:00 +0000")
    new = listed(sid="SMnew", direction="inbound", **{"from": NUMBER}, num_media="0")
    odd = listed(sid="SM odd", direction="inbound", **{"from": NUMBER})
    provider.answer(LIST, error(503, 20503), Answer(200, {"messages": [new, odd, listed(), old], "page": 0}))
    with captured_logs(*PRIVATE):
        assert not await fetching.round()
        storage.faults.append(NotStored())
        assert not await fetching.round()
        for _ in range(2):
            assert await fetching.round()
    assert [event.event_id for event in storage.events] == ["SMold", "SMnew"]
    assert storage.events[0].at == at_noon() - timedelta(days=1)
    await channel.stop()


@pytest.mark.parametrize(
    ("body", "opt_out"),
    [
        ("STOP", OptOut.STOPPED), (" Stop\n", OptOut.STOPPED), ("StopAll", OptOut.STOPPED),
        ("UNSUBSCRIBE", OptOut.STOPPED), ("stop it", None), ("START", None), ("cancel", None), ("", None),
    ],
)  # fmt: skip
async def test_a_stop_that_is_fetched_was_answered(provider: FakeProvider, body: str, opt_out: OptOut | None) -> None:
    """Twilio answers STOP long before it is fetched: it is read as if Twilio had said so; nothing else is."""
    storage = Storage()
    channel = SmsChannel(settings_for(provider.url), storage, at_noon)
    channel._http.open()
    missed = listed(direction="inbound", body=body, num_media="0", **{"from": NUMBER})
    provider.answer(LIST, Answer(200, {"messages": [missed], "page": 0}))
    assert await channel._catch_up.round()
    (event,) = storage.events
    assert isinstance(event, Inbound)
    assert (event.text, event.opt_out) == (body, opt_out)
    await channel.stop()


# Receiving


def signed(name: str, path: str, form: dict[str, str], status: int, event: Any = None, query: str = "") -> ReceiveCase:  # noqa: ANN401 - a table's columns
    """A webhook call that Twilio signed for the public address."""
    url = PUBLIC_URL + path + (f"?{query}" if query else "")
    signature = RequestValidator(TOKEN).compute_signature(url, form)
    body = urlencode(form).encode()
    return ReceiveCase(name, path, body, {"X-Twilio-Signature": signature}, status, event, query)


def forged(name: str, *, body: bytes | None = None, status: int = 403, **headers: str) -> ReceiveCase:
    """A webhook call that doesn't carry the right signature."""
    sent = urlencode(FORM | {"Body": WORDS}).encode() if body is None else body
    return ReceiveCase(
        name, MESSAGE_PATH, sent, {name.replace("_", "-"): value for name, value in headers.items()}, status
    )


GOOD = signed("good", MESSAGE_PATH, FORM, 200)
HOOK_CASES = [
    *(signed(name, MESSAGE_PATH, FORM | changes, 200, event) for name, (changes, event) in MESSAGES.items()),
    *(
        signed(f"status {name}", STATUS_PATH, REPORT | changes, 200, event, query)
        for name, (changes, query, event) in REPORTS.items()
    ),
    signed("words", MESSAGE_PATH, FORM | {"Body": WORDS}, 200, inbound(text=WORDS)),
    signed("ten thousand characters", MESSAGE_PATH, FORM | {"Body": "é" * 10_000}, 200, inbound(text="é" * 10_000)),
    signed("query string", MESSAGE_PATH, FORM, 200, inbound(), "a=b&c=%2F%20d&&e"),
    signed("message without id", MESSAGE_PATH, {"Body": "a", "From": NUMBER}, 400),
    signed("status without id", STATUS_PATH, {"MessageStatus": "sent"}, 400, None, "outbox=1"),
    forged("no signature"),
    forged("wrong signature", X_Twilio_Signature="invented"),
    forged("signature of another form", X_Twilio_Signature=GOOD.headers["X-Twilio-Signature"]),
    forged("odd signature", X_Twilio_Signature="é" * 28),
    forged("broken text", body=b"\xff\xfe=\x80", status=400),
    forged("broken escapes", body=b"Body=%ff", status=400),
    forged("too many fields", body=b"&".join(b"a=1" for _ in range(500)), status=400),
    forged("nothing", body=b""),
    ReceiveCase("status unsigned", STATUS_PATH, urlencode(REPORT).encode(), {}, 403, None, "outbox=1"),
    ReceiveCase("query added", MESSAGE_PATH, GOOD.body, GOOD.headers, 403, None, "a=b"),
    ReceiveCase("signed for another path", STATUS_PATH, GOOD.body, GOOD.headers, 403),
]


@pytest.mark.parametrize("case", HOOK_CASES, ids=lambda case: case.name)
async def test_each_webhook_call(case: ReceiveCase) -> None:
    """Each call gets a clear status, is confirmed only when it is stored, and leaves nothing private in the log."""
    await run_receive(lambda storage: SmsChannel(settings_for(), storage, at_noon), case, private=PRIVATE)


async def test_the_answer_is_an_empty_document() -> None:
    """A stored message is answered with TwiML that says nothing, so that Twilio texts nothing of its own."""
    request = HOOK_CASES[0]
    channel = SmsChannel(settings_for(), Storage(), at_noon)
    from bot.channels.hooks import HookRequest  # noqa: PLC0415 - only here

    answer = await channel.hooks()[MESSAGE_PATH](HookRequest(request.body, request.headers))
    assert answer.media_type == "text/xml"
    assert answer.body.endswith(b"<Response/>")


async def test_a_repeated_field_is_signed_as_twilio_signs_it() -> None:
    """Of a field that comes twice every value counts for the signature; the last one is read."""
    pairs = [*FORM.items(), ("Body", "second")]
    text = PUBLIC_URL + MESSAGE_PATH
    for name in sorted(set(FORM)):
        text += "".join(name + value for value in sorted({value for key, value in pairs if key == name}))
    import hmac  # noqa: PLC0415 - only here

    signature = base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), "sha1").digest()).decode()
    case = ReceiveCase(
        "twice", MESSAGE_PATH, urlencode(pairs).encode(), {"X-Twilio-Signature": signature}, 200, inbound(text="second")
    )
    await run_receive(lambda storage: SmsChannel(settings_for(), storage, at_noon), case, private=PRIVATE)


def test_report_brings_the_outbox_id() -> None:
    """The table's everyday report carries our id and Twilio's status."""
    assert report(DeliveryStatus.SENT, "sent", outbox_id=12).outbox_id == 12


# Being ready, and checking


async def test_ready_once_twilio_answers(provider: FakeProvider) -> None:
    """The start doesn't fail without Twilio; a lost connection shows; both heal when it answers."""
    provider.answer(LIST, Answer(503, text="away"), error(401, 20003), LISTED)
    with captured_logs(*PRIVATE) as log:
        channel = channel_at(provider.url)
        assert not channel.ready()
        await channel.start()
        await channel._watch.until_answers()
        assert channel.ready()
        provider.answer(CREATE, Answer(cut=True))
        provider.answer(LIST, Answer(200, LISTED.json, hang=True))
        with pytest.raises(SendFailed):
            await channel.send(outbound())
        assert not channel.ready()
        provider.released.set()
        await channel._watch.until_answers()
        await channel.stop()
    assert log.getvalue().count("provider does not answer") == 2


async def test_check_says_nothing_when_all_is_well(provider: FakeProvider) -> None:
    """`check` is content with an accepted account, running or not, and reads no message."""
    channel = channel_at(provider.url)
    assert await channel.check() is None
    await channel.start()
    assert await channel.check() is None
    assert await channel.send(outbound()) == SID
    await channel.stop()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(401, 20003), "does not accept TELEMENTOR_TWILIO_ACCOUNT_SID"),
        (Answer(404, text="no such page"), "does not accept TELEMENTOR_TWILIO_ACCOUNT_SID"),
        (error(503, 20503), "did not answer as expected (twilio:20503)"),
        (error(400, 21617), "did not answer as expected (twilio:21617)"),
        (Answer(cut=True), "did not answer as expected (timeout)"),
    ],
)
async def test_check_says_what_is_wrong(answer: Answer, expected: str, provider: FakeProvider) -> None:
    """`check` gives one sentence, without secrets."""
    provider.answer(LIST, answer)
    with captured_logs(*PRIVATE):
        sentence = await channel_at(provider.url).check()
    assert sentence is not None
    assert expected in sentence
    assert TOKEN not in sentence


async def test_the_client_keeps_and_logs_nothing(provider: FakeProvider) -> None:
    """The HTTP client opens once, closes twice without harm, and works without parameters."""
    http = TwilioHttp(timeout=5, connections=1)
    http.open()
    http.open()
    provider.answer("/plain", Answer(text="hello"))
    response = await http.request("GET", f"{provider.url}/plain")
    assert (response.status_code, response.text) == (200, "hello")
    await http.close()
    await http.close()
    assert not http.is_open
