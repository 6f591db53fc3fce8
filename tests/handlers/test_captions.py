"""Changed captions: the words below a file change where they stand, and nothing goes unseen or unscreened."""

from datetime import timedelta
from typing import Any

import pytest

from handlers import hold_desk, screening
from handlers.context import Context
from handlers.resuming import resume
from storage.outbox.claiming import Claimed, claim
from storage.outbox.outcomes import note_sent
from storage.people import set_quiet_hours
from tests.handlers.test_holding import PHOTO, STICKER, fetched, held_photo
from tests.handlers.town import Town


def _released(town: Town, words: str, **more: Any) -> str:  # noqa: ANN401 - fields of Inbound
    """Sam's photo with this caption was looked at and delivered; what its last part is called in Alex's chat."""
    number = held_photo(town, words, message_ref="m1", **more)
    for choice in ("look", "release"):
        town.press("Morgan", f"hold:{number}:{choice}")
    town.deliver()
    town.heard("Alex")
    town.heard("Sam")
    return f"out-{town.outbox('Alex')[-1].id}"


def _change(town: Town, words: str, **more: Any) -> list[str]:  # noqa: ANN401 - fields of Inbound
    return town.say("Sam", words, message_ref="m1", edited=True, **(PHOTO | more))


def _claimed(town: Town) -> Claimed:
    """What goes to Alex now; the provider takes it, and all else."""

    def take(ctx: Context) -> list[Claimed]:
        taken = claim(ctx.tx, "test", ctx.now, 100)
        for one in taken:
            note_sent(ctx.tx, one.id, f"out-{one.id}", ctx.now)
        return taken

    (own,) = [one for one in town.act(take) if one.address == town.addresses["Alex"][1]]
    return own


def test_a_changed_caption_changes_the_caption(settled: Town) -> None:
    """The other side's caption changes where it stands; no coordinator is asked again, and its sender hears nothing."""
    ref = _released(settled, "look")
    settled.heard("Morgan")
    assert _change(settled, "look here") == []
    change = _claimed(settled)
    assert (change.text, change.edits_ref, change.edits_caption) == ("Sam: look here", ref, True)
    assert change.otherwise == settled.words("changed-mentor", "Alex", name="Sam", words="look here")
    assert change.media_id is None
    assert settled.heard("Morgan") == []
    line = settled.line("look here")
    assert (line.state, line.attachments) == ("relayed", "edit photo")


def test_a_changed_text_is_no_caption(quick: Town) -> None:
    """The change of a text is a change of a text."""
    quick.say("Sam", "look", message_ref="m1")
    quick.deliver()
    _change(quick, "look here", attachments=(), media=())
    assert not _claimed(quick).edits_caption


def test_a_caption_that_adds_a_number(settled: Town) -> None:
    """A changed caption is filtered and scanned like any words."""
    _released(settled, "look")
    told = _change(settled, "i want to die, ring 07700 900456")
    assert settled.words("removed-notice", kinds="a phone number") in told
    assert len(settled.cases()) == 1
    assert _claimed(settled).text == "Sam: i want to die, ring [number removed]"


def test_a_caption_comes_and_goes(quick: Town) -> None:
    """A file without words gets a caption, and one with words loses it: the sender's name stays there."""
    ref = _released(quick, "")
    _change(quick, "look")
    change = _claimed(quick)
    assert (change.text, change.edits_ref) == ("Sam: look", ref)
    assert _change(quick, "") == []
    assert quick.heard("Alex")[-1] == quick.words("file-from", name="Sam")
    assert quick.line("look").state == "relayed"


def test_words_behind_their_file(quick: Town) -> None:
    """Words that were too long for a caption went as a text: that is what is changed; it can't be made empty."""
    ref = _released(quick, "x" * 1100)
    _change(quick, "short")
    change = _claimed(quick)
    assert (change.text, change.edits_ref, change.edits_caption) == ("Sam: short", ref, False)
    assert _change(quick, "") == [quick.words("edited-to-nothing")]


@pytest.mark.parametrize(("before", "after"), [("look", "x" * 1100), ("x" * 5000, "look")])
def test_a_caption_that_cannot_be_changed_in_place(quick: Town, before: str, after: str) -> None:
    """More than a caption holds, or words that went in parts: the new version goes as a text with a mark."""
    _released(quick, before)
    _change(quick, after)
    change = _claimed(quick)
    assert change.text == quick.words("changed-mentor", "Alex", name="Sam", words=after)
    assert change.edits_ref is None
    # And that text is what a further version changes.
    _change(quick, "again")
    again = _claimed(quick)
    assert (again.text, again.edits_caption) == ("Sam: again", False)
    assert again.edits_ref is not None


def test_the_line_below_a_sticker_stays_what_it_is(quick: Town) -> None:
    """A sticker has no words that could be changed: the line behind it is the service's."""
    quick.say("Sam", "", message_ref="m1", **STICKER)
    fetched(quick, "image/webp")
    quick.deliver()
    assert _change(quick, "", **STICKER) == []
    assert quick.line("").state == "kept"


def test_a_caption_changed_while_the_file_waits_goes_with_it(settled: Town) -> None:
    """What is let go carries its newest caption, and a change after that changes it there."""
    number = held_photo(settled, "one", message_ref="m1")
    _change(settled, "two")
    settled.clock.move(timedelta(seconds=1))
    settled.press("Morgan", f"hold:{number}:look")
    settled.press("Morgan", f"hold:{number}:release")
    assert settled.heard("Alex") == ["Sam: two"]
    settled.deliver()
    _change(settled, "three")
    assert _claimed(settled).edits_caption


def test_a_change_before_the_file_has_gone(quick: Town) -> None:
    """The change waits behind the file in the same queue."""
    number = held_photo(quick, "one", message_ref="m1")
    quick.press("Morgan", f"hold:{number}:look")
    quick.press("Morgan", f"hold:{number}:release")
    _change(quick, "two")
    assert _claimed(quick).media_id is not None


def test_a_caption_changed_at_night_changes_in_the_morning(settled: Town) -> None:
    """It waits for the hours like words, and then changes the caption instead of coming as one more message."""
    ref = _released(settled, "look")
    settled.act(lambda ctx: set_quiet_hours(ctx.tx, settled.people["Alex"], "22:00-07:00"))
    settled.clock.move(timedelta(hours=14))
    _change(settled, "")
    assert settled.heard("Alex") == []
    settled.clock.move(timedelta(hours=9))
    match_id = settled.line("look").match_id or 0
    settled.act(lambda ctx: resume(ctx, match_id))
    change = _claimed(settled)
    assert (change.text, change.edits_ref) == (settled.words("file-from", name="Sam"), ref)


def test_a_caption_that_the_filter_failed_on(settled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is held; when a coordinator lets it go it changes the caption, and doesn't come as one more message."""
    ref = _released(settled, "look")
    with monkeypatch.context() as broken:
        broken.setattr(screening, "redact", lambda *_: 1 / 0)
        assert _change(settled, "look here") == [settled.words("held-notice")]
    number = settled.act(lambda ctx: hold_desk.list_held(ctx)[-1].message.id)
    for choice in ("look", "release"):
        settled.press("Morgan", f"hold:{number}:{choice}")
    change = _claimed(settled)
    assert (change.text, change.edits_ref, change.edits_caption) == ("Sam: look here", ref, True)
