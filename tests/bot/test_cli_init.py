"""Tests of `telementor init`."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.numbers import masked, to_e164
from handlers.errors import Refused
from storage.migrate import needed_version
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import ACCOUNT, NUMBER, TOKEN, TYPED, Cli, provider_beside
from tests.bot.providers import Answer, closed_port
from tests.databases import PostgresServer

__all__ = ["cli", "pair", "pair_folder"]


def _contents() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path.cwd().iterdir() if path.suffix == ".keys"}


def test_it_makes_everything_a_new_service_needs(cli: Cli) -> None:
    """Keys for the owner alone, a database, a coordinator, and a code that works once, with how to use it."""
    said = cli("init", "--name", "Jo").stdout
    assert "Keys: made telementor.keys" in said
    assert f"Database: made (schema {needed_version()})" in said
    assert "Coordinator of mentoring: Jo (person 1), added." in said
    assert "/start " in said
    assert "telementor invite 1" in said
    assert Path("telementor.keys").stat().st_mode & 0o077 == 0


def test_as_json(cli: Cli) -> None:
    """The document says what was made, and carries the code."""
    document = cli.json("init", "--name", "Jo")
    assert document["keys"] == {"file": "telementor.keys", "made": True}
    assert document["database"] == {"schema": needed_version(), "made": True}
    assert (document["coordinator"]["name"], document["coordinator"]["made"]) == ("Jo", True)
    invitation = document["invitation"]
    assert (invitation["channel"], invitation["link"], len(invitation["code"])) == ("telegram", None, 20)
    assert invitation["expires_at"].startswith("20")


def test_twice_changes_nothing(cli: Cli) -> None:
    """A second run says what is there, makes no invitation, and leaves the keys as they are."""
    cli("init", "--name", "Jo")
    before = _contents()
    document = cli.json("init", "--name", "Somebody else")
    assert (document["keys"]["made"], document["database"]["made"], document["invitation"]) == (False, False, None)
    assert document["coordinator"]["name"] == "Jo"
    said = cli("init").stdout
    assert "telementor.keys, there already" in said
    assert "there already (added). For a new invitation: telementor invite 1" in said
    assert _contents() == before
    assert len(cli.json("person", "list")["people"]) == 1


def test_a_server_instead_of_a_file(cli: Cli, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL the same commands make the schema in an empty database, and find it there the second time."""
    with postgres.empty_database() as url:
        monkeypatch.setenv("TELEMENTOR_DATABASE_URL", url)
        assert cli.json("init", "--name", "Jo")["database"]["made"]
        assert not cli.json("init")["database"]["made"]
        assert [one["name"] for one in cli.json("person", "list")["people"]] == ["Jo"]
        Path("telementor.keys").unlink()
        assert "restore it from its backup" in cli.error("init")


def test_a_coordinator_who_joined_needs_no_invitation(pair: Cli) -> None:
    """Once the coordinator has joined, init has nothing to offer."""
    said = pair("init").stdout
    assert "Morgan (person 1), there already (joined).\n" in said


def test_a_name_is_needed_for_the_first_one(cli: Cli) -> None:
    """Without a name it says which option is missing, and makes nothing."""
    assert "say who the first coordinator is" in cli.error("init", status=2)
    assert not Path("telementor.keys").exists()
    document = cli.json("init", "--name", "Jo")
    assert (document["keys"]["made"], document["coordinator"]["made"]) == (True, True)


def test_new_keys_are_never_made_for_old_data(cli: Cli) -> None:
    """Where the database holds data and the key file is missing, init refuses: new keys would open nothing."""
    cli("init", "--name", "Jo")
    Path("telementor.keys").rename("kept-elsewhere")
    assert "restore it from its backup" in cli.error("init", "--name", "Jo")
    assert not Path("telementor.keys").exists()


