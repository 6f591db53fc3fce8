"""The provider side of Telegram, against the real `telegram.Bot` with its default client."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import (
    Bot,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    ReplyParameters,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.sandbox import faults
from bot.sandbox.app import build_providers, running
from bot.sandbox.phones import Phone
from bot.sandbox.world import World
from handlers.events import Channel

SAM = "700000001"
DANA = "700000002"
YES_NO = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Yes", callback_data="y")], [InlineKeyboardButton("No", callback_data="n")]]
)


@pytest.fixture
def world() -> World:
    """A world of two people on Telegram."""
    sam = Phone(id="sam", owner="Sam", channel=Channel.TELEGRAM, address=SAM, first_name="Sam", username="sam_made_up")
    return World([sam, Phone(id="dana", owner="Dana", channel=Channel.TELEGRAM, address=DANA, first_name="Dana")])


@pytest.fixture
async def base(world: World) -> AsyncIterator[str]:
    """The sandbox, running."""
    async with running(build_providers(world)) as address:
        yield address


@pytest.fixture
async def bot(world: World, base: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A real bot, initialised (which asks `getMe`)."""
    # Without it python-telegram-bot warns of its own `RetryAfter` whenever it makes one.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    url = f"{base}/bot"
    async with Bot(
        world.telegram.token, base_url=url, request=HTTPXRequest(), get_updates_request=HTTPXRequest()
    ) as made:
        yield made


async def test_message_and_buttons_reach_the_phone(world: World, bot: Bot) -> None:
    """What `send_message` sends shows on the phone, with its buttons in rows, and is noted as a call."""
    sent = await bot.send_message(SAM, "Hello Sam", reply_markup=YES_NO)
    shown = world.phone("sam").shown()[-1]
    assert (shown.text, shown.id, [o.data for o in shown.options()]) == ("Hello Sam", str(sent.message_id), ["y", "n"])
    assert bot.username == world.telegram.username
    call = world.calls[-1]
    assert (call.channel, call.method, call.address, call.text) == (Channel.TELEGRAM, "sendMessage", SAM, "Hello Sam")
    assert call.payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "y"


async def test_updates_come_again_until_a_higher_offset(world: World, bot: Bot) -> None:
    """An update is repeated until `getUpdates` asks with an offset above its id; then it is gone."""
    world.send_from_phone("sam", "one")
    world.send_from_phone("dana", "two")
    first = await bot.get_updates()
    again = await bot.get_updates()
    assert [u.message.text for u in first if u.message] == ["one", "two"]
    assert [u.update_id for u in again] == [u.update_id for u in first]
    rest = await bot.get_updates(offset=first[0].update_id + 1)
    assert [u.update_id for u in rest] == [first[1].update_id]
    assert await bot.get_updates(offset=first[1].update_id + 1) == ()
    assert await bot.get_updates() == ()


async def test_limit_and_negative_offset(world: World, bot: Bot) -> None:
    """`limit` cuts the answer short; a negative offset forgets all but the last updates."""
    for number in range(5):
        world.send_from_phone("sam", str(number))
    few = await bot.get_updates(limit=2)
    assert [u.message.text for u in few if u.message] == ["0", "1"]
    last = await bot.get_updates(offset=-2)
    assert [u.message.text for u in last if u.message] == ["3", "4"]
    assert len(await bot.get_updates()) == 2


async def test_long_poll_ends_when_somebody_writes(world: World, bot: Bot) -> None:
    """A waiting poll answers at once when a message comes."""
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    before = world.changes.version
    await world.changes.until(lambda: world.changes.version > before)
    world.send_from_phone("sam", "here")
    updates = await waiting
    message = updates[0].message
    assert message is not None
    assert (message.text, message.chat.id, message.from_user and message.from_user.username) == (
        "here",
        int(SAM),
        "sam_made_up",
    )


async def test_second_poller_ends_the_first(world: World, bot: Bot) -> None:
    """A second `getUpdates` makes the waiting one fail with 409, as Telegram does."""
    before = world.changes.version
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await world.changes.until(lambda: world.changes.version > before)
    await bot.get_updates(timeout=0)
    with pytest.raises(Conflict):
        await waiting


