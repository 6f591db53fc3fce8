"""Receiving by SMS: by webhook, signed, and by fetching what was missed; being ready, and checking."""

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from bot.channels.base import NotStored, SendFailed
from bot.channels.sms import MESSAGE_PATH, STATUS_PATH, SmsChannel
from bot.channels.sms_http import TwilioHttp
from bot.settings import Settings
from handlers.events import DeliveryStatus, Inbound, OptOut
from tests.bot.providers import Answer, FakeProvider, ReceiveCase, Storage, at_noon, captured_logs, run_receive
from tests.bot.test_sms_events import FORM, MESSAGES, REPORT, REPORTS, SID, inbound, report
from tests.bot.twilio_account import (
    CREATE,
    LIST,
    LISTED,
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
    settings_for,
)

__all__ = ["provider"]

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


@pytest.mark.parametrize("body", ["STOP", " Start\n", "help"])
@pytest.mark.parametrize(("second", "waits"), [(44, False), (46, True), (14, True), (16, False)])
async def test_a_word_that_came_just_now_is_left_to_its_webhook(
    provider: FakeProvider, body: str, second: int, *, waits: bool
) -> None:
    """Only the webhook says whether Twilio has answered it; what is behind it waits too."""
    storage = Storage()
    channel = SmsChannel(settings_for(provider.url), storage, at_noon)
    channel._http.open()
    minute = 29 if second > 30 else 30
    usual = {"direction": "inbound", "num_media": "0", "from": NUMBER}
    fresh = listed(sid="SMfresh", body=body, **usual, date_sent=f"Mon, 02 Mar 2026 09:{minute}:{second} +0000")
    later = listed(sid="SMlater", **usual, date_sent="Mon, 02 Mar 2026 09:30:20 +0000")
    provider.answer(LIST, Answer(200, {"messages": [later, fresh], "page": 0}))
    assert await channel._catch_up.round() is not waits
    assert [event.event_id for event in storage.events] == ([] if waits else ["SMfresh", "SMlater"])
    await channel.stop()


async def test_words_that_came_just_now_are_fetched(provider: FakeProvider) -> None:
    """Of other words the list says all there is."""
    storage = Storage()
    channel = SmsChannel(settings_for(provider.url), storage, at_noon)
    channel._http.open()
    usual = {"direction": "inbound", "num_media": "0", "from": NUMBER}
    fresh = listed(body="stop it", **usual, date_sent="Mon, 02 Mar 2026 09:30:00 +0000")
    provider.answer(LIST, Answer(200, {"messages": [fresh], "page": 0}))
    assert await channel._catch_up.round()
    assert len(storage.events) == 1
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


def test_without_an_account_there_is_no_channel() -> None:
    """Building a channel that the settings leave out is a mistake of the wiring."""
    with pytest.raises(ValueError, match="not in the settings"):
        SmsChannel(Settings(), Storage(), at_noon)


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