def test_a_schema_without_data_still_gets_its_keys(cli: Cli) -> None:
    """After `db upgrade` on an empty database there is nothing yet that other keys would have to open."""
    cli("db", "upgrade")
    document = cli.json("init", "--name", "Jo")
    assert (document["keys"]["made"], document["database"]["made"]) == (True, False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--programme", "juggling"], "There is no programme 'juggling'. The programmes are: mentoring."),
        (["--sms", "12"], "isn't a phone number that can be texted"),
        (["--name", "07700 900123"], "looks like contact details"),
    ],
)
def test_what_init_refuses(words: list[str], sentence: str, cli: Cli) -> None:
    """An unknown programme, a bad number and a bad name are refused; a second try can put them right."""
    assert sentence in cli.error("init", "--name", "Jo", *words)
    assert cli.json("init", "--name", "Jo")["coordinator"]["made"]


def test_the_invitation_by_sms(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --sms the text waits for the running service, and nobody sees the number; without SMS it says so."""
    said = cli("init", "--name", "Jo", "--sms", TYPED).stdout
    assert "A text to Jo is on its way" in said
    assert "SMS isn't set up yet" in said
    assert "900123" not in said
    assert cli.json("person", "show", "1")["addresses"] == [
        {"channel": "sms", "state": "active", "shared": False, "reason": None, "since": None}
    ]
    for name, value in {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": "invented-auth-token",
        "TWILIO_FROM": "+441632960000",
        "PUBLIC_URL": "https://bot.example.org",
    }.items():
        monkeypatch.setenv(f"TELEMENTOR_{name}", value)
    assert "isn't set up" not in cli("invite", "1").stdout
    assert cli.json("invite", "1")["code"] is None


def test_the_invitation_as_a_link(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Telegram answers, the invitation is a deep link with the bot's own name."""
    me = {"id": 7000000001, "is_bot": True, "first_name": "Bridge", "username": "bridge_bot"}
    monkeypatch.setenv("TELEMENTOR_TELEGRAM_BOT_TOKEN", TOKEN)
    with provider_beside() as provider:
        provider.answer("/getMe", Answer(json={"ok": True, "result": me}))
        monkeypatch.setenv("TELEMENTOR_TELEGRAM_API_URL", provider.url)
        invitation = cli.json("init", "--name", "Jo")["invitation"]
        assert invitation["link"] == f"https://t.me/bridge_bot?start={invitation['code']}"
        said = cli("invite", "1").stdout
    assert "https://t.me/bridge_bot?start=" in said
    assert "to Jo, and to nobody else" in said


def test_a_telegram_that_does_not_answer(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Telegram is away, the code is printed with what to do with it, and the token is not."""
    monkeypatch.setenv("TELEMENTOR_TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEMENTOR_TELEGRAM_API_URL", closed_port())
    said = cli("init", "--name", "Jo").output
    assert "Telegram didn't tell the bot's name (network)." in said
    assert "/start " in said
    assert TOKEN not in said


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (TYPED, NUMBER),
        ("+44 7700 900123", NUMBER),
        ("0044 7700-900-123", NUMBER),
        ("(07700) 900 123", NUMBER),
        ("020 7946 0000", "+442079460000"),
        ("+33 6 12 34 56 78", "+33612345678"),
    ],
)
def test_numbers_as_people_type_them(typed: str, kept: str) -> None:
    """British numbers need no country code; others do; all are kept in E.164."""
    assert to_e164(typed) == kept


@pytest.mark.parametrize("typed", ["", "Jo", "99", "0770090012", "07700900123456", "+999 1234", "07700 900124 ext. 4"])
def test_what_is_no_number(typed: str) -> None:
    """Too short, too long, of no country, with an extension: refused in a sentence that doesn't repeat it."""
    with pytest.raises(Refused) as caught:
        to_e164(typed)
    assert not typed or typed not in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(typed: str) -> None:
    """Whatever is typed, it becomes a number of E.164 or the one refusal."""
    try:
        number = to_e164(typed)
    except Refused:
        return
    assert number.startswith("+")
    assert 5 <= len(number) <= 16
    assert len(masked(number)) == 4