async def test_only_asked_kinds_come(world: World, bot: Bot) -> None:
    """`allowed_updates` leaves other kinds out, and is remembered; an empty list means the usual kinds."""
    await bot.get_updates(allowed_updates=["callback_query"])
    world.send_from_phone("sam", "not wanted")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=[])
    world.send_from_phone("sam", "wanted")
    world.send_raw(Channel.TELEGRAM, {"message_reaction": {"chat": {"id": int(SAM), "type": "private"}}})
    assert [u.message.text for u in await bot.get_updates() if u.message] == ["wanted"]


async def test_press_edit_reply_block_and_attachments_as_updates(world: World, bot: Bot) -> None:
    """Each thing that a person can do becomes the update that Telegram has for it."""
    asked = await bot.send_message(SAM, "Ready?", reply_markup=YES_NO)
    press = world.press("sam", str(asked.message_id), 1)
    mine = world.send_from_phone("sam", "/start abc", reply_to=str(asked.message_id))
    world.edit_from_phone("sam", mine.id, "later")
    world.send_from_phone("sam", "look", attachments=("photo",))
    world.block("sam")
    world.block("sam", blocked=False)
    world.send_raw(Channel.TELEGRAM, {"kind_of_tomorrow": {"id": "5"}})
    raw = await bot.get_updates()
    pressed, wrote, edited, photo, blocked, back = raw[:6]
    assert pressed.callback_query is not None
    assert (pressed.callback_query.id, pressed.callback_query.data) == (press, "n")
    assert wrote.message is not None
    assert wrote.message.reply_to_message is not None
    assert wrote.message.reply_to_message.message_id == asked.message_id
    assert [e.type for e in wrote.message.entities] == ["bot_command"]
    assert edited.edited_message is not None
    assert edited.edited_message.text == "later"
    assert photo.message is not None
    assert (photo.message.caption, len(photo.message.photo)) == ("look", 2)
    assert [u.my_chat_member.new_chat_member.status for u in (blocked, back) if u.my_chat_member] == [
        "kicked",
        "member",
    ]
    assert len(raw) == 7


async def test_press_is_answered_once(world: World, bot: Bot) -> None:
    """A press can be answered once; a second answer and an unknown id are refused."""
    asked = await bot.send_message(SAM, "Ready?", reply_markup=YES_NO)
    press = world.press("sam", str(asked.message_id), 0)
    assert await bot.answer_callback_query(press)
    for unknown in (press, "12345"):
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(unknown)
    assert world.phone("sam").shown()[-1].pressed == ("Yes",)


async def test_edits_reactions_and_deletion_show(world: World, bot: Bot) -> None:
    """Edited words, removed buttons, a reaction and a deletion show on the phone."""
    phone = world.phone("sam")
    sent = await bot.send_message(SAM, "first", reply_markup=YES_NO)
    await bot.edit_message_reply_markup(SAM, sent.message_id)
    assert phone.shown()[-1].options() == ()
    await bot.edit_message_text("second", SAM, sent.message_id)
    assert (phone.shown()[-1].text, phone.shown()[-1].edited) == ("second", True)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("second", SAM, sent.message_id)
    mine = world.send_from_phone("sam", "thanks")
    await bot.set_message_reaction(SAM, int(mine.id), ReactionTypeEmoji("👍"))
    assert phone.shown()[-1].reaction == "👍"
    await bot.delete_message(SAM, sent.message_id)
    assert [m.text for m in phone.shown()] == ["thanks"]
    with pytest.raises(BadRequest, match="not found"):
        await bot.edit_message_text("third", SAM, sent.message_id)
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("not yours", SAM, int(mine.id))


