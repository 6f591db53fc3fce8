"""The schema's version: what the code needs, what the database has, and the way from one to the other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, NullPool, column, create_engine, inspect, select, table
from sqlalchemy.exc import OperationalError

from storage.database import DatabaseError, parse_url
from storage.schema.keeping import data_keys
from storage.sqlite import sqlite_engine

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_ALEMBIC = table("alembic_version", column("version_num"))


class EmptyDatabase(DatabaseError):
    """There is nothing in the database, not even a schema."""


def upgrade_schema(url: str) -> str:
    """Bring the database's schema up to date and return its version. Makes an empty database usable.

    Raises `DatabaseError` as `check_schema` does, unless the database is empty or behind.
    """
    # A run of the service needs none of Alembic, which is large.
    from alembic import command  # noqa: PLC0415

    config = _config()
    _make_private(url)
    with _connected(url, writes=True) as connection:
        _check_known(_found_version(connection))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return needed_version()


def _make_private(url: str) -> None:
    """A new SQLite file is its owner's alone, whatever the umask says; SQLite makes its companions alike."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        # Where no file can be made, opening the database says so.
        with suppress(OSError):
            os.close(os.open(parsed.database, os.O_CREAT | os.O_RDWR, 0o600))


def needed_version() -> str:
    """The version of the schema that this code works on."""
    return max(_known_versions())


def _known_versions() -> set[str]:
    """The versions that there are migrations to: a file's name begins with its own, and they grow."""
    return {path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py")}


def _found_version(connection: Connection) -> str | None:
    """The version that Alembic noted in the database; None in one without a schema."""
    if not inspect(connection).has_table(_ALEMBIC.name):
        return None
    return connection.execute(select(_ALEMBIC.c.version_num)).scalar_one_or_none()


def check_schema(url: str) -> None:
    """Raise `DatabaseError`, with what helps, unless the schema is the one that this code works on.

    Also raised for an address that names no database, and for a database that doesn't answer.
    """
    with _connected(url) as connection:
        found = _found_version(connection)
        empty = found is None and not inspect(connection).get_table_names()
    if empty:
        raise EmptyDatabase("The database is empty. Run: telementor init")
    _check_known(found)
    if found != needed_version():
        raise DatabaseError(
            f"The database has schema {found or 'unknown'}, this version needs {needed_version()}. "
            "Run: telementor db upgrade"
        )


def holds_data(url: str) -> bool:
    """Whether something is kept that only this database's own keys open. Raises `DatabaseError` as `check_schema` does.

    For a database in any state: empty, behind, or up to date.
    """
    with _connected(url) as connection:
        if not inspect(connection).has_table(data_keys.name):
            return False
        return connection.execute(select(data_keys.c.id).limit(1)).first() is not None


def _check_known(version: str | None) -> None:
    if version is not None and version not in _known_versions():
        raise DatabaseError(
            f"The database has schema {version}, which this version doesn't know: install a later version."
        )


@contextmanager
def _connected(url: str, *, writes: bool = False) -> Iterator[Connection]:
    """A connection in a transaction that is committed at the end: a migration happens whole or not at all."""
    parsed = parse_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    engine = sqlite_engine(parsed) if sqlite else create_engine(parsed, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            if sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
            yield connection
            connection.commit()
    except OperationalError as error:
        # The driver's own text may name hosts and accounts: it goes on as the cause, not as the sentence.
        raise DatabaseError("The database doesn't answer: check its address and that it is running.") from error
    finally:
        engine.dispose()


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    # The configuration would take a single "%" for the beginning of a variable.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
