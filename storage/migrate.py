"""The schema's version: what the code needs, what the database has, and the way from one to the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, inspect
from sqlalchemy.exc import OperationalError

from storage.database import DatabaseError, parse_url
from storage.sqlite import driver_of, sqlite_engine


def upgrade_schema(url: str) -> str:
    """Bring the database's schema up to date and return its version. Makes an empty database usable.

    Raises `DatabaseError` as `check_schema` does, unless the database is empty or behind.
    """
    with _connected(url) as connection:
        _check_known(MigrationContext.configure(connection).get_current_revision())
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return needed_version()


def needed_version() -> str:
    """The version of the schema that this code works on."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 - there is at least the first migration
    return head


def check_schema(url: str) -> None:
    """Raise `DatabaseError`, with what helps, unless the schema is the one that this code works on.

    Also raised for an address that names no database, and for a database that doesn't answer.
    """
    with _connected(url) as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        empty = found is None and not inspect(connection).get_table_names()
    if empty:
        raise DatabaseError("The database is empty. Run: telementor init")
    _check_known(found)
    if found != needed_version():
        raise DatabaseError(
            f"The database has schema {found or 'unknown'}, this version needs {needed_version()}. "
            "Run: telementor db upgrade"
        )


def _check_known(version: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if version is not None and version not in known:
        raise DatabaseError(
            f"The database has schema {version}, which this version doesn't know: install a later version."
        )


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """A connection in a transaction that is committed at the end: a migration happens whole or not at all."""
    parsed = parse_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    engine = sqlite_engine(parsed) if sqlite else create_engine(parsed, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            if sqlite:
                driver_of(connection).execute("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
    except OperationalError as error:
        # The driver's own text may name hosts and accounts: it goes on as the cause, not as the sentence.
        raise DatabaseError("The database doesn't answer: check its address and that it is running.") from error
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    # The configuration would take a single "%" for the beginning of a variable.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
