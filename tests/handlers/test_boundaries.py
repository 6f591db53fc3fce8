"""Boundaries in plain sight: counts above the programme's figures are told once a week each; attempts at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from handlers.boundaries import ATTEMPTS, LOOK, begin, habits, look, read_habits, usual
from handlers.cases.digest import DIGEST
from handlers.matching import change_match
from storage.audit import read_audit
from storage.schema.keeping import diary
from tests.handlers.test_hours import set_programme
from tests.handlers.test_policies import plan
from tests.handlers.test_sharing import PHONE, family
from tests.handlers.town import PROGRAMME, Town

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def write(town: Town, name: str, moment: datetime, number: int = 1, words: str = "hello") -> None:
    """Somebody writes so many messages at a moment."""
    town.clock.now = moment
    town.at_once(lambda: [town.receive(town.inbound(name, words)) for _ in range(number)])


def morning(town: Town, day: datetime) -> list[str]:
    """Let the diary of a morning be done; what the coordinator is told."""
    town.heard("Morgan")
    town.clock.now = day.replace(hour=8)
    town.do_due(LOOK)
    return town.heard("Morgan")


@pytest.fixture
def watched(quick: Town) -> Town:
    """A town whose boundaries are looked at, from Sunday evening on."""
    quick.clock.now = MONDAY - timedelta(hours=4)
    quick.act(begin)
    return quick


def test_begun_once(settled: Town) -> None:
    """Each programme has one next look, at eight on its clock; to begin again changes nothing."""
    settled.clock.now = datetime(2026, 7, 1, 6, 59, tzinfo=UTC)
    settled.act(begin)
    settled.act(begin)
    rows = settled.act(lambda ctx: ctx.tx.execute(select(diary).where(diary.c.kind == LOOK)).all())
    assert [row.due_at for row in rows] == [datetime(2026, 7, 1, 7, 0, tzinfo=UTC)] * 2
    settled.clock.now = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    for row in rows:
        settled.act(lambda ctx, subject=row.subject: look(ctx, subject))  # type: ignore[misc]  # a default
    settled.act(lambda ctx: look(ctx, 12345))
    rows = settled.act(lambda ctx: ctx.tx.execute(select(diary).where(diary.c.due_at > ctx.now)).all())
    assert [row.due_at for row in rows] == [datetime(2026, 7, 2, 7, 0, tzinfo=UTC)] * 2


def test_late_at_night(watched: Town) -> None:
    """Five messages after 22 or before 7 in a week are told, with a name and no words; four are not."""
    write(watched, "Sam", MONDAY + timedelta(hours=22), 2)
    write(watched, "Sam", MONDAY + timedelta(hours=30, minutes=59), 2)
    write(watched, "Sam", MONDAY + timedelta(hours=31), 9)
    assert morning(watched, MONDAY + timedelta(days=1)) == []
    write(watched, "Sam", MONDAY + timedelta(days=1, hours=23))
    told = [watched.words("notice-boundary-late", name="Sam", match="1", count=5)]
    assert morning(watched, MONDAY + timedelta(days=2)) == told


def test_each_thing_once_a_week(watched: Town) -> None:
    """It goes on, and is told again after a week; the other side of the match has a count of its own."""
    for day in range(9):
        write(watched, "Sam", MONDAY + timedelta(days=day, hours=23), 5)
        if day == 1:
            write(watched, "Alex", MONDAY + timedelta(days=day, hours=23, minutes=1), 5, "Sam: hello")
        told = morning(watched, MONDAY + timedelta(days=day + 1))
        assert sum("Sam wrote" in text for text in told) == (day in {0, 7})
        assert sum("Alex wrote" in text for text in told) == (day == 1)


def test_old_nights_are_over(watched: Town) -> None:
    """What is more than a week old no longer counts."""
    write(watched, "Sam", MONDAY + timedelta(hours=23), 4)
    morning(watched, MONDAY + timedelta(days=1))
    write(watched, "Sam", MONDAY + timedelta(days=8, hours=23))
    assert morning(watched, MONDAY + timedelta(days=9)) == []


@pytest.mark.parametrize(
    ("history", "number", "told"),
    [(10, 21, True), (10, 20, False), (6, 21, False), (7, 21, True)],
    ids=["much", "not more than twenty", "history too short", "history just long enough"],
)
def test_far_more_than_usual(watched: Town, history: int, number: int, told: bool) -> None:  # noqa: FBT001 - a table
    """More than twenty on one day and more than three times the mean, once there are seven days to compare with."""
    for day in range(history):
        write(watched, "Sam", MONDAY + timedelta(days=day, hours=12), 3)
    write(watched, "Sam", MONDAY + timedelta(days=history, hours=12), number)
    heard = morning(watched, MONDAY + timedelta(days=history + 1))
    expected = watched.words("notice-boundary-much", name="Sam", match="1", count=number)
    assert heard == ([expected] if told else [])


def test_somebody_who_always_writes_much(watched: Town) -> None:
    """Three times the mean, and no more, is as usual for somebody who writes a lot."""
    for day in range(8):
        write(watched, "Sam", MONDAY + timedelta(days=day, hours=12), 10)
    write(watched, "Sam", MONDAY + timedelta(days=8, hours=12), 30)
    assert morning(watched, MONDAY + timedelta(days=9)) == []
    (one,) = watched.act(lambda ctx: habits(ctx, ctx.content.programmes[PROGRAMME], 30))
    assert usual(one, date(2026, 12, 1)) == 10
    assert usual(one, date(2026, 12, 2)) == (80 + 30) / 9


def _told_of_attempts(town: Town, name: str, count: int) -> list[str]:
    """What the coordinator has been told of somebody's attempts since this was asked last."""
    words = town.words("notice-boundary-details", name=name, count=count)
    return [text for text in town.heard("Morgan") if text == words]