async def test_captions_are_edited_as_captions(world: World, bot: Bot) -> None:
    """A caption has a call of its own, takes 1,024 units, and a text has none; a sticker has no words at all."""
    phone = world.phone("sam")
    photo = await bot.send_photo(SAM, b"picture", caption="first")
    await bot.edit_message_caption(SAM, photo.message_id, caption="second")
    assert (phone.shown()[-1].text, phone.shown()[-1].edited) == ("second", True)
    await bot.edit_message_caption(SAM, photo.message_id)
    assert phone.shown()[-1].text == ""
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_caption(SAM, photo.message_id)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.edit_message_caption(SAM, photo.message_id, caption="x" * 1025)
    with pytest.raises(BadRequest, match="no text in the message"):
        await bot.edit_message_text("third", SAM, photo.message_id)
    for sent in (await bot.send_message(SAM, "words"), await bot.send_sticker(SAM, b"sticker")):
        with pytest.raises(BadRequest, match="no caption in the message"):
            await bot.edit_message_caption(SAM, sent.message_id, caption="words")


async def test_a_file_answers_a_message(world: World, bot: Bot) -> None:
    """A file may be a reply as a text may."""
    mine = world.send_from_phone("sam", "question")
    await bot.send_photo(SAM, b"picture", reply_parameters=ReplyParameters(int(mine.id)))
    assert world.phone("sam").shown()[-1].reply_to == mine.id


async def test_replies_point_at_a_message_of_the_chat(world: World, bot: Bot) -> None:
    """A reply shows what it answers; one to a missing message is refused, or sent plainly where that is allowed."""
    mine = world.send_from_phone("sam", "question")
    await bot.send_message(SAM, "answer", reply_parameters=ReplyParameters(int(mine.id)))
    assert world.phone("sam").shown()[-1].reply_to == mine.id
    with pytest.raises(BadRequest, match="replied not found"):
        await bot.send_message(SAM, "answer", reply_parameters=ReplyParameters(999999))
    lost = ReplyParameters(999999, allow_sending_without_reply=True)
    await bot.send_message(SAM, "anyway", reply_parameters=lost)
    assert world.phone("sam").shown()[-1].reply_to is None


@pytest.mark.parametrize(
    ("chat", "text", "error", "words"),
    [
        ("700000099", "hello", BadRequest, "Chat not found"),
        (SAM, "   ", BadRequest, "text is empty"),
        (SAM, "😀" * 2049, BadRequest, "too long"),
    ],
)
async def test_refused_sends(bot: Bot, chat: str, text: str, error: type[TelegramError], words: str) -> None:
    """Unknown chats, empty texts and texts over 4096 UTF-16 units are refused in Telegram's words."""
    with pytest.raises(error, match=words):
        await bot.send_message(chat, text)


async def test_longest_text_and_button_data(world: World, bot: Bot) -> None:
    """4096 units and 64 bytes of button data just fit; 65 bytes are refused."""
    await bot.send_message(SAM, "😀" * 2048)
    fits = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="x" * 64)]])
    await bot.send_message(SAM, "fits", reply_markup=fits)
    assert len(world.phone("sam").shown()) == 2
    too_long = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="é" * 33)]])
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(SAM, "not", reply_markup=too_long)


async def test_blocked_and_never_started(world: World, bot: Bot) -> None:
    """A bot that is blocked, or that the person never wrote to, is forbidden to write; a first message lets it in."""
    world.block("sam")
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(SAM, "hello")
    world.phone("dana").started = False
    with pytest.raises(Forbidden, match="initiate"):
        await bot.send_message(DANA, "hello")
    world.send_from_phone("dana", "/start")
    await bot.send_message(DANA, "hello")
    await bot.send_chat_action(DANA, "typing")
    assert world.phone("dana").received() == ["hello"]


async def test_wrong_token_unknown_method_and_broken_json(world: World, base: str) -> None:
    """A wrong token is 401, an unknown method 404, an unreadable body 400; nothing of them is kept."""
    request = HTTPXRequest()
    async with request:
        with pytest.raises(InvalidToken):
            await Bot("1:wrong", base_url=f"{base}/bot", request=request).get_me()
    api = f"{base}/bot{world.telegram.token}"
    async with httpx.AsyncClient() as client:
        assert (await client.post(f"{api}/launchRocket")).status_code == 404
        bodies: list[tuple[str, str]] = [
            ("application/json", "{"),
            ("application/json", "[1]"),
            ("application/x-www-form-urlencoded", "reply_markup={"),
            ("multipart/form-data; boundary=x", "--x--"),
        ]
        for kind, body in bodies:
            answer = await client.post(f"{api}/sendMessage", content=body, headers={"content-type": kind})
            assert (answer.status_code, answer.json()["ok"]) == (400, False)
        for bad in ({"reply_markup": "7"}, {"reply_markup": json.dumps({"inline_keyboard": [[{"text": "no data"}]]})}):
            answer = await client.post(f"{api}/sendMessage", data={"chat_id": SAM, "text": "hi", **bad})
            assert answer.status_code == 400
        assert (await client.get(f"{api}/getUpdates", params={"offset": "soon"})).status_code == 400
        assert (await client.get(f"{api}/getme")).json()["result"]["is_bot"]
    assert world.phone("sam").shown() == []


