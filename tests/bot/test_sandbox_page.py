"""The page's endpoints: its state, what a visitor may do, and who may not."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.sandbox.app import TranscriptLine, build_sandbox, running
from bot.sandbox.page_state import LONDON, next_monday
from bot.sandbox.phones import Card, Phone, Pressed, Reacted, Tip, Wrote
from bot.sandbox.samples import MAKER, photo, sample
from bot.sandbox.world import World
from handlers.events import Channel
from handlers.outbound import Option


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The time."""
        return self.time

    async def move_on(self, delta: timedelta) -> None:
        """Forward."""
        self.time += delta

    async def move_to(self, when: datetime) -> None:
        """Forward to a moment."""
        self.time = when


@pytest.fixture
def clock() -> Clock:
    """A clock that only moves when told: Tuesday morning."""
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    """Two phones, a card and a tip."""
    return World(
        [
            Phone(id="sam", owner="Sam (mentee)", channel=Channel.TELEGRAM, address="700000001"),
            Phone(id="kim", owner="Kim (mentee)", channel=Channel.SMS, address="+447700900101"),
        ],
        cards=[Card("Jay (mentee)", "In custody: letters and visits only")],
        tips=[Tip("sam", "Sam says hello", "Hello")],
        now=clock.now,
    )


@pytest.fixture
async def client(world: World, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor."""

    async def transcript() -> list[TranscriptLine]:
        line = TranscriptLine(
            at=clock.now(), who="Sam", side="mentee", text="[gone]", original="07700 900123", state="changed"
        )
        return [line]

    async with (
        running(build_sandbox(world, transcript=transcript, clock=clock)) as base,
        httpx.AsyncClient(base_url=base) as made,
    ):
        yield made


async def test_files_carry_strict_headers(client: httpx.AsyncClient) -> None:
    """The page and each file of it come with their type and a policy that lets in nothing from elsewhere."""
    files = ["/", "/page.css", "/phones.css", "/page.js", "/phones.js", "/attached.js", "/transcript.js", "/icon.svg"]
    for path in files:
        answer = await client.get(path)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "innerHTML" not in answer.text
        assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in answer.text


async def test_state_shows_all_but_addresses(client: httpx.AsyncClient, world: World) -> None:
    """The state has phones, card, tip, transcript and clock, and no number or chat id."""
    mine = world.send_from_phone("sam", "Hello?", attachments=("photo",))
    world.deliver(world.phone("sam"), "Yes?", buttons=((Option("Go on", "go"),),), reply_to=mine.id)
    answer = await client.get("/state")
    state = answer.json()
    sam, kim = state["phones"]
    assert (sam["owner"], sam["channel"], kim["channel"]) == ("Sam (mentee)", "telegram", "sms")
    assert (sam["messages"][0]["attachments"], sam["messages"][1]["quote"]["text"]) == (["photo"], "Hello?")
    assert sam["messages"][1]["buttons"] == [["Go on"]]
    assert (state["cards"][0]["label"], state["tips"][0]["text"]) == ("Jay (mentee)", "Hello")
    assert (state["transcript"][0]["original"], state["now"]) == ("07700 900123", "2026-11-17T10:00:00+00:00")
    assert "447700900101" not in answer.text
    assert "700000001" not in answer.text


async def test_typing_and_pressing(client: httpx.AsyncClient, world: World) -> None:
    """What is typed and pressed happens in the world."""
    asked = world.deliver(world.phone("sam"), "Ready?", buttons=((Option("Yes", "y"), Option("No", "n")),))
    typed = await client.post("/phones/sam/messages", json={"text": "Hello", "reply_to": asked.id})
    pressed = await client.post("/phones/sam/presses", json={"message": asked.id, "option": 1})
    assert (typed.status_code, pressed.status_code) == (201, 201)
    wrote, press = world.happenings
    assert isinstance(wrote, Wrote)
    assert (wrote.message.text, wrote.message.reply_to, wrote.message.id) == ("Hello", asked.id, typed.json()["id"])
    assert isinstance(press, Pressed)
    assert press.option.data == "n"


@pytest.mark.parametrize("phone", ["sam", "kim"])
async def test_a_picture_is_sent_and_shown(client: httpx.AsyncClient, world: World, phone: str) -> None:
    """Any phone sends the sandbox's picture, as a camera made it, and the page gets it back as the picture it is."""
    sent = await client.post(f"/phones/{phone}/pictures", json={})
    assert sent.status_code == 201
    (wrote,) = world.happenings
    assert isinstance(wrote, Wrote)
    assert (wrote.message.attachments, wrote.message.text) == (("photo",), "")
    assert (wrote.message.id, wrote.message.data) == (sent.json()["id"], photo())
    assert MAKER.encode() in photo()
    phones = {one["id"]: one for one in (await client.get("/state")).json()["phones"]}
    assert [message["picture"] for message in phones[phone]["messages"]] == [True]
    shown = await client.get(f"/phones/{phone}/pictures/{wrote.message.id}")
    assert (shown.status_code, shown.headers["content-type"], shown.content) == (200, "image/jpeg", photo())
    assert shown.headers["x-content-type-options"] == "nosniff"


async def test_only_pictures_are_served(client: httpx.AsyncClient, world: World) -> None:
    """What is a picture by its bytes is shown whatever it is called; nothing else is, nor what was deleted."""
    sam, page = world.phone("sam"), b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    pictures = [
        world.deliver(sam, "", attachments=("sticker",), data=sample("sticker")),
        world.deliver(sam, "", attachments=("document",), data=photo()),
    ]
    others = [
        world.deliver(sam, "", attachments=("photo",), data=page),
        world.deliver(sam, "", attachments=("document",), data=sample("document")),
        world.deliver(sam, "", attachments=("location",)),
        world.deliver(sam, "words"),
        world.deliver(sam, "", attachments=("photo",), data=photo()),
    ]
    others[-1].deleted = True
    state = (await client.get("/state")).json()["phones"][0]["messages"]
    assert [message["picture"] for message in state] == [True, True, False, False, False, False]
    types = [(await client.get(f"/phones/sam/pictures/{message.id}")).headers["content-type"] for message in pictures]
    assert types == ["image/webp", "image/jpeg"]
    for path in (
        *(f"sam/pictures/{message.id}" for message in others),
        f"kim/pictures/{pictures[0].id}",
        "x/pictures/1",
    ):
        answer = await client.get(f"/phones/{path}")
        assert (answer.status_code, answer.json()) == (404, {"error": "The picture is gone."})


async def test_changing_and_reacting(client: httpx.AsyncClient, world: World) -> None:
    """A message is changed, and an emoji set and taken away, as on a phone; the state shows it."""
    mine = world.send_from_phone("sam", "at four")
    theirs = world.deliver(world.phone("sam"), "See you")
    for path, sent in (
        ("changes", {"message": mine.id, "text": "at five"}),
        ("reactions", {"message": theirs.id, "emoji": "👍"}),
    ):
        assert (await client.post(f"/phones/sam/{path}", json=sent)).status_code == 201
    first, second = (await client.get("/state")).json()["phones"][0]["messages"]
    assert (first["text"], first["edited"], second["own_reaction"]) == ("at five", True, "👍")
    assert (await client.post("/phones/sam/reactions", json={"message": theirs.id, "emoji": None})).status_code == 201
    assert [happening.emoji for happening in world.happenings if isinstance(happening, Reacted)] == ["👍", None]


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/phones/sam/changes", {"message": "1", "text": "x"}, 404),
        ("/phones/sam/changes", {"message": "1", "text": " "}, 400),
        ("/phones/sam/changes", {"message": "1", "text": "x" * 4097}, 400),
        ("/phones/kim/changes", {"message": "1", "text": "x"}, 404),
        ("/phones/sam/reactions", {"message": "1", "emoji": "👍"}, 404),
        ("/phones/sam/reactions", {"message": "1", "emoji": "words"}, 400),
        ("/phones/kim/reactions", {"message": "1", "emoji": "👍"}, 404),
    ],
)
async def test_what_cannot_be_changed(client: httpx.AsyncClient, path: str, sent: dict[str, str], status: int) -> None:
    """A message that isn't there, a text phone, and what is no text or no reaction, are refused in words."""
    answer = await client.post(path, json=sent)
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/phones/nobody/messages", {"text": "hi"}, 404),
        ("/phones/sam/messages", {"text": "  "}, 400),
        ("/phones/sam/messages", {"text": 7}, 400),
        ("/phones/sam/messages", [], 400),
        ("/phones/sam/messages", {"text": "x" * 4097}, 400),
        ("/phones/kim/messages", {"text": "x" * 1601}, 400),
        ("/phones/sam/messages", {"text": "hi", "reply_to": "999"}, 404),
        ("/phones/nobody/pictures", {}, 404),
        ("/phones/nobody/presses", {"message": "1", "option": 0}, 404),
        ("/phones/sam/presses", {"message": "1", "option": 0}, 404),
        ("/phones/sam/presses", {"message": "101", "option": 1}, 404),
        ("/phones/sam/presses", {"message": "101", "option": -1}, 404),
        ("/phones/sam/presses", {"message": "101", "option": "first"}, 404),
        ("/clock", {"by": "year"}, 400),
        ("/clock", {}, 400),
    ],
)
async def test_what_cannot_be_done(
    client: httpx.AsyncClient, world: World, path: str, sent: object, status: int
) -> None:
    """Each impossible wish has a status and one sentence, and nothing happens."""
    world.deliver(world.phone("sam"), "Ready?", buttons=((Option("Yes", "y"),),))
    answer = await client.post(path, json=sent)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")
    assert world.happenings == []


