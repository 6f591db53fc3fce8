"""Hours: words outside of them wait, their sender is told once a night, and they go on in order in the morning."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers import absence
from handlers.deferring import DEFERRED
from handlers.errors import Refused
from handlers.matching import change_match
from handlers.resuming import look_again_everywhere, resume
from handlers.screening import screen
from storage.ids import MatchId
from storage.matches import set_contact_hours
from storage.people import AgeBand, Role, get_person
from tests.handlers.town import PROGRAMME, Town

NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOURS = "08:00-21:00"


def set_programme(town: Town, **changes: object) -> None:
    """Change the programme's file, and start again."""
    programme = town.content.programmes[PROGRAMME].model_copy(update=changes)
    town.content = replace(town.content, programmes={**town.content.programmes, PROGRAMME: programme})


def at(town: Town, moment: datetime) -> None:
    """Let the clock show a moment, and let all happen that is due."""
    town.clock.now = moment
    tick(town)


def tick(town: Town) -> int:
    """Do what the diary says is due; how much it was."""
    return town.do_due(DEFERRED)


def relayed(name: str, *words: str) -> list[str]:
    """What the other side reads of somebody."""
    return [f"{name}: {one}" for one in words]


@pytest.fixture
def night(settled: Town) -> Town:
    """The town late in the evening, with contact hours from 8 to 21."""
    set_programme(settled, contact_hours=HOURS)
    settled.clock.now = NIGHT
    return settled


@pytest.fixture
def quick_night(quick: Town) -> Town:
    """The same on SQLite."""
    set_programme(quick, contact_hours=HOURS)
    quick.clock.now = NIGHT
    return quick


def test_a_night_and_its_morning(night: Town) -> None:
    """Words of the night wait, their sender gets one line; in the morning they arrive in order."""
    line = night.words("deferred-tomorrow", "Sam", name="Alex", time="8:00")
    assert night.say("Sam", "one") == [f"{line} {night.words('deferred-help-adult', 'Sam')}"]
    assert night.say("Sam", "two") == []
    at(night, MORNING - timedelta(minutes=1))
    assert night.say("Sam", "three") == []
    assert night.heard("Alex") == []
    assert [night.line(words).state for words in ("one", "two", "three")] == ["deferred"] * 3
    at(night, MORNING)
    assert night.say("Sam", "four") == []
    assert night.heard("Alex") == relayed("Sam", "one", "two", "three", "four")
    assert [night.line(words).state for words in ("one", "four")] == ["relayed", "relayed"]
    assert tick(night) == 0


def test_each_night_has_its_line(quick_night: Town) -> None:
    """The next night the sender is told again; each match has its own line, and its own direction."""
    assert len(quick_night.say("Sam", "one")) == 1
    (told,) = quick_night.say("Alex", "Sam: back to you")
    assert told.endswith(quick_night.words("deferred-help-mentor"))
    assert len(quick_night.say("Alex", "Ellie: and you")) == 1
    at(quick_night, MORNING)
    assert quick_night.heard("Sam")[-1:] == relayed("Alex", "back to you")
    assert quick_night.heard("Ellie") == relayed("Alex", "and you")
    at(quick_night, NIGHT + timedelta(days=1))
    assert len(quick_night.say("Sam", "again")) == 1


def test_after_midnight_it_is_today(quick_night: Town) -> None:
    """Half past midnight the morning is today's; by day nothing waits."""
    at(quick_night, NIGHT + timedelta(hours=1))
    (told,) = quick_night.say("Sam", "one")
    assert told.startswith(quick_night.words("deferred-today", "Sam", name="Alex", time="8:00"))
    at(quick_night, MORNING + timedelta(hours=2))
    quick_night.heard("Alex")
    assert quick_night.say("Sam", "two") == []
    assert quick_night.heard("Alex") == relayed("Sam", "two")


