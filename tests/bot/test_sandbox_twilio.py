"""The provider side of SMS, against the real `twilio` client and its request validator."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import (
    AsyncTwilioHttpClient,
)
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.sandbox import faults
from bot.sandbox.answers import fields
from bot.sandbox.app import build_providers, running
from bot.sandbox.phones import Phone
from bot.sandbox.world import World
from handlers.events import Channel

# twilio's client uses a class and a parameter of aiohttp that are on their way out.
pytestmark = [
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]

KIM = "+447700900101"
ALI = "+447700900102"


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The time."""
        return self.time


class Service:
    """The service's two webhooks: checks each signature, keeps the parameters, answers as it is told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.public = "https://mentoring.example"
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.statuses: list[int] = []

    async def receive(self, request: Request) -> Response:
        """One webhook request."""
        params = {key: value for key, value in (await fields(request)).items() if key not in request.query_params}
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{self.public}{request.url.path}{query}"
        validator = RequestValidator(self.world.twilio.auth_token)
        assert validator.validate(url, params, request.headers["x-twilio-signature"])
        self.seen.append((request.url.path, params))
        return Response("<Response/>", self.statuses.pop(0) if self.statuses else 200, media_type="text/xml")

    def of(self, path: str, name: str) -> list[str]:
        """One parameter of everything that came to a path."""
        return [params[name] for seen, params in self.seen if seen == path]


@pytest.fixture
def clock() -> Clock:
    """A clock that tests set."""
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    """A world of two people on SMS."""
    return World(
        [
            Phone(id="kim", owner="Kim", channel=Channel.SMS, address=KIM),
            Phone(id="ali", owner="Ali", channel=Channel.SMS, address=ALI),
        ],
        now=clock.now,
    )


@pytest.fixture
async def base(world: World) -> AsyncIterator[str]:
    """The sandbox, running."""
    async with running(build_providers(world)) as address:
        yield address


@pytest.fixture
async def client(world: World, base: str) -> AsyncIterator[Client]:
    """The real client, led to the sandbox."""
    http = AsyncTwilioHttpClient()
    made = Client(world.twilio.sid, world.twilio.auth_token, http_client=http)
    made.api.base_url = base
    yield made
    await http.close()


@pytest.fixture
async def service(world: World) -> AsyncIterator[Service]:
    """The service, running, behind a public address that leads to it."""
    made = Service(world)
    routes = [Route(path, made.receive, methods=["POST"]) for path in ("/twilio/sms", "/twilio/status")]
    async with running(Starlette(routes=routes)) as address:
        world.proxy = (made.public, address)
        world.twilio.webhook_url = f"{made.public}/twilio/sms"
        yield made


async def test_message_reaches_the_phone(world: World, client: Client) -> None:
    """What the client sends shows on the phone and is noted; the answer is Twilio's."""
    sent = await client.messages.create_async(to=KIM, from_=world.twilio.number, body="Hello Kim")
    assert (sent.status, sent.direction, sent.to, sent.error_code) == ("queued", "outbound-api", KIM, None)
    shown = world.phone("kim").shown()[-1]
    assert (shown.id, shown.text) == (sent.sid, "Hello Kim")
    call = world.calls[-1]
    assert (call.channel, call.method, call.address, call.text) == (Channel.SMS, "Messages.create", KIM, "Hello Kim")


async def test_messaging_service_and_api_key(world: World, base: str) -> None:
    """A Messaging Service instead of a number, with an API key instead of the account's secret."""
    http = AsyncTwilioHttpClient()
    client = Client(world.twilio.api_key, world.twilio.api_secret, world.twilio.sid, http_client=http)
    client.api.base_url = base
    sent = await client.messages.create_async(
        to=KIM, messaging_service_sid=world.twilio.service_sid, body="Hello", validity_period=43200
    )
    assert (sent.status, sent.messaging_service_sid) == ("accepted", world.twilio.service_sid)
    await http.close()


