"""Tests of `telementor unreached`."""

from bot.bootstrap import opened_core
from bot.clock import real_clock
from bot.settings import load_settings
from handlers.context import Context
from handlers.events import Channel, DeliveryReport, DeliveryStatus, Fate, Unreachable
from storage.outbox.asking import Unreported, note_uncertain
from storage.outbox.claiming import claim
from storage.outbox.outcomes import note_sent
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import MENTOR_CHAT, NUMBER, Cli

__all__ = ["cli", "pair", "pair_folder"]


def _take(pair: Cli, ref: str) -> None:
    """Let the provider take everything, and Sam's last text by this name; nobody knows what becomes of that one."""

    def work(ctx: Context) -> None:
        while found := claim(ctx.tx, "test", ctx.now, 10):
            for one in found:
                note_sent(ctx.tx, one.id, f"{ref}-{one.id}", ctx.now, ctx.now)
                if one.channel == "sms" and "hidden" in one.text:
                    note_uncertain(ctx.tx, Unreported(one.id, "sms", f"{ref}-{one.id}"))
                    taken.append(f"{ref}-{one.id}")

    taken: list[str] = []
    with opened_core(load_settings()) as core:
        core.act(work)
    if ref == "first":
        pair.take(
            DeliveryReport(
                channel=Channel.SMS,
                event_id="r1",
                provider_ref=taken[0],
                status=DeliveryStatus.FAILED,
                error="twilio:30007",
                fate=Fate.GIVE_UP,
                at=real_clock(),
            )
        )


def test_all_is_well(pair: Cli) -> None:
    """An empty list says so."""
    said = pair("unreached", "--days", "7").stdout
    assert "All messages of 7 days arrived" in said
    assert "Everybody can be reached." in said
    assert pair.json("unreached") == {"messages": [], "people": []}


def test_what_did_not_arrive_and_who_is_lost(pair: Cli) -> None:
    """What failed, what may not have arrived and who is lost, with reasons and times; no word and no number."""
    for ref in ("first", "second"):
        pair.arrive(Channel.TELEGRAM, MENTOR_CHAT, "hidden words")
        _take(pair, ref)
    pair.take(Unreachable(channel=Channel.TELEGRAM, event_id="b1", sender=MENTOR_CHAT, blocked=True, at=real_clock()))
    found = pair.json("unreached")
    assert [(one["from"]["name"], one["to"]["name"], one["state"], one["error"]) for one in found["messages"]] == [
        ("Alex", "Sam", "failed", "twilio:30007"),
        ("Alex", "Sam", "uncertain", None),
    ]
    [lost] = found["people"]
    assert (lost["name"], lost["state"], lost["reason"]) == ("Alex", "unreachable", "telegram:blocked")
    assert lost["why"] == "they have blocked us"
    assert lost["since"] is not None
    said = " ".join(pair("unreached").stdout.replace("│", " ").split())
    assert "failed (twilio:30007)" in said
    assert "may not have arrived" in said
    assert "they have blocked us" in said
    assert not any(secret in said + str(found) for secret in ("hidden", MENTOR_CHAT, NUMBER))
    assert "may not have arrived" in pair("transcript", "--match", "1").stdout
