"""Somebody whom the service doesn't know: one neutral answer a day, words scanned and kept, coordinators told."""

from datetime import timedelta

import pytest

from handlers.events import Channel
from tests.journeys.play import Play


@pytest.mark.parametrize("channel", [Channel.TELEGRAM, Channel.SMS])
async def test_a_stranger_is_answered_once_a_day_and_learns_nothing(busy: Play, channel: Channel) -> None:
    """The answer names nobody; a day later it comes again; each message is in the record."""
    busy.phone("stranger", channel)
    assert await busy.say("stranger", "is that sam's number?") == [busy.words("stranger")]
    assert busy.heard("morgan") == [busy.words("notice-stranger", "morgan")]
    assert await busy.say("stranger", "hello??") == []
    assert busy.heard("morgan") == []
    await busy.stage.clock.move_on(timedelta(hours=25))
    assert await busy.say("stranger", "me again") == [busy.words("stranger")]
    kept = [line for line in busy.transcript() if line.side == "stranger" and line.kind == "stranger"]
    words = [line.original for line in kept if line.who == "stranger"]
    assert words == ["is that sam's number?", "hello??", "me again"]


async def test_a_strangers_serious_words_raise_an_alarm(busy: Play) -> None:
    """Words are scanned whoever sent them; the alarm says that it is nobody who is known."""
    busy.phone("stranger", Channel.SMS)
    await busy.say("stranger", "my dad hits me")
    [alarm, notice] = sorted(busy.heard("morgan"))
    assert notice == busy.words("notice-stranger", "morgan")
    assert busy.words("category-abuse_physical") in alarm
    assert busy.words("side-stranger") in alarm
    assert "hits" not in alarm


async def test_a_strangers_commands_do_nothing(sqlite_busy: Play) -> None:
    """Neither help nor the agreement nor an acknowledgement is for strangers."""
    play = sqlite_busy
    await play.say("sam", "i want to die")
    play.heard("morgan")
    play.phone("stranger", Channel.TELEGRAM)
    assert await play.say("stranger", "/have 1") == [play.words("stranger")]
    for words in ("/about", "/help", "/to Sam hi", "HAVE 1", "YES", "1"):
        assert await play.say("stranger", words) == []
    assert play.heard("sam")[1:] == []
    assert play.heard("morgan") == [play.words("notice-stranger", "morgan")]


async def test_pictures_of_strangers_are_noted(sqlite_busy: Play) -> None:
    """What came with the words stands in the record."""
    play = sqlite_busy
    play.phone("stranger", Channel.TELEGRAM)
    await play.say("stranger", "look", attachments=("photo",))
    assert play.recorded("look").attachments == "photo"
