"""Tests of the commands about hours, days away and boundaries."""

from datetime import timedelta

import pytest

from bot.clock import real_clock
from handlers.events import Channel
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import NUMBER, Cli

__all__ = ["cli", "pair", "pair_folder"]


def test_the_hours_of_a_match(pair: Cli) -> None:
    """They are set, shown by the list's document, and taken back with nothing."""
    assert "Match 1: mon-fri 8-21." in pair("match", "hours", "1", "mon-fri 8-21").stdout
    assert pair.json("match", "list")["matches"][0]["contact_hours"] == "mon-fri 8-21"
    assert "goes by the hours of its programme" in pair("match", "hours", "1", "").stdout
    assert pair.json("match", "list")["matches"][0]["contact_hours"] is None
    assert "mondays" in pair.error("match", "hours", "1", "mondays")
    assert "no match 9" in pair.error("match", "hours", "9", "")


def test_a_match_with_hours_from_the_start(pair: Cli) -> None:
    """`match add` takes them too; hours that can't be read propose nothing."""
    pair("person", "add", "--role", "mentee", "--name", "Kim", "--age-band", "17", "--no-phone")
    wanted = ("match", "add", "--mentor", "2", "--mentee", "4", "--mentee-agreed")
    assert "aren't contact hours" in pair.error(*wanted, "--hours", "always")
    assert pair.json(*wanted, "--hours", "daily 9-17")["match"]["contact_hours"] == "daily 9-17"
    assert len(pair.json("match", "list")["matches"]) == 2


def test_quiet_hours(pair: Cli) -> None:
    """They are set and ended, and stand in what is shown of a person."""
    assert "wait between 22:00-07:00" in pair("person", "quiet", "2", "10pm-7am").stdout
    assert "22:00-07:00" in pair("person", "show", "2").stdout
    assert "no quiet hours now" in pair("person", "quiet", "2", "off").stdout
    assert pair.json("person", "show", "2")["quiet_hours"] is None
    assert "coordinator" in pair.error("person", "quiet", "1", "10pm-7am")


def test_away(pair: Cli) -> None:
    """Until a day that lies ahead, or back."""
    day = (real_clock() + timedelta(days=9)).date()
    assert f"away until {day:%A %-d %B %Y}" in pair("person", "away", "3", "--until", day.isoformat()).stdout
    assert pair.json("person", "show", "3")["away_until"] == day.isoformat()
    assert f"{day:%-d %B %Y}" in pair("person", "show", "3").stdout
    assert "Sam is back" in pair("person", "away", "3", "--back").stdout
    assert "must lie ahead" in pair.error("person", "away", "3", "--until", "2020-01-01")


@pytest.mark.parametrize("options", [[], ["--back", "--until", "2027-01-05"]])
def test_away_needs_one_of_both(pair: Cli, options: list[str]) -> None:
    """A day or --back: neither, and both, are wrongly typed."""
    assert "either until which day, or --back" in pair.error("person", "away", "3", *options, status=2)


def test_boundaries(pair: Cli) -> None:
    """Counts of everybody who wrote, without words; nobody is one sentence."""
    assert "Nobody wrote in 7 days" in pair("boundaries", "--days", "7").stdout
    pair.arrive(Channel.SMS, NUMBER, "ring me on 07700 900123")
    assert pair.json("boundaries") == {
        "days": 28,
        "boundaries": [
            {
                "match": 1,
                "person": {"id": 3, "name": "Sam", "role": "mentee"},
                "messages": 1,
                "most_in_a_day": 1,
                "late_at_night": pair.json("boundaries")["boundaries"][0]["late_at_night"],
                "contact_details": 1,
            }
        ],
    }
    shown = pair("boundaries").stdout
    assert "Sam (3)" in shown
    assert "900123" not in shown
