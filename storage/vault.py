"""The vault: wraps each person's data key under a master key, and makes look-up hashes and audit codes.

A person's cells are sealed under their own data key, which the database keeps only in wrapped form. Destroying that
wrap erases the person, though a backup made before still holds it. Rotation adds a master key to the file and rewraps
the data keys; the cells themselves stay as they are.
"""

import hmac
import os
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from storage.crypto import KEY_LENGTH, Cipher
from storage.key_file import KeyFileError
from storage.key_set import KeySet

# Ciphers that a vault keeps ready: 2.6 kB each as measured, so about 10 MB when there are so many people.
_CIPHERS_KEPT = 4096


class MasterKeyMissing(KeyFileError):
    """A data key was wrapped under a master key that the key file doesn't hold."""

    def __init__(self, master_id: int) -> None:
        super().__init__(
            f"The key file has no master key {master_id}, which the database needs: restore the one that had it."
        )
        self.master_id = master_id


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as the database keeps it."""

    # The row that it belongs to; it opens nowhere else.
    key_id: int
    # The master key that it is wrapped under.
    master_id: int
    # The data key's 32 bytes, sealed (61 bytes).
    wrapped: bytes = field(repr=False)


class Vault:
    """Everything that is done with keys while the service runs: wrap, unwrap, look-up hashes, audit codes.

    Keeps up to `capacity` ciphers ready and drops the least recently used. Threads may share a vault. The id of a key
    must never name another key later, not even when its row was rolled back: a cipher is kept by that id alone.
    """

    __slots__ = ("_audit_key", "_capacity", "_forgotten", "_index_key", "_kept", "_lock", "_masters", "active_master")

    def __init__(self, keys: KeySet, capacity: int = _CIPHERS_KEPT) -> None:
        self._index_key = keys.index_key
        self._audit_key = keys.audit_key
        self._masters = {master.id: Cipher(master.key) for master in keys.masters}
        # The id of the master key that new wraps are made under.
        self.active_master = keys.active.id
        self._capacity = capacity
        # Ciphers by key id, the most recently used last.
        self._kept: OrderedDict[int, Cipher] = OrderedDict()
        # Keys that are never kept again: a transaction that began earlier may still see the wrap.
        self._forgotten: set[int] = set()
        self._lock = Lock()

    def new_key(self, key_id: int) -> WrappedKey:
        """Make a random data key for the row `key_id`."""
        return self._wrap(key_id, os.urandom(KEY_LENGTH))

    def cipher(self, wrapped: WrappedKey) -> Cipher:
        """The cipher of a data key, unwrapped if need be.

        Raises CannotOpen for a wrap that was altered or stands in another row, and MasterKeyMissing.
        """
        kept = self.cached(wrapped.key_id)
        if kept is not None:
            return kept
        cipher = Cipher(self._unwrap(wrapped))
        with self._lock:
            if wrapped.key_id not in self._forgotten:
                self._kept[wrapped.key_id] = cipher
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return cipher

    def cached(self, key_id: int) -> Cipher | None:
        """The cipher of a data key that was unwrapped lately, else None."""
        with self._lock:
            kept = self._kept.get(key_id)
            if kept is not None:
                self._kept.move_to_end(key_id)
            return kept

    def forget(self, key_id: int) -> None:
        """Drop a data key from memory, for good: call it when its wrap is destroyed. Unknown ids are fine."""
        with self._lock:
            self._forgotten.add(key_id)
            self._kept.pop(key_id, None)

    def rewrap(self, wrapped: WrappedKey) -> WrappedKey:
        """Wrap a data key under the active master key; one that is so already comes back as it is.

        Raises CannotOpen and MasterKeyMissing as `cipher` does.
        """
        if wrapped.master_id == self.active_master:
            return wrapped
        return self._wrap(wrapped.key_id, self._unwrap(wrapped))

    def blind_index(self, purpose: str, value: str) -> bytes:
        """Keyed hash (HMAC-SHA256, 32 bytes) to look a value up by; the same value differs from purpose to purpose.

        The caller brings the value into one spelling first (a phone number into E.164, say).
        """
        named = purpose.encode("utf-8", "surrogatepass")
        # The length says where the purpose ends, so no other purpose and value give the same bytes.
        message = len(named).to_bytes(4, "big") + named + value.encode("utf-8", "surrogatepass")
        return hmac.digest(self._index_key, message, "sha256")

    def token_hash(self, token: str) -> bytes:
        """The keyed hash (32 bytes) that stands for an invitation code in the database."""
        return self.blind_index("invitation", token)

    def mac(self, data: bytes) -> bytes:
        """Authentication code of an audit entry (HMAC-SHA256, 32 bytes)."""
        return hmac.digest(self._audit_key, data, "sha256")

    def _wrap(self, key_id: int, key: bytes) -> WrappedKey:
        sealed = self._masters[self.active_master].seal_bytes(key, _wrap_context(key_id, self.active_master))
        return WrappedKey(key_id, self.active_master, sealed)

    def _unwrap(self, wrapped: WrappedKey) -> bytes:
        master = self._masters.get(wrapped.master_id)
        if master is None:
            raise MasterKeyMissing(wrapped.master_id)
        return master.open_bytes(wrapped.wrapped, _wrap_context(wrapped.key_id, wrapped.master_id))


def _wrap_context(key_id: int, master_id: int) -> str:
    return f"data key {key_id} under master key {master_id}"
