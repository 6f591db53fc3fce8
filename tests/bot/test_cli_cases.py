"""Tests of `telementor cases` and `telementor case`."""

from handlers.events import Channel
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import NUMBER, Cli

__all__ = ["cli", "pair", "pair_folder"]

_WORDS = "i want to die"


def test_the_list_and_one_case(pair: Cli) -> None:
    """The list and the case show no words unless they are asked for; seeing them is written into the case."""
    assert "no such cases" in pair("cases").stdout
    pair.arrive(Channel.SMS, NUMBER, _WORDS)
    assert "suicide" in pair("cases").stdout
    assert "before" not in pair("case", "1").stdout
    assert _WORDS not in pair("cases", "list").stdout + pair("case", "1").stdout
    assert pair.json("cases", "--severity", "concern") == {"cases": []}
    [message] = pair.json("case", "1", "--words")["messages"]
    assert _WORDS in message
    assert [one["kind"] for one in pair.json("case", "show", "1")["entries"]] == ["called", "shown"]
    assert "no case 9" in pair.error("case", "9")


def test_a_sentence_in_pieces(pair: Cli) -> None:
    """The head says how many messages before were needed, and --words shows them."""
    for words in ("i dont want to", "be", "alive anymore"):
        pair.arrive(Channel.SMS, NUMBER, words)
    assert "alerts: 1, with the 2 messages before." in pair("case", "1").stdout
    found = pair.json("case", "1", "--words")
    assert (found["messages_before"], len(found["messages"])) == (2, 3)
    pair.arrive(Channel.SMS, NUMBER, "i am going to hurt")
    pair.arrive(Channel.SMS, NUMBER, "myself tonight")
    assert ", with the message before." in pair("case", "2").stdout


def test_a_case_is_taken_and_closed(pair: Cli) -> None:
    """Closing wants somebody who has it; only a coordinator who hears of it can; what is written stays."""
    pair.arrive(Channel.SMS, NUMBER, _WORDS)
    closing = ("case", "close", "1", "a song", "--outcome", "no_further_action")
    assert "Nobody has case 1" in pair.error(*closing)
    assert "may not have" in pair.error("case", "take", "1", "--by", "2")
    pair("case", "take", "1", "--by", "1")
    assert "already" in pair.error("case", "take", "1", "--by", "1")
    for kind in ("note", "action", "referral"):
        pair("case", kind, "1", f"words of {kind}")
    pair("case", "note", "1", " ", status=2)
    pair("case", "close", "1", " ", "--outcome", "referred", status=2)
    pair(*closing)
    assert "closed" in pair.error("case", "note", "1", "more")
    shown = pair("case", "1").stdout
    assert all(words in shown for words in ("words of referral", "a song", "office", "Morgan"))
    assert pair.json("cases") == {"cases": []}
    assert len(pair.json("cases", "--all")["cases"]) == 1


def test_figures(pair: Cli) -> None:
    """A row for each programme and month; a month is typed like 2026-11."""
    assert "no cases to count" in pair("cases", "figures").stdout
    pair.arrive(Channel.SMS, NUMBER, _WORDS)
    assert "suicide 1" in pair("cases", "figures").stdout
    [one] = pair.json("cases", "figures")["figures"]
    assert (one["cases"], one["false_alarm_share"]) == (1, 0)
    assert one["severities"] == {"immediate": {"cases": 1, "not_taken": 1, "median_minutes": None, "p95_minutes": None}}
    assert pair.json("cases", "figures", "--month", "2019-13", status=2)["error"]
    assert pair.json("cases", "figures", "--month", "2020-01") == {"figures": []}
