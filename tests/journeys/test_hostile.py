"""What the internet throws at an open port: a clear status, no crash, nothing secret in the log, the relay goes on."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from handlers.events import Channel
from tests.journeys.journal import Journal
from tests.journeys.play import Play, Town, playing_in

SECRET = "hostile-secret_1"
TOKEN_HEADER = "X-Telegram-Bot-Api-Secret-Token"
# More than the settings of these tests allow.
GIANT = 300_000


class Open:
    """A service with both webhooks open, and what posts to them."""

    def __init__(self, play: Play, session: aiohttp.ClientSession) -> None:
        self.play = play
        self.address = play.stage.service.address
        self._session = session
        self._updates = iter(range(10_000_000, 20_000_000))

    async def post(self, path: str, body: object, **headers: str) -> int:
        """Post something; the status."""
        async with self._session.post(f"{self.address}{path}", data=body, headers=headers) as answer:
            assert await answer.read() in {b"", b'<?xml version="1.0" encoding="UTF-8"?><Response/>'}
            self.play.posted += answer.status == 200 and path != "/twilio/status"
            return answer.status

    async def telegram(self, body: object) -> int:
        """Post to Telegram's webhook with its secret; anything but bytes is made JSON of."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.post("/telegram", raw, **{TOKEN_HEADER: SECRET})

    async def update(self, phone_id: str, **message: object) -> int:
        """Post an update with a message from a phone."""
        chat = {"id": int(self.play.world.phone(phone_id).address), "type": "private"}
        number = next(self._updates)
        body = {"message_id": number, "date": 1_800_000_000, "chat": chat, "from": {**chat, "is_bot": False}, **message}
        return await self.telegram({"update_id": number, "message": body})

    async def press(self, phone_id: str, data: object) -> int:
        """Post the press of a button that carries these data."""
        chat = {"id": int(self.play.world.phone(phone_id).address), "type": "private"}
        number = next(self._updates)
        query = {"id": str(number), "from": chat, "message": {"message_id": 1, "chat": chat}, "data": data}
        return await self.telegram({"update_id": number, "callback_query": query})

    async def sms(self, fields: dict[str, str], *, path: str = "/twilio/sms", signed: bool = True) -> int:
        """Post a form to Twilio's webhook."""
        url = f"{self.play.stage.settings.public_url}{path}"
        signature = RequestValidator(self.play.world.twilio.auth_token).compute_signature(url, fields)
        headers = {"X-Twilio-Signature": signature} if signed else {}
        return await self.post(path, fields, **headers)

    async def settled(self) -> None:
        """Wait until all that can be sent is sent."""
        await self.play.settled()


@pytest.fixture
async def service(tmp_path: Path, town: Town, journal: Journal) -> AsyncIterator[Open]:
    """The town, open to attacks; afterwards it must still relay, and its log must hold nothing secret."""
    changes = {"telegram_mode": "webhook", "telegram_webhook_secret": SecretStr(SECRET), "max_body": 200_000}
    async with playing_in(town, tmp_path, **changes) as play, aiohttp.ClientSession() as session:
        yield Open(play, session)
        play.heard("alex")
        await play.say("sam", "still here?")
        assert play.heard("alex")[-1:] == [play.words("relay-mentor", "alex", name="Sam", words="still here?")]
        secrets = [play.world.telegram.token, play.world.twilio.auth_token, SECRET]
        numbers = [phone.address.lstrip("+") for phone in play.world.phones]
        assert [secret for secret in [*secrets, *numbers, "still here", "[removed]"] if secret in journal.text] == []


async def test_nobody_gets_in_without_the_secret(service: Open) -> None:
    """A missing, wrong, almost right or non-ASCII secret is refused, and nothing is recorded."""
    update = json.dumps({"update_id": 1, "message": {"text": "let me in"}}).encode()
    assert await service.post("/telegram", update) == 403
    for wrong in ("", SECRET[:-1], SECRET + "x", SECRET.upper(), "é"):
        assert await service.post("/telegram", update, **{TOKEN_HEADER: wrong}) == 403
    assert not any("let me in" in line.original for line in service.play.transcript())


@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/status"])
async def test_nobody_gets_in_without_a_signature(service: Open, path: str) -> None:
    """An unsigned form, one signed for other fields, for another path, or with another token is refused."""
    fields = {"MessageSid": "SM" + "1" * 32, "From": "+447700900901", "Body": "let me in", "MessageStatus": "failed"}
    assert await service.sms(fields, path=path, signed=False) == 403
    url = f"{service.play.stage.settings.public_url}{path}"
    token = service.play.world.twilio.auth_token
    forged = (
        RequestValidator(token).compute_signature(url, {**fields, "Body": "other"}),
        RequestValidator(token).compute_signature(url + "x", fields),
        RequestValidator("0" * 32).compute_signature(url, fields),
        "é",
    )
    for signature in forged:
        assert await service.post(path, fields, **{"X-Twilio-Signature": signature}) == 403
    assert not any("let me in" in line.original for line in service.play.transcript())