async def test_wrong_secret_and_missing_authorisation(world: World, base: str) -> None:
    """Without the right secret, or for another account, everything is 401 with Twilio's number 20003."""
    url = f"{base}/2010-04-01/Accounts/{world.twilio.sid}"
    other = f"{base}/2010-04-01/Accounts/AC{'0' * 32}.json"
    right = (world.twilio.sid, world.twilio.auth_token)
    async with httpx.AsyncClient() as client:
        answers = [
            await client.get(f"{url}.json", auth=(world.twilio.sid, "wrong")),
            await client.get(f"{url}.json"),
            await client.get(f"{url}.json", headers={"authorization": "Basic %%%"}),
            await client.post(f"{url}/Messages.json", data={"To": KIM}),
            await client.get(other, auth=right),
        ]
        assert [(a.status_code, a.json()["code"]) for a in answers] == [(401, 20003)] * 5
        good = await client.get(f"{url}.json", auth=right)
        unread = await client.post(f"{url}/Messages.json", content="{", auth=right)
    assert good.json()["status"] == "active"
    assert unread.status_code == 400
    assert world.phone("kim").shown() == []


async def test_inbound_is_posted_signed_and_in_order(world: World, base: str, service: Service) -> None:
    """Inbound messages come with a right signature, in order for a phone, also with a query in the address."""
    world.twilio.webhook_url = f"{service.public}/twilio/sms?region=se"
    first = world.send_from_phone("kim", "one £ & ü")
    world.send_from_phone("kim", "two", attachments=("photo",))
    await world.changes.until(lambda: len(service.seen) == 2)
    assert service.of("/twilio/sms", "Body") == ["one £ & ü", "two"]
    assert service.of("/twilio/sms", "NumMedia") == ["0", "1"]
    params = service.seen[0][1]
    assert (params["From"], params["To"], params["MessageSid"]) == (KIM, world.twilio.number, first.id)


async def test_failed_inbound_is_not_repeated_unless_told(
    world: World, base: str, client: Client, service: Service
) -> None:
    """Twilio doesn't repeat a failed webhook, but the message stands in the list; with `repeat_inbound` it comes."""
    service.statuses = [500]
    lost = world.send_from_phone("kim", "lost")
    world.send_from_phone("kim", "next")
    await world.changes.until(lambda: len(service.seen) == 2)
    assert service.of("/twilio/sms", "Body") == ["lost", "next"]
    found = await client.messages.list_async(from_=KIM, to=world.twilio.number)
    assert [m.body for m in found] == ["next", "lost"]
    assert (await client.messages(lost.id).fetch_async()).direction == "inbound"

    world.twilio.repeat_inbound, world.twilio.retry_seconds = True, 0.01
    service.statuses = [500, 502]
    world.send_from_phone("kim", "again")
    await world.changes.until(lambda: len(service.seen) == 5)
    assert service.of("/twilio/sms", "Body")[2:] == ["again"] * 3


async def test_no_webhook_and_raw_inbound(world: World, client: Client, service: Service) -> None:
    """Without a webhook nothing is posted; a raw payload is posted as it is, signed."""
    world.twilio.webhook_url = None
    world.send_from_phone("kim", "unheard")
    assert [m.body for m in await client.messages.list_async()] == ["unheard"]
    world.twilio.webhook_url = f"{service.public}/twilio/sms"
    world.send_raw(Channel.SMS, {"MessageSid": "SMraw", "Strange": "1"})
    await world.changes.until(lambda: service.seen)
    assert service.seen == [("/twilio/sms", {"MessageSid": "SMraw", "Strange": "1"})]


async def test_status_callbacks_follow(world: World, client: Client, service: Service) -> None:
    """`sent` and `delivered` are reported, signed, in order, with the address of the callback as it was given."""
    callback = f"{service.public}/twilio/status?outbox=7"
    sent = await client.messages.create_async(to=KIM, from_=world.twilio.number, body="Hello", status_callback=callback)
    await world.changes.until(lambda: len(service.seen) == 2)
    assert service.of("/twilio/status", "MessageStatus") == ["sent", "delivered"]
    assert set(service.of("/twilio/status", "MessageSid")) == {sent.sid}
    assert world.phone("kim").shown()[-1].status == "delivered"
    assert (await client.messages(sent.sid).fetch_async()).status == "delivered"