async def test_set_commands_is_noted(world: World, bot: Bot) -> None:
    """`setMyCommands` is taken and kept as a call about nobody."""
    assert await bot.set_my_commands([("about", "Your match")])
    assert (world.calls[-1].method, world.calls[-1].address) == ("setMyCommands", None)


async def test_menus_and_reactions_are_checked(world: World, bot: Bot, base: str) -> None:
    """A menu belongs to one chat or to all; what no command or no emoji of Telegram's is refused as there."""
    await bot.set_my_commands([("help", "what you can do")])
    await bot.set_my_commands([("about", "what was agreed")], scope=BotCommandScopeChat(SAM))
    assert world.telegram.menu == (("help", "what you can do"),)
    assert world.phone("sam").menu == (("about", "what was agreed"),)
    for commands in ([("Not One", "x")], [("help", "")]):
        with pytest.raises(BadRequest, match="ommand_invalid"):
            await bot.set_my_commands(commands)
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{base}/bot{world.telegram.token}/setMyCommands", json={"commands": [5]})
    assert answer.status_code == 400
    mine = world.send_from_phone("sam", "hello")
    with pytest.raises(BadRequest, match="eaction_invalid"):
        await bot.set_message_reaction(SAM, int(mine.id), ReactionTypeEmoji("words"))


async def test_a_reaction_of_the_owner_is_an_update(world: World, bot: Bot) -> None:
    """It comes when it is asked for, with what was there before."""
    message = world.deliver(world.phone("sam"), "hello")
    await bot.get_updates(allowed_updates=["message_reaction"])
    for emoji in ("👍", None):
        world.react_from_phone("sam", message.id, emoji)
    first, second = [one.message_reaction for one in await bot.get_updates()]
    assert first is not None
    assert second is not None
    assert (first.message_id, len(first.old_reaction), len(first.new_reaction)) == (int(message.id), 0, 1)
    assert (len(second.old_reaction), len(second.new_reaction)) == (1, 0)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.refused(429, retry_after=7), RetryAfter),
        (faults.refused(403), Forbidden),
        (faults.refused(500), NetworkError),
        (faults.garbage(), TelegramError),
        (faults.cut(), NetworkError),
    ],
)
async def test_planned_faults(world: World, bot: Bot, fault: faults.Fault, error: type[TelegramError]) -> None:
    """A planned fault meets the next call only, which has no effect; the one after goes well."""
    world.faults.plan("sendMessage", fault)
    with pytest.raises(error) as raised:
        await bot.send_message(SAM, "hello")
    if isinstance(raised.value, RetryAfter):
        assert raised.value._retry_after.total_seconds() == 7
    assert world.phone("sam").shown() == []
    await bot.send_message(SAM, "hello")
    assert world.phone("sam").received() == ["hello"]
    assert len(world.faults) == 0


async def test_lost_answer_took_effect(world: World, bot: Bot) -> None:
    """A call whose answer is lost has reached the phone all the same."""
    world.faults.plan("sendMessage", faults.answer_lost())
    with pytest.raises(NetworkError):
        await bot.send_message(SAM, "hello")
    assert world.phone("sam").received() == ["hello"]


