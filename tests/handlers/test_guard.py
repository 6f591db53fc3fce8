"""The loop guard and the flood brake: slower, never lost, and a coordinator gets to know."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers import guard
from handlers.people import invite
from storage.messages.kinds import MessageState
from storage.outbox.claiming import claim
from storage.people import Role
from storage.schema.outbox import outbox
from tests.handlers.test_sharing import PHONE, family
from tests.handlers.town import PROGRAMME, TELEGRAM, Town

AUTO = "I am driving and will reply later."


def _due(town: Town, name: str) -> list[timedelta]:
    """How much later than now each waiting message to somebody may go."""
    ids = [sent.id for sent in town.outbox(name)]
    rows = town.act(lambda ctx: {row.id: row.due_at for row in ctx.tx.execute(select(outbox.c.id, outbox.c.due_at))})
    return [rows[one] - town.clock() for one in ids]


def _allow(town: Town, most: int) -> None:
    changed = town.content.programmes[PROGRAMME].model_copy(update={"flood_per_minute": most})
    town.content = replace(town.content, programmes={**town.content.programmes, PROGRAMME: changed})


# The flood brake


def test_a_flood_is_passed_on_at_the_pace(settled: Town) -> None:
    """What is above the figure waits, each a little longer, at most a minute; all of it will go, in order."""
    _allow(settled, 4)
    for number in range(12):
        settled.say("Sam", f"message number {number}")
    seconds = [delay.total_seconds() for delay in _due(settled, "Alex")]
    assert seconds == [0, 0, 0, 0, 15, 30, 45, 60, 60, 60, 60, 60]
    assert settled.heard("Morgan") == [settled.words("notice-flood", "Morgan", name="Sam")]
    assert [line.state for line in settled.record()].count(MessageState.RELAYED) == 12
    settled.deliver()
    assert [sent.state for sent in settled.outbox("Alex")].count("sent") == 4
    settled.clock.move(timedelta(minutes=1))
    settled.deliver()
    assert {sent.state for sent in settled.outbox("Alex")} == {"sent"}


def test_who_writes_as_much_as_allowed_is_not_braked(quick: Town) -> None:
    """The figure itself is allowed, and a minute later everything again."""
    _allow(quick, 4)
    for _ in range(2):
        for number in range(4):
            quick.say("Sam", f"message number {number}")
        quick.clock.move(timedelta(minutes=1))
    assert quick.heard("Morgan") == []
    assert max(_due(quick, "Alex")) <= timedelta()


def test_one_persons_flood_is_not_anothers(quick: Town) -> None:
    """Everybody is counted for themselves."""
    _allow(quick, 2)
    for name in ("Sam", "Ellie", "Kim", "Sam", "Ellie", "Kim"):
        quick.say(name, f"hello from {name}")
    assert set(_due(quick, "Alex")) | set(_due(quick, "Jo")) == {timedelta()}


def test_a_brake_can_be_left_out(quick: Town) -> None:
    """0: nobody is ever braked for how much they write."""
    _allow(quick, 0)
    for number in range(50):
        quick.say("Sam", f"number {number}")
    assert set(_due(quick, "Alex")) == {timedelta()}


def test_coordinators_are_told_once_an_hour(quick: Town) -> None:
    """However long a flood goes on."""
    _allow(quick, 1)
    told = []
    for _ in range(4):
        quick.say("Sam", "hello")
        quick.say("Sam", "hello there")
        told.append(len(quick.heard("Morgan")))
        quick.clock.move(timedelta(minutes=20))
    assert told == [1, 0, 0, 1]


def test_an_alert_in_a_flood_is_not_braked(quick: Town) -> None:
    """Words that alert are seen at once, whatever waits; all that come close together are one case."""
    _allow(quick, 1)
    for _ in range(5):
        quick.say("Sam", "i want to die")
    assert len(quick.cases()) == 1
    alerts = [sent for sent in quick.outbox("Morgan") if sent.priority == 0]
    taken = quick.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 100))
    assert len(alerts) == 1
    assert alerts[0].id in {one.id for one in taken}


# Machines through the relay


def test_the_same_sentence_again_and_again_is_slowed_down(settled: Town) -> None:
    """From the fifth time in ten minutes on each waits a minute; nothing is dropped; the coordinators are told once."""
    for _ in range(7):
        settled.say("Sam", AUTO)
        settled.clock.move(timedelta(seconds=30))
    settled.clock.move(timedelta(seconds=-30))
    waits = [delay + timedelta(seconds=30 * (6 - number)) for number, delay in enumerate(_due(settled, "Alex"))]
    assert [wait.total_seconds() for wait in waits] == [0, 0, 0, 0, 60, 60, 60]
    assert settled.heard("Morgan") == [settled.words("notice-repeats", "Morgan", name="Sam")]


@pytest.mark.parametrize(
    "said",
    [
        # People say a short word often.
        ["ok"] * 7,
        ["see you all"] * 7,
        # As long as each other, but not the same.
        [f"I am at stop {number}." for number in range(7)],
        # Four times is not enough.
        [*[AUTO] * 4, "what about tomorrow?", "and the day after?"],
        # The words that repeat aren't the newest ones.
        [*[AUTO] * 4, AUTO[::-1]],
    ],
)
def test_people_who_repeat_themselves_are_not_slowed_down(quick: Town, said: list[str]) -> None:
    """Near misses."""
    for words in said:
        quick.say("Sam", words)
    assert set(_due(quick, "Alex")) == {timedelta()}
    assert quick.heard("Morgan") == []


def test_the_same_sentence_in_a_longer_time(quick: Town) -> None:
    """Five times in more than ten minutes is a habit."""
    for _ in range(8):
        quick.say("Sam", AUTO)
        quick.clock.move(timedelta(minutes=3))
    assert quick.heard("Morgan") == []


# Machines that answer the service


def test_a_telephone_that_answers_every_answer_is_not_answered_for_ever(settled: Town) -> None:
    """Eight answers in ten minutes; then the words are only kept, and the coordinators are told once an hour."""
    settled.join("Robin", Role.MENTEE)
    answers = [settled.say("Robin", AUTO) for _ in range(12)]
    assert [len(said) for said in answers] == [1] * 8 + [0] * 4
    loops = [text for text in settled.heard("Morgan") if text == settled.words("notice-loop", "Morgan", name="Robin")]
    assert len(loops) == 1
    assert [line.original for line in settled.record()].count(AUTO) == 12
    settled.clock.move(timedelta(minutes=10))
    assert settled.say("Robin", "hello?") == [settled.words("no-match-yet", "Robin")]


def test_an_invited_telephone_that_answers(quick: Town) -> None:
    """Also the question whether somebody agrees isn't asked without an end."""
    quick.enrol("Robin", Role.MENTOR, TELEGRAM)
    code = quick.act(lambda ctx: invite(ctx, quick.people["Robin"], actor="test").code)
    quick.say("Robin", f"/start {code}")
    answers = [quick.say("Robin", AUTO) for _ in range(10)]
    assert [bool(said) for said in answers] == [True] * 8 + [False] * 2