@pytest.mark.parametrize(("name", "to"), [("Sam", ""), ("Alex", "Sam: ")])
def test_attempts_to_pass_details(settled: Town, name: str, to: str) -> None:
    """The third message with contact details in 7 days is told at once, of either side; one with two numbers is one."""
    settled.say(name, f"{to}07700 900123 or 07700 900124")
    settled.say(name, f"{to}no, 07700 900125")
    settled.say(name, f"{to}see you at four")
    assert _told_of_attempts(settled, name, 3) == []
    settled.clock.move(timedelta(days=6))
    assert settled.cases() == []
    settled.say(name, f"{to}sam@home.example.com")
    assert len(_told_of_attempts(settled, name, 3)) == 1
    # And it stays until somebody has it: the digest names it.
    ((case),) = settled.cases()
    assert (case.category, case.severity, case.state) == (ATTEMPTS, "concern", "open")
    assert (case.person_id, case.match_id) == (settled.people[name], 1)
    settled.clock.move(timedelta(days=1))
    settled.do_due(DIGEST)
    assert settled.words(f"category-{ATTEMPTS}") in settled.heard("Morgan")[-1]
    assert "sam@home.example.com" in settled.press("Morgan", f"case:{case.id}:show")[0]


def test_attempts_are_told_once_in_seven_days(watched: Town) -> None:
    """More of them say nothing new; after 7 days it is told again, at once, and never in the morning."""
    told = []
    for day in range(9):
        watched.clock.now = MONDAY + timedelta(days=day, hours=12)
        watched.say("Sam", "ring 07700 900123")
        told += [day for text in watched.heard("Morgan") if text.startswith("Sam tried")]
        assert not [text for text in morning(watched, MONDAY + timedelta(days=day + 1)) if "Sam" in text]
    assert told == [2]
    watched.clock.now = MONDAY + timedelta(days=9, hours=12)
    watched.say("Sam", "ring 07700 900123")
    assert _told_of_attempts(watched, "Sam", 7) != []


def test_old_attempts_are_over(quick: Town) -> None:
    """Attempts of more than 7 days ago don't count, nor do those of others."""
    for words in ("ring 07700 900123", "or 07700 900124"):
        quick.say("Sam", words)
        quick.say("Kim", words)
    quick.clock.move(timedelta(days=7, minutes=1))
    quick.say("Sam", "ring 07700 900123")
    assert not [text for text in quick.heard("Morgan") if "tried" in text]


def test_a_version_is_no_further_attempt(quick: Town) -> None:
    """A message that is changed twice and keeps its number is one attempt; one that gets a number by it is one too."""
    quick.say("Sam", "ring me on 07700 900123", message_ref="m1")
    for words in ("ring 07700 900123", "do ring 07700 900123"):
        quick.say("Sam", words, message_ref="m1", edited=True)
    quick.say("Sam", "hello", message_ref="m2")
    quick.say("Sam", "hello, 07700 900124", message_ref="m2", edited=True)
    assert _told_of_attempts(quick, "Sam", 3) == []
    quick.say("Sam", "sam@home.example.com")
    assert len(_told_of_attempts(quick, "Sam", 3)) == 1


def test_attempts_count_over_all_matches(quick: Town) -> None:
    """A mentor who tries it with each mentee, and once before it is clear with whom, has tried it three times."""
    quick.say("Alex", "Sam: 07700 900123")
    quick.say("Alex", "Ellie: 07700 900123")
    quick.say("Alex", "07700 900123")
    assert len(_told_of_attempts(quick, "Alex", 3)) == 1


