"""Tests of `telementor rota`, of the safeguarding lead, and of what the check says of the rota."""

from datetime import timedelta

import pytest

from bot.bootstrap import opened_core
from bot.clock import real_clock
from bot.settings import load_settings
from handlers.events import Channel, Unreachable
from storage.audit import read_audit
from storage.ids import PersonId
from storage.people import NewPerson, Role, add_person, set_away_until
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import COORDINATOR_CHAT, Cli

__all__ = ["cli", "pair", "pair_folder"]


def _rota_check(cli: Cli) -> tuple[bool, str]:
    document = cli.json("check", status=1)
    found = next(one for one in document["checks"] if one["name"] == "rota of mentoring")
    # Nothing else is a warning.
    assert document["warnings"] == found["warning"]
    return found["ok"], found["says"]


def test_without_a_rota(pair: Cli) -> None:
    """The check warns that everybody is called at all hours, once, and says what to do; the warning is counted."""
    ok, says = _rota_check(pair)
    assert ok
    assert says == (
        "Nobody is on call in any hour of the next 28 days, and every coordinator is called instead. "
        "To put somebody on call: telementor rota add --help"
    )
    *_, warned, counted = [line for line in pair("check", status=1).stdout.splitlines() if "warning" in line]
    assert warned == f"warning rota of mentoring: {says}"
    assert counted == "1 warning."
    assert "nobody of the rota" in pair("rota", "show").stdout


def test_without_a_rota_and_a_coordinator(pair: Cli) -> None:
    """Where nobody can be called instead it is a fault, not a warning."""
    pair.take(
        Unreachable(channel=Channel.TELEGRAM, event_id="b", sender=COORDINATOR_CHAT, blocked=True, at=real_clock())
    )
    ok, says = _rota_check(pair)
    assert not ok
    assert "no coordinator can be called instead. See: telementor person list" in says


def test_every_hour_has_somebody(pair: Cli) -> None:
    """Somebody who is on duty always leaves no hour; the table names them."""
    added = pair.json("rota", "add", "1", "--kind", "out_of_hours")["line"]
    assert (added["line"], added["person"], added["kind"], added["hours"], added["to"]) == (
        1, 1, "out_of_hours", "always", None,
    )  # fmt: skip
    assert _rota_check(pair) == (True, "somebody is on call in every hour of the next 28 days")
    shown = pair.json("rota", "show", "--days", "2")
    assert [one["people"] for one in shown["rota"][0]["watches"]] == [[{"id": 1, "name": "Morgan"}]]
    assert "out_of_hours" in pair("rota", "show").stdout


@pytest.mark.parametrize("who", ["Morgan", " morgan ", "#1", "1"])
def test_a_coordinator_by_name(pair: Cli, who: str) -> None:
    """A name in any case is as good as a number, for duty and for days off."""
    assert pair.json("rota", "add", who, "--kind", "working")["line"]["person"] == 1
    assert pair.json("rota", "off", who)["line"]["kind"] == "off"


def test_two_of_the_same_name(pair: Cli) -> None:
    """One sentence names both numbers, and nothing is written; the number says who is meant."""
    # Of another programme: within one nobody gets the name of another.
    new = NewPerson(programme="other", role=Role.COORDINATOR, name="MORGAN", language="en-GB")
    with opened_core(load_settings()) as core:
        number = core.act(lambda ctx: add_person(ctx.tx, new, ctx.now).id)
    add = ("person", "add", "--role", "coordinator", "--name", "MORGAN")
    assert "called MORGAN already" in pair.error(*add)
    said = pair("rota", "add", "Morgan", "--kind", "working", status=1).stderr
    assert f"2 coordinators are called Morgan: 1 and {number}. Please give the number." in " ".join(said.split())
    assert pair.json("rota", "show")["rota"][0]["lines"] == []
    assert pair.json("rota", "add", "1", "--kind", "working")["line"]["person"] == 1


def test_hours_without_anybody(pair: Cli) -> None:
    """Each range is named on the programme's clock, nights and days off too; without the line there is none."""
    pair("rota", "add", "1", "--kind", "working", "--hours", "00:00-20:00")
    first = real_clock().date() + timedelta(days=10)
    pair("rota", "off", "1", "--from", str(first), "--to", str(first))
    ok, says = _rota_check(pair)
    day, after = first - timedelta(days=1), first + timedelta(days=1)
    assert not ok
    assert f"{day:%a %-d %b} 20:00 to {after:%a %-d %b} 00:00" in says
    assert f"{after:%a %-d %b} 20:00 to {after + timedelta(days=1):%a %-d %b} 00:00" in says
    assert pair.json("rota", "remove", "1")["line"]["line"] == 1
    assert _rota_check(pair)[0]


def test_somebody_away(pair: Cli) -> None:
    """Whoever can't be reached or is away isn't counted until they are back."""
    pair("rota", "add", "1", "--kind", "working")
    back = real_clock().date() + timedelta(days=3)
    with opened_core(load_settings()) as core:
        core.act(lambda ctx: set_away_until(ctx.tx, PersonId(1), back))
    ok, says = _rota_check(pair)
    assert not ok
    assert f"to {back:%a %-d %b} 00:00. See" in says


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["rota", "add", "2", "--kind", "working"], "only coordinators get alarms"),
        (["rota", "add", "1", "--kind", "working", "--hours", "noon"], "These hours can't be read"),
        (["rota", "off", "1", "--from", "2030-01-02", "--to", "2030-01-01"], "is before the first one"),
        (["rota", "remove", "7"], "The rota has no line 7"),
        (["rota", "add", "9", "--kind", "working"], "nobody with the number 9"),
        # Alex is a mentor.
        (["rota", "add", "Alex", "--kind", "working"], "No coordinator has this name. See: telementor person list"),
        (["rota", "off", " "], "No coordinator has this name"),
        (["person", "lead", "3"], "only coordinators get alarms"),
    ],
)
def test_what_is_refused(pair: Cli, words: list[str], sentence: str) -> None:
    """One sentence says what is wrong."""
    assert sentence in pair(*words, status=1).stderr


def test_a_safeguarding_lead(pair: Cli) -> None:
    """A coordinator becomes one and ceases to be one; the audit trail has both."""
    assert "Morgan is a safeguarding lead." in pair("person", "lead", "1").stdout
    assert "no longer" in pair("person", "lead", "1", "--ended").stdout
    with opened_core(load_settings()) as core:
        acts = [entry.act for entry in core.act(lambda ctx: read_audit(ctx.tx, subject="person:1"))]
    assert acts[-2:] == ["person.lead", "person.lead_ended"]
