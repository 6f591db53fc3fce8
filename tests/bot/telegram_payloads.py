"""Updates as Telegram sends them (invented people), each with the event that it must become."""

from datetime import UTC, datetime
from typing import Any

from handlers.events import Channel, Event, Ignored, Inbound, MediaRef, Unreachable
from tests.bot.providers import NOW

CHAT = {"id": 700000001, "first_name": "Kim", "username": "kim_invented", "type": "private"}
SENDER = {"id": 700000001, "is_bot": False, "first_name": "Kim", "username": "kim_invented", "language_code": "en"}
BOT = {"id": 7000000001, "is_bot": True, "first_name": "Mentoring", "username": "invented_bot"}
GROUP = {"id": -1007000000002, "title": "A group", "type": "supergroup"}
SENT = 1772443800
SENT_AT = datetime.fromtimestamp(SENT, UTC)

Json = dict[str, Any]


def message(**fields: Any) -> Json:  # noqa: ANN401 - any field of the Bot API
    """A message in a private chat."""
    return {"message_id": 31, "from": SENDER, "chat": CHAT, "date": SENT, **fields}


def update(number: int = 100, **fields: Any) -> Json:  # noqa: ANN401 - any kind of update
    """An update."""
    return {"update_id": number, **fields}


def inbound(**fields: Any) -> Inbound:  # noqa: ANN401 - any field of Inbound
    """What `message()` becomes, with these fields."""
    usual: Json = {"channel": Channel.TELEGRAM, "event_id": "100", "sender": "700000001", "message_ref": "31"}
    return Inbound(**(usual | {"at": SENT_AT} | fields))


def ignored(kind: str) -> Ignored:
    """An event without use."""
    return Ignored(channel=Channel.TELEGRAM, event_id="100", kind=kind, at=NOW)


def unreachable(*, blocked: bool) -> Unreachable:
    """A person who blocked the bot, or let it in again."""
    return Unreachable(channel=Channel.TELEGRAM, event_id="100", sender="700000001", blocked=blocked, at=SENT_AT)


def _membership(status: str, **fields: Any) -> Json:  # noqa: ANN401 - any field of ChatMemberUpdated
    ends = {"until_date": 0} if status == "kicked" else {}
    change = {"chat": CHAT, "from": SENDER, "date": SENT, "new_chat_member": {"user": BOT, "status": status} | ends}
    return update(my_chat_member=change | {"old_chat_member": {"user": BOT, "status": "member"}} | fields)


def _press(**fields: Any) -> Json:  # noqa: ANN401 - any field of CallbackQuery
    carrier = {"message_id": 30, "from": BOT, "chat": CHAT, "date": SENT, "text": "Is that all right?"}
    return update(
        callback_query={"id": "4382", "from": SENDER, "message": carrier, "chat_instance": "1", "data": "yes:1"}
        | fields
    )


def _reaction(*new: Json, **fields: Any) -> Json:  # noqa: ANN401 - any field of MessageReactionUpdated
    change = {"chat": CHAT, "message_id": 30, "user": SENDER, "date": SENT, "old_reaction": [], "new_reaction": [*new]}
    return update(message_reaction=change | fields)


def _reacted(emoji: str, *kinds: str) -> Inbound:
    return inbound(message_ref=None, reply_to="30", reaction=emoji, attachments=kinds)


_LINK = {"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/a"}
_MENTION = {"type": "text_mention", "offset": 0, "length": 4, "user": {"id": 700000009, "is_bot": False}}
_CONTACT = {"phone_number": "+447700900123", "first_name": "Sam", "user_id": 700000009}
_POLL: Json = {"id": "1", "question": "Friday or Sunday?", "options": [{"text": "Friday"}, {"text": "Sunday"}]}
_ORIGIN = {"type": "hidden_user", "sender_user_name": "Robin Surname", "date": SENT - 60}
_QUOTE = {"text": "see you at four", "position": 0, "is_manual": True}
_ELSEWHERE: Json = {
    "origin": {"type": "user", "sender_user": {"id": 700000009, "is_bot": False, "first_name": "Robin"}, "date": SENT},
    "chat": {"id": 700000009, "first_name": "Robin", "type": "private"},
    "message_id": 7,
    "contact": _CONTACT,
}
_VENUE: Json = {"location": {"latitude": 51.5, "longitude": -0.1}, "title": "The library", "address": "1 High Street"}
_CHECKLIST: Json = {"title": "For Friday", "tasks": [{"id": 1, "text": "bring the form"}]}
_PHOTO = [
    {"file_id": "A", "file_unique_id": "B", "width": 90, "height": 90},
    {"file_id": "C", "file_unique_id": "D", "width": 900, "height": 900, "file_size": 5000},
    {"file_id": "E", "file_unique_id": "F", "width": 300, "height": 300},
]
_LARGEST = (MediaRef(kind="photo", ref="C", size=5000),)

