"""What was due and fails again and again: the coordinators learn of it once, without anybody's words."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NoReturn

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs
from structlog.typing import EventDict

from handlers import stuck
from handlers.boundaries import LOOK
from handlers.cases.calling import UNANSWERED
from handlers.cases.digest import DIGEST
from handlers.cases.reminding import IDLE
from handlers.cases.showing import SHOWN
from handlers.context import Context
from handlers.deferring import DEFERRED
from handlers.failures import Backoff
from handlers.holding import HELD
from handlers.numbers import programme_number
from scheduler import sweeps
from scheduler.sweeps import DIARY, Sweeper
from storage.diary import enter
from storage.ids import PersonId
from storage.outbox import Priority
from storage.people import Role
from storage.schema import diary, messages
from tests.handlers.town import OTHER, PROGRAMME, Sent, Town

_WORDS = "i want to die"


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What is logged, instead of its being printed."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture(autouse=True)
def _broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is due fails, with somebody's words in the error."""

    def fail(_ctx: Context, _subject: int) -> NoReturn:
        raise RuntimeError(_WORDS)

    monkeypatch.setattr(sweeps, "DIARY", dict.fromkeys([*DIARY, "new"], fail))


def _sweep(town: Town, minutes: int = 0) -> None:
    """So many minutes pass, with a sweep in each."""
    backoff = Backoff(timedelta(seconds=1), timedelta(seconds=5), 3)
    sweeper = Sweeper(town.database, town.content, town.clock, backoff, timedelta(minutes=1))
    sweeper.diary()
    for _ in range(minutes):
        town.clock.move(timedelta(minutes=1))
        sweeper.diary()


def _told(town: Town, name: str = "Morgan") -> list[Sent]:
    return [sent for sent in town.outbox(name) if "A fault" in sent.text or "a fault" in sent.text]


def test_a_ladder_that_fails(settled: Town, logged: list[EventDict]) -> None:
    """When nobody can be called for a case that is told a minute later, once, before everything else."""
    settled.join("Ray", Role.COORDINATOR)
    settled.join("Far", Role.COORDINATOR, programme=OTHER)
    settled.say("Morgan", "STOP")
    settled.say("Sam", _WORDS)
    settled.clock.move(timedelta(minutes=5))
    _sweep(settled)
    assert _told(settled) == []
    _sweep(settled, 60)
    [told] = _told(settled)
    assert told.priority == Priority.ALERT
    assert told.text.startswith(f"Case 1 ({settled.content.programmes[PROGRAMME].name}): ")
    assert "/case 1" in told.text
    assert (len(_told(settled, "Ray")), _told(settled, "Far")) == (1, [])
    assert [one["kind"] for one in logged if one["event"] == "diary entry is stuck"] == [UNANSWERED]


def test_whom_a_case_is_about_does_not_hear(quick: Town) -> None:
    """The coordinator whose case it is learns nothing of it, also when it is stuck."""
    quick.join("Ray", Role.COORDINATOR)
    quick.say("Morgan", _WORDS)
    quick.clock.move(timedelta(minutes=5))
    _sweep(quick, 10)
    assert (_told(quick), len(_told(quick, "Ray"))) == ([], 1)


def test_it_is_tried_on(quick: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the fault is put right, however late, the thing is done: somebody is called at last."""
    quick.say("Sam", _WORDS)
    quick.clock.move(timedelta(minutes=5))
    # After so many tries a doubled wait would be longer than a time span can be.
    _sweep(quick)
    quick.act(lambda ctx: ctx.tx.execute(update(diary).values(attempts=70)))
    _sweep(quick, 2)
    monkeypatch.setattr(sweeps, "DIARY", DIARY)
    quick.heard("Morgan")
    _sweep(quick, 16)
    assert quick.words("alert-repeat", case="1") in quick.heard("Morgan")


def _subjects(town: Town) -> dict[str, int]:
    """Something of the second programme for each kind."""
    town.join("Far", Role.COORDINATOR, programme=OTHER)
    town.join("Pat", Role.MENTOR, programme=OTHER)
    town.join("Lou", Role.MENTEE, programme=OTHER)
    match = town.pair("Pat", "Lou")
    town.say("Lou", _WORDS)
    town.press("Far", "case:1:show")
    shown, held = (town.act(lambda ctx, who=name: _message(ctx, town.people[who])) for name in ("Far", "Lou"))  # type: ignore[misc]  # a default
    of_programme = dict.fromkeys((LOOK, DIGEST), programme_number(OTHER))
    return {IDLE: 1, SHOWN: shown, HELD: held, DEFERRED: match} | of_programme


def _message(ctx: Context, person_id: PersonId | None) -> int:
    """The newest message of somebody, said by or to them."""
    of_them = messages.c.person_id == person_id if person_id else messages.c.person_id.is_(None)
    return int(ctx.tx.execute(select(func.max(messages.c.id)).where(of_them)).scalar_one())


@pytest.mark.parametrize("kind", [kind for kind in stuck.KNOWN if kind != UNANSWERED])
def test_each_kind(quick: Town, kind: str) -> None:
    """After five tries the coordinators of its programme, and nobody else, read what it is and what to do."""
    subject = _subjects(quick)[kind]
    quick.press("Far", "have:1")
    quick.act(lambda ctx: ctx.tx.execute(update(diary).values(state="struck")))
    quick.act(lambda ctx: enter(ctx.tx, kind, subject, ctx.now))
    _sweep(quick, 14)
    assert _told(quick, "Far") == []
    _sweep(quick, 60)
    [told] = _told(quick, "Far")
    assert quick.content.programmes[OTHER].name in told.text
    assert _WORDS not in told.text
    assert _told(quick) == []


@pytest.mark.parametrize(("kind", "subject"), [("new", 7), (IDLE, 99), (HELD, 99), (DEFERRED, 99), (DIGEST, 99)])
def test_nobody_knows_whose_it_is(quick: Town, kind: str, subject: int) -> None:
    """Then every programme's coordinators are told, an unknown kind by its name."""
    quick.join("Far", Role.COORDINATOR, programme=OTHER)
    quick.act(lambda ctx: enter(ctx.tx, kind, subject, ctx.now))
    _sweep(quick, 60)
    assert (len(_told(quick)), len(_told(quick, "Far"))) == (1, 1)
    assert kind != "new" or "(new, -)" in _told(quick)[0].text


def test_what_a_stranger_left(quick: Town) -> None:
    """A held message of nobody known is for all."""
    quick.stranger("One")
    quick.say("One", "hello")
    number = quick.act(lambda ctx: _message(ctx, None))
    quick.act(lambda ctx: enter(ctx.tx, HELD, number, ctx.now))
    _sweep(quick, 60)
    assert len(_told(quick)) == 1


def test_the_telling_fails_too(quick: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry is kept all the same, and told as soon as that can be done, once."""
    quick.act(lambda ctx: enter(ctx.tx, "new", 7, ctx.now))
    with monkeypatch.context() as worse:
        worse.setattr(stuck, "tell_coordinators", lambda *_args, **_values: 1 / 0)
        _sweep(quick, 20)
    assert _told(quick) == []
    _sweep(quick, 60)
    assert len(_told(quick)) == 1
