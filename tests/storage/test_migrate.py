"""The schema's version: up from nothing, back, and the sentences when it isn't right."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from storage import migrate
from storage.database import DatabaseError, open_database
from storage.migrate import check_schema, needed_version, upgrade_schema
from storage.people import list_people
from storage.schema import metadata
from storage.vault import Vault
from tests.databases import PostgresServer
from tests.storage.samples import someone, write


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables, once for each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.empty_database() as url:
        yield url


def tables(url: str) -> set[str]:
    """The tables of a database."""
    with migrate._connected(url) as connection:
        return set(inspect(connection).get_table_names())


def execute(url: str, statement: str) -> None:
    """Run a statement by hand."""
    with migrate._connected(url, writes=True) as connection:
        connection.execute(text(statement))


def downgrade(url: str) -> None:
    """Take every migration back."""
    with migrate._connected(url, writes=True) as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def test_migrations_give_the_schema(empty_url: str) -> None:
    """From an empty database the migrations make exactly the tables that the code describes."""
    assert upgrade_schema(empty_url) == needed_version()
    with migrate._connected(empty_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    assert tables(empty_url) == {*metadata.tables, "alembic_version"}


def test_upgrading_twice_changes_nothing(empty_url: str, vault: Vault, now: datetime) -> None:
    """An upgrade of a database that is up to date keeps everything."""
    upgrade_schema(empty_url)
    database = open_database(empty_url, vault)
    person = write(database, someone, now)
    upgrade_schema(empty_url)
    assert write(database, list_people) == [person]
    database.close()
    check_schema(empty_url)


def test_there_and_back(empty_url: str) -> None:
    """Every migration can be taken back, and made again."""
    upgrade_schema(empty_url)
    downgrade(empty_url)
    assert tables(empty_url) == {"alembic_version"}
    upgrade_schema(empty_url)
    check_schema(empty_url)


def test_a_migration_that_fails_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration happens whole or not at all."""

    def fail(config: Config, _: str) -> None:
        config.attributes["connection"].execute(text("CREATE TABLE half (id INTEGER)"))
        raise OSError

    monkeypatch.setattr(command, "upgrade", fail)
    with pytest.raises(OSError, match=r"^$"):
        upgrade_schema(empty_url)
    assert tables(empty_url) == set()


def test_empty(empty_url: str) -> None:
    """An empty database is named so, with the command that fills it."""
    with pytest.raises(DatabaseError, match=r"^The database is empty\. Run: telementor init$"):
        check_schema(empty_url)


def test_behind(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A schema that is behind is named, with the one that is needed and the command that helps."""
    current = needed_version()
    monkeypatch.setattr(migrate, "needed_version", lambda: "9999")
    sentence = rf"^The database has schema {current}, this version needs 9999\. Run: telementor db upgrade$"
    with pytest.raises(DatabaseError, match=sentence):
        check_schema(database_url)


def test_tables_of_somebody_else(empty_url: str) -> None:
    """A database with tables but no version is not taken for an empty one."""
    execute(empty_url, "CREATE TABLE recipes (id INTEGER)")
    with pytest.raises(DatabaseError, match="has schema unknown"):
        check_schema(empty_url)


def test_from_a_later_version(database_url: str) -> None:
    """A schema that this version doesn't know is neither used nor upgraded."""
    execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    for act in (check_schema, upgrade_schema):
        with pytest.raises(DatabaseError, match=r"schema 9999, which this version doesn't know: install a later"):
            act(database_url)


def test_up_to_date(database_url: str) -> None:
    """A database that is up to date passes."""
    check_schema(database_url)


@pytest.mark.parametrize("act", [check_schema, upgrade_schema])
def test_database_that_is_away(act: object, tmp_path: Path) -> None:
    """A server that doesn't answer, and a file that can't be opened, are one sentence without the address."""
    assert callable(act)
    (tmp_path / "folder.db").mkdir()
    for url in (f"postgresql://postgres:hush@/none?host={tmp_path}", f"sqlite:///{tmp_path}/folder.db"):
        with pytest.raises(DatabaseError, match=r"^The database doesn't answer: [^/]*\.$"):
            act(url)


@pytest.mark.parametrize("act", [check_schema, upgrade_schema])
def test_address_of_no_database(act: object) -> None:
    """An address of another kind is refused as `open_database` refuses it."""
    assert callable(act)
    with pytest.raises(DatabaseError, match="must be SQLite"):
        act("mysql://localhost/telementor")


def test_checking_does_not_wait_for_writers(sqlite_url: str) -> None:
    """The schema can be checked while somebody writes."""
    with migrate._connected(sqlite_url, writes=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
        check_schema(sqlite_url)


def test_upgrade_while_somebody_writes(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade that can't get the lock says that the database doesn't answer."""
    monkeypatch.setattr("storage.sqlite._BUSY", 0.01)
    with migrate._connected(sqlite_url, writes=True), pytest.raises(DatabaseError, match="doesn't answer"):
        upgrade_schema(sqlite_url)
