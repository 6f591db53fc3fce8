"""PostgreSQL: the same works on a small pool of connections; several processes may serve one database."""

import threading
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.exc import DBAPIError

from storage.database import DatabaseError, Job, Work
from storage.transaction import Transaction
from storage.vault import Vault

T = TypeVar("T")

# A transaction that lost a race (deadlock, serialization, two equal ids) is run again so many times.
_TRIES = 4
_RETRY_STATES = {"40001", "40P01", "23505"}

_Job = Job[Any]


class PostgresDatabase:
    """A database on a server."""

    shared = True

    def __init__(self, url: URL, vault: Vault, new_id: Callable[[], int], connections: int) -> None:
        self._vault = vault
        self._new_id = new_id
        self._engine = create_engine(url, pool_size=connections, max_overflow=0, hide_parameters=True)
        # Every statement of a read sees the same moment.
        self._read_engine = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._pool = ThreadPoolExecutor(connections, thread_name_prefix="postgres")
        # The works that wait for an earlier one of the same order; a key is here while one of its works runs.
        self._waiting: dict[Hashable, deque[_Job]] = {}
        self._gate = threading.Lock()
        self._closed = False

    def write(
        self, work: Work[T], order: Hashable = None, *, otherwise: Callable[[Exception], Work[T]] | None = None
    ) -> Future[T]:
        """See `Database.write`."""
        job = Job(work, otherwise)
        with self._gate:
            if self._closed:
                raise DatabaseError("The database is closed.")
            if order is not None and order in self._waiting:
                self._waiting[order].append(job)
                return job.future
            if order is not None:
                self._waiting[order] = deque()
            self._pool.submit(self._run_in_order, job, order)
        return job.future

    def read(self, work: Work[T]) -> Future[T]:
        """See `Database.read`."""
        with self._gate:
            if self._closed:
                raise DatabaseError("The database is closed.")
            return self._pool.submit(self._read, work)

    def close(self) -> None:
        """See `Database.close`."""
        with self._gate:
            self._closed = True
        self._pool.shutdown()
        self._engine.dispose()

    def _read(self, work: Work[T]) -> T:
        with self._read_engine.connect() as connection:
            return work(self._transaction(connection))

    def _transaction(self, connection: Connection) -> Transaction:
        return Transaction(connection, self._vault, self._new_id, connection.connection.dbapi_connection)

    def _run_in_order(self, job: _Job | None, order: Hashable) -> None:
        """Run one work, then those that came for the same order meanwhile."""
        while job is not None:
            self._run(job)
            job = self._next(order)

    def _next(self, order: Hashable) -> _Job | None:
        if order is None:
            return None
        with self._gate:
            waiting = self._waiting[order]
            if waiting:
                return waiting.popleft()
            del self._waiting[order]
            return None

    def _run(self, job: _Job) -> None:
        if not job.future.set_running_or_notify_cancel():
            return
        try:
            job.future.set_result(self._attempt(job))
        except BaseException as error:  # noqa: BLE001 - it belongs to the caller, and must not stop its order
            job.future.set_exception(error)

    def _attempt(self, job: _Job) -> Any:  # noqa: ANN401 - whatever the work gives
        try:
            return self._commit(job.work)
        except Exception as error:
            if job.otherwise is None:
                raise
            return self._commit(job.otherwise(error))

    def _commit(self, work: Work[T]) -> T:
        """Run a work in a transaction of its own; again when it lost a race."""
        tries_left = _TRIES
        while True:
            tries_left -= 1
            try:
                with self._engine.begin() as connection:
                    return work(self._transaction(connection))
            except Exception as error:
                if not tries_left or not _lost_a_race(error):
                    raise


def _lost_a_race(error: BaseException) -> bool:
    # A statement of `storage.hot` raises the driver's own error, any other one SQLAlchemy's around it.
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) in _RETRY_STATES
