"""Tests of `telementor check`."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Core
from bot.channels.base import NotStored
from bot.cli import check
from bot.clock import real_clock
from bot.settings import load_settings
from handlers.errors import Refused
from handlers.events import Channel, Ignored, Unreachable
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import ACCOUNT, COORDINATOR_CHAT, TOKEN, Cli, provider_beside
from tests.bot.providers import Answer, closed_port

__all__ = ["cli", "pair", "pair_folder"]

ME = Answer(json={"ok": True, "result": {"id": 7000000001, "is_bot": True, "first_name": "B", "username": "b_bot"}})
PAGE = Answer(json={"messages": [], "page": 0, "page_size": 1, "next_page_uri": None, "uri": "/x"})


def _found(cli: Cli, status: int) -> dict[str, tuple[bool | None, str]]:
    """What `check` found, by name."""
    document: dict[str, Any] = cli.json("check", status=status)
    assert document["ok"] == (status == 0)
    return {found["name"]: (found["ok"], found["says"]) for found in document["checks"]}


def _set(patch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        patch.setenv(f"TELEMENTOR_{name}", value)


def test_all_is_well(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both providers answering and webhooks named, every line is ok and the status is 0."""
    with provider_beside() as provider:
        hook = {"url": "https://bot.example.org/telegram", "has_custom_certificate": False, "pending_update_count": 0}
        provider.answer("/getMe", ME)
        provider.answer("/getWebhookInfo", Answer(json={"ok": True, "result": hook}))
        provider.answer("/Messages.json", PAGE)
        _set(
            monkeypatch,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_URL=provider.url,
            TELEGRAM_MODE="webhook",
            TELEGRAM_WEBHOOK_SECRET="invented_secret-1",
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN="invented-auth-token",
            TWILIO_FROM="+441632960000",
            TWILIO_API_URL=provider.url,
            PUBLIC_URL="https://bot.example.org",
        )
        found = _found(pair, 0)
        said = pair("check").stdout
    assert set(found) == {
        "settings", "keys", "content", "schema", "audit", "outbox", "coordinators of mentoring", "rota of mentoring",
        "channels", "telegram",
        "webhook /telegram", "sms", "webhook /twilio/sms", "webhook /twilio/status",
    }  # fmt: skip
    assert all(ok for ok, _ in found.values())
    assert found["rota of mentoring"][1].startswith("Nobody is on call")
    assert found["webhook /twilio/sms"][1] == "https://bot.example.org/twilio/sms, with its secret set"
    assert found["coordinators of mentoring"][1] == "Morgan can be reached"
    *lines, counted = said.splitlines()
    assert len(lines) == len(found)
    assert {line.split()[0] for line in lines} == {"ok", "warning"}
    assert counted == "1 warning."
    assert "invented" not in said


def test_an_empty_folder(cli: Cli) -> None:
    """Before init it says what is missing and what can't be checked yet; nothing is made but the database's file."""
    found = _found(cli, 1)
    assert found["settings"] == (True, "complete")
    assert "telementor init" in found["keys"][1]
    assert found["schema"] == (False, "The database is empty. Run: telementor init")
    assert found["audit"] == (None, "not checked, because of the above")
    assert "TELEMENTOR_TELEGRAM_BOT_TOKEN" in found["channels"][1]
    said = cli("check", status=1).stdout
    assert "NOT OK  keys: " in said
    assert "-       audit: not checked" in said


