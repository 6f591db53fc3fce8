"""Cases through the real adapters: words shown and gone again, alarms while a provider is away, a pair that is held."""

from datetime import timedelta

from bot.sandbox.faults import Fault
from handlers.matching import change_match
from tests.journeys.play import Play

SERIOUS = "i want to die"


def alarms(play: Play) -> list[str]:
    """The alarms on the coordinator's phone."""
    return [text for text in play.heard("morgan") if "Alert 1:" in text]


def shown(play: Play) -> list[str]:
    """What stands on the coordinator's phone with the words in it."""
    return [message.text for message in play.world.phone("morgan").shown() if SERIOUS in message.text]


async def test_words_are_gone_after_a_restart(busy: Play) -> None:
    """Words that a coordinator had shown are on the phone, and gone ten minutes later, after a restart."""
    await busy.say("sam", SERIOUS)
    await busy.press("morgan", busy.words("option-show-words", "morgan"))
    assert len(shown(busy)) == 1
    await busy.stage.stop()
    await busy.stage.start()
    await busy.stage.clock.move_on(timedelta(minutes=11))
    await busy.settled()
    assert shown(busy) == []
    assert [call.method for call in busy.world.calls if "delete" in call.method.lower()][-1] == "deleteMessage"


async def test_an_alarm_during_an_outage(sqlite_busy: Play) -> None:
    """While Telegram refuses everything the alarm waits, and comes as soon as it answers again."""
    play = sqlite_busy
    play.world.faults.plan("sendMessage", Fault(status=502), address=play.world.phone("morgan").address)
    await play.say("sam", SERIOUS)
    await play.stage.clock.move_on(timedelta(minutes=2))
    await play.settled()
    assert len(alarms(play)) == 1


async def test_a_mentors_and_a_mentees_words_are_one_case(sqlite_busy: Play) -> None:
    """What both of a pair say of the same thing within minutes is one case with one alarm."""
    play = sqlite_busy
    await play.say("kim", SERIOUS)
    await play.say("jo", SERIOUS)
    heard = play.heard("morgan")
    assert [text for text in heard if "Alert" in text] == heard[:1]
    assert heard[1:] == [play.words("case-grew", "morgan", case="1")]


async def test_a_paused_pair_joins_too(sqlite_busy: Play) -> None:
    """In a break nothing is passed on; what comes belongs to the case of before."""
    play = sqlite_busy
    await play.say("sam", SERIOUS)
    play.act(lambda ctx: change_match(ctx, 1, "pause", actor="test"))
    await play.say("sam", SERIOUS)
    heard = play.heard("morgan")
    assert len([text for text in heard if "Alert" in text]) == 1
    assert play.words("case-grew", "morgan", case="1") in heard


async def test_a_pair_is_held_and_free_again(sqlite_busy: Play) -> None:
    """Both are told; what comes waits for the look; the button that ended it says so on both phones."""
    play = sqlite_busy
    await play.say("sam", SERIOUS)
    play.heard("alex")
    await play.press("morgan", play.words("option-hold-pair", "morgan"))
    assert play.heard("alex") == [play.words("pair-held", "alex")]
    assert play.words("pair-held", "sam") in play.heard("sam")
    assert await play.say("sam", "see you at four") == [play.words("held-notice", "sam")]
    assert play.heard("alex") == []
    await play.press("morgan", play.words("option-look", "morgan"))
    await play.press("morgan", play.words("option-release", "morgan"))
    assert "see you at four" in " ".join(play.heard("alex"))
    await play.say("morgan", "/case 1")
    await play.press("morgan", play.words("option-free-pair", "morgan"))
    assert play.heard("alex") == [play.words("pair-free", "alex")]
    await play.say("sam", "hello")
    assert "hello" in " ".join(play.heard("alex"))
