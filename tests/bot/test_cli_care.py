"""Tests of `telementor db`, `keys` and `audit`."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.bootstrap import opened_core
from bot.cli import keys
from bot.settings import load_settings
from storage.key_file import add_master, load_key_file
from storage.migrate import needed_version
from storage.transaction import Transaction
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import NUMBER, Cli

__all__ = ["cli", "pair", "pair_folder"]

KEYS = Path("telementor.keys")


def _change(statement: str) -> None:
    """Change the database behind the service's back."""
    with closing(sqlite3.connect("telementor.db")) as database, database:
        database.execute(statement)


def _wraps() -> set[int]:
    """The master keys that data keys are wrapped under."""
    with closing(sqlite3.connect("telementor.db")) as database:
        return {row[0] for row in database.execute("SELECT master_id FROM data_keys")}


def test_the_schema_is_brought_up_to_date(cli: Cli) -> None:
    """An empty database gets the schema; one that has it stays as it is; both are said."""
    assert cli.json("db", "upgrade") == {"schema": needed_version(), "changed": True}
    assert cli.json("db", "upgrade") == {"schema": needed_version(), "changed": False}
    assert f"The database had already schema {needed_version()}." in cli("db", "upgrade").stdout


def test_a_schema_of_a_later_version_is_left_alone(pair: Cli) -> None:
    """A database that a later version has changed is refused by every command."""
    _change("UPDATE alembic_version SET version_num = '9999'")
    assert "install a later version" in pair.error("db", "upgrade")
    assert "install a later version" in pair.error("person", "list")
    assert "install a later version" in pair.error("init")


def test_the_master_key_is_changed_in_three_steps(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Added, everything rewrapped in batches after a restart, the old one dropped; the words stay readable."""
    monkeypatch.setattr(keys, "_BATCH", 2)
    before = pair.json("transcript", "--match", "1")
    added = pair.json("keys", "rotate")
    assert (added["step"], added["active_master"], added["rewrapped"]) == ("add", 2, 0)
    assert "restart every telementor process" in added["next"]
    assert _wraps() == {1}
    rewrapped = pair.json("keys", "rotate", "--restarted")
    assert (rewrapped["step"], rewrapped["active_master"]) == ("rewrap", 2)
    assert rewrapped["rewrapped"] >= 3
    assert _wraps() == {2}
    assert [master.id for master in load_key_file(KEYS).masters] == [1, 2]
    said = pair("keys", "rotate", "--restarted").stdout
    assert "The rotation is complete: master key 2 is the only one" in said
    assert [master.id for master in load_key_file(KEYS).masters] == [2]
    assert pair.json("transcript", "--match", "1") == before


def test_no_step_is_taken_too_early(pair: Cli) -> None:
    """The second step wants the restart confirmed; without a first step there is no second."""
    assert "No change of the master key is under way" in pair.error("keys", "rotate", "--restarted")
    pair("keys", "rotate")
    assert "Restart every telementor process" in pair.error("keys", "rotate")
    assert _wraps() == {1}


def test_a_process_that_was_not_restarted_costs_nothing(pair: Cli) -> None:
    """A key that was wrapped under the old master after the rewrap is found: the old one stays until it is done too."""
    with opened_core(load_settings()) as old:
        pair("keys", "rotate")
        pair("keys", "rotate", "--restarted")
        old.act(lambda ctx: ctx.tx.new_key(ctx.now))
    assert pair.json("keys", "rotate", "--restarted")["rewrapped"] == 1
    assert pair.json("keys", "rotate", "--restarted")["step"] == "drop"


def test_a_rotation_with_the_wrong_key_file_is_refused(pair: Cli) -> None:
    """Where data keys need a master key that the file doesn't hold, nothing is added to it."""
    _change("UPDATE data_keys SET master_id = 7")
    before = KEYS.read_bytes()
    assert "data keys need a master key that the key file doesn't hold" in pair.error("keys", "rotate")
    assert KEYS.read_bytes() == before
    assert "The key file has no master key 7" in pair.error("person", "list")
    add_master(KEYS, load_key_file(KEYS).active.created)
    assert "The key file has no master key 7" in pair.error("keys", "rotate", "--restarted")


def test_the_trail_is_whole_and_has_a_head(pair: Cli) -> None:
    """Verifying seals what is new and prints a head, which can be shown again later."""
    first = pair.json("audit", "verify")
    assert (first["ok"], first["problems"], first["seals"]) == (True, [], 1)
    assert len(first["head"]) == 64
    pair("match", "pause", "1")
    second = pair.json("audit", "verify", "--noted", first["head"])
    assert (second["ok"], second["seals"]) == (True, 2)
    assert second["head"] != first["head"]
    said = pair("audit", "verify").stdout
    assert "The audit trail is whole." in said
    assert f"Head, to note down: {second['head']}" in said


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE audit SET actor = 'person:9' WHERE act = 'match.propose'", "was changed"),
        ("DELETE FROM audit WHERE act = 'match.propose'", "are missing, were added or were changed"),
        ("DELETE FROM audit_seals", "Seal 1 is missing"),
    ],
)
def test_tampering_shows(statement: str, problem: str, pair: Cli) -> None:
    """An entry that was changed or taken out, and a seal that is gone, are each said with status 1."""
    pair("audit", "verify")
    _change(statement)
    found = pair.json("audit", "verify", status=1)
    assert not found["ok"]
    assert any(problem in one for one in found["problems"])
    said = pair("audit", "verify", status=1).stdout
    assert "The audit trail is NOT whole." in said
    assert problem in said


