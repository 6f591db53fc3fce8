"""Alarms: serious words reach the coordinators at once, whoever wrote them and wherever, until somebody has them."""

import asyncio
from datetime import timedelta

import pytest

from bot.sandbox.faults import held
from content import contact_details, safeguarding
from handlers import screening
from handlers.events import Channel
from handlers.matching import change_match
from storage.matches import MatchState, get_match
from storage.people import AgeBand, Role
from tests.journeys.play import Play

SERIOUS = "i want to die"


def alarms(play: Play, phone_id: str = "morgan") -> list[str]:
    """What was heard on a coordinator's phone about alarms."""
    return [text for text in play.heard(phone_id) if "alert" in text.lower()]


async def test_from_alarm_to_acknowledgement(busy: Play) -> None:
    """At once; again after five minutes; not after the button; the words are in no alarm; the mentee gets help."""
    busy.join("robin", Role.COORDINATOR, Channel.SMS)
    await busy.settled()
    busy.heard("robin")
    busy.heard("morgan")
    assert await busy.say("sam", SERIOUS) == [busy.words("crisis", "sam")]
    [first], [by_text] = alarms(busy), alarms(busy, "robin")
    assert busy.words("category-suicide") in first
    assert by_text == busy.words("alert-sms", "robin", case="1", severity=busy.words("severity-immediate"))
    assert SERIOUS not in first + by_text
    assert busy.heard("alex") == [busy.words("relay-mentor", "alex", name="Sam", words=SERIOUS)]
    await busy.stage.clock.move_on(timedelta(minutes=4))
    await busy.settled()
    assert alarms(busy) == []
    await busy.stage.clock.move_on(timedelta(minutes=1, seconds=1))
    await busy.settled()
    assert alarms(busy) == [busy.words("alert-repeat", "morgan", case="1")]
    told = busy.words("alert-acknowledged", "morgan", name="Morgan", case="1")
    assert await busy.press("morgan", "I have this") == [told]
    assert busy.heard("robin")[-1] == told
    await busy.stage.clock.move_on(timedelta(hours=2))
    await busy.settled()
    assert (alarms(busy), alarms(busy, "robin")) == ([], [])
    assert busy.recorded(SERIOUS).cases == [1]


async def test_a_text_says_who_has_it(busy: Play) -> None:
    """HAVE 1 by SMS acknowledges; the second one who tries learns who has it."""
    busy.join("robin", Role.COORDINATOR, Channel.SMS)
    await busy.say("sam", SERIOUS)
    for phone_id in ("robin", "morgan"):
        busy.heard(phone_id)
    assert await busy.say("robin", "have 1") == [busy.words("alert-acknowledged", "robin", name="Robin", case="1")]
    assert busy.heard("morgan") == [busy.words("alert-acknowledged", "morgan", name="Robin", case="1")]
    already = busy.words("alert-already", "morgan", name="Robin", case="1")
    assert await busy.press("morgan", "I have this") == [already]


async def test_an_alarm_that_is_not_there(sqlite_busy: Play) -> None:
    """A wrong number, however large, gets a sentence."""
    for answer in ("HAVE 12", "have 999999999999999999", f"/have {'9' * 5000}", "/have x", "/have"):
        assert await sqlite_busy.say("morgan", answer) == [sqlite_busy.words("alert-unknown", "morgan")]


async def test_only_coordinators_have_alarms(sqlite_busy: Play) -> None:
    """A mentor or mentee can't acknowledge one."""
    play = sqlite_busy
    await play.say("sam", SERIOUS)
    for words in ("/have 1", "HAVE 1"):
        await play.say("kim", words)
        await play.say("alex", words)
    await play.stage.clock.move_on(timedelta(minutes=6))
    await play.settled()
    assert play.words("alert-repeat", "morgan", case="1") in play.heard("morgan")


async def test_a_mentors_words_raise_it_too(sqlite_busy: Play) -> None:
    """The alarm says that a mentor wrote them, who gets the numbers, without the helpline of children."""
    play = sqlite_busy
    assert await play.say("jo", SERIOUS) == [play.words("crisis-grown", "jo")]
    [alarm] = alarms(play)
    assert play.words("reference-mentor", number=str(play.people["jo"])) in alarm


async def test_words_in_a_paused_match_raise_it(sqlite_busy: Play) -> None:
    """Nothing is passed on in a break, but everything is scanned."""
    play = sqlite_busy
    play.act(lambda ctx: change_match(ctx, 1, "pause", actor="test"))
    await play.say("sam", SERIOUS)
    assert len(alarms(play)) == 1
    assert not any(SERIOUS in text for text in play.heard("alex"))


async def test_words_before_joining_raise_it(sqlite_busy: Play) -> None:
    """Somebody who was invited and has not agreed yet is scanned and helped as well."""
    play = sqlite_busy
    play.add("zoe", Role.MENTEE, Channel.SMS, age_band=AgeBand.FROM_13_TO_16)
    play.invite("zoe")
    heard = await play.say("zoe", SERIOUS)
    assert play.words("crisis", "zoe") in heard
    assert len(alarms(play)) == 1