CASES: dict[str, tuple[Json, Event]] = {
    "text": (update(message=message(text="Hello there")), inbound(text="Hello there")),
    "command with a code": (update(message=message(text="/start AB12")), inbound(text="/start AB12")),
    "reply": (
        update(message=message(text="Yes", reply_to_message=message(message_id=12, text="Coming?"))),
        inbound(text="Yes", reply_to="12"),
    ),
    "edit": (
        update(edited_message=message(text="Hello, there", edit_date=SENT + 60)),
        inbound(text="Hello, there", edited=True, at=datetime.fromtimestamp(SENT + 60, UTC)),
    ),
    "link behind words": (
        update(message=message(text="here", entities=[_LINK, {"type": "bold", "offset": 0, "length": 4}])),
        inbound(text="here", hidden=("https://example.org/a",)),
    ),
    "mention of a person without a name": (
        update(message=message(text="them", entities=[_MENTION])),
        inbound(text="them", hidden=("tg://user?id=700000009",)),
    ),
    "photo with a caption": (
        update(message=message(photo=_PHOTO, caption="my room", caption_entities=[_LINK])),
        inbound(text="my room", attachments=("photo",), media=_LARGEST, hidden=("https://example.org/a",)),
    ),
    "voice": (update(message=message(voice={"duration": 3})), inbound(attachments=("voice",))),
    "document": (
        update(message=message(document={"file_id": "A", "file_name": "call 07700 900123.pdf"})),
        inbound(
            attachments=("document",), beside=("call 07700 900123.pdf",), media=(MediaRef(kind="document", ref="A"),)
        ),
    ),
    "contact": (
        update(message=message(contact=_CONTACT)),
        inbound(attachments=("contact",), beside=("Sam", "+447700900123")),
    ),
    "poll": (
        update(message=message(poll=_POLL)),
        inbound(attachments=("poll",), beside=("Friday or Sunday?", "Friday", "Sunday")),
    ),
    "forwarded": (
        update(message=message(text="read this", forward_origin=_ORIGIN, forward_date=SENT - 60)),
        inbound(text="read this", forwarded=True),
    ),
    "quote of a message in this chat": (
        update(message=message(text="Yes", reply_to_message=message(message_id=12, text="see you"), quote=_QUOTE)),
        inbound(text="Yes", reply_to="12", beside=("see you at four",), marks=("quote",)),
    ),
    "quote of a message in another chat": (
        update(message=message(text="look", external_reply=_ELSEWHERE, quote=_QUOTE)),
        inbound(text="look", beside=("see you at four", "+447700900123"), marks=("quote", "external_reply")),
    ),
    "marks that are none": (
        update(message=message(text="a", quote=5, external_reply=[], forward_origin="x")),
        inbound(text="a"),
    ),
    "spoiler and other looks": (
        update(message=message(text="guess", entities=[{"type": "spoiler", "offset": 0, "length": 5}])),
        inbound(text="guess"),
    ),
    "preview of a link": (
        update(message=message(text="a", link_preview_options={"url": "https://example.org/a"})),
        inbound(text="a", hidden=("https://example.org/a",)),
    ),
    "venue": (
        update(message=message(venue=_VENUE, location=_VENUE["location"])),
        inbound(attachments=("venue", "location"), beside=("The library", "1 High Street")),
    ),
    "dice": (update(message=message(dice={"emoji": "🎲", "value": 3})), inbound(attachments=("dice",))),
    "checklist": (
        update(message=message(checklist=_CHECKLIST)),
        inbound(attachments=("checklist",), beside=("For Friday", "bring the form")),
    ),
    "story": (update(message=message(story={"chat": CHAT, "id": 3})), inbound(attachments=("story",))),
    "game": (update(message=message(game={"title": "Snake"})), inbound(attachments=("game",))),
    "video": (update(message=message(video={"duration": 3}, caption="us")), inbound(text="us", attachments=("video",))),
    "round video": (update(message=message(video_note={"duration": 3})), inbound(attachments=("video_note",))),
    "audio": (
        update(message=message(audio={"duration": 3, "file_name": "song.mp3"})),
        inbound(attachments=("audio",), beside=("song.mp3",)),
    ),
    "animation": (
        update(message=message(animation={"duration": 3}, document={"file_name": "cat.mp4"})),
        inbound(attachments=("animation", "document"), beside=("cat.mp4",)),
    ),
    "edit of a caption": (
        update(edited_message=message(photo=_PHOTO, caption="our room", edit_date=SENT + 60)),
        inbound(
            text="our room",
            attachments=("photo",),
            media=_LARGEST,
            edited=True,
            at=datetime.fromtimestamp(SENT + 60, UTC),
        ),
    ),
    "a shared place moves on": (
        update(
            edited_message=message(
                location={"latitude": 51.5, "longitude": -0.1, "live_period": 60}, edit_date=SENT + 60
            )
        ),
        ignored("live_location"),
    ),
    "reaction": (_reaction({"type": "emoji", "emoji": "👍"}), _reacted("👍")),
    "reaction added to another": (
        _reaction({"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "🔥"}),
        _reacted("🔥"),
    ),
    "reaction taken away": (_reaction(), _reacted("")),
    "reaction of one's own making": (
        _reaction({"type": "custom_emoji", "custom_emoji_id": "5368324170671202286"}),
        _reacted("", "custom_emoji"),
    ),
    "reaction that was paid for": (_reaction({"type": "paid"}), _reacted("", "paid")),
    "reaction newer than this program": (_reaction({"type": "smell", "words": "a"}), _reacted("", "unknown")),
    "reaction as long as a text": (_reaction({"type": "emoji", "emoji": "x" * 33}), _reacted("", "unknown")),
    "reaction in a group": (_reaction(chat=GROUP), ignored("message_reaction")),
    "reaction to nothing": (_reaction(message_id=None), ignored("unreadable")),
    "location": (update(message=message(location={"latitude": 51.5})), inbound(attachments=("location",))),
    "sticker": (update(message=message(sticker={"emoji": "x"})), inbound(attachments=("sticker",))),
    "kind of message newer than this program": (
        update(message=message(hologram={"depth": 3})),
        inbound(attachments=("unknown",)),
    ),
    "odd characters stay": (
        update(message=message(text="a\0b\u202ec\u0301\u0301")),
        inbound(text="a\0b\u202ec\u0301\u0301"),
    ),
    "half of a surrogate pair": (update(message=message(text="a\ud800b 😀")), inbound(text="a\ufffdb 😀")),
    "ten thousand characters": (update(message=message(text="a" * 10_000)), inbound(text="a" * 10_000)),
    "no date": (update(message=message(text="a", date=0)), inbound(text="a", at=NOW)),
    "malformed entities don't hide words": (
        update(message=message(text="a", entities=[5, {"type": "text_link", "url": 7}, {"user": {"id": "x"}}])),
        inbound(text="a"),
    ),
    "entities that are no list": (update(message=message(text="a", entities="b")), inbound(text="a")),
    "press": (
        _press(),
        inbound(message_ref=None, reply_to="30", button="yes:1", press_id="4382", at=NOW),
    ),
    "press in a group": (_press(message={"message_id": 30, "chat": GROUP}), ignored("callback_query")),
    "press of an inline message": (_press(message=None), ignored("callback_query")),
    "press of a game": (_press(data=None), ignored("callback_query")),
    "press without an id": (_press(id=None), ignored("unreadable")),
    "blocked": (_membership("kicked"), unreachable(blocked=True)),
    "unblocked": (_membership("member"), unreachable(blocked=False)),
    "made administrator": (_membership("administrator"), ignored("my_chat_member")),
    "added to a group": (_membership("member", chat=GROUP), ignored("my_chat_member")),
    "membership without a chat": (_membership("member", chat=None), ignored("unreadable")),
    "group": (update(message=message(text="all", chat=GROUP)), ignored("chat")),
    "another bot": (update(message=message(text="all", **{"from": BOT})), ignored("bot")),
    "service message": (update(message=message(pinned_message={"message_id": 1})), ignored("pinned_message")),
    "poll update": (update(poll=_POLL), ignored("poll")),
    "channel post": (update(channel_post=message(text="news", chat=GROUP)), ignored("channel_post")),
    "kind of update newer than this program": (update(teleported={"to": 1}), ignored("teleported")),
    "nothing but an id": (update(), ignored("empty")),
    "message that is none": (update(message=5), ignored("unreadable")),
    "message without a chat": (update(message={"text": "a"}), ignored("unreadable")),
    "message without an id": (update(message=message(text="a", message_id=None)), ignored("unreadable")),
    "text that is none": (update(message=message(text=["a"])), ignored("unreadable")),
    "id that is a truth": (update(message=message(text="a", message_id=True)), ignored("unreadable")),
    "chat id that is a text": (
        update(message=message(text="a", chat={"id": "700000001", "type": "private"})),
        ignored("unreadable"),
    ),
}
