"""Files: held, looked at, passed on as new ones without what they said about their maker, or refused."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from bot.sandbox.faults import refused
from bot.sandbox.phones import Message
from bot.sandbox.samples import MAKER, sample
from storage.schema.messages import media
from tests.journeys.play import Play


async def fetched(play: Play) -> None:
    """Wait until no file is wanted any more, and what came of it was said."""
    await play.settled()
    await play.until(lambda tx: not tx.execute(media.select().where(media.c.state == "wanted")).first())
    await play.settled()


def newest(play: Play, phone_id: str) -> Message:
    """What a phone shows last."""
    return play.world.phone(phone_id).shown()[-1]


async def test_a_photo_is_looked_at_and_passed_on(busy: Play) -> None:
    """The sender is told that it waits; after Look and Pass on the other side gets a new file with no place in it."""
    play = busy
    assert await play.say("sam", "my new room", attachments=("photo",)) == [play.words("held-file")]
    await fetched(play)
    assert play.heard("alex") == []
    assert play.heard("morgan") == [play.words("notice-held-file", name="Sam")]
    await play.press("morgan", play.words("option-look"))
    seen = next(m for m in reversed(play.world.phone("morgan").shown()) if m.attachments)
    assert seen.attachments == ("photo",)
    assert "my new room" in play.world.phone("morgan").received()[-1] + seen.text
    assert play.heard("alex") == []
    play.heard("sam")
    await play.press("morgan", play.words("option-release"))
    assert play.heard("sam") == [play.words("held-released")]
    got = newest(play, "alex")
    assert (got.text, got.attachments, got.file_name) == ("Sam: my new room", ("photo",), "file.jpg")
    sent = sample("photo")
    assert MAKER.encode() in sent
    assert got.data is not None
    assert MAKER.encode() not in got.data
    assert not dict(Image.open(io.BytesIO(got.data)).getexif())
    assert play.recorded("my new room").state == "relayed"


async def test_a_changed_caption_changes_on_the_other_side(busy: Play) -> None:
    """The mentor's copy of the picture changes its words where it stands; when it is gone they come as a text."""
    play = busy
    mine = play.send("sam", "my new rom", attachments=("photo",))
    await fetched(play)
    for option in ("option-look", "option-release"):
        await play.press("morgan", play.words(option))
    copy = newest(play, "alex")
    play.world.edit_from_phone("sam", mine.id, "my new room, ring 07700 900123")
    await play.settled()
    assert (copy.text, copy.edited) == ("Sam: my new room, ring [number removed]", True)
    assert newest(play, "alex") is copy
    copy.deleted = True
    play.world.edit_from_phone("sam", mine.id, "my new room")
    await play.settled()
    assert newest(play, "alex").text == play.words("changed-mentor", "alex", name="Sam", words="my new room")


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "document"])
async def test_each_kind_is_passed_on_clean(sqlite_busy: Play, kind: str) -> None:
    """Photo, voice, video and document come through without the maker that stood in the file and without its name."""
    play = sqlite_busy
    assert MAKER.encode() in sample(kind)
    await play.say("sam", "", attachments=(kind,))
    await fetched(play)
    await play.press("morgan", play.words("option-look"))
    await play.press("morgan", play.words("option-release"))
    got = newest(play, "alex")
    assert (got.text, got.attachments) == (play.words("file-from", name="Sam"), (kind,))
    assert got.data is not None
    assert MAKER.encode() not in got.data
    assert (got.file_name or "").startswith("file.")


async def test_a_photo_that_nobody_looks_at_is_put_before_them_again(sqlite_busy: Play) -> None:
    """After four hours the coordinator is reminded, and the button of the reminder is as good as the first one."""
    play = sqlite_busy
    await play.say("sam", "look", attachments=("photo",))
    await fetched(play)
    play.heard("morgan")
    await play.stage.clock.move_on(timedelta(hours=4))
    await play.stage.shows("morgan", play.words("notice-held-still", name="Sam"))
    for option in ("option-look", "option-release"):
        await play.press("morgan", play.words(option))
    assert newest(play, "alex").text == "Sam: look"


async def test_a_refused_photo_goes_nowhere(sqlite_busy: Play) -> None:
    """A coordinator may refuse without looking; the sender is told, and a later press changes nothing."""
    play = sqlite_busy
    await play.say("sam", "look", attachments=("photo",))
    await fetched(play)
    notice = play.newest("morgan", play.words("option-look"))
    play.heard("sam")
    await play.press("morgan", play.words("option-refuse"))
    assert play.heard("sam") == [play.words("held-refused")]
    play.heard("morgan")
    said = await play.press("morgan", play.words("option-look"), on=notice)
    assert said == [play.words("held-already", name="Morgan")]
    assert play.heard("alex") == []
    assert play.recorded("look").state == "refused"