@pytest.mark.parametrize(("band", "number"), [(AgeBand.SEVENTEEN, "0800 1111"), (AgeBand.FROM_18_TO_24, "116 123")])
def test_the_line_names_help_that_fits(quick_town: Town, band: AgeBand, number: str) -> None:
    """The young ones are given Childline, the others Samaritans, both of them 999."""
    town = quick_town
    town.join("Alex", Role.MENTOR)
    town.join("Sam", Role.MENTEE, age_band=band)
    town.pair("Alex", "Sam")
    set_programme(town, contact_hours=HOURS)
    town.clock.now = NIGHT
    (told,) = town.say("Sam", "one")
    assert number in told
    assert "999" in told


def test_words_about_harm_do_not_wait(night: Town) -> None:
    """At night the coordinator is alerted at once and the mentee gets the numbers; only the words themselves wait."""
    said = night.say("Sam", "I want to kill myself")
    assert night.words("crisis", "Sam") in said
    assert any("suicide" in text for text in night.heard("Morgan"))
    assert night.heard("Alex") == []
    assert night.line("I want to kill myself").state == "deferred"


def test_what_was_taken_out_is_told_when_it_goes(quick_night: Town) -> None:
    """Contact details are out of what waits, and the sender learns it when the words are passed on, not before."""
    assert len(quick_night.say("Sam", "ring me on 07700 900123")) == 1
    at(quick_night, MORNING)
    assert quick_night.heard("Alex") == relayed("Sam", "ring me on [number removed]")
    kinds = quick_night.words("kind-phone", "Sam")
    assert quick_night.heard("Sam") == [quick_night.words("removed-notice", "Sam", kinds=kinds)]
    assert quick_night.line("ring me on 07700 900123").state == "changed"


