"""Tests of `telementor transcript`, and of what commands print."""

import json

import pytest
from rich.table import Table

from bot.bootstrap import opened_core
from bot.cli.output import answer, printable
from bot.cli.zones import zone_of
from bot.clock import real_clock
from bot.settings import load_settings
from handlers.context import Context
from handlers.events import Channel, DeliveryReport, DeliveryStatus
from storage.audit import read_audit
from storage.outbox.claiming import claim
from storage.outbox.outcomes import note_sent, put_back
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import MENTOR_CHAT, NUMBER, Cli

__all__ = ["cli", "pair", "pair_folder"]


def _send_all(pair: Cli) -> None:
    """Let everything that waits be taken by the provider: an SMS at the second try, with a report a moment later."""

    def work(ctx: Context) -> list[str]:
        refs = []
        while found := claim(ctx.tx, "test", ctx.now, 10):
            for one in found:
                if one.channel == "sms" and not one.attempts:
                    put_back(ctx.tx, one.id, "twilio:503", ctx.now)
                    continue
                note_sent(ctx.tx, one.id, f"ref{one.id}", ctx.now)
                refs.append(f"ref{one.id}" if one.channel == "sms" else "")
        return [ref for ref in refs if ref]

    with opened_core(load_settings()) as core:
        refs = core.act(work)
    at = real_clock()
    for number, ref in enumerate(refs):
        states = (DeliveryStatus.DELIVERED, None) if number else (DeliveryStatus.FAILED, "30003")
        pair.take(
            DeliveryReport(
                channel=Channel.SMS, event_id=f"r{number}", provider_ref=ref, status=states[0], error=states[1], at=at
            )
        )


def test_a_match_is_read_back(pair: Cli) -> None:
    """Who said what, when on the programme's clock, what was found in it, and how far it came."""
    pair.arrive(Channel.SMS, NUMBER, "ring me on 07700 900456")
    pair.arrive(Channel.TELEGRAM, MENTOR_CHAT, "See you at four")
    _send_all(pair)
    document = pair.json("transcript", "--match", "1")
    assert (document["match"], document["person"]) == (1, None)
    assert (document["words"], document["time_zone"]) == ("original", "Europe/London")
    first, second = [line for line in document["lines"] if line["kind"] == "relay"]
    assert (first["who"], first["side"], first["state"]) == ("Sam", "mentee", "changed")
    assert first["words"] == "ring me on 07700 900456"
    finding = first["findings"][0]
    assert (finding["engine"], finding["kind"], finding["start"], finding["end"]) == ("contact", "phone", 11, 23)
    assert (second["who"], second["words"], second["to"]) == ("Alex", "See you at four", None)
    delivery = second["deliveries"][0]
    assert (delivery["state"], delivery["attempts"], delivery["error"]) == ("delivered", 1, None)
    assert delivery["sent_at"]
    assert [report["status"] for report in delivery["reports"]] == ["delivered"]
    said = pair("transcript", "--match", "1").stdout
    assert said.startswith("Match 1: Alex (mentor) and Sam (mentee), active. Times of Europe/London;")
    assert "Sam (mentee)  relay, changed" in said
    assert "    ring me on 07700 900456\n    - found: phone (characters 11 to 23, " in said
    assert "delivery: delivered, tried 2 times, sent " in said
    assert "; delivered " in said


def test_the_delivered_words_hold_no_number(pair: Cli) -> None:
    """With --delivered nothing shows that the other side didn't get; what nobody got is marked."""
    pair.arrive(Channel.SMS, NUMBER, "ring me on 07700 900456")
    pair("match", "pause", "1")
    pair.arrive(Channel.SMS, NUMBER, "ring me on 07700 900457")
    pair("log", "letter", "--match", "1", "about the job")
    document = pair.json("transcript", "--match", "1", "--delivered")
    words = [line["words"] for line in document["lines"]]
    assert document["words"] == "delivered"
    assert not [said for said in words if said is not None and "900456" in said]
    assert None in words
    assert words[-1].endswith(": about the job")
    said = pair("transcript", "--match", "1", "--delivered").stdout
    assert "90045" not in said
    assert "(nobody got these words)" in said