def test_settings_that_are_wrong_stop_the_rest(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the settings are incomplete, that is said, and nothing else is guessed at."""
    _set(monkeypatch, TWILIO_ACCOUNT_SID=ACCOUNT)
    found = _found(cli, 1)
    assert found.pop("settings")[0] is False
    assert {ok for ok, _ in found.values()} == {None}


def test_every_fault_of_the_content_has_a_line(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each problem of each content file stands on a line of its own, with file and line."""
    own = Path("own") / "programmes"
    own.mkdir(parents=True)
    (own / "a.toml").write_text("id = 'a'\ncolour = 'red'\n")
    _set(monkeypatch, CONTENT_DIR="own")
    lines = [line for line in pair("check", status=1).stdout.splitlines() if "content: " in line]
    assert len(lines) == 2
    assert all("a.toml:" in line for line in lines)


_OWN_RULE = """[[rule]]
id = "{name}"
category = "criminal_exploitation"
severity = "high"
phrases = ["at the bando99"]
finds = ["{finds}"]
passes = ["{passes}"]
"""


def test_a_services_own_rules_are_held_to_their_examples(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that misses its example, or finds its near miss, would fail unseen: each is told with its place."""
    for folder, finds, passes in (
        ("good", "im at the bando99", "that song bando99"),
        ("bad", "hello", "at the bando99"),
    ):
        lexicons = Path(folder) / "lexicons"
        lexicons.mkdir(parents=True)
        rules = [_OWN_RULE.format(name=f"ours-{number}", finds=finds, passes=passes) for number in range(4)]
        (lexicons / "local.toml").write_text("\n".join(rules))
    _set(monkeypatch, CONTENT_DIR="good")
    assert _found(pair, 1)["examples"] == (True, "each rule finds its examples and passes its near misses")
    _set(monkeypatch, CONTENT_DIR="bad")
    said = [one["says"] for one in pair.json("check", status=1)["checks"] if one["name"] == "examples"]
    assert len(said) == 8
    change = "change the rule, or the example."
    assert said[:2] == [
        f'bad/lexicons/local.toml:6: The rule ours-0 misses its example "hello": {change}',
        f'bad/lexicons/local.toml:7: The rule ours-0 finds its near miss "at the bando99": {change}',
    ]


def test_nobody_whom_an_alert_would_reach(cli: Cli, pair: Cli) -> None:
    """A coordinator who hasn't joined, and one who can't be reached, are not enough."""
    blocked = Unreachable(
        channel=Channel.TELEGRAM, event_id="b", sender=COORDINATOR_CHAT, blocked=True, at=real_clock()
    )
    pair.take(blocked)
    assert "can be reached now" in _found(pair, 1)["coordinators of mentoring"][1]
    for name in ("telementor.keys", "telementor.db"):
        Path(name).unlink()
    cli("init", "--name", "Jo")
    assert "has joined, so no alert reaches anybody" in _found(cli, 1)["coordinators of mentoring"][1]


def test_a_trail_that_is_not_whole(pair: Cli) -> None:
    """Tampering with the audit trail is one of the things that are checked."""
    with closing(sqlite3.connect("telementor.db")) as database, database:
        database.execute("UPDATE audit SET act = 'nothing'")
    assert "The trail isn't whole" in _found(pair, 1)["audit"][1]


def test_one_check_that_fails_hides_no_other(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected fault in one check is that check's line."""

    def failing(*_: object) -> None:
        raise RuntimeError("words")

    monkeypatch.setattr(Core, "act", failing)
    found = _found(pair, 1)
    assert "a fault in telementor (RuntimeError)" in found["audit"][1]
    assert "a fault in telementor (RuntimeError)" in found["coordinators of mentoring"][1]


def test_providers_that_do_not_answer(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that is away, and a token that isn't accepted, are each one sentence without the token."""
    _set(monkeypatch, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_URL=closed_port())
    assert _found(pair, 1)["telegram"] == (False, "Telegram did not answer as expected (network).")
    with provider_beside() as provider:
        provider.answer("/getMe", Answer(401, json={"ok": False, "error_code": 401, "description": "Unauthorized"}))
        _set(monkeypatch, TELEGRAM_API_URL=provider.url)
        said = pair("check", status=1)
    assert "Telegram does not accept TELEMENTOR_TELEGRAM_BOT_TOKEN." in said.stdout
    assert TOKEN not in said.output


def test_a_webhook_on_this_computer_alone(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address on loopback is no webhook that the real Twilio could call; for a local provider it is right."""
    with provider_beside() as provider:
        provider.answer("/Messages.json", PAGE)
        _set(
            monkeypatch,
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN="invented-auth-token",
            TWILIO_FROM="+441632960000",
            TWILIO_API_URL=provider.url,
            PUBLIC_URL="http://127.0.0.1:8080",
        )
        found = _found(pair, 0)
        assert found["webhook /twilio/sms"][1].startswith("http://127.0.0.1:8080/twilio/sms")
        settings = load_settings().model_copy(update={"twilio_api_url": "https://api.twilio.example"})
    with pytest.raises(Refused, match="is this computer alone: set TELEMENTOR_PUBLIC_URL"):
        check._hook(settings, Channel.SMS, "/twilio/sms")


async def test_a_check_receives_nothing() -> None:
    """The channels of a check belong to no service: an event that came all the same would be sent again."""
    with pytest.raises(NotStored):
        await check._take_nothing(Ignored(channel=Channel.SMS, event_id="1", kind="poll", at=real_clock()))