async def test_longest_texts_fit(client: httpx.AsyncClient) -> None:
    """A text just as long as its channel takes is sent."""
    for phone, length in (("sam", 4096), ("kim", 1600)):
        assert (await client.post(f"/phones/{phone}/messages", json={"text": "x" * length})).status_code == 201


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({"host": "192.168.1.7:80"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_other_pages_are_kept_out(
    client: httpx.AsyncClient, world: World, headers: dict[str, str], status: int
) -> None:
    """A page of another site, a rebound name or another port may neither read nor type."""
    picture = world.deliver(world.phone("sam"), "", attachments=("photo",), data=photo())
    answers = [
        await client.post("/phones/sam/messages", json={"text": "hi"}, headers=headers),
        await client.post("/phones/sam/pictures", json={}, headers=headers),
        await client.get(f"/phones/sam/pictures/{picture.id}", headers=headers),
        await client.get("/state", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [status] * 4
    assert world.happenings == []


async def test_own_origin_may_and_forms_may_not(client: httpx.AsyncClient, world: World) -> None:
    """The page itself may type; a plain form, which any page could send, may not; nobody may broken JSON."""
    base = str(client.base_url).rstrip("/")
    local = base.replace("127.0.0.1", "localhost").removeprefix("http://")
    own = await client.post("/phones/sam/messages", json={"text": "hi"}, headers={"origin": base})
    by_name = await client.get("/state", headers={"host": local, "origin": f"http://{local}"})
    form = await client.post("/phones/sam/messages", data={"text": "hi"})
    kind = {"content-type": "application/json"}
    broken = await client.post("/phones/sam/messages", content="{", headers=kind)
    statuses = [answer.status_code for answer in (own, by_name, form, broken)]
    assert statuses == [201, 200, 415, 400]
    assert len(world.happenings) == 1


async def test_clock_moves(client: httpx.AsyncClient, clock: Clock) -> None:
    """An hour, a day, and to the next Monday at nine in London."""
    for step, then in (
        ("hour", datetime(2026, 11, 17, 11, 0, tzinfo=UTC)),
        ("day", datetime(2026, 11, 18, 11, 0, tzinfo=UTC)),
        ("monday", datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
    ):
        answer = await client.post("/clock", json={"by": step})
        assert (answer.status_code, clock.time) == (200, then)
        assert datetime.fromisoformat(answer.json()["now"]) == then


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        # Monday before nine, at nine, and after it; Sunday night; over the change to summer time.
        (datetime(2026, 11, 16, 8, 59, tzinfo=UTC), datetime(2026, 11, 16, 9, 0, tzinfo=UTC)),
        (datetime(2026, 11, 16, 9, 0, tzinfo=UTC), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        (datetime(2026, 11, 16, 9, 1, tzinfo=UTC), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        (datetime(2027, 3, 26, 12, 0, tzinfo=UTC), datetime(2027, 3, 29, 8, 0, tzinfo=UTC)),
        # 23:30 UTC on a summer Sunday is Monday 00:30 in London.
        (datetime(2026, 7, 19, 23, 30, tzinfo=UTC), datetime(2026, 7, 20, 8, 0, tzinfo=UTC)),
    ],
)
def test_next_monday(now: datetime, monday: datetime) -> None:
    """The next Monday is after now, at nine by London's clock."""
    found = next_monday(now)
    assert found == monday
    assert (found.astimezone(LONDON).weekday(), found.astimezone(LONDON).hour) == (0, 9)


async def test_changes_are_told(client: httpx.AsyncClient, world: World) -> None:
    """The stream names the version at once and after each change."""
    async with client.stream("GET", "/changes") as stream:
        lines = stream.aiter_lines()

        async def version() -> int:
            async for line in lines:
                if line.startswith("data: "):
                    return int(line.removeprefix("data: "))
            raise AssertionError("the stream ended")

        first = await version()
        world.send_from_phone("sam", "hello")
        assert await version() > first
    assert stream.headers["content-type"].startswith("text/event-stream")


async def test_waiting_has_an_end(world: World) -> None:
    """`until` gives up after its time, in a closed world too, and closing wakes who waits for a change."""
    with pytest.raises(TimeoutError):
        await world.changes.until(lambda: False, within=0.01)
    waiting = asyncio.ensure_future(world.changes.after(world.changes.version))
    world.changes.close()
    assert await waiting == world.changes.version
    with pytest.raises(TimeoutError):
        await world.changes.until(lambda: False, within=0.01)


def test_phones_are_known_once(world: World) -> None:
    """Two phones can't share an id or an address; unknown phones, messages and buttons are errors."""
    same_id = Phone(id="sam", owner="Other", channel=Channel.SMS, address="+447700900109")
    same_address = Phone(id="other", owner="Other", channel=Channel.SMS, address="+447700900101")
    for phone in (same_id, same_address):
        with pytest.raises(ValueError, match="already"):
            world.add_phone(phone)
    with pytest.raises(KeyError):
        world.send_from_phone("nobody", "hi")
    with pytest.raises(KeyError):
        world.edit_from_phone("sam", "1", "hi")
    assert [phone.id for phone in world.phones] == ["sam", "kim"]
