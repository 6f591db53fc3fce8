"""What a text message costs: counted before it goes, warned of, and never a reason not to send."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from content.sms import is_gsm
from storage.people import Role
from storage.schema.outbox import outbox, sms_usage
from tests.handlers.town import PROGRAMME, SMS, Town


def _plan(town: Town, segments: int) -> None:
    """Give the programme a budget."""
    changed = town.content.programmes[PROGRAMME].model_copy(update={"sms_segments_a_month": segments})
    town.content = replace(town.content, programmes={**town.content.programmes, PROGRAMME: changed})


def _used(town: Town, name: str, month: str) -> int:
    which = (sms_usage.c.person_id == town.people[name], sms_usage.c.month == month)
    return town.act(lambda ctx: ctx.tx.execute(select(sms_usage.c.segments).where(*which)).scalar_one_or_none() or 0)


def _month(town: Town) -> str:
    return f"{town.clock().astimezone(ZoneInfo('Europe/London')):%Y-%m}"


def _rows(town: Town) -> list[int | None]:
    return town.act(lambda ctx: list(ctx.tx.execute(select(outbox.c.segments).order_by(outbox.c.id)).scalars()))


def test_a_curly_quote_goes_as_a_straight_one_by_sms_only(quick: Town) -> None:
    """Typographic signs are made plain for a phone by SMS, not on Telegram; the record keeps what was written."""
    quick.say("Alex", "Ellie: it’s “fine” – see you…")
    quick.say("Alex", "Sam: it’s “fine” – see you…")
    [sms], [telegram] = quick.heard("Ellie"), quick.heard("Sam")
    assert 'it\'s "fine" - see you...' in sms
    assert is_gsm(sms)
    assert "it’s “fine” – see you…" in telegram
    assert quick.line("Ellie: it’s “fine” – see you…").delivered == "it’s “fine” – see you…"


def test_each_part_knows_what_it_takes(quick: Town) -> None:
    """Segments stand with each part of an SMS, its options counted in, and with nothing on Telegram."""
    quick.say("Alex", "Ellie: " + "a" * 1700)
    quick.say("Alex", "Sam: hello")
    first, second, telegram = _rows(quick)
    assert (first, second, telegram) == (11, 1, None)
    assert _used(quick, "Ellie", _month(quick)) == 12
    assert _used(quick, "Sam", _month(quick)) == 0


def test_the_coordinators_are_told_at_80_and_at_100_per_cent(settled: Town) -> None:
    """Once each; the texts go on."""
    _plan(settled, 5)
    told = [
        settled.words(key, "Morgan", name="Ellie", budget="5")
        for key in ("notice-sms-nearly-spent", "notice-sms-spent")
    ]
    heard = []
    for number in range(7):
        settled.say("Alex", f"Ellie: number {number}")
        heard.append(settled.heard("Morgan"))
    assert heard == [[], [], [], [told[0]], [told[1]], [], []]
    assert len(settled.heard("Ellie")) == 7


def test_a_jump_over_both_marks_is_told_once(quick: Town) -> None:
    """One long text that takes all of it: only that it is spent."""
    _plan(quick, 2)
    quick.say("Alex", "Ellie: " + "a" * 400)
    assert quick.heard("Morgan") == [quick.words("notice-sms-spent", "Morgan", name="Ellie", budget="2")]


def test_no_budget_counts_nothing(quick: Town) -> None:
    """0: nobody counts, nobody is told."""
    _plan(quick, 0)
    quick.say("Alex", "Ellie: hello")
    assert _used(quick, "Ellie", _month(quick)) == 0
    assert quick.heard("Morgan") == []


def test_a_coordinator_by_sms_does_not_warn_without_an_end(quick: Town) -> None:
    """A warning that goes by SMS itself costs segments: it ends all the same."""
    _plan(quick, 1)
    quick.join("Robin", Role.COORDINATOR, SMS)
    quick.say("Alex", "Ellie: hello")
    quick.say("Alex", "Ellie: hello again")
    spent = [quick.words("notice-sms-spent", "Morgan", name=name, budget="1") for name in ("Ellie", "Robin")]
    assert quick.heard("Morgan") == spent
    assert sorted(quick.heard("Robin")) == sorted(spent)


@pytest.mark.parametrize(
    ("at", "month"), [("2026-06-30T22:59:59+00:00", "2026-06"), ("2026-06-30T23:00:00+00:00", "2026-07")]
)
def test_a_month_is_the_programmes(quick: Town, at: str, month: str) -> None:
    """Months begin at midnight in the programme's time zone."""
    quick.clock.now = datetime.fromisoformat(at)
    quick.say("Alex", "Ellie: hello")
    assert _used(quick, "Ellie", month) == 1


def test_a_stranger_is_on_nobodys_budget(quick: Town) -> None:
    """The answer to an unknown number is counted for nobody, and goes."""
    quick.stranger("Nobody", SMS)
    assert len(quick.say("Nobody", "hello?")) == 1