def test_a_trail_whose_end_was_cut_off_shows(pair: Cli) -> None:
    """The trail alone can't show that its end is gone; a head that was noted can."""
    pair("audit", "verify")
    pair("match", "pause", "1")
    noted = pair.json("audit", "verify")["head"]
    _change("DELETE FROM audit WHERE seal_id = 2")
    _change("DELETE FROM audit_seals WHERE id = 2")
    assert pair.json("audit", "verify")["ok"]
    assert "its end was replaced" in pair("audit", "verify", "--noted", noted, status=1).stdout


def test_nothing_private_stands_in_the_trail_or_the_file(pair: Cli) -> None:
    """What the commands wrote holds ids only: no number, no name in the database's file."""
    kept = b"".join(path.read_bytes() for path in Path.cwd().glob("telementor.db*"))
    assert NUMBER.encode() not in kept
    assert b"Morgan" not in kept


def test_old_keys_are_of_no_use_elsewhere(pair: Cli) -> None:
    """Another service's key file opens nothing, and that is said in a sentence."""
    KEYS.rename("ours.keys")
    Path("telementor.db").rename("ours.db")
    pair("init", "--name", "Jo")
    KEYS.replace("theirs.keys")
    Path("ours.db").replace("telementor.db")
    Path("theirs.keys").rename(KEYS)
    assert "the key file belongs to another database" in pair.error("person", "list")


def test_a_transaction_that_fails_leaves_the_file(pair: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the database fails in the first step, the key file already has the new key, and the next call goes on."""
    calls = []
    execute = Transaction.execute

    def failing(self: Transaction, *words: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return execute(self, *words)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(Transaction, "execute", failing)
    assert "No space left" in pair.error("keys", "rotate")
    monkeypatch.setattr(Transaction, "execute", execute)
    assert "Master key 2 was added" in pair.error("keys", "rotate")
    assert pair.json("keys", "rotate", "--restarted")["step"] == "rewrap"


def test_the_trail_is_shown(pair: Cli) -> None:
    """Who did what can be read back, all of it or of one thing; with ids, and without anybody's name or number."""
    entries = pair.json("audit", "show")["entries"]
    acts = [one["act"] for one in entries]
    assert {"person.add", "invite", "match.propose", "match.start"} <= set(acts)
    of_match = pair.json("audit", "show", "--subject", "match:1")["entries"]
    assert of_match == [one for one in entries if one["subject"] == "match:1"]
    said = pair("audit", "show", "--subject", "match:1").stdout
    assert "operator  match.propose  match:1" in said
    assert "Alex" not in said
    assert pair("audit", "show", "--subject", "match:99").stdout == "The trail says nothing of that.\n"
