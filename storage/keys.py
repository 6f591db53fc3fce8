"""The keys: the key file with the master keys, and the vault that wraps each person's data key under them.

A person's cells are sealed under their own data key, which the database keeps only in wrapped form. Destroying that
wrap erases the person, though a backup made before still holds it. Rotation adds a master key to the file and rewraps
the data keys; the cells themselves stay as they are.
"""

import hmac
import os
import stat
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Annotated, BinaryIO, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    field_validator,
)

from storage.crypto import KEY_LENGTH, Cipher

# Ciphers that a vault keeps ready: 2.6 kB each as measured, so about 10 MB when there are so many people.
_CIPHERS_KEPT = 4096
# Read and write for the owner alone.
_OWNER_ONLY = 0o600
_ANYONE_ELSE = stat.S_IRWXG | stat.S_IRWXO


class KeyFileError(Exception):
    """The key file can't be used as it is; the message is one sentence that says why and what to do."""


class MasterKeyMissing(KeyFileError):
    """A data key was wrapped under a master key that the key file doesn't hold."""

    def __init__(self, master_id: int) -> None:
        super().__init__(
            f"The key file has no master key {master_id}, which the database needs: restore the one that had it."
        )
        self.master_id = master_id


def _from_hex(value: object) -> object:
    """Bytes of hexadecimal digits; anything else is left for the field to judge."""
    return bytes.fromhex(value) if isinstance(value, str) else value


# 32 secret bytes, written as 64 hexadecimal digits in the file and left out of every repr.
_Key = Annotated[
    bytes,
    BeforeValidator(_from_hex),
    PlainSerializer(bytes.hex),
    Field(min_length=KEY_LENGTH, max_length=KEY_LENGTH, repr=False),
]
_STRICT = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class MasterKey(BaseModel):
    """A key that wraps data keys."""

    model_config = _STRICT

    # From 1, never used again.
    id: Annotated[int, Field(ge=1)]
    created: AwareDatetime
    key: _Key


class KeySet(BaseModel):
    """What a key file holds, in the file's own layout."""

    model_config = _STRICT

    # Layout of the file.
    format: Literal[1]
    # Makes the keyed hashes that look-ups use. It doesn't rotate: the hashes in the database would no longer match.
    index_key: _Key
    # Authenticates audit entries. It doesn't rotate either: old entries must stay checkable.
    audit_key: _Key
    # The one with the highest id is active: new wraps are made under it.
    masters: Annotated[tuple[MasterKey, ...], Field(min_length=1)]

    @field_validator("masters")
    @classmethod
    def _check_ids_differ(cls, masters: tuple[MasterKey, ...]) -> tuple[MasterKey, ...]:
        if max(Counter(master.id for master in masters).values()) > 1:
            raise ValueError("two master keys have the same id")
        return masters

    @property
    def active(self) -> MasterKey:
        """The master key that new wraps are made under."""
        return max(self.masters, key=lambda master: master.id)


# Names that the file uses.
_NAMES = frozenset(KeySet.model_fields) | frozenset(MasterKey.model_fields)


def create_key_set(now: datetime) -> KeySet:
    """Fresh random keys with one master key; raises ValueError when `now` is naive."""
    return KeySet(
        format=1, index_key=os.urandom(KEY_LENGTH), audit_key=os.urandom(KEY_LENGTH), masters=(_create_master(1, now),)
    )


def create_key_file(path: Path, now: datetime) -> None:
    """Write fresh keys to a new file that only its owner may read; on return it is on the disk.

    Raises KeyFileError when there is a file already or it can't be written, ValueError when `now` is naive.
    """
    keys = create_key_set(now)
    try:
        with _new_file(path) as file:
            _write_durably(file, keys)
        _sync_folder(path)
    except FileExistsError:
        raise _refusal(
            path, "it exists, and may be all that opens a database", "keep it, or use another path"
        ) from None
    except OSError as error:
        raise _refusal(path, f"it can't be created ({error.strerror})", "check the folder") from None


