"""Sending by SMS: what goes out, every error, and what became of a text."""

import asyncio
import base64
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import SendFailed
from bot.channels.sms import SmsChannel, render_options
from handlers.events import DeliveryStatus
from handlers.outbound import Option, Outbound
from tests.bot.providers import Answer, FakeProvider, SendCase, at_noon, captured_logs, closed_port, run_send
from tests.bot.test_sms_events import SID
from tests.bot.twilio_account import (
    ACCOUNT,
    CREATE,
    CREATED,
    LIST,
    NUMBER,
    PRIVATE,
    PUBLIC_URL,
    TOKEN,
    WORDS,
    channel_at,
    error,
    listed,
    outbound,
    provider,
)

__all__ = ["provider"]


async def sent_form(channel: SmsChannel, provider: FakeProvider, message: Outbound) -> dict[str, str]:
    """Send a message; return the form that Twilio received."""
    await channel.start()
    assert await channel.send(message) == SID
    await channel.stop()
    body = provider.made(CREATE)[0].body
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


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