def test_rules_that_changed_meanwhile(quick_night: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is filtered again; the record has the words that went, and a filter that fails holds them."""
    quick_night.say("Sam", "see you at the den")
    quick_night.say("Ellie", "me too")
    real = screen

    def stricter(text: str, *more: object) -> object:
        found = real(text, *more)  # type: ignore[arg-type]  # handed through
        return replace(found, deliverable=None if text == "me too" else "see you")

    monkeypatch.setattr("handlers.resuming.screen", stricter)
    at(quick_night, MORNING)
    assert quick_night.heard("Alex") == relayed("Sam", "see you")
    assert quick_night.line("see you at the den").delivered == "see you"
    assert quick_night.line("me too").state == "held"
    assert quick_night.words("held-notice", "Ellie") in quick_night.heard("Ellie")


def test_words_that_waited_for_their_addressee_wait_for_the_morning(quick_night: Town) -> None:
    """Whom it is for is asked at night too; the words go in the morning, without the question's answer repeated."""
    quick_night.say("Alex", "good night")
    (told,) = quick_night.say("Alex", "1")
    assert told.startswith(quick_night.words("deferred-tomorrow", "Alex", name="Sam", time="8:00"))
    quick_night.say("Alex", "sleep well")
    assert quick_night.say("Alex", "1") == [quick_night.words("choose-later", name="Sam")]
    at(quick_night, MORNING)
    assert quick_night.heard("Sam") == relayed("Alex", "good night", "sleep well")


def test_a_match_has_hours_of_its_own(quick_night: Town) -> None:
    """They count instead of the programme's; with nothing it goes by those again."""
    match_id = quick_night.act(lambda ctx: absence.change_hours(ctx, 1, "sat 10:00-12:00", actor="test")).id
    (told,) = quick_night.say("Sam", "one")
    assert told.startswith(quick_night.words("deferred-day", "Sam", name="Alex", day="Saturday 28 November"))
    assert "sat 10:00-12:00" in quick_night.say("Sam", "/about")[0]
    assert HOURS in quick_night.say("Kim", "/about")[0]
    at(quick_night, MORNING)
    assert quick_night.heard("Alex") == []
    assert quick_night.act(lambda ctx: absence.change_hours(ctx, match_id, " ", actor="test")).contact_hours is None
    tick(quick_night)
    assert quick_night.heard("Alex") == relayed("Sam", "one")


def test_hours_that_became_shorter(night: Town) -> None:
    """If it is still not open when the time has come, the words wait on, and the sender isn't told twice."""
    night.say("Sam", "one")
    night.act(lambda ctx: set_contact_hours(ctx.tx, MatchId(1), "12:00-13:00"))
    at(night, MORNING)
    assert night.heard("Alex") == []
    assert night.say("Sam", "two") == []
    at(night, MORNING + timedelta(hours=4))
    assert night.heard("Alex") == relayed("Sam", "one", "two")


def test_hours_that_became_longer_in_the_file(night: Town) -> None:
    """A service that starts looks at everything that waits: what may go by the new hours goes at once."""
    night.say("Sam", "one")
    night.say("Kim", "two")
    set_programme(night, contact_hours="")
    assert tick(night) == 0
    night.act(look_again_everywhere)
    assert tick(night) == 2
    assert night.heard("Alex") == relayed("Sam", "one")
    assert night.heard("Jo") == relayed("Kim", "two")


def test_each_direction_waits_for_itself(night: Town) -> None:
    """In the morning one side has quiet hours still: what is for the other side goes, in either order of writing."""
    for name, words in (("Sam", "one"), ("Alex", "Sam: two"), ("Sam", "three")):
        night.say(name, words)
    night.say("Alex", "/quiet 06:00-12:00")
    at(night, MORNING)
    assert night.heard("Sam")[-1:] == relayed("Alex", "two")
    assert night.heard("Alex") == []
    at(night, MORNING + timedelta(hours=4))
    assert night.heard("Alex") == relayed("Sam", "one", "three")


def test_later_words_never_overtake(night: Town) -> None:
    """Words of the morning that come before the sweep go behind those of the night, without a line about waiting."""
    night.say("Sam", "one")
    night.clock.now = MORNING + timedelta(seconds=1)
    assert night.say("Sam", "two") == []
    assert night.heard("Alex") == []
    tick(night)
    assert night.heard("Alex") == relayed("Sam", "one", "two")


@pytest.mark.parametrize("change", ["pause", "end"])
def test_a_match_that_is_paused_or_ended_meanwhile(quick_night: Town, change: str) -> None:
    """Nothing is passed on any more; the sender is told once, and the coordinators."""
    quick_night.say("Sam", "one")
    quick_night.say("Sam", "two")
    quick_night.act(lambda ctx: change_match(ctx, 1, change, actor="test"))
    for name in ("Sam", "Alex", "Morgan"):
        quick_night.heard(name)
    at(quick_night, MORNING)
    contact = quick_night.content.programmes[PROGRAMME].coordinator_contact
    assert quick_night.heard("Sam") == [quick_night.words("deferred-refused", "Sam", coordinator=contact)]
    assert quick_night.heard("Morgan") == [quick_night.words("notice-deferred-refused", name="Sam")]
    assert quick_night.heard("Alex") == []
    assert [quick_night.line(words).state for words in ("one", "two")] == ["refused", "refused"]


def test_a_pause_that_is_over_by_the_morning(quick_night: Town) -> None:
    """What counts is how things stand when the words may go."""
    quick_night.say("Sam", "one")
    for change in ("pause", "resume"):
        quick_night.act(lambda ctx, change=change: change_match(ctx, 1, change, actor="test"))  # type: ignore[misc]
    quick_night.heard("Alex")
    at(quick_night, MORNING)
    assert quick_night.heard("Alex") == relayed("Sam", "one")


@pytest.mark.parametrize(("stops", "told"), [("Alex", 1), ("Sam", 0)])
def test_somebody_who_stops_meanwhile(quick_night: Town, stops: str, told: int) -> None:
    """To one who said STOP nothing is passed on, nor from one; and one who said STOP isn't told."""
    quick_night.say("Sam", "one")
    quick_night.say(stops, "STOP")
    quick_night.heard("Sam")
    at(quick_night, MORNING)
    assert len(quick_night.heard("Sam")) == told
    assert quick_night.line("one").state == "refused"
    assert "Sam: one" not in quick_night.heard("Alex")


def test_a_match_that_is_not_there(quick_night: Town) -> None:
    """An entry about nothing does nothing."""
    quick_night.act(lambda ctx: resume(ctx, 99))


# Days


def test_holidays(quick: Town) -> None:
    """On a holiday nothing is passed on, even without hours, unless the programme is open on it."""
    set_programme(quick, holidays=(date(2026, 12, 25),))
    quick.clock.now = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
    (told,) = quick.say("Sam", "merry Christmas")
    assert told.startswith(quick.words("deferred-day", "Sam", name="Alex", day="Saturday 26 December"))
    at(quick, datetime(2026, 12, 26, 0, 0, tzinfo=UTC))
    assert quick.heard("Alex") == relayed("Sam", "merry Christmas")
    set_programme(quick, open_on_holidays=True)
    quick.clock.now = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
    assert quick.say("Sam", "and a happy new year") == []
    assert quick.heard("Alex") == relayed("Sam", "and a happy new year")


def test_the_night_in_which_the_clocks_go_back(quick: Town) -> None:
    """Eight in the morning is by the clock of the day: an hour later by the sun on 25 October."""
    set_programme(quick, contact_hours=HOURS)
    quick.clock.now = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    quick.say("Sam", "one")
    at(quick, datetime(2026, 10, 25, 7, 59, tzinfo=UTC))
    assert quick.heard("Alex") == []
    at(quick, datetime(2026, 10, 25, 8, 0, tzinfo=UTC))
    assert quick.heard("Alex") == relayed("Sam", "one")


# Quiet hours and being away


def test_quiet_hours_by_chat(settled: Town) -> None:
    """In somebody's own quiet hours words for them wait; words of theirs go."""
    assert settled.say("Alex", "/quiet 10pm to 7am") == [settled.words("quiet-set", value="22:00-07:00")]
    settled.clock.now = NIGHT
    (told,) = settled.say("Sam", "one")
    assert told.startswith(settled.words("deferred-tomorrow", "Sam", name="Alex", time="7:00"))
    assert settled.say("Alex", "Sam: still up") == []
    assert settled.heard("Sam") == relayed("Alex", "still up")
    assert settled.say("Alex", "/quiet") == [settled.words("quiet-now", value="22:00-07:00")]
    assert settled.words("quiet-now", value="22:00-07:00") in settled.say("Alex", "/about")[0]
    assert settled.say("Alex", "/quiet off") == [settled.words("quiet-off")]
    tick(settled)
    assert settled.heard("Alex") == relayed("Sam", "one")


@pytest.mark.parametrize("words", ["/quiet", "/quiet at night", "/quiet mon 22:00-07:00", "/quiet 22:00"])
def test_quiet_hours_that_cannot_be_read(quick: Town, words: str) -> None:
    """One sentence shows how to write them, and nothing changes."""
    assert quick.say("Sam", words) == [quick.words("quiet-usage", "Sam")]
    assert quick.person("Sam").quiet_hours is None


def test_quiet_hours_that_leave_nothing(quick: Town) -> None:
    """Where quiet hours cover all contact hours, those alone count: words never wait for good."""
    set_programme(quick, contact_hours="mon 10:00-11:00")
    quick.say("Alex", "/quiet 09:00-12:00")
    quick.clock.now = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    assert quick.say("Sam", "one") == []
    assert quick.heard("Alex") == relayed("Sam", "one")


def test_away_until_a_day(night: Town) -> None:
    """Words for somebody away wait for the day, the sender is told the day, and the coordinators once."""
    set_programme(night, contact_hours="")
    night.clock.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert night.say("Alex", "/away until friday") == [night.words("away-set", day="Friday 27 November 2026")]
    (told,) = night.say("Sam", "one")
    assert told.startswith(night.words("deferred-day", "Sam", name="Alex", day="Friday 27 November"))
    night.say("Sam", "two")
    notice = night.words("notice-waits", other="Sam", name="Alex", day="Friday 27 November")
    assert night.heard("Morgan") == [notice]
    assert night.words("away-set", day="Friday 27 November 2026") in night.say("Alex", "/about")[0]
    at(night, datetime(2026, 11, 27, 0, 0, tzinfo=UTC))
    assert night.heard("Alex") == relayed("Sam", "one", "two")
    assert "You are away" not in night.say("Alex", "/about")[0]
    assert night.say("Sam", "three") == []
    assert night.heard("Alex") == relayed("Sam", "three")


def test_away_for_less_than_a_day(quick: Town) -> None:
    """The coordinators needn't know when it is only until tomorrow."""
    quick.clock.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    quick.say("Alex", "/away tomorrow")
    quick.say("Sam", "one")
    assert quick.heard("Morgan") == []


@pytest.mark.parametrize("back", ["/back", "/away off"])
def test_back_sooner(quick: Town, back: str) -> None:
    """Whoever says that they are back gets what waited."""
    quick.say("Alex", "/away 2 weeks")
    quick.say("Sam", "one")
    quick.heard("Alex")
    assert quick.say("Alex", back) == [quick.words("away-back")]
    tick(quick)
    assert quick.heard("Alex") == relayed("Sam", "one")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("/away", "away-usage"),
        ("/away soon", "away-usage"),
        ("/away today", "away-bad-day"),
        ("/away 2020-01-01", "away-bad-day"),
        ("/away 500 days", "away-bad-day"),
    ],
)
def test_a_day_that_cannot_be(quick: Town, words: str, key: str) -> None:
    """One sentence asks for the day, and nothing changes."""
    assert quick.say("Alex", words) == [quick.words(key)]
    assert quick.person("Alex").away_until is None