@pytest.mark.parametrize("stopped", [True, False])
def test_a_shared_telephone_that_answers_every_answer(settled: Town, stopped: bool) -> None:  # noqa: FBT001 - a table
    """Nobody knows who wrote, but a machine is a machine; a call for help is heard, and danger is answered."""
    family(settled)
    if stopped:
        settled.say(PHONE, "STOP")
    settled.heard("Morgan")
    answers = [settled.say(PHONE, AUTO) for _ in range(12)]
    assert [len(said) for said in answers] == [1] * 8 + [0] * 4
    loops = [text for text in settled.heard("Morgan") if text == settled.words("notice-loop", name="Ellie / Lou")]
    assert len(loops) == 1
    assert settled.say(PHONE, "i want to die") == [settled.words("crisis")]
    settled.say(PHONE, "HELP ME")
    assert [case.category for case in settled.cases()] == ["suicide", "help_asked"]


def test_help_in_danger_and_alerts_go_out_all_the_same(quick: Town) -> None:
    """Who is not answered any more still gets the numbers of help, and their alert is raised."""
    quick.join("Robin", Role.MENTEE)
    for _ in range(9):
        quick.say("Robin", "hello?")
    assert quick.say("Robin", "hello?") == []
    assert quick.say("Robin", "i want to die") == [quick.words("crisis", "Robin")]
    assert len(quick.cases()) == 1


def test_commands_are_always_answered(quick: Town) -> None:
    """Who uses the service much is no machine: commands, and words that are simply passed on, don't count."""
    for _ in range(12):
        quick.say("Sam", "hello")
        assert len(quick.say("Sam", "/about")) == 1
    assert len(quick.say("Sam", "ring me on 07700 900456")) == 1
    for _ in range(10):
        quick.say("Sam", "ring me on 07700 900456 please")
    assert quick.say("Sam", "ring me on 07700 900456 now") == []
    # And they were all passed on.
    assert len(quick.heard("Alex")) == 24
    assert len(quick.say("Sam", "/about")) == 1


def test_a_lapse_changes_nothing(quick: Town) -> None:
    """What stands in the diary until the coordinators may be told again does nothing when it is over."""
    quick.act(lambda ctx: guard.lapse(ctx, 1))
    assert quick.outbox() == []