def test_attempts_from_a_shared_telephone(quick: Town) -> None:
    """They count when it is known whose they are, and for nobody before."""
    family(quick)
    for number in (123, 124, 125):
        quick.say(PHONE, f"ring 07700 900{number}")
    assert _told_of_attempts(quick, "Ellie", 3) == []
    quick.say(PHONE, "Ellie")
    assert len(_told_of_attempts(quick, "Ellie", 3)) == 1


def test_what_the_programme_allows_is_no_attempt(settled: Town) -> None:
    """Numbers that pass count neither as the message that is told of nor among the three; what else is in one does."""
    plan(settled, {"phone": "allow", "email": "hold"})
    for number in range(3):
        settled.say("Sam", f"ring 07700 90012{number}")
    settled.say("Sam", "sam@home.example.com")
    settled.say("Sam", "07700 900123 or sam@home.example.com")
    assert [case.category for case in settled.cases()] == []
    settled.say("Sam", "example.com/sam")
    assert len(_told_of_attempts(settled, "Sam", 3)) == 1
    assert [case.category for case in settled.cases()] == [ATTEMPTS]


def test_a_message_that_may_pass_tells_of_no_attempts(quick: Town) -> None:
    """Attempts that became enough by a new policy are told when the next one is made, and not with a number."""
    plan(quick, {"phone": "allow", "email": "allow"})
    for _ in range(3):
        quick.say("Sam", "sam@home.example.com")
    plan(quick, {"phone": "allow"})
    quick.say("Sam", "ring 07700 900123")
    assert quick.cases() == []
    quick.say("Sam", "sam@home.example.com")
    assert len(_told_of_attempts(quick, "Sam", 4)) == 1


def test_the_figure_of_attempts_is_the_programmes(quick: Town) -> None:
    """A programme that wants to hear of each one does; a message without contact details asks for nothing."""
    figures = quick.content.programmes[PROGRAMME].boundaries.model_copy(update={"detail_messages": 1})
    set_programme(quick, boundaries=figures)
    quick.say("Sam", "i want to die")
    assert _told_of_attempts(quick, "Sam", 1) == []
    quick.say("Sam", "ring 07700 900123")
    assert len(_told_of_attempts(quick, "Sam", 1)) == 1


def test_figures_are_the_programmes(watched: Town) -> None:
    """A programme's own figures count."""
    figures = watched.content.programmes[PROGRAMME].boundaries.model_copy(update={"late": "20-8", "late_messages": 1})
    set_programme(watched, boundaries=figures)
    write(watched, "Sam", MONDAY + timedelta(hours=20))
    assert len(morning(watched, MONDAY + timedelta(days=1))) == 1


def test_what_may_be_passed_is_not_counted(settled: Town) -> None:
    """A kind that the programme allows is recorded and no more; another one beside it counts, also while it is held."""
    settled.say("Sam", "ring 07700 900123")
    settled.say("Sam", "sam@home.example.com")
    settled.say("Sam", "sam@home.example.com or 07700 900123")

    def counted(**policy: str) -> list[int]:
        plan(settled, policy)
        return [one.details for one in settled.act(lambda ctx: read_habits(ctx, 1, actor="test"))]

    assert (counted(), counted(phone="hold"), counted(phone="allow")) == ([3], [3], [2])
    assert counted(phone="allow", email="allow") == [0]


def test_what_a_coordinator_reads(settled: Town) -> None:
    """Everybody who wrote in a live match, by match; commands don't count; a match that is over is left out."""
    write(settled, "Sam", MONDAY + timedelta(hours=12), 2)
    write(settled, "Sam", MONDAY + timedelta(hours=23))
    write(settled, "Sam", MONDAY + timedelta(hours=23), 1, "/about")
    write(settled, "Jo", MONDAY + timedelta(hours=23), 1, "07700 900123")
    write(settled, "Kim", MONDAY + timedelta(hours=23))
    settled.clock.now = MONDAY + timedelta(days=1)
    shown = settled.act(lambda ctx: read_habits(ctx, 1, actor="test"))
    assert [(one.match.id, one.person.name, one.days.total(), one.late.total(), one.details) for one in shown] == [
        (1, "Sam", 3, 1, 0),
        (3, "Jo", 1, 1, 1),
        (3, "Kim", 1, 1, 0),
    ]
    settled.act(lambda ctx: change_match(ctx, 3, "end", actor="test"))
    settled.clock.now = MONDAY + timedelta(days=3)
    assert settled.act(lambda ctx: read_habits(ctx, 1, actor="test")) == []
    assert [entry.act for entry in settled.act(lambda ctx: read_audit(ctx.tx, subject="service"))].count(
        "boundaries.read"
    ) == 2