async def _chunks() -> AsyncIterator[bytes]:
    for _ in range(GIANT // 1000):
        yield b"x" * 1000


async def test_a_giant_body_is_refused(service: Open) -> None:
    """Whether its length is announced or it comes in chunks."""
    for path in ("/telegram", "/twilio/sms", "/twilio/status"):
        assert await service.post(path, b"x" * GIANT) == 413
        assert await service.post(path, _chunks()) == 413


NO_UPDATES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"{}",
    b'{"update_id": "7"}',
    b'{"update_id": 1e400}',
    b'{"update_id": true}',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 30_000,
    b'{"update_id": ' + b"9" * 5000 + b"}",
)


async def test_what_is_no_update_is_refused(service: Open) -> None:
    """Broken, nested without an end, or of another shape: 400."""
    for body in NO_UPDATES:
        assert (await service.telegram(body), body[:20]) == (400, body[:20])


UNKNOWN: list[dict[str, Any]] = [
    {"poll": {"id": "1"}},
    {"message_reaction": {}},
    {"something_new": [1, {"a": None}]},
    {"message": None},
    {"message": []},
    {"message": {"chat": 5}},
    {"message": {"chat": {"id": "5", "type": "private"}, "message_id": 1, "text": "x"}},
    {"message": {"chat": {"id": 2**70, "type": "private"}, "message_id": 1, "text": "x"}},
    {"message": {"chat": {"id": 5, "type": "private"}, "message_id": 1, "text": {"a": 1}}},
    {"message": {"chat": {"id": -5, "type": "supergroup"}, "message_id": 1, "text": "i want to die"}},
    {"callback_query": {"id": 5}},
    {"my_chat_member": {"chat": {"id": 5, "type": "private"}, "new_chat_member": {"status": ["kicked"]}}},
    {},
]


async def test_unknown_updates_are_taken_and_do_nothing(service: Open) -> None:
    """They are acknowledged, so that they don't come for ever, and nobody hears of them."""
    for number, update in enumerate(UNKNOWN):
        assert (await service.telegram({"update_id": 5_000_000 + number, **update}), number) == (200, number)
    await service.settled()
    assert service.play.heard("morgan") == []


FLOODS = {
    "long": "all work and no play " * 500,
    "long word": "a" * 10_000,
    "nul": "hello\x00world\x00",
    "lone surrogates": "hello \ud83d world \udc00",
    "bidi": "\u202e\u2066hello\u2069" * 200,
    "combining": "h" + "\u0301\u0489" * 3000,
    "zero width": "h\u200be\u200cl\u200dl\u2060o\ufeff" * 500,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 500,
    "newlines": "a\r\n\u2028\u2029\x0b" * 500,
    "control": "".join(map(chr, range(32))) + "x" + "".join(map(chr, range(127, 160))),
    "unassigned": "x\ufffe\uffff\U0010ffff\ue000",
}


async def test_floods_by_telegram_are_recorded_and_delivered_tamed(service: Open) -> None:
    """Each arrives in parts that the provider takes, without what breaks a phone; the original is kept."""
    for words in FLOODS.values():
        assert await service.update("sam", text=words) == 200
        await service.settled()
        heard = "".join(service.play.heard("alex"))
        assert heard.startswith("Sam: ")
        assert not set(heard) & set("\x00\u202e\u2066\ud83d\udc00")
        assert "\u0301\u0489\u0301\u0489" not in heard
    lines = [line for line in service.play.transcript(match_id=1) if line.kind == "relay"]
    kept = [words.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for words in FLOODS.values()]
    assert [line.original for line in lines] == kept
    assert {delivery.state for line in lines for delivery in line.deliveries} == {"sent"}


async def test_floods_by_sms(service: Open) -> None:
    """The same by SMS, both in and out."""
    sender = service.play.world.phone("jo").address
    for number, words in enumerate(FLOODS.values()):
        if "\ud83d" in words:
            continue
        assert await service.sms({"MessageSid": f"SM{number:032}", "From": sender, "Body": words}) == 200
        await service.update("alex", text=f"Ellie: {words}")
        await service.settled()
        assert "".join(service.play.heard("kim")).startswith("Jo: ")
        assert "".join(service.play.heard("ellie")).startswith("Alex: ")


async def test_floods_on_both_engines(busy: Play) -> None:
    """What a text column of PostgreSQL could not hold (NUL) is in the record there too."""
    for name in ("nul", "bidi", "combining", "unassigned"):
        await busy.say("sam", FLOODS[name])
        assert busy.recorded(FLOODS[name]).state == "relayed"
        assert busy.heard("alex")[0].startswith("Sam: ")


