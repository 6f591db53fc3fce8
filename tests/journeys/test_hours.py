"""Nights, holidays and days away: what waits goes on in the morning, through real adapters and across a restart."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.absence import change_away, change_hours
from handlers.context import Context
from handlers.matching import change_match
from storage.ids import MatchId
from storage.matches import MatchState, get_match
from tests.journeys.play import PROGRAMME, Play, Town, playing_in

LONDON = ZoneInfo("Europe/London")
HOURS = "08:00-21:00"


def set_hours(ctx: Context) -> None:
    """Give all matches contact hours."""
    for match_id in (1, 2, 3):
        change_hours(ctx, match_id, HOURS, actor="test")


def next_time(play: Play, hour: int, day: tuple[int, int] | None = None) -> datetime:
    """The next time that the clock in London shows this hour, on a day (month, day) if one is given."""
    now = play.stage.clock.now().astimezone(LONDON)
    found = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if day is not None:
        found = found.replace(month=day[0], day=day[1])
        return (found if found > now else found.replace(year=found.year + 1)).astimezone(UTC)
    return (found if found > now else found + timedelta(days=1)).astimezone(UTC)


@pytest.fixture
async def night(town: Town, tmp_path: Path) -> AsyncIterator[Play]:
    """The town at eleven in the evening, with contact hours from 8 to 21."""
    async with playing_in(town, tmp_path) as play:
        play.act(set_hours)
        await play.stage.clock.move_to(next_time(play, 23))
        yield play


async def test_a_night(night: Play) -> None:
    """What comes at night waits, the mentee has one line; after a restart it arrives in the morning, in order."""
    (line,) = await night.say("ellie", "are you awake?")
    assert line.startswith(night.words("deferred-tomorrow", "ellie", name="Alex", time="8:00"))
    assert "999" in line
    assert await night.say("ellie", "never mind") == []
    assert night.heard("alex") == []
    assert night.recorded("never mind").state == "deferred"
    await night.stage.stop()
    await night.stage.start()
    await night.stage.clock.move_to(next_time(night, 8))
    await night.settled()
    assert night.heard("alex") == ["Ellie: are you awake?", "Ellie: never mind"]
    assert night.heard("ellie") == []
    await night.say("ellie", "good morning")
    assert night.heard("alex") == ["Ellie: good morning"]


async def test_words_about_harm_at_night(night: Play) -> None:
    """The coordinator is alerted at once, the mentee has the numbers at once; the words themselves wait."""
    said = await night.say("sam", "I want to kill myself")
    assert night.words("crisis", "sam") in said
    assert any("suicide" in text for text in night.heard("morgan"))
    assert night.heard("alex") == []
    assert night.recorded("I want to kill myself").state == "deferred"


async def test_the_night_in_which_the_clocks_go_back(night: Play) -> None:
    """On the last Sunday of October the morning is at eight of the new time."""
    year = next_time(night, 8).year + 1
    sunday = max(date(year, 10, day) for day in range(25, 32) if date(year, 10, day).weekday() == 6)
    await night.stage.clock.move_to(datetime(year, 10, sunday.day - 1, 22, 30, tzinfo=UTC))
    await night.say("sam", "the long night")
    await night.stage.clock.move_to(datetime(year, 10, sunday.day, 7, 30, tzinfo=UTC))
    await night.settled()
    assert "Sam: the long night" not in night.heard("alex")
    await night.stage.clock.move_to(datetime(year, 10, sunday.day, 8, 0, tzinfo=UTC))
    await night.settled()
    assert night.heard("alex") == ["Sam: the long night"]


async def test_a_holiday(town: Town, tmp_path: Path) -> None:
    """On a holiday nothing is passed on, at no hour; the day after it is."""
    async with playing_in(town, tmp_path) as play:
        christmas = next_time(play, 12, (12, 25))
        programmes = play.stage.core.content.programmes
        before = programmes[PROGRAMME]
        programmes[PROGRAMME] = before.model_copy(update={"holidays": (christmas.date(),)})  # type: ignore[index]
        try:
            await play.stage.clock.move_to(christmas)
            (line,) = await play.say("sam", "merry Christmas")
            assert "26 December" in line
            await play.stage.clock.move_to(christmas + timedelta(hours=12))
            await play.settled()
            assert play.heard("alex") == ["Sam: merry Christmas"]
        finally:
            programmes[PROGRAMME] = before  # type: ignore[index]  # a dict, shared by all journeys


async def test_away_until_a_day(town: Town, tmp_path: Path) -> None:
    """A mentor who is away gets what was written meanwhile on the day; the coordinator learns that it waits."""
    async with playing_in(town, tmp_path) as play:
        await play.stage.clock.move_to(next_time(play, 12))
        day = (play.stage.clock.now() + timedelta(days=3)).date()
        assert await play.say("alex", f"/away until {day:%-d %B}") == [
            play.words("away-set", "alex", day=f"{day:%A %-d %B %Y}")
        ]
        (line,) = await play.say("sam", "see you then")
        assert f"{day:%A %-d %B}" in line
        assert len(play.heard("morgan")) == 1
        await play.stage.clock.move_to(datetime.combine(day, datetime.min.time(), LONDON))
        await play.settled()
        assert play.heard("alex") == ["Sam: see you then"]


async def test_back_sooner_by_the_coordinator(town: Town, tmp_path: Path) -> None:
    """What waits comes as soon as somebody is back."""
    async with playing_in(town, tmp_path) as play:
        alex = play.people["alex"]
        day = (play.stage.clock.now() + timedelta(days=30)).date()
        play.act(lambda ctx: change_away(ctx, alex, day, actor="test"))
        assert len(await play.say("sam", "where are you?")) == 1
        play.act(lambda ctx: change_away(ctx, alex, None, actor="test"))
        await play.stage.service.let_time_pass()
        await play.settled()
        assert play.heard("alex") == ["Sam: where are you?"]


async def test_a_late_message(town: Town, tmp_path: Path) -> None:
    """After an ending words are kept, answered kindly once a day, put before the coordinator; nothing is reopened."""
    async with playing_in(town, tmp_path) as play:
        play.act(lambda ctx: change_match(ctx, 3, "end", actor="test"))
        await play.settled()
        for phone in ("kim", "jo", "morgan"):
            play.heard(phone)
        contact = play.stage.core.content.programmes[PROGRAMME].coordinator_contact
        kindly = play.words("late-after-ending", "kim", name="Jo", coordinator=contact)
        assert await play.say("kim", "I want to die") == [play.words("crisis", "kim"), kindly]
        assert await play.say("kim", "are you there?") == []
        assert play.words("notice-late", name="Kim", other="Jo") in play.heard("morgan")
        assert play.heard("jo") == []
        assert play.recorded("are you there?").match_id == 3
        assert play.act(lambda ctx: get_match(ctx.tx, MatchId(3))).state is MatchState.ENDED
