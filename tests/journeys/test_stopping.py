"""STOP and START: one word on either channel, answered once, never passed on; and nothing goes to who has stopped."""

import asyncio
from datetime import timedelta

import pytest

from bot.sandbox.faults import Fault, refused
from tests.journeys.play import Play


@pytest.mark.parametrize("phone_id", ["sam", "ellie"])
async def test_stop_and_start(busy: Play, phone_id: str) -> None:
    """STOP is answered once and ends everything; the mentor reads a neutral line; START brings it all back."""
    name = phone_id.title()
    assert await busy.say(phone_id, "STOP") == [busy.words("stopped", phone_id)]
    assert busy.heard("morgan") == [busy.words("notice-stopped", "morgan", name=name)]
    assert busy.heard("alex") == []
    assert await busy.say(phone_id, "stop") == []
    assert await busy.say("alex", f"{name}: how are you?") == [busy.words("other-not-reachable", "alex")]
    assert busy.heard(phone_id) == []
    assert await busy.say(phone_id, "Start") == [busy.words("started", phone_id)]
    assert busy.words("notice-started", "morgan", name=name) in busy.heard("morgan")
    await busy.say("alex", f"{name}: welcome back")
    assert busy.heard(phone_id) == [busy.words("relay-mentee", phone_id, name="Alex", words="welcome back")]
    # What was written meanwhile is not delivered late.
    assert not any("how are you" in text for text in busy.world.phone(phone_id).received())


async def test_the_word_counts_in_any_writing(sqlite_busy: Play) -> None:
    """Any case, with blanks or a full stop."""
    play = sqlite_busy
    for word in ("stop", "StOp", " STOP ", "Stop.", "/stop"):
        assert await play.say("sam", word) == [play.words("stopped", "sam")]
        assert await play.say("sam", "START") == [play.words("started", "sam")]
    assert play.heard("alex") == []


async def test_inside_a_sentence_it_is_just_a_word(sqlite_busy: Play) -> None:
    """Near misses are relayed like any words."""
    play = sqlite_busy
    for words in ("please stop it", "stop it!!", "don't stop", "stop stop", "unstoppable", "stop?"):
        assert await play.say("sam", words) == []
        assert play.heard("alex") == [play.words("relay-mentor", "alex", name="Sam", words=words)]


async def test_words_after_stop_are_kept_and_who_wrote_them_learns_how_to_come_back(sqlite_busy: Play) -> None:
    """Nobody gets them; a serious phrase among them still raises the alarm."""
    play = sqlite_busy
    await play.say("sam", "STOP")
    play.heard("morgan")
    assert play.words("stopped-still", "sam") in await play.say("sam", "i want to die")
    assert play.heard("alex") == []
    [alarm] = play.heard("morgan")
    assert play.words("category-suicide") in alarm
    assert play.recorded("i want to die").state == "kept"


async def test_an_answer_by_the_provider_is_not_repeated(sqlite_busy: Play) -> None:
    """Where the provider itself answers STOP and START (OptOutType), the service adds nothing."""
    play = sqlite_busy
    play.world.twilio.handles_opt_out = True
    assert len(await play.say("ellie", "STOP")) == 1
    assert play.heard("morgan") == [play.words("notice-stopped", "morgan", name="Ellie")]
    creates = [call for call in play.world.calls if call.method == "Messages.create"]
    await play.say("alex", "Ellie: hello?")
    assert [call for call in play.world.calls if call.method == "Messages.create"] == creates
    assert len(await play.say("ellie", "START")) == 1
    await play.say("alex", "Ellie: hello again")
    assert play.heard("ellie") == [play.words("relay-mentee", "ellie", name="Alex", words="hello again")]


async def test_words_that_waited_for_who_stops_are_not_sent_and_their_sender_learns_it(patient: Play) -> None:
    """A message in back-off when STOP comes is dropped; its sender and the coordinators are told."""
    play = patient
    play.world.faults.plan("sendMessage", refused(500), address=play.world.phone("sam").address)
    await play.say("alex", "Sam: are you coming?")
    await play.say("sam", "STOP")
    await play.stage.clock.move_on(timedelta(hours=1))
    await play.settled()
    assert not any("are you coming" in text for text in play.world.phone("sam").received())
    assert play.words("not-delivered", "alex") in play.heard("alex")
    [delivery] = play.recorded("Sam: are you coming?").deliveries
    assert delivery.state == "failed"


async def test_a_try_that_fails_after_stop_is_not_repeated(sqlite_busy: Play) -> None:
    """A message that is on its way when STOP comes, and fails, is not tried again."""
    play = sqlite_busy
    release = asyncio.Event()
    held_then_failed = Fault(release=release, status=500)
    play.world.faults.plan("sendMessage", held_then_failed, address=play.world.phone("sam").address)
    play.send("alex", "Sam: are you coming?")
    await play.world.changes.until(lambda: play.world.calls and play.world.calls[-1].text.endswith("coming?"))
    play.send("sam", "STOP")
    await play.stage.shows("morgan", play.words("notice-stopped", "morgan", name="Sam"))
    release.set()
    await play.stage.shows("sam", play.words("stopped", "sam"))
    await play.stage.clock.move_on(timedelta(hours=1))
    await play.settled()
    assert not any("are you coming" in text for text in play.world.phone("sam").received())
    assert play.words("not-delivered", "alex") in play.heard("alex")


async def test_a_mentor_can_stop_too(sqlite_busy: Play) -> None:
    """The mentee who writes to a mentor who has stopped reads a neutral line, and the coordinators learn it."""
    play = sqlite_busy
    assert await play.say("jo", "STOP") == [play.words("stopped", "jo")]
    play.heard("morgan")
    assert await play.say("kim", "hi jo") == [play.words("other-not-reachable", "kim")]
    assert play.heard("morgan") == [play.words("notice-not-delivered", "morgan", name="Jo")]


async def test_an_only_coordinator_still_gets_alarms_after_stop(sqlite_busy: Play) -> None:
    """STOP takes no coordinator off duty: alarms must reach somebody."""
    play = sqlite_busy
    assert await play.say("morgan", "STOP") == [play.words("stop-coordinator", "morgan")]
    await play.say("sam", "i want to die")
    assert any(play.words("category-suicide") in text for text in play.heard("morgan"))
