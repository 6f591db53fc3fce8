"""The one way to run a transaction, on SQLite or on PostgreSQL."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.ids import IdMaker
from storage.transaction import Transaction
from storage.vault import Vault

T = TypeVar("T")
Work = Callable[[Transaction], T]


_KINDS = "The database must be SQLite (sqlite:///file) or PostgreSQL (postgresql://…)."


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """A work that waits for its turn."""

    work: Work[T]
    otherwise: Callable[[Exception], Work[T]] | None
    future: Future[T] = field(default_factory=Future)


class DatabaseError(Exception):
    """The database can't be used: one clear sentence, with what to do."""


class Database(Protocol):
    """A place to run transactions. Thread-safe; the caller's thread never touches the connection."""

    # Whether several processes may serve this database at the same time.
    shared: bool

    def write(
        self, work: Work[T], order: Hashable = None, *, otherwise: Callable[[Exception], Work[T]] | None = None
    ) -> Future[T]:
        """Run `work` in a transaction; the future resolves after the commit, or with what `work` raised.

        What it raised undoes only its own changes. Works with the same `order` (not None) take effect in the order
        in which they were given. When `work` fails and `otherwise` is given, what that makes of the error runs in its
        place, before any later work of the same order. A work may be run more than once (after a lost race), and must
        not block on anything but the database.
        """

    def read(self, work: Work[T]) -> Future[T]:
        """Run `work` on a snapshot that sees all that was committed before; its changes are thrown away."""

    def close(self) -> None:
        """Finish what was given, then close. Later calls of `write` and `read` raise `DatabaseError`."""


def open_database(url: str, vault: Vault, *, connections: int = 8) -> Database:
    """Open the database that a SQLAlchemy address names: `sqlite:///file` or `postgresql://…`.

    `connections` is the size of the pool on PostgreSQL (SQLite has one writer and two readers). Raises
    `DatabaseError` for another kind of database or a folder that isn't there.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        from storage.sqlite import SqliteDatabase  # noqa: PLC0415 - the engine that isn't used isn't loaded

        return SqliteDatabase(parsed, vault, IdMaker())
    from storage.postgres import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(parsed, vault, IdMaker(), connections)


def parse_url(url: str) -> URL:
    """The address of a database, with the driver that is used. Raises `DatabaseError` as `open_database` does."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        # Its text holds the address, which may hold a password.
        raise DatabaseError(_KINDS) from None
    match parsed.get_backend_name():
        case "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise DatabaseError("The database must be a file, such as sqlite:///telementor.db.")
            if not Path(parsed.database).absolute().parent.is_dir():
                raise DatabaseError("The folder of the database file isn't there: make it first.")
            return parsed.set(drivername="sqlite+pysqlite")
        case "postgresql":
            return parsed.set(drivername="postgresql+psycopg")
        case _:
            raise DatabaseError(_KINDS)
