"""Tests of the data keys as a whole, on both engines."""

from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from storage.audit import has_seal, seal_audit, verify_audit, write_audit
from storage.data_keys import count_outdated, rewrap_some
from storage.database import Database, open_database
from storage.ids import KeyId
from storage.key_file import add_master, create_key_file, load_key_file
from storage.migrate import EmptyDatabase, check_schema, holds_data
from storage.transaction import Erased, Transaction
from storage.vault import MasterKeyMissing, Vault


def test_every_key_is_rewrapped_in_batches(database_url: str, tmp_path: Path, now: datetime) -> None:
    """What was sealed before opens afterwards with the new master key alone; a destroyed key stays destroyed."""
    path = tmp_path / "keys"
    create_key_file(path, now)
    old = open_database(database_url, Vault(load_key_file(path)))
    ids = [old.write(lambda tx: tx.new_key(now)).result() for _ in range(5)]
    cell = old.write(lambda tx: tx.seal(ids[0], "here", "words")).result()
    old.write(lambda tx: tx.destroy_key(ids[4], now)).result()
    old.close()
    add_master(path, now)

    both = open_database(database_url, Vault(load_key_file(path)))
    assert both.read(count_outdated).result() == 4
    done = [both.write(lambda tx: rewrap_some(tx, 3)).result() for _ in range(3)]
    assert done == [3, 1, 0]
    assert both.read(count_outdated).result() == 0
    both.close()

    keys = load_key_file(path)
    newest = keys.model_copy(update={"masters": (keys.active,)})
    alone = open_database(database_url, Vault(newest))
    assert alone.read(lambda tx: tx.open(ids[0], "here", cell)).result() == "words"
    with pytest.raises(Erased):
        alone.read(lambda tx: tx.open(ids[4], "here", cell)).result()
    alone.close()


def test_a_master_key_that_is_missing_changes_nothing(database: Database, now: datetime) -> None:
    """A key that can't be unwrapped stops its batch, which then leaves every key as it was."""
    made: list[KeyId] = [database.write(lambda tx: tx.new_key(now)).result() for _ in range(2)]

    def strange(tx: Transaction) -> None:
        tx.connection.exec_driver_sql("UPDATE data_keys SET master_id = 7")

    database.write(strange).result()
    with pytest.raises(MasterKeyMissing):
        database.write(lambda tx: rewrap_some(tx, 10)).result()
    assert database.read(count_outdated).result() == len(made)


def test_whether_a_database_holds_data(database_url: str, vault: Vault, now: datetime) -> None:
    """Tables alone are no data; a data key is, since only the keys that made it open it."""
    assert not holds_data(database_url)
    database = open_database(database_url, vault)
    database.write(lambda tx: tx.new_key(now)).result()
    database.close()
    assert holds_data(database_url)


def test_an_empty_database_is_told_from_one_that_is_behind(tmp_path: Path) -> None:
    """A file that isn't there yet holds nothing, and is empty rather than behind."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert not holds_data(url)
    with pytest.raises(EmptyDatabase):
        check_schema(url)


def test_a_head_is_found_again(database: Database, now: datetime) -> None:
    """A head that was noted is one of the seals, also after later ones; any other is not."""

    def seal(tx: Transaction) -> str:
        write_audit(tx, "operator", "test", "test:1", now)
        seal_audit(tx, now)
        return verify_audit(tx).head

    first = database.write(seal).result()
    second = database.write(seal).result()
    for head in (first, second):
        assert database.read(partial(has_seal, head=head)).result()
    assert not database.read(lambda tx: has_seal(tx, "0" * 64)).result()
