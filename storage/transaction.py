"""What a function that runs in a transaction gets: the connection, the keys, and new ids."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, bindparam, insert, select, update

from storage.crypto import Cipher
from storage.hot import Hot
from storage.ids import AddressId, KeyId
from storage.schema.keeping import data_keys
from storage.vault import Vault, WrappedKey

_WRAPPED = Hot(select(data_keys.c.master_id, data_keys.c.wrapped).where(data_keys.c.id == bindparam("key")))


class Erased(Exception):
    """The key that opened these data was destroyed: they are gone, by intention."""


@dataclass(slots=True)
class Transaction:
    """One running transaction. Use it in the thread that runs it, and not after it."""

    connection: Connection
    vault: Vault
    new_id: Callable[[], int]
    # The driver's own connection, in the same transaction: for `storage.hot`.
    driver: Any
    # Addresses that something was put into the outbox for, so that whoever commits can start to send.
    queued_for: list[AddressId] = field(default_factory=list)

    def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:  # noqa: ANN401 - as SQLAlchemy has it
        """Run one statement."""
        return self.connection.execute(statement, values)

    def new_key(self, now: datetime) -> KeyId:
        """Make a data key for a new subject and store it wrapped."""
        wrapped = self.vault.new_key(self.new_id())
        self.execute(
            insert(data_keys).values(
                id=wrapped.key_id, master_id=wrapped.master_id, wrapped=wrapped.wrapped, created_at=now
            )
        )
        return KeyId(wrapped.key_id)

    def destroy_key(self, key_id: KeyId, now: datetime) -> None:
        """Destroy a data key: everything that it closed can't be opened again, in this database or after a restart."""
        self.execute(update(data_keys).where(data_keys.c.id == key_id).values(wrapped=None, destroyed_at=now))
        self.vault.forget(key_id)

    def seal(self, key_id: int, context: str, words: str) -> bytes:
        """Encrypt one cell. `context` is "table:row:column", the place that the cell is bound to."""
        return self._cipher(key_id).seal(words, context)

    def open(self, key_id: int, context: str, cell: bytes) -> str:
        """Decrypt one cell. Raises `CannotOpen` when it was altered or moved, `Erased` when its key was destroyed."""
        return self._cipher(key_id).open(cell, context)

    def seal_bytes(self, key_id: int, context: str, data: bytes) -> bytes:
        """Encrypt a file, as `seal` does words."""
        return self._cipher(key_id).seal_bytes(data, context)

    def open_bytes(self, key_id: int, context: str, cell: bytes) -> bytes:
        """Decrypt a file, as `open` does words."""
        return self._cipher(key_id).open_bytes(cell, context)

    def _cipher(self, key_id: int) -> Cipher:
        cipher = self.vault.cached(key_id)
        if cipher is not None:
            return cipher
        row = _WRAPPED.rows(self, {"key": key_id})[0]
        if row.wrapped is None:
            raise Erased
        return self.vault.cipher(WrappedKey(key_id=key_id, master_id=row.master_id, wrapped=row.wrapped))