def test_a_person_is_read_back(pair: Cli) -> None:
    """Everything by and to somebody, in and out of their matches, with failures, alerts and attachments."""
    pair.arrive(Channel.SMS, NUMBER, "i want to kill myself", attachments=("photo",))
    _send_all(pair)
    lines = pair.json("transcript", "--person", "3")["lines"]
    alarming = [line for line in lines if line["cases"]]
    assert [line["cases"] for line in alarming] == [[1]]
    assert alarming[0]["attachments"] == ["photo"]
    assert alarming[0]["findings"][0]["severity"] == "immediate"
    assert {line["kind"] for line in lines} >= {"relay", "question", "answer", "notice"}
    said = pair("transcript", "--person", "3").stdout
    assert said.startswith("Person 3: Sam (mentee), joined.")
    assert "- alert: case 1" in said
    assert "- came with: photo" in said
    assert ", immediate (characters " in said
    assert "service to Sam  question, said" in said
    assert "delivery: failed (30003)" in said
    assert "; failed (30003) " in said
    assert NUMBER not in said


def test_reading_leaves_a_trace(pair: Cli) -> None:
    """Every reading is in the audit trail as the operator's."""
    pair("transcript", "--match", "1")
    pair("transcript", "--person", "2")
    with opened_core(load_settings()) as core:
        trail = core.act(lambda ctx: read_audit(ctx.tx))
    read = [(entry.actor, entry.subject) for entry in trail if entry.act == "transcript.read"]
    assert read == [("operator", "match:1"), ("operator", "person:2")]


def test_nothing_and_nobody(pair: Cli) -> None:
    """Where nothing was said it says so; a match or person that isn't there is refused."""
    pair("person", "add", "--role", "mentor", "--name", "Bo")
    assert "Nothing was said yet." in pair("transcript", "--person", "4").stdout
    assert pair.json("transcript", "--person", "4")["lines"] == []
    assert "There is no match 9" in pair.error("transcript", "--match", "9")
    assert "There is nobody with the number 9" in pair.error("transcript", "--person", "9")


def test_words_cannot_steer_the_terminal(pair: Cli) -> None:
    """Escape sequences, marks of direction and markup in a message are shown, and do nothing."""
    pair.arrive(Channel.SMS, NUMBER, "look \x1b[2J [bold]here[/bold] \u202e\x9b1m \ud800 now")
    said = pair("transcript", "--match", "1").stdout
    assert "look �[2J [bold]here[/bold] ��1m � now" in said
    document = pair("transcript", "--match", "1", "--json").stdout
    assert document.isascii()
    assert any("[bold]here[/bold]" in line["words"] for line in json.loads(document)["lines"])


def test_what_is_printable() -> None:
    """Ordinary words in any script pass unchanged, line feeds too."""
    words = "Día d’été, 你好, שלום\n👋🏽 tomorrow"
    assert printable(words) == words


def test_narrow_tables_lose_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences are not broken into lines, however narrow the terminal; tables are folded."""
    monkeypatch.setenv("COLUMNS", "20")
    table = Table("a")
    table.add_row("b" * 10)
    as_json = False
    answer(as_json, {}, "x" * 70, table)
    said = capsys.readouterr().out
    assert "x" * 70 in said
    assert "b" * 10 in said


def test_a_programme_that_was_taken_out(pair: Cli) -> None:
    """Times of a programme that the content no longer has are those of UTC."""
    with opened_core(load_settings()) as core:
        assert zone_of(core.content, "juggling").key == "UTC"
        assert zone_of(core.content, "mentoring").key == "Europe/London"