async def test_callback_may_come_before_the_answer(world: World, client: Client, service: Service) -> None:
    """With callbacks "before" the first report is there before the send is answered."""
    world.twilio.callbacks = "before"
    seen_at_answer: list[int] = []
    await client.messages.create_async(
        to=KIM, from_=world.twilio.number, body="Hello", status_callback=f"{service.public}/twilio/status"
    )
    seen_at_answer.append(len(service.seen))
    await world.changes.until(lambda: len(service.seen) == 2)
    assert seen_at_answer[0] >= 1
    assert service.of("/twilio/status", "MessageStatus") == ["sent", "delivered"]


async def test_reports_by_hand(world: World, client: Client, service: Service) -> None:
    """With callbacks "manual" only the test reports, in any order; unknown ids are ignored."""
    world.twilio.callbacks = "manual"
    sent = await client.messages.create_async(
        to=KIM,
        messaging_service_sid=world.twilio.service_sid,
        body="Hello",
        status_callback=f"{service.public}/twilio/status",
    )
    world.report_sms("SMunknown", "delivered")
    world.report_sms(sent.sid, "failed", error="30008")
    world.report_sms(sent.sid, "sent")
    await world.changes.until(lambda: len(service.seen) == 2)
    assert service.of("/twilio/status", "MessageStatus") == ["failed", "sent"]
    assert service.seen[0][1]["ErrorCode"] == "30008"
    assert service.seen[0][1]["MessagingServiceSid"] == world.twilio.service_sid


@pytest.mark.parametrize(("number", "code"), [(KIM, "30003"), ("+447700900199", "30005")])
async def test_dead_phones_are_reported(world: World, client: Client, service: Service, number: str, code: str) -> None:
    """A message to a dead phone, or to a number that nobody has, is taken and then reported as undelivered."""
    world.phone("kim").dead = "30003"
    await client.messages.create_async(
        to=number, from_=world.twilio.number, body="Hello", status_callback=f"{service.public}/twilio/status"
    )
    await world.changes.until(lambda: len(service.seen) == 2)
    assert service.of("/twilio/status", "MessageStatus") == ["sent", "undelivered"]
    assert service.seen[-1][1]["ErrorCode"] == code
    assert world.phone("kim").shown() == []


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"To": ""}, 400, 21604),
        ({"To": "07700 900101"}, 400, 21211),
        ({"From": None}, 400, 21603),
        ({"From": "+442079460999"}, 400, 21606),
        ({"MessagingServiceSid": "MGwrong"}, 404, 20404),
        ({"Body": ""}, 400, 21602),
        ({"Body": "x" * 1601}, 400, 21617),
    ],
)
async def test_refused_sends(world: World, base: str, changed: dict[str, str | None], status: int, code: int) -> None:
    """Each mistake in a send has Twilio's status and number."""
    sent = {"To": KIM, "From": world.twilio.number, "Body": "x" * 1600} | changed
    url = f"{base}/2010-04-01/Accounts/{world.twilio.sid}/Messages.json"
    form = {key: value for key, value in sent.items() if value is not None}
    async with httpx.AsyncClient(auth=(world.twilio.sid, world.twilio.auth_token)) as client:
        answer = await client.post(url, data=form)
    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (status, code, status)


async def test_providers_own_opt_out(world: World, client: Client, service: Service) -> None:
    """With Advanced Opt-Out, STOP is answered by the provider, sends are 21610 until START, the webhook says so."""
    world.twilio.handles_opt_out = True

    async def send() -> None:
        await client.messages.create_async(to=KIM, from_=world.twilio.number, body="Hello")

    world.send_from_phone("kim", " Stop ")
    await world.changes.until(lambda: len(service.seen) == 1)
    with pytest.raises(TwilioRestException) as refused:
        await send()
    assert refused.value.code == 21610
    world.send_from_phone("kim", "help")
    world.send_from_phone("kim", "please don't stop")
    assert world.phone("kim").opted_out
    world.send_from_phone("kim", "START")
    await world.changes.until(lambda: len(service.seen) == 4)
    await send()
    assert [params.get("OptOutType") for _, params in service.seen] == ["STOP", "HELP", None, "START"]
    assert len(world.phone("kim").received()) == 4


