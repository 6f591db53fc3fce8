"""Storage anchors: what the same disk and the same server do when three rows are written by hand."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

# About what a stored cell of an ordinary message takes.
ROW_BYTES = 500
_ROWS = [(b"\x01" * ROW_BYTES,)] * 3


@contextmanager
def commit_probe(folder: Path) -> Iterator[Callable[[int], float]]:
    """Raw `sqlite3` on a new file of `folder`: WAL, `synchronous=FULL`, three rows a transaction.

    The probe takes a number of transactions and returns the seconds that they took.
    """
    with closing(sqlite3.connect(folder / "probe.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS cells (id INTEGER PRIMARY KEY, cell BLOB NOT NULL)")

        def probe(transactions: int) -> float:
            begun = time.perf_counter()
            for _ in range(transactions):
                connection.execute("BEGIN IMMEDIATE")
                for row in _ROWS:
                    connection.execute("INSERT INTO cells (cell) VALUES (?)", row)
                connection.execute("COMMIT")
            return time.perf_counter() - begun

        yield probe


_EVENT = (
    "INSERT INTO events (channel, provider_id, state, received_at) VALUES ('telegram', $1, 'done', $2) "
    "ON CONFLICT DO NOTHING"
)
_MESSAGE = (
    "INSERT INTO messages (id, direction, kind, state, person_id, address_id, channel, provider_ref, at, received_at, "
    "original_cell, key_id) VALUES ($1, 'in', 'relay', 'relayed', $2, $3, 'telegram', $4, $5, $5, $6, $7)"
)
_OUTBOX = (
    "INSERT INTO outbox (message_id, address_id, part, priority, state, body_cell, key_id, created_at, due_at) "
    "VALUES ($1, $2, 0, 1, 'queued', $3, $4, $5, $5)"
)


class AsyncpgProbe:
    """The rows of a relayed message in our own tables, written by hand: three statements and a commit.

    What they refer to (`person_id`, `address_id`, `key_id`) must exist. Cells are made up, nothing is encrypted.
    """

    def __init__(self, connections: list[Any], person_id: int, address_id: int, key_id: int) -> None:
        self._connections = connections
        self._refers = (person_id, address_id, key_id)
        # Below every id that the service makes, which begin at 2**50 or so.
        self._numbers = iter(range(1, 2**40))

    async def run(self, transactions: int) -> float:
        """Store so many messages over all connections and return the seconds that it took."""
        turns = iter(range(transactions))
        begun = time.perf_counter()
        await asyncio.gather(*(self._store(connection, turns) for connection in self._connections))
        return time.perf_counter() - begun

    async def _store(self, connection: Any, turns: Iterator[int]) -> None:  # noqa: ANN401 - asyncpg has no types
        person_id, address_id, key_id = self._refers
        cell = b"\x01" * ROW_BYTES
        for _ in turns:
            number = next(self._numbers)
            now = int(datetime.now(UTC).timestamp() * 1e6)
            async with connection.transaction():
                await connection.execute(_EVENT, f"probe-{number}", now)
                await connection.execute(_MESSAGE, number, person_id, address_id, str(number), now, cell, key_id)
                await connection.execute(_OUTBOX, number, address_id, cell, key_id, now)


@asynccontextmanager
async def asyncpg_connections(url: str, count: int) -> AsyncIterator[list[Any]]:
    """So many connections of `asyncpg`."""
    connections = [await asyncpg.connect(url) for _ in range(count)]
    try:
        yield connections
    finally:
        for connection in connections:
            await connection.close()
