"""The ladder through the real adapters: across a restart, and while Telegram is out."""

from datetime import timedelta

from bot.sandbox.faults import refused
from handlers.events import Channel
from storage.people import Role
from tests.journeys.play import Play
from tests.journeys.test_alarms import SERIOUS, alarms


async def test_telegram_is_out(sqlite_busy: Play) -> None:
    """While Telegram takes nothing, the coordinator with a number is texted."""
    play = sqlite_busy
    play.join("robin", Role.COORDINATOR, Channel.SMS)
    play.heard("robin")
    for _ in range(30):
        play.world.faults.plan("sendMessage", refused(502), address=play.world.phone("morgan").address)
    play.send("sam", SERIOUS)
    await play.until(lambda _: any("HAVE 1" in text for text in alarms(play, "robin")) or None)
    assert alarms(play) == []


async def test_the_texts_are_out(patient: Play) -> None:
    """While Twilio takes nothing the alert by SMS waits, and comes once; who is on Telegram has it at once."""
    play = patient
    play.join("robin", Role.COORDINATOR, Channel.SMS)
    await play.settled()
    play.heard("robin")
    play.world.faults.plan("Messages.create", refused(503), address=play.world.phone("robin").address, times=2)
    await play.say("sam", SERIOUS)
    assert len(alarms(play)) == 1
    assert play.heard("robin") == []
    for _ in range(3):
        await play.stage.clock.move_on(timedelta(seconds=30))
        await play.settled()
    assert play.heard("robin") == [
        play.words("alert-sms", "robin", case="1", severity=play.words("severity-immediate"))
    ]


async def test_across_a_restart(sqlite_busy: Play) -> None:
    """Nobody answers: the ladder climbs on after a restart, until somebody has the alert."""
    play = sqlite_busy
    await play.say("sam", SERIOUS)
    assert len(alarms(play)) == 1
    await play.stage.stop()
    await play.stage.start()
    await play.stage.clock.move_on(timedelta(minutes=5, seconds=1))
    await play.settled()
    assert alarms(play) == [play.words("alert-repeat", "morgan", case="1")]
    await play.press("morgan", "I have this")
    await play.stage.clock.move_on(timedelta(hours=1))
    await play.settled()
    assert alarms(play) == []
