"""Tests of the door of the command line: help, versions, and every way of going wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.bootstrap import Core
from bot.cli import main
from storage.crypto import CannotOpen
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import Cli

__all__ = ["cli", "pair", "pair_folder"]

COMMANDS = (
    "init", "check", "run", "demo", "person", "invite", "match", "transcript", "log", "audit", "db", "keys",
    "person add", "person list", "person show", "person consent",
    "match add", "match list", "match pause", "match resume", "match end",
    "audit verify", "db upgrade", "keys rotate",
)  # fmt: skip
GROUPS = {"person", "match", "audit", "db", "keys"}


def test_alone_it_explains_itself(cli: Cli) -> None:
    """Without a word, and with --help, every command is named; a group needs one; --version says which one it is."""
    told = cli("--help").stdout
    assert cli().stdout.split() == told.split()
    assert all(name in told for name in COMMANDS if " " not in name)
    assert cli("person", status=2).stderr == "Missing command. See: telementor person --help\n"
    assert cli("--version").stdout.startswith("telementor 0")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, cli: Cli) -> None:
    """Each has a help of its own, and offers --json where it does something."""
    told = cli(*command.split(), "--help").stdout
    assert f"telementor {command}" in told
    assert len(told.split()) > 20
    assert ("--json" in told) == (command not in GROUPS)


def test_the_list_of_commands_is_the_list_of_modules() -> None:
    """Every command of the help can be loaded, so none of them is only a line."""
    for name in {command.split()[0] for command in COMMANDS}:
        assert import_module(f"bot.cli.{name}").app


def test_the_help_loads_nothing_heavy() -> None:
    """`telementor --help` answers at once: neither database nor web server nor a provider's library is loaded."""
    code = (
        "import sys; from bot.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    heavy = {"sqlalchemy", "pydantic", "telegram", "twilio", "uvicorn", "phonenumbers", "structlog", "asyncio"}
    assert not {name for name in heavy if f"'{name}'" in done.stderr}
    assert "Usage" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["persn"], "No such command 'persn'. Did you mean 'person'? See: telementor --help"),
        (["person"], "No such option: --json. See: telementor person --help"),
        (["person", "show"], "Missing argument 'ID'. See: telementor person show --help"),
        (["person", "show", "seven"], "that isn't the number of anybody or anything"),
        (["person", "show", "0"], "The `list` commands show them."),
        (["person", "show", str(2**63)], "Invalid value for 'ID': that isn't the number"),
        (["match", "add", "--mentor", "-2", "--mentee", "²"], "Invalid value for '--mentor'"),
        (["person", "list", "--loud"], "No such option: --loud"),
        (["person", "add", "--name", "Jo"], "Missing option '--role'"),
        (["person", "add", "--name", "Jo", "--role", "boss"], "'boss' is not one of 'mentee', 'mentor', 'coordinator'"),
        (["person", "add", "--name", "Jo", "--role", "mentor", "--no-phone", "--sms", "07700 900123"], "--no-phone"),
        (["match", "add", "--mentor", "1", "--mentee", "2", "--ends-on", "soon"], "isn't a day. Write it like 2026"),
        (["log", "smoke", "--match", "1", "words"], "'smoke' is not one of 'letter', 'call', 'visit', 'video'"),
        (["log", "letter", "--match", "1"], "Missing argument"),
        (["log", "letter", "words"], "Missing option '--match'"),
        (["transcript"], "say either of which match or of which person"),
        (["transcript", "--match", "1", "--person", "1"], "say either of which match or of which person"),
        (["audit", "verify", "--noted", "AB"], "a head is 64 digits and letters from a to f"),
        (["demo", "--port", "70000"], "should be less than or equal to 65535"),
    ],
)  # fmt: skip
def test_what_is_wrongly_typed_is_one_sentence(words: list[str], sentence: str, cli: Cli) -> None:
    """Status 2, one sentence that says what is wrong and where the help is, and nothing was made."""
    said = cli.error(*words, status=2)
    assert sentence in said
    assert said.endswith("--help")
    assert "Value error" not in said
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("HTTP_PORT", "many", "The settings can't be used: TELEMENTOR_HTTP_PORT"),
        ("CONTENT_DIR", "nowhere", "nowhere"),
        ("KEY_FILE", "nowhere.keys", "Key file nowhere.keys: there is none"),
        ("DATABASE_URL", "sqlite:///nowhere/telementor.db", "The folder of the database file isn't there"),
        ("DATABASE_URL", "mysql://jo:secret@example.org/db", "The database must be SQLite"),
        ("DATABASE_URL", "postgresql://jo:secret@127.0.0.1:1/db", "The database doesn't answer"),
        ("DATABASE_URL", "sqlite:///empty.db", "The database is empty. Run: telementor init"),
    ],
)
def test_what_is_not_as_it_must_be_is_one_sentence(
    variable: str, value: str, sentence: str, pair: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faults of settings, content, keys and database end with status 1 and say what is wrong; never a password."""
    monkeypatch.setenv(f"TELEMENTOR_{variable}", value)
    said = pair.error("person", "list")
    assert sentence in said
    assert "secret" not in said


def test_a_fault_of_the_content_names_file_and_line(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several faults are one sentence about the first, with where to see the others."""
    own = Path.cwd() / "own" / "programmes"
    own.mkdir(parents=True)
    (own / "a.toml").write_text("id = 'a'\n")
    (own / "b.toml").write_text("id = 'b'\n")
    monkeypatch.setenv("TELEMENTOR_CONTENT_DIR", "own")
    said = pair.error("person", "list")
    assert "a.toml:1" in said
    assert "more like this" in said
    (own / "b.toml").unlink()
    (own / "a.toml").write_text("this is no table\n")
    assert "more like this" not in pair.error("person", "list")


def test_a_fault_of_the_rules_keeps_nobody_from_what_needs_none(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """People can be looked up while the word list is being mended; what needs it says what is wrong with it."""
    own = Path.cwd() / "own" / "lexicons"
    own.mkdir(parents=True)
    (own / "local.toml").write_text("this is no table\n")
    monkeypatch.setenv("TELEMENTOR_CONTENT_DIR", "own")
    assert [one["name"] for one in pair.json("person", "list")["people"]]
    assert "local.toml:1" in pair.error("run")


def _raising(error: Exception) -> Callable[..., None]:
    def work(*_: object) -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (CannotOpen(), 1, "the key file belongs to another database"),
        (OperationalError("SELECT words", {}, Exception("words")), 1, "can't do that now (OperationalError)"),
        (PermissionError(13, "Permission denied", "words"), 1, "does not allow that: Permission denied."),
        (TimeoutError(), 1, "does not allow that: TimeoutError."),
        (KeyError("words"), 70, "a fault in telementor (KeyError)"),
        (RuntimeError("words"), 70, "TELEMENTOR_LOG_LEVEL=DEBUG shows where"),
        (EOFError("words"), 70, "a fault in telementor"),
    ],
)
def test_whatever_fails_is_one_sentence_without_words(
    error: Exception, status: int, sentence: str, pair: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that isn't ours is named by its kind; its text, which may hold a person's words, stays out."""
    monkeypatch.setattr(Core, "act", _raising(error))
    said = pair.error("person", "list", status=status)
    assert sentence in said
    assert "words" not in said


def test_a_fault_can_be_looked_into(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the log at DEBUG the kind of the fault and the places that it came through are logged, not its words."""
    monkeypatch.setattr(Core, "act", _raising(RuntimeError("words")))
    monkeypatch.setenv("TELEMENTOR_LOG_LEVEL", "DEBUG")
    log = pair("person", "list", status=70).stderr.splitlines()
    line = json.loads(log[0])
    assert line["error"] == "RuntimeError"
    assert any("person.py" in place for place in line["trace"])
    assert "words" not in log[0]


def test_ctrl_c_ends_a_command_quietly(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of a command is status 130 and no traceback."""

    def work(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Core, "act", work)
    assert pair("person", "list", status=130).output == ""


def test_the_entry_of_the_package(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`bot.cli:main` takes the process's own words, and ends it with the status."""
    monkeypatch.setattr(sys, "argv", ["telementor", "persn"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "Did you mean 'person'?" in capsys.readouterr().err
