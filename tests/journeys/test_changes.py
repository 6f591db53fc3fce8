"""What happens to a message after it went: it is changed, answered, reacted to; on both channels."""

from bot.sandbox.phones import Message
from handlers.events import Channel
from handlers.menus import WHO_MAY
from storage.people import Role
from tests.journeys.play import Play


def _newest(play: Play, phone_id: str) -> Message:
    return play.world.phone(phone_id).shown()[-1]


def _sign(message: Message) -> str | None:
    """What the service put on a message, as it is now."""
    return message.reaction


async def test_a_change_is_seen_on_the_other_side(busy: Play) -> None:
    """The mentor's copy changes where it stands, twice, without a further message; the record has all versions."""
    message = busy.send("sam", "at four")
    await busy.settled()
    count = len(busy.world.phone("alex").received())
    for words in ("at five", "at six, ring 07700 900456"):
        busy.world.edit_from_phone("sam", message.id, words)
        await busy.settled()
    copy = _newest(busy, "alex")
    assert copy.edited
    assert "at six" in copy.text
    assert "07700" not in copy.text
    assert len(busy.world.phone("alex").received()) == count
    assert busy.heard("sam")[-1] == busy.words("removed-notice", "sam", kinds="a phone number")
    lines = [line for line in busy.transcript() if line.original.startswith("at ")]
    assert [line.state for line in lines] == ["relayed", "relayed", "changed"]


async def test_a_change_on_sms_comes_as_a_text(sqlite_busy: Play) -> None:
    """Ellie's phone can't change a text, so that she gets a new one with a mark."""
    play = sqlite_busy
    message = play.send("alex", "Ellie: at four")
    await play.settled()
    play.heard("ellie")
    play.world.edit_from_phone("alex", message.id, "Ellie: at five")
    await play.settled()
    assert play.heard("ellie") == [play.words("changed-mentee", "ellie", name="Alex", words="at five")]


async def test_a_changed_message_that_was_deleted_comes_anew(sqlite_busy: Play) -> None:
    """The mentor cleared the chat: the new words come as a text of their own."""
    play = sqlite_busy
    message = play.send("sam", "at four")
    await play.settled()
    _newest(play, "alex").deleted = True
    play.world.edit_from_phone("sam", message.id, "at five")
    await play.settled()
    assert _newest(play, "alex").text == play.words("changed-mentor", "alex", name="Sam", words="at five")


async def test_replies_and_reactions_find_their_message(busy: Play) -> None:
    """The mentor reacts to and answers what he sees; the mentee sees both on her own message, after the dove."""
    message = busy.send("sam", "hello")
    await busy.settled()
    # It comes when it comes: nothing waits for it.
    await busy.world.changes.until(lambda: _sign(message) == "🕊")
    copy = _newest(busy, "alex")
    busy.world.react_from_phone("alex", copy.id, "👍")
    await busy.settled()
    assert _sign(message) == "👍"
    busy.send("alex", "hello to you", reply_to=copy.id)
    await busy.settled()
    assert _newest(busy, "sam").reply_to == message.id
    busy.world.react_from_phone("alex", copy.id, None)
    await busy.settled()
    assert _sign(message) is None
    assert busy.heard("sam") == [busy.words("relay-mentee", "sam", name="Alex", words="hello to you")]


async def test_a_forwarded_message_hides_where_it_came_from(sqlite_busy: Play) -> None:
    """The words go on like typed ones; neither the name nor the number of whoever wrote them leaves the service."""
    play = sqlite_busy
    phone = play.world.phone("sam")
    play.world.send_raw(
        Channel.TELEGRAM,
        {
            "message": {
                "message_id": 9001,
                "date": 1772443800,
                "chat": {"id": int(phone.address), "type": "private", "first_name": "Sam"},
                "from": {"id": int(phone.address), "is_bot": False, "first_name": "Sam"},
                "text": "read this",
                "forward_origin": {"type": "hidden_user", "sender_user_name": "Robin Surname", "date": 1772443700},
                "quote": {"text": "Robin says 07700 900456", "position": 0},
            }
        },
    )
    play.posted += 1
    await play.settled()
    assert play.heard("alex") == [play.words("relay-mentor", "alex", name="Sam", words="read this")]
    assert not any("Robin" in str(call.payload) for call in play.world.calls)
    assert play.recorded("read this").attachments == "forward quote"


async def test_menus(sqlite_play: Play) -> None:
    """A chat shows the commands of whoever joined there; every other chat those that anybody has."""
    play = sqlite_play
    play.join("alex", Role.MENTOR, Channel.TELEGRAM)
    await play.settled()
    expected = [name for name, roles in WHO_MAY.items() if Role.MENTOR in roles]
    assert [name for name, _ in play.world.phone("alex").menu] == expected
    assert [name for name, _ in play.world.telegram.menu] == ["help", "about"]