async def test_list_filters_and_pages(world: World, clock: Clock, client: Client) -> None:
    """The list is newest first, filtered by number and date, and comes in pages."""
    for day in range(5):
        world.send_from_phone("kim", f"day {day}")
        world.send_from_phone("ali", f"other {day}")
        clock.time += timedelta(days=1)
    first = datetime(2026, 11, 16, tzinfo=UTC)
    kims = await client.messages.list_async(from_=KIM, page_size=2)
    since = await client.messages.list_async(from_=KIM, date_sent_after=first + timedelta(days=3))
    until = await client.messages.list_async(from_=KIM, date_sent_before=first + timedelta(days=1, hours=11))
    on_day = await client.messages.list_async(date_sent=first + timedelta(days=2))
    assert [m.body for m in kims] == ["day 4", "day 3", "day 2", "day 1", "day 0"]
    assert [m.body for m in since] == ["day 4", "day 3"]
    assert [m.body for m in until] == ["day 1", "day 0"]
    assert [m.body for m in on_day] == ["other 2", "day 2"]
    assert on_day[0].date_sent == datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    assert await client.messages.list_async(to=KIM) == []


async def test_bad_filters_and_unknown_ids(world: World, base: str) -> None:
    """A list that can't be read is 400, an unknown message 404."""
    url = f"{base}/2010-04-01/Accounts/{world.twilio.sid}/Messages"
    async with httpx.AsyncClient(auth=(world.twilio.sid, world.twilio.auth_token)) as client:
        assert (await client.get(f"{url}.json", params={"PageSize": "many"})).status_code == 400
        assert (await client.get(f"{url}.json", params={"DateSent": "today"})).status_code == 400
        assert (await client.get(f"{url}.json", params={"DateSent": "2026-11-16", "Page": "1"})).status_code == 200
        assert (await client.get(f"{url}/SMunknown.json")).json()["code"] == 20404


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (faults.refused(429, retry_after=2), 429, 20429),
        (faults.refused(500), 500, 20500),
        (faults.refused(400, code=30007, description="Filtered"), 400, 30007),
        (faults.refused(418), 418, 20001),
    ],
)
async def test_planned_refusals(world: World, client: Client, fault: faults.Fault, status: int, code: int) -> None:
    """A planned refusal has Twilio's form and no effect; the next send goes well."""
    world.faults.plan("Messages.create", fault, address=KIM)
    with pytest.raises(TwilioRestException) as refused:
        await client.messages.create_async(to=KIM, from_=world.twilio.number, body="Hello")
    assert (refused.value.status, refused.value.code) == (status, code)
    await client.messages.create_async(to=KIM, from_=world.twilio.number, body="Hello")
    assert world.phone("kim").received() == ["Hello"]


async def test_lost_answer_took_effect(world: World, base: str) -> None:
    """A send whose answer is lost stands in the list; garbage has no effect."""
    url = f"{base}/2010-04-01/Accounts/{world.twilio.sid}/Messages.json"
    form = {"To": KIM, "From": world.twilio.number, "Body": "Hello"}
    world.faults.plan("Messages.create", faults.answer_lost())
    world.faults.plan("Messages.create", faults.garbage(status=502))
    async with httpx.AsyncClient(auth=(world.twilio.sid, world.twilio.auth_token)) as client:
        with pytest.raises(httpx.TransportError):
            await client.post(url, data=form)
        assert (await client.post(url, data=form)).status_code == 502
        listed = (await client.get(url, params={"To": KIM})).json()["messages"]
    assert [m["body"] for m in listed] == ["Hello"]