async def test_words_of_nothing_visible(service: Open) -> None:
    """A text of which nothing is left is not passed on; its sender learns it."""
    assert await service.update("sam", text="\u202e\u2066\x00") == 200
    await service.settled()
    assert service.play.heard("alex") == []
    assert service.play.heard("sam") == [service.play.words("empty-text", "sam")]


async def test_thousands_of_entities(service: Open) -> None:
    """Hidden links by the thousand: the words arrive, the links don't."""
    entities = [{"type": "text_link", "offset": 0, "length": 1, "url": f"https://example.org/{n}"} for n in range(2000)]
    assert await service.update("sam", text="look here", entities=entities) == 200
    await service.settled()
    assert service.play.heard("alex") == [service.play.words("relay-mentor", "alex", name="Sam", words="look here")]


async def test_names_of_strangers_go_nowhere(service: Open) -> None:
    """Whatever somebody calls themself at the provider is neither shown nor logged."""
    service.play.phone("stranger", Channel.TELEGRAM)
    name = {"first_name": "Robert'); DROP TABLE\u202e", "last_name": "💣" * 100, "username": "x" * 500, "is_bot": False}
    assert await service.update("stranger", text="hi", **{"from": name}) == 200
    await service.settled()
    assert service.play.heard("morgan") == [service.play.words("notice-stranger", "morgan")]


def _numbers() -> Iterator[str]:
    for number in ("0", "-1", "1", "9" * 18, "9" * 19, "9" * 5000, "٣", "²", "1.5", "", "x"):
        for topic in ("join", "match", "to", "have", "none", ""):
            yield f"{topic}:{number}:yes"


async def test_garbage_in_buttons(service: Open) -> None:
    """Data that no button of ours carries, huge numbers among them, do nothing."""
    garbage = ["", ":", "to", "to::::", "\x00", "match:1:yes:" + "x" * 5000, "💣", "\ud800", *_numbers()]
    for data in garbage:
        assert await service.press("kim", data) == 200
    no_texts: list[object] = [5, None, ["have:1"], {}]
    for no_text in no_texts:
        assert await service.press("kim", no_text) == 200
    await service.settled()
    for phone_id in ("sam", "alex", "jo", "ellie"):
        assert service.play.heard(phone_id) == []


async def test_the_buttons_of_others(service: Open) -> None:
    """Whoever presses the data of somebody else's question or alarm changes nothing."""
    play = service.play
    await service.update("alex", text="for one of you")
    await service.settled()
    data = play.newest("alex", "Sam").options()[0].data
    await service.update("sam", text="i want to die")
    await service.settled()
    play.heard("sam")
    for thief in ("kim", "sam"):
        await service.press(thief, data)
        await service.press(thief, "have:1")
    await service.settled()
    assert play.recorded("for one of you").state == "waiting"
    assert not any("for one of you" in text for text in play.heard("sam"))
    assert not any("taking care" in text for text in play.heard("morgan"))


LACKING: tuple[dict[str, str], ...] = (
    {},
    {"From": "+447700900901", "Body": "x"},
    {"MessageSid": "../../etc", "From": "+447700900901", "Body": "x"},
    {"MessageSid": "SM1", "From": "", "Body": "x"},
    {"MessageSid": "SM1", "From": "+447700900901"},
    {"MessageSid": "x" * 10_000, "From": "+447700900901", "Body": "x"},
)


async def test_forms_that_lack_something(service: Open) -> None:
    """Signed, but no message: 400."""
    for fields in LACKING:
        assert (await service.sms(fields), fields.keys()) == (400, fields.keys())


async def test_forms_that_are_odd(service: Open) -> None:
    """Signed forms from other channels and short codes are acknowledged; too many fields or broken text are not."""
    for sender in ("whatsapp:+447700900901", "60777", "Bank", "+0"):
        assert await service.sms({"MessageSid": f"SM{len(sender):032}", "From": sender, "Body": "x"}) == 200
    assert await service.post("/twilio/sms", b"&".join(b"a%d=1" % n for n in range(5000))) == 400
    assert await service.post("/twilio/sms", b"Body=%ff%fe") == 400


async def test_paths_and_methods(service: Open) -> None:
    """Nothing answers but the webhooks and the two questions about health."""
    async with aiohttp.ClientSession() as session:
        for path, status in (("/", 404), ("/telegram", 405), ("/twilio/sms", 405), ("/docs", 404), ("/telegram/", 404)):
            async with session.get(f"{service.address}{path}") as answer:
                assert (answer.status, await answer.read()) == (status, b"")
        async with session.get(f"{service.address}/health/live") as answer:
            assert answer.status == 200


async def test_long_commands_take_no_long_time(service: Open) -> None:
    """A hundred kilobytes that look like a command or a prefix are dealt with at once."""
    for words in ("/to " + "a " * 50_000, "/log " + "a:" * 50_000, ":" * 90_000, "@" * 90_000, "/" * 90_000):
        assert await service.update("alex", text=words) == 200
        await service.play.settled(within=5)