async def test_a_sticker_goes_at_once(sqlite_busy: Play) -> None:
    """Stickers are allowed: nobody is asked, and as they have no caption the name comes behind them."""
    play = sqlite_busy
    assert await play.say("sam", "", attachments=("sticker",)) == []
    await fetched(play)
    shown = play.world.phone("alex").shown()[-2:]
    assert [message.attachments for message in shown] == [("sticker",), ()]
    assert shown[1].text == play.words("file-from", name="Sam")
    assert play.heard("morgan") == []


async def test_somebody_on_sms_gets_no_file(sqlite_busy: Play) -> None:
    """A photo for somebody on SMS is refused at once; a sticker becomes words."""
    play = sqlite_busy
    words = "Ellie: look"
    assert await play.say("alex", words, attachments=("photo",)) == [play.words("file-not-by-sms")]
    await play.say("alex", "Ellie: x", attachments=("sticker",))
    assert play.heard("ellie") == ["Alex: [sticker: thumbs up sign]"]


async def test_an_mms_is_fetched_with_the_accounts_password_and_held(sqlite_busy: Play) -> None:
    """A picture by MMS is fetched from Twilio, held, and passed on to somebody on Telegram."""
    play = sqlite_busy
    assert await play.say("ellie", "", attachments=("photo",)) == [play.words("held-file")]
    await fetched(play)
    await play.press("morgan", play.words("option-look"))
    await play.press("morgan", play.words("option-release"))
    got = newest(play, "alex")
    assert (got.text, got.attachments) == (play.words("file-from", name="Ellie"), ("photo",))


async def test_an_album_is_one_hold(sqlite_busy: Play) -> None:
    """Three photos of one album: one notice, one look, one press; the sender is told once."""
    play = sqlite_busy
    for words in ("one", "", ""):
        play.send("sam", words, attachments=("photo",), album="album-1")
    await fetched(play)
    assert play.heard("sam") == [play.words("held-file")]
    assert play.heard("morgan") == [play.words("notice-held-file", name="Sam")]
    await play.press("morgan", play.words("option-look"))
    await play.press("morgan", play.words("option-release"))
    photos = [message for message in play.world.phone("alex").shown() if message.attachments]
    assert [message.text for message in photos] == ["Sam: one", *[play.words("file-from", name="Sam")] * 2]
    assert play.heard("sam") == [play.words("held-released")]


async def test_a_crisis_in_a_caption_alerts_at_once(sqlite_busy: Play) -> None:
    """The photo waits; the alarm about its caption doesn't. A number in a caption is taken out when it is released."""
    play = sqlite_busy
    said = await play.say("sam", "i want to kill myself, ring 07700 900123", attachments=("photo",))
    assert said == [play.words("crisis", "sam"), play.words("held-file")]
    assert play.newest("morgan", play.words("option-have-this")).text
    await fetched(play)
    await play.press("morgan", play.words("option-look"))
    await play.press("morgan", play.words("option-release"))
    assert newest(play, "alex").text == "Sam: i want to kill myself, ring [number removed]"


async def test_a_file_that_is_gone(sqlite_busy: Play) -> None:
    """When the provider has the file no longer, the sender is told kindly, and no coordinator is troubled."""
    play = sqlite_busy
    play.world.faults.plan("file", refused(404))
    await play.say("sam", "look", attachments=("photo",))
    await fetched(play)
    assert play.world.phone("sam").received()[-1] == play.words("file-lost")
    assert play.heard("morgan") == []
    assert play.recorded("look").state == "refused"


async def test_a_provider_that_is_down_for_a_moment(sqlite_busy: Play) -> None:
    """After a failure that may pass, the file is fetched again."""
    play = sqlite_busy
    play.world.faults.plan("file", refused(503))
    await play.say("sam", "look", attachments=("photo",))
    await play.settled()
    await fetched(play)
    assert play.heard("morgan") == [play.words("notice-held-file", name="Sam")]


async def test_a_lie_about_the_type(sqlite_busy: Play) -> None:
    """A photo that isn't a picture is not passed on, whatever it is said to be."""
    play = sqlite_busy
    await play.say("sam", "look", attachments=("photo",), data=b"%PDF-1.7 not a picture at all")
    await fetched(play)
    assert play.world.phone("sam").received()[-1] == play.words("file-lost")
