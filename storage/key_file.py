"""The key file, with everything that opens a database: readable for its owner alone, changed in whole steps only."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from storage.key_set import KeySet, MasterKey, create_key_set, create_master

# Read and write for the owner alone.
_OWNER_ONLY = 0o600
_ANYONE_ELSE = stat.S_IRWXG | stat.S_IRWXO
# Names that the file uses.
_NAMES = frozenset(KeySet.model_fields) | frozenset(MasterKey.model_fields)


class KeyFileError(Exception):
    """The key file can't be used as it is; the message is one sentence that says why and what to do."""


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
        return (*keys.masters, create_master(keys.active.id + 1, now))

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
