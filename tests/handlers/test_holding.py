"""The hold desk: who may look, that nothing goes unseen, that the first decides, and what the record says of it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from content.programme import MediaPolicy
from handlers import files, hold_desk, screening
from handlers.context import Context
from handlers.errors import Refused
from handlers.events import MediaRef
from handlers.resuming import resume
from storage.audit import read_audit
from storage.ids import MediaId
from storage.media import take_wanted
from storage.outbox.claiming import claim
from storage.people import Role, set_quiet_hours
from tests.handlers.town import OTHER, PROGRAMME, Town

PHOTO: dict[str, Any] = {"attachments": ("photo",), "media": (MediaRef(kind="photo", ref="file-1"),)}
STICKER: dict[str, Any] = {
    "attachments": ("sticker",),
    "media": (MediaRef(kind="sticker", ref="file-2", emoji="\N{THUMBS UP SIGN}"),),
}


def wanted(town: Town) -> list[MediaId]:
    """The files that are to be fetched now."""
    return [one.id for one in town.act(lambda ctx: take_wanted(ctx.tx, ctx.now, ctx.now, 10))]


def fetched(town: Town, mime: str = "image/jpeg") -> None:
    """All wanted files come."""
    for media_id in wanted(town):
        town.act(partial(_come, media_id=media_id, mime=mime))


def _come(ctx: Context, media_id: MediaId, mime: str) -> None:
    files.take_file(ctx, media_id, mime, b"clean")


def _go_missing(ctx: Context, media_id: MediaId) -> None:
    files.lose_file(ctx, media_id, "media:404")


def held_photo(town: Town, text: str = "look", **more: Any) -> int:  # noqa: ANN401 - fields of Inbound
    """Sam sends a photo that is fetched; the number of its message."""
    town.say("Sam", text, **PHOTO, **more)
    fetched(town)
    return town.act(lambda ctx: hold_desk.list_held(ctx)[-1].message.id)


def acts(town: Town, message_id: int) -> list[tuple[str, str]]:
    """What the audit trail says of a message: act and actor."""
    trail = town.act(lambda ctx: read_audit(ctx.tx, subject=f"message:{message_id}"))
    return [(entry.act, entry.actor) for entry in trail]


def test_nothing_is_passed_on_unseen(settled: Town) -> None:
    """Pass on before Look does nothing but say so; after it the words go out filtered, and all of it is noted."""
    number = held_photo(settled, "ring 07700 900456")
    settled.heard("Morgan")
    assert settled.press("Morgan", f"hold:{number}:release") == [settled.words("held-look-first")]
    assert settled.heard("Alex") == []
    assert settled.press("Morgan", f"hold:{number}:look")[-1].endswith("ring 07700 900456")
    settled.heard("Sam")
    done = settled.press("Morgan", f"hold:{number}:release")
    assert done == [settled.words("held-done-release", name="Morgan", sender="Sam")]
    assert settled.heard("Alex") == ["Sam: ring [number removed]"]
    assert settled.heard("Sam") == [
        settled.words("removed-notice", kinds="a phone number"),
        settled.words("held-released"),
    ]
    assert settled.line("ring 07700 900456").state == "changed"
    morgan = f"person:{settled.people['Morgan']}"
    assert acts(settled, number) == [("hold.look", morgan), ("hold.release", morgan)]


def test_the_first_press_decides(settled: Town) -> None:
    """Two coordinators press: the first one's choice holds, the second is told whose it was."""
    settled.join("Robin", Role.COORDINATOR)
    number = held_photo(settled)
    settled.press("Morgan", f"hold:{number}:look")
    settled.press("Robin", f"hold:{number}:look")
    settled.press("Morgan", f"hold:{number}:refuse")
    assert settled.heard("Robin")[-1] == settled.words("held-done-refuse", name="Morgan", sender="Sam")
    assert settled.press("Robin", f"hold:{number}:release") == [settled.words("held-already", name="Morgan")]
    assert settled.heard("Alex") == []


@pytest.mark.parametrize("choice", ["look", "release", "refuse"])
def test_only_coordinators_of_the_programme(quick: Town, choice: str) -> None:
    """One of another programme, the sender, the other side: none of them can do anything with what is held."""
    quick.join("Charlie", Role.COORDINATOR, programme=OTHER)
    number = held_photo(quick)
    assert quick.heard("Charlie") == []
    assert quick.press("Charlie", f"hold:{number}:{choice}") == [quick.words("held-unknown")]
    for name in ("Sam", "Alex"):
        assert quick.press(name, f"hold:{number}:{choice}") == [quick.words("not-allowed")]
    assert quick.line("look").state == "held"
    assert acts(quick, number) == []


