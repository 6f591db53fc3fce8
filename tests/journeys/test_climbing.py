"""The ladder through the real adapters: across restarts, another rota, a change of the clocks, and an outage."""

from datetime import UTC, date, datetime, timedelta

from bot.sandbox.faults import refused
from handlers.events import Channel
from storage.cases import list_cases
from storage.duties import Duty, DutyKind, NewDuty, add_duty, remove_duty
from storage.people import Role
from tests.journeys.play import PROGRAMME, Play
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


def _duty(play: Play, phone_id: str, kind: DutyKind, hours: str = "") -> Duty:
    """Put a coordinator on the rota, as the command line does."""
    day = play.stage.clock.now().date() - timedelta(days=1)
    new = NewDuty(programme=PROGRAMME, person_id=play.people[phone_id], kind=kind, hours=hours, from_day=day)
    return play.act(lambda ctx: add_duty(ctx.tx, new))


async def _called(play: Play, *, after: timedelta = timedelta()) -> set[str]:
    """So much later: whose phones of the coordinators an alarm came to."""
    if after:
        await play.stage.clock.move_on(after)
    await play.settled()
    return {phone_id for phone_id in ("morgan", "robin", "lee") if phone_id in play.people and alarms(play, phone_id)}


async def _begin_anew(play: Play) -> None:
    await play.stage.stop()
    await play.stage.start()


async def test_nobody_answers(busy: Play) -> None:
    """From who is on call to all, to the duty by SMS, to all again without an end; each rung after a restart."""
    busy.join("robin", Role.COORDINATOR, Channel.SMS)
    busy.join("lee", Role.COORDINATOR, Channel.TELEGRAM)
    _duty(busy, "morgan", DutyKind.WORKING)
    _duty(busy, "robin", DutyKind.OUT_OF_HOURS)
    await _called(busy)
    await busy.say("sam", SERIOUS)
    called = [await _called(busy)]
    for minutes in (5, 10, 15, 15):
        await _begin_anew(busy)
        called.append(await _called(busy, after=timedelta(minutes=minutes, seconds=1)))
    everybody = {"morgan", "robin", "lee"}
    assert called == [{"morgan"}, everybody, {"robin"}, everybody, everybody]
    await _begin_anew(busy)
    told = busy.words("alert-acknowledged", "robin", name="Robin", case="1")
    assert await busy.say("robin", "have 1") == [told]
    await _called(busy)
    await _begin_anew(busy)
    assert await _called(busy, after=timedelta(hours=2)) == set()


async def test_another_one_is_on_call_in_the_middle(busy: Play) -> None:
    """The rota is changed while the ladder climbs: the next rung calls the new one, who gets the alert itself."""
    busy.join("robin", Role.COORDINATOR, Channel.SMS)
    before = _duty(busy, "morgan", DutyKind.OUT_OF_HOURS)
    await _called(busy)
    await busy.say("sam", SERIOUS)
    assert await _called(busy) == {"morgan"}
    busy.act(lambda ctx: remove_duty(ctx.tx, before.id))
    _duty(busy, "robin", DutyKind.OUT_OF_HOURS)
    assert await _called(busy, after=timedelta(minutes=5, seconds=1)) == {"morgan", "robin"}
    assert await _called(busy, after=timedelta(minutes=10)) == {"robin"}
    by_text = busy.words("alert-sms", "robin", case="1", severity=busy.words("severity-immediate"))
    assert by_text in busy.world.phone("robin").received()


async def test_the_night_in_which_the_clocks_go_back(sqlite_busy: Play) -> None:
    """Minutes are minutes, the duty of an hour has it twice, and concerns are told at nine of the new time."""
    play = sqlite_busy
    play.join("robin", Role.COORDINATOR, Channel.SMS)
    year = play.stage.clock.now().year + 1
    sunday = max(date(year, 10, day) for day in range(25, 32) if date(year, 10, day).weekday() == 6)
    # London's clock shows 01:50 for the first time.
    await play.stage.clock.move_to(datetime(year, 10, sunday.day, 0, 50, tzinfo=UTC))
    _duty(play, "morgan", DutyKind.OUT_OF_HOURS, "02:00-08:00")
    _duty(play, "robin", DutyKind.OUT_OF_HOURS, "01:00-02:00")
    await _called(play)
    await play.say("sam", SERIOUS)
    called = [await _called(play)]
    # 01:55, and 01:05 for the second time.
    called += [await _called(play, after=timedelta(minutes=minutes, seconds=1)) for minutes in (5, 10)]
    assert called == [{"robin"}, {"morgan", "robin"}, {"robin"}]
    await play.say("robin", "have 1")
    await play.say("kim", "been drinking again")
    # Monday, a second before nine and at nine.
    monday = datetime(year, 10, sunday.day, 9, tzinfo=UTC) + timedelta(days=1)
    await play.stage.clock.move_to(monday - timedelta(seconds=10))
    await play.settled()
    [concern] = [case.id for case in play.act(lambda ctx: list_cases(ctx.tx, severity="concern"))]
    assert not any(play.words("digest", count=1) in text for text in play.heard("morgan"))
    await play.stage.clock.move_to(monday + timedelta(seconds=1))
    await play.settled()
    assert any(play.words("digest", count=1) in text and str(concern) in text for text in play.heard("morgan"))
