"""SQLite: one writer thread that takes all waiting works, runs each in a savepoint, and commits once."""

import queue
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from storage.database import DatabaseError, Job, Work
from storage.transaction import Transaction
from storage.vault import Vault

T = TypeVar("T")

# So many works share a commit at most: enough that the disk no longer counts, few enough that none waits long.
_BATCH = 64
_READERS = 2
# Seconds to wait for another process (the command line beside the service) that writes.
_BUSY = 10

_Job = Job[Any]


def sqlite_engine(url: URL) -> Engine:
    """An engine whose connections begin no transaction by themselves, and whose commits are on the disk.

    Whoever uses it runs BEGIN, COMMIT and ROLLBACK on the driver's connection.
    """
    engine = create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        # Values of people must not stand in the texts of errors.
        hide_parameters=True,
        connect_args={"timeout": _BUSY, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine


def driver_of(connection: Connection) -> Any:  # noqa: ANN401 - sqlite3.Connection, or psycopg.Connection
    """The driver's own connection."""
    return connection.connection.dbapi_connection


class SqliteDatabase:
    """A database in a file of this machine, served by one process (others may read it, and write now and then)."""

    shared = False

    def __init__(self, url: URL, vault: Vault, new_id: Callable[[], int]) -> None:
        self._vault = vault
        self._new_id = new_id
        self._engine = sqlite_engine(url)
        self._connection: Connection | None = None
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="sqlite-reader")
        self._local = threading.local()
        self._reading: list[Connection] = []
        self._closed = False
        self._gate = threading.Lock()
        self._writer = threading.Thread(target=self._write_until_closed, name="sqlite-writer", daemon=True)
        self._writer.start()

    def write(
        self,
        work: Work[T],
        order: Hashable = None,  # noqa: ARG002 - one writer keeps every order
        *,
        otherwise: Callable[[Exception], Work[T]] | None = None,
    ) -> Future[T]:
        """See `Database.write`."""
        job = Job(work, otherwise)
        with self._gate:
            if self._closed:
                raise DatabaseError("The database is closed.")
            self._jobs.put(job)
        return job.future

    def read(self, work: Work[T]) -> Future[T]:
        """See `Database.read`."""
        with self._gate:
            if self._closed:
                raise DatabaseError("The database is closed.")
            return self._readers.submit(self._read, work)

    def close(self) -> None:
        """See `Database.close`."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._writer.join()
        self._readers.shutdown()
        for connection in self._reading:
            connection.close()

    def _connect(self) -> Connection:
        connection = self._engine.connect()
        # This sends nothing. But outside of what it takes for a transaction SQLAlchemy rolls back after any error, and
        # would take the whole batch with it.
        connection.begin()
        return connection

    def _read(self, work: Work[T]) -> T:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            self._reading.append(connection)
        driver = driver_of(connection)
        driver.execute("BEGIN")
        try:
            return work(Transaction(connection, self._vault, self._new_id, driver))
        finally:
            # Unlike the statement, this is content when SQLite has already rolled back because of an error.
            driver.rollback()

    def _write_until_closed(self) -> None:
        while batch := self._take():
            try:
                self._run(batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must learn it
                self._forget_connection()
                for future in (job.future for job in batch):
                    # One that isn't running yet may be cancelled at this very moment.
                    if not future.done() and (future.running() or future.set_running_or_notify_cancel()):
                        future.set_exception(error)
        self._forget_connection()

    def _take(self) -> list[_Job]:
        """The jobs that wait, at least one; none when the database was closed."""
        job = self._jobs.get()
        batch = []
        while job is not None:
            batch.append(job)
            if len(batch) == _BATCH or self._jobs.empty():
                return batch
            job = self._jobs.get()
        if batch:
            # Closed while this batch was taken: the mark is for the next round.
            self._jobs.put(None)
        return batch

    def _run(self, batch: list[_Job]) -> None:
        connection = self._connection = self._connection or self._connect()
        driver = driver_of(connection)
        transaction = Transaction(connection, self._vault, self._new_id, driver)
        answers: list[tuple[Future[Any], Any]] = []
        # The lock is taken at once: a transaction that reads first and writes later could find it taken.
        driver.execute("BEGIN IMMEDIATE")
        for job in batch:
            if not job.future.set_running_or_notify_cancel():
                continue
            driver.execute("SAVEPOINT work")
            try:
                answers.append((job.future, _attempt(job, transaction)))
            except BaseException as error:  # noqa: BLE001 - it belongs to the caller, and must not end the thread
                driver.execute("ROLLBACK TO work")
                job.future.set_exception(error)
            driver.execute("RELEASE work")
        driver.execute("COMMIT")
        for future, answer in answers:
            future.set_result(answer)

    def _forget_connection(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _attempt(job: _Job, transaction: Transaction) -> Any:  # noqa: ANN401 - whatever the work gives
    transaction.queued_for = []
    try:
        return job.work(transaction)
    except Exception as error:
        if job.otherwise is None:
            raise
        transaction.driver.execute("ROLLBACK TO work")
        transaction.queued_for = []
        return job.otherwise(error)(transaction)