async def test_a_caption_raises_it(sqlite_busy: Play) -> None:
    """Words under a picture are words."""
    play = sqlite_busy
    await play.say("sam", SERIOUS, attachments=("photo",))
    assert len(alarms(play)) == 1


async def test_an_edit_raises_it(sqlite_busy: Play) -> None:
    """Words that replace harmless ones are scanned; the other side sees the change."""
    play = sqlite_busy
    message = play.send("sam", "hello")
    await play.settled()
    play.heard("alex")
    play.world.edit_from_phone("sam", message.id, SERIOUS)
    await play.settled()
    assert len(alarms(play)) == 1
    assert play.world.phone("alex").received()[-1] == play.words("relay-mentor", "alex", name="Sam", words=SERIOUS)


async def test_an_answer_raises_it(sqlite_busy: Play) -> None:
    """Words where the service asked something are scanned like any others; a question is still to be answered."""
    play = sqlite_busy
    play.join("zoe", Role.MENTEE, Channel.SMS)
    match_id = play.propose("jo", "zoe")
    await play.settled()
    await play.say("jo", "Yes")
    play.heard("morgan")
    asked = play.heard("zoe")
    assert any("Jo" in text for text in asked)
    assert play.words("crisis", "zoe") in await play.say("zoe", "no. i want to die")
    assert len(alarms(play)) == 1
    assert play.act(lambda ctx: get_match(ctx.tx, match_id).state) is MatchState.PROPOSED


async def test_words_that_wait_for_an_addressee_raise_it_at_once(sqlite_busy: Play) -> None:
    """A mentor's serious words don't wait for the choice of a button."""
    play = sqlite_busy
    await play.say("alex", SERIOUS)
    assert len(alarms(play)) == 1


async def test_who_writes_again_and_again_gets_the_helplines_once(sqlite_busy: Play) -> None:
    """Messages close together are one case with one alarm; the helplines come again only after half an hour."""
    play = sqlite_busy
    assert await play.say("sam", SERIOUS) == [play.words("crisis", "sam")]
    assert await play.say("sam", "i really want to die") == []
    assert len(alarms(play)) == 1
    await play.stage.clock.move_on(timedelta(minutes=31))
    assert await play.say("sam", SERIOUS) == [play.words("crisis", "sam")]


async def test_the_alarm_overtakes_what_waits_for_the_coordinator(sqlite_busy: Play) -> None:
    """An alarm goes before ordinary messages that were decided earlier."""
    play = sqlite_busy
    release = asyncio.Event()
    play.world.faults.plan("sendMessage", held(release), address=play.world.phone("morgan").address)
    for words in ("/help", "/about", "/help"):
        play.send("morgan", words)
    await play.until(lambda _: play.world.calls and play.world.calls[-1].text.startswith("HAVE"))
    play.send("sam", SERIOUS)
    await play.stage.shows("sam", play.words("crisis", "sam"))
    release.set()
    await play.settled()
    heard = play.heard("morgan")
    assert "Alert 1" in heard[1]
    assert len(heard) == 4


async def test_a_scan_that_fails_counts_as_a_hit(busy: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that could not be scanned are passed on, and a coordinator is to read them."""

    def fail(*_: object) -> None:
        raise RuntimeError("planned")

    monkeypatch.setattr(screening, safeguarding.find_safeguarding.__name__, fail)
    await busy.say("sam", "what a nice day")
    [alarm] = alarms(busy)
    assert busy.words("category-scan_failed") in alarm
    assert busy.heard("alex") == [busy.words("relay-mentor", "alex", name="Sam", words="what a nice day")]


async def test_a_filter_that_fails_holds_the_words(busy: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that could not be filtered are held: their sender and the coordinators learn it, nobody else gets them."""

    def fail(*_: object) -> None:
        raise RuntimeError("planned")

    monkeypatch.setattr(screening, contact_details.find_contact_details.__name__, fail)
    assert await busy.say("sam", "what a nice day") == [busy.words("held-notice", "sam")]
    assert busy.heard("alex") == []
    assert busy.heard("morgan") == [busy.words("notice-held", "morgan", name="Sam")]
    assert busy.recorded("what a nice day").state == "held"


async def test_a_coordinators_own_words_go_to_the_others(sqlite_busy: Play) -> None:
    """A coordinator isn't alarmed about their own words; another one is."""
    play = sqlite_busy
    play.join("robin", Role.COORDINATOR, Channel.TELEGRAM)
    await play.settled()
    play.heard("robin")
    await play.say("morgan", SERIOUS)
    assert len(alarms(play, "robin")) == 1
    assert not any("category" in text or "Alert 1:" in text for text in play.heard("morgan"))
