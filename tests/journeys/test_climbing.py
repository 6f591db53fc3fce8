"""The ladder through the real adapters: across a restart, and while Telegram is out."""

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