def test_coordinators_set_it_for_others(quick: Town) -> None:
    """The command line has the same doors; what can't be done is refused with what to do."""
    alex, morgan = quick.people["Alex"], quick.people["Morgan"]
    day = (quick.clock.now + timedelta(days=9)).date()
    assert quick.act(lambda ctx: absence.change_quiet(ctx, alex, "22-7", actor="test")).quiet_hours == "22:00-07:00"
    assert quick.act(lambda ctx: absence.change_quiet(ctx, alex, "off", actor="test")).quiet_hours is None
    assert quick.act(lambda ctx: absence.change_away(ctx, alex, day, actor="test")).away_until == day
    assert quick.act(lambda ctx: absence.change_away(ctx, alex, None, actor="test")).away_until is None
    for work, sentence in [
        (lambda ctx: absence.change_quiet(ctx, alex, "late", actor="test"), "aren't quiet hours"),
        (lambda ctx: absence.change_away(ctx, alex, ctx.now.date(), actor="test"), "must lie ahead"),
        (lambda ctx: absence.change_away(ctx, morgan, day, actor="test"), "Morgan is a coordinator"),
        (lambda ctx: absence.change_quiet(ctx, 99, "22-7", actor="test"), "nobody with the number 99"),
        (lambda ctx: absence.change_hours(ctx, 99, "", actor="test"), "no match 99"),
        (lambda ctx: absence.change_hours(ctx, 1, "mondays", actor="test"), "aren't contact hours"),
        (lambda ctx: absence.change_hours(ctx, 1, "mon 8-9 " * 40, actor="test"), "too long"),
    ]:
        with pytest.raises(Refused, match=sentence):
            quick.act(work)
    assert quick.act(lambda ctx: get_person(ctx.tx, alex)).quiet_hours is None