async def test_held_call_waits_for_its_release(world: World, bot: Bot) -> None:
    """A held call for one chat has no effect before it is released, and doesn't stop another chat."""
    release = asyncio.Event()
    world.faults.plan("sendMessage", faults.held(release), address=SAM)
    sending = asyncio.create_task(bot.send_message(SAM, "slow"))
    await world.changes.until(lambda: any(c.text == "slow" for c in world.calls))
    await bot.send_message(DANA, "quick")
    assert (world.phone("sam").received(), world.phone("dana").received()) == ([], ["quick"])
    release.set()
    await sending
    assert world.phone("sam").received() == ["slow"]


class Hook:
    """A webhook of the service: keeps what came, and answers as it is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int, str]] = []
        self.statuses: list[int] = []

    async def receive(self, request: Request) -> Response:
        """One update."""
        update = await request.json()
        secret = request.headers.get("x-telegram-bot-api-secret-token", "")
        self.seen.append((update["message"]["text"], update["message"]["chat"]["id"], secret))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    def app(self) -> Starlette:
        """The service, with this webhook only."""
        return Starlette(routes=[Route("/telegram", self.receive, methods=["POST"])])


async def test_webhook_gets_updates_in_order_and_again_until_2xx(world: World, bot: Bot) -> None:
    """A webhook gets each update with the secret, in order for a chat, repeated until it answers with 2xx."""
    hook = Hook()
    hook.statuses = [503, 500]
    world.telegram.retry_seconds = 0.01
    async with running(hook.app()) as service:
        await bot.set_webhook(f"{service}/telegram", secret_token="s3cret", allowed_updates=["message"])
        for text in ("one", "two", "three"):
            world.send_from_phone("sam", text)
        await world.changes.until(lambda: len(hook.seen) == 5)
        assert [text for text, _, _ in hook.seen] == ["one", "one", "one", "two", "three"]
        assert {(chat, secret) for _, chat, secret in hook.seen} == {(int(SAM), "s3cret")}
        info = await bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 500"
        with pytest.raises(Conflict, match="webhook"):
            await bot.get_updates()


async def test_webhook_that_is_away_loses_nothing(world: World, bot: Bot) -> None:
    """Updates wait for a webhook that nobody serves, and go to a poller after it is deleted."""
    await bot.set_webhook("http://127.0.0.1:9/telegram")
    world.send_from_phone("sam", "waits")

    async def failed() -> bool:
        return (await bot.get_webhook_info()).last_error_message == "Connection failed"

    while not await failed():
        await world.changes.after(world.changes.version)
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook()
    assert [u.message.text for u in await bot.get_updates() if u.message] == ["waits"]


async def test_pending_updates_can_be_dropped(world: World, bot: Bot) -> None:
    """`drop_pending_updates` forgets what waits."""
    world.send_from_phone("sam", "old")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_webhook_outside_loopback_is_never_called(world: World, bot: Bot) -> None:
    """The sandbox posts to loopback only, so a public address fails, unless a proxy rule leads it to loopback."""
    hook = Hook()
    async with running(hook.app()) as service:
        world.telegram.retry_seconds = 0.01
        await bot.set_webhook("https://mentoring.example/telegram")
        world.send_from_phone("sam", "hello")
        while (await bot.get_webhook_info()).last_error_message != "Connection failed":
            await world.changes.after(world.changes.version)
        world.proxy = ("https://mentoring.example", service)
        await world.changes.until(lambda: hook.seen)


async def test_a_closing_server_ends_waiting_polls(world: World) -> None:
    """Stopping the server doesn't wait for a long poll; what was pending is there after the next start."""
    app = build_providers(world)
    world.send_from_phone("sam", "kept")
    async with httpx.AsyncClient(timeout=60) as client, running(app) as address:
        api = f"{address}/bot{world.telegram.token}"
        last = (await client.get(f"{api}/getUpdates")).json()["result"][0]["update_id"]
        polls = asyncio.create_task(client.get(f"{api}/getUpdates", params={"timeout": 50, "offset": last + 1}))
        before = world.changes.version
        await world.changes.until(lambda: world.changes.version > before)
    assert (await polls).json() == {"ok": True, "result": []}
    world.send_from_phone("sam", "after")
    async with running(app) as address, httpx.AsyncClient() as client:
        updates = (await client.get(f"{address}/bot{world.telegram.token}/getUpdates")).json()["result"]
    assert [u["message"]["text"] for u in updates] == ["after"]