def load_key_file(path: Path) -> KeySet:
    """Read and check a key file.

    Raises KeyFileError when it is missing, open to others than its owner, or not a whole and valid key file.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read()
    except FileNotFoundError:
        raise _refusal(
            path, "there is none", "restore it from a backup, or create one for a new service with `telementor init`"
        ) from None
    except OSError as error:
        raise _refusal(path, f"it can't be read ({error.strerror})", "check its owner and mode") from None
    if mode & _ANYONE_ELSE:
        raise _refusal(path, "others than its owner may use it", f"run `chmod 600 {path}`")
    try:
        return KeySet.model_validate_json(content)
    except ValidationError as error:
        problem = _describe(error)
    # Raised out here, so that it doesn't carry the ValidationError, which holds the file's content.
    raise _refusal(path, f"it is damaged ({problem})", "restore it from a backup")


def add_master(path: Path, now: datetime) -> int:
    """Add an active master key to the file and return its id; on return it is on the disk.

    A process that runs already goes on with the keys that it loaded. Raises KeyFileError, and ValueError when `now` is
    naive; the file is then as it was.
    """

    def add(keys: KeySet) -> tuple[MasterKey, ...]:
        return (*keys.masters, _create_master(keys.active.id + 1, now))

    return _change_masters(path, add).active.id


def drop_master(path: Path, master_id: int) -> None:
    """Take a retired master key out of the file.

    The caller makes sure that no data key is wrapped under it any more. Raises KeyFileError when it is the active one
    or not in the file; the file is then as it was.
    """

    def drop(keys: KeySet) -> tuple[MasterKey, ...]:
        if master_id == keys.active.id:
            raise _refusal(path, f"master key {master_id} is the active one", "add another and rewrap first")
        left = tuple(master for master in keys.masters if master.id != master_id)
        if left == keys.masters:
            raise _refusal(path, f"it has no master key {master_id}", "choose one that it has")
        return left

    _change_masters(path, drop)


def _create_master(master_id: int, now: datetime) -> MasterKey:
    return MasterKey(id=master_id, created=now, key=os.urandom(KEY_LENGTH))


def _refusal(path: Path, problem: str, remedy: str) -> KeyFileError:
    return KeyFileError(f"Key file {path}: {problem}; {remedy}.")


def _describe(error: ValidationError) -> str:
    """Where a key file is wrong and how; never its content, nor names that aren't ours (a key in a wrong place)."""
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    ours = (str(part) for part in first["loc"] if isinstance(part, int) or part in _NAMES)
    return " ".join((*ours, first["type"]))


def _change_masters(path: Path, change: Callable[[KeySet], tuple[MasterKey, ...]]) -> KeySet:
    """Replace the key file in one step, so that a crash leaves the old one or the new one.

    The new file is made before the old one is read, and can't be made while there is one: two changes at the same time
    would lose a key.
    """
    target = path.resolve()
    beside = target.with_name(target.name + ".new")
    try:
        with _new_file(beside) as file:
            keys = load_key_file(target)
            keys = keys.model_copy(update={"masters": change(keys)})
            old = target.stat()
            # Root may make the change; the service's own account must still be able to read the file.
            os.fchown(file.fileno(), old.st_uid, -1)
            os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))
            _write_durably(file, keys)
            beside.replace(target)
        _sync_folder(target)
    except FileExistsError:
        raise _refusal(path, "another change is going on or was cut short", f"if none is, delete {beside}") from None
    except OSError as error:
        raise _refusal(path, f"it can't be changed ({error.strerror})", "check its owner and folder") from None
    return keys


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that wasn't there before, for its owner alone; it goes again when anything fails."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        try:
            yield file
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _write_durably(file: BinaryIO, keys: KeySet) -> None:
    file.write(keys.model_dump_json(indent=2).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """Make a name in a folder durable, which syncing the file itself does not (fsync(2))."""
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