def test_a_button_of_nothing(quick: Town) -> None:
    """Numbers of no message, and what isn't a number, are answered and do nothing."""
    for data in ("hold:1:look", "hold:x:look", "hold::", "hold:99999999999999999999:release"):
        assert quick.press("Morgan", data) == [quick.words("held-unknown")]


def test_words_that_the_filter_failed_on(quick: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it still fails they can be refused only; once it works, what it lets through is passed on."""

    def fail(*_: object) -> str:
        raise ValueError

    with monkeypatch.context() as broken:
        broken.setattr(screening, "redact", fail)
        quick.say("Sam", "ring 07700 900456")
        number = quick.act(lambda ctx: hold_desk.list_held(ctx)[0].message.id)
        quick.press("Morgan", f"hold:{number}:look")
        assert quick.press("Morgan", f"hold:{number}:release") == [quick.words("held-filter-fails")]
        assert quick.heard("Alex") == []
    quick.press("Morgan", f"hold:{number}:release")
    assert quick.heard("Alex") == ["Sam: ring [number removed]"]
    line = quick.line("ring 07700 900456")
    assert (line.state, line.delivered) == ("changed", "ring [number removed]")


def test_a_part_of_an_album_that_comes_late_is_looked_at_by_itself(quick: Town) -> None:
    """What came after Look isn't released with the rest: it is announced anew."""
    first = held_photo(quick, "one", album="a")
    quick.press("Morgan", f"hold:{first}:look")
    assert quick.say("Sam", "two", **PHOTO, album="a") == []
    fetched(quick)
    quick.heard("Morgan")
    quick.press("Morgan", f"hold:{first}:release")
    assert quick.heard("Alex") == ["Sam: one"]
    assert quick.line("two").state == "held"


def test_a_file_that_is_still_on_its_way(quick: Town) -> None:
    """Look says that it isn't here yet; for the command line too."""
    quick.say("Sam", "look", **PHOTO)
    number = quick.act(lambda ctx: hold_desk.list_held(ctx)[0].message.id)
    assert quick.press("Morgan", f"hold:{number}:look") == [quick.words("held-not-ready")]

    def show(ctx: Context) -> None:
        hold_desk.look(ctx, number, actor="operator")

    with pytest.raises(Refused, match="still being fetched"):
        quick.act(show)


def test_the_office_decides(quick: Town) -> None:
    """The command line needs a look of its own, and the coordinators read that it was the office."""
    number = held_photo(quick)
    quick.press("Morgan", f"hold:{number}:look")
    with pytest.raises(Refused, match="Look at it first"):
        quick.act(lambda ctx: hold_desk.release(ctx, number, actor="operator"))
    quick.act(lambda ctx: hold_desk.look(ctx, number, actor="operator"))
    quick.heard("Morgan")
    quick.act(lambda ctx: hold_desk.release(ctx, number, actor="operator"))
    office = quick.words("the-office")
    assert quick.heard("Morgan") == [quick.words("held-done-release", name=office, sender="Sam")]
    assert quick.press("Morgan", f"hold:{number}:refuse") == [quick.words("held-already", name=office)]
    with pytest.raises(Refused, match="not held"):
        quick.act(lambda ctx: hold_desk.refuse(ctx, number, actor="operator"))


def test_a_match_that_ended_meanwhile(quick: Town) -> None:
    """What was held is not passed on any more after a STOP of the other side: its sender is told, not that it went."""
    number = held_photo(quick)
    quick.say("Alex", "STOP")
    quick.press("Morgan", f"hold:{number}:look")
    quick.heard("Sam")
    quick.press("Morgan", f"hold:{number}:release")
    assert quick.heard("Sam") == [quick.words("other-not-reachable")]
    assert quick.line("look").state == "refused"


def test_whom_a_photo_is_for_is_asked(quick: Town) -> None:
    """Without a name the photo waits; chosen, it is held, though it was fetched before."""
    quick.say("Alex", "look", **PHOTO)
    fetched(quick)
    assert quick.line("look").state == "waiting"
    sam = next(data for label, data in quick.outbox("Alex")[-1].options if label == "Sam")
    assert quick.words("held-file") in quick.press("Alex", sam)
    assert quick.line("look").state == "held"
    assert quick.heard("Morgan") == [quick.words("notice-held-file", name="Alex")]


def test_what_a_programme_refuses_and_what_is_no_file(quick: Town) -> None:
    """A contact beside a photo, and a kind without a file, are refused as before; nothing is fetched."""
    mixed = {**PHOTO, "attachments": ("photo", "contact")}
    assert quick.say("Sam", "x", **mixed) == [quick.words("cannot-relay-kind")]
    assert quick.say("Sam", "x", attachments=("photo",)) == [quick.words("cannot-relay-kind")]
    assert wanted(quick) == []


def test_a_programme_may_refuse_and_allow(quick: Town) -> None:
    """What a programme's table says is done: photos that are allowed go at once, voices that are refused don't."""
    programme = quick.content.programmes[PROGRAMME]
    policy = MediaPolicy(photo="allow", voice="refuse")
    changed = programme.model_copy(update={"media": policy})
    quick.content = replace(quick.content, programmes={PROGRAMME: changed})
    assert quick.say("Sam", "look", **PHOTO) == []
    fetched(quick)
    assert quick.heard("Alex") == ["Sam: look"]
    assert quick.line("look").state == "relayed"
    voice = {"attachments": ("voice",), "media": (MediaRef(kind="voice", ref="v"),)}
    assert quick.say("Sam", "", **voice) == [quick.words("cannot-relay-kind")]
    assert quick.heard("Morgan") == []


def test_a_long_caption_goes_behind_its_file(quick: Town) -> None:
    """More than 1024 units can't be a caption: the file goes first, then the words."""
    number = held_photo(quick, "a" * 1100)
    quick.press("Morgan", f"hold:{number}:look")
    quick.press("Morgan", f"hold:{number}:release")
    assert quick.heard("Alex") == ["", "Sam: " + "a" * 1100]


def test_a_sticker_without_emoji_for_a_text_telephone(quick: Town) -> None:
    """A sticker that stands for nothing can't be said in words: it is refused at once; one that does is said."""
    bare = {**STICKER, "media": (MediaRef(kind="sticker", ref="file-3"),)}
    assert quick.say("Alex", "Ellie: x", **bare) == [quick.words("file-not-by-sms")]
    quick.say("Alex", "Ellie: x", **STICKER)
    assert quick.heard("Ellie") == ["Alex: [sticker: thumbs up sign]"]
    assert wanted(quick) == []


def test_a_lost_file_is_told_once_for_an_album(quick: Town) -> None:
    """Two lost parts of an album are one piece of bad news, and a file that is settled is not settled again."""
    for _ in range(2):
        quick.say("Sam", "look", **PHOTO, album="a")
    quick.heard("Sam")
    lost = wanted(quick)
    for media_id in lost:
        quick.act(partial(_go_missing, media_id=media_id))
    assert quick.heard("Sam") == [quick.words("file-lost")]
    quick.act(lambda ctx: files.take_file(ctx, lost[0], "image/jpeg", b"late"))
    quick.act(lambda ctx: files.lose_file(ctx, lost[0], "late"))
    assert quick.heard("Sam") == []
    assert quick.heard("Morgan") == []


def test_what_was_changed_after_the_look_is_looked_at_again(settled: Town) -> None:
    """A caption that is changed behind the coordinator's back isn't passed on unseen; the newest one goes."""
    number = held_photo(settled, "look", message_ref="m1")
    settled.press("Morgan", f"hold:{number}:look")
    settled.clock.move(timedelta(seconds=1))
    settled.say("Sam", "not that", message_ref="m1", edited=True, **PHOTO)
    assert settled.press("Morgan", f"hold:{number}:release") == [settled.words("held-look-first")]
    settled.clock.move(timedelta(seconds=1))
    assert settled.press("Morgan", f"hold:{number}:look")[-1].endswith("not that")
    settled.press("Morgan", f"hold:{number}:release")
    assert settled.heard("Alex") == ["Sam: not that"]


def test_what_is_let_go_at_night_waits_for_the_morning(settled: Town) -> None:
    """The quiet hours hold for files too: their sender learns that they go later, and in the morning they go."""
    number = held_photo(settled)
    settled.act(lambda ctx: set_quiet_hours(ctx.tx, settled.people["Alex"], "22:00-07:00"))
    settled.clock.move(timedelta(hours=14))
    settled.press("Morgan", f"hold:{number}:look")
    settled.heard("Sam")
    settled.press("Morgan", f"hold:{number}:release")
    assert settled.heard("Sam")[-1] == settled.words("held-later")
    assert settled.heard("Alex") == []
    settled.clock.move(timedelta(hours=9))
    match_id = settled.line("look").match_id or 0
    settled.act(lambda ctx: resume(ctx, match_id))
    assert settled.heard("Alex") == ["Sam: look"]
    claimed = settled.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 100))
    assert [one.media_id is not None for one in claimed if one.text == "Sam: look"] == [True]
