"""The key file is whole, private and never lost."""

import errno
import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.key_file import KeyFileError, add_master, create_key_file, drop_master, load_key_file
from tests.storage.key_samples import NOW, path, secrets_of

__all__ = ["path"]


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


# Creating


def test_a_new_file_holds_what_load_gives(path: Path) -> None:
    """The layout is the documented one, and loading gives the same keys."""
    written = json.loads(path.read_bytes())
    keys = load_key_file(path)
    assert list(written) == ["format", "index_key", "audit_key", "masters"]
    assert written["format"] == 1
    assert written["index_key"] == keys.index_key.hex()
    assert written["audit_key"] == keys.audit_key.hex()
    assert written["masters"] == [{"id": 1, "created": "2026-03-02T09:30:00Z", "key": keys.masters[0].key.hex()}]
    assert keys.active.created == NOW


def test_all_new_keys_differ(path: Path, tmp_path: Path) -> None:
    """No key is used twice, within a file or between files."""
    create_key_file(tmp_path / "other", NOW)
    sets = [load_key_file(path), load_key_file(tmp_path / "other")]
    assert len({key for keys in sets for key in (keys.index_key, keys.audit_key, keys.masters[0].key)}) == 6


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_use_a_new_file(tmp_path: Path, umask: int) -> None:
    """Whatever the umask, the mode is 0600 from the start."""
    before = os.umask(umask)
    try:
        create_key_file(tmp_path / "keys", NOW)
    finally:
        os.umask(before)
    assert mode(tmp_path / "keys") == 0o600


def test_creating_never_overwrites(path: Path) -> None:
    """An existing file stays as it is, since it may be all that opens a database."""
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match="it exists"):
        create_key_file(path, NOW)
    assert path.read_bytes() == before


def test_creating_does_not_follow_a_link(tmp_path: Path) -> None:
    """A dangling link in the file's place is refused, so keys can't be led elsewhere."""
    (tmp_path / "keys").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFileError, match="it exists"):
        create_key_file(tmp_path / "keys", NOW)
    assert not (tmp_path / "elsewhere").exists()


def test_creating_in_a_missing_folder_says_so(tmp_path: Path) -> None:
    """The error names the path and what to look at."""
    with pytest.raises(KeyFileError, match=r"nowhere.*No such file.*check the folder"):
        create_key_file(tmp_path / "nowhere" / "keys", NOW)


def test_a_naive_time_is_refused(path: Path, tmp_path: Path) -> None:
    """Times are aware or refused, and then nothing is written."""
    before = path.read_bytes()
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="timezone"):
        create_key_file(tmp_path / "other", naive)
    with pytest.raises(ValueError, match="timezone"):
        add_master(path, naive)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


def fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the disk takes nothing more: the system call fails as it does there."""

    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("storage.key_file.os.fsync", fail)


def test_a_file_that_could_not_be_synced_goes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a key file doesn't stay behind to be taken for a whole one."""
    fill_disk(monkeypatch)
    with pytest.raises(KeyFileError, match="No space left"):
        create_key_file(tmp_path / "keys", NOW)
    assert list(tmp_path.iterdir()) == []


def recorded_syncs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names the kind of each descriptor that is synced from now on, with what its folder held at that moment."""
    seen: list[str] = []
    sync = os.fsync

    def record(descriptor: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else f"{os.fstat(descriptor).st_size} bytes")
        sync(descriptor)

    monkeypatch.setattr("storage.key_file.os.fsync", record)
    return seen


def test_file_and_folder_are_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole content is synced before its name, when a file is created and when it is changed."""
    path = tmp_path / "keys"
    seen = recorded_syncs(monkeypatch)
    create_key_file(path, NOW)
    assert seen == [f"{path.stat().st_size} bytes", "folder"]
    seen.clear()
    add_master(path, NOW)
    assert seen == [f"{path.stat().st_size} bytes", "folder"]


# Loading


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o777])
def test_a_file_open_to_others_is_refused(path: Path, bits: int) -> None:
    """Any right of the group or of others is one too many; the error says how to take it away."""
    path.chmod(bits)
    with pytest.raises(KeyFileError) as caught:
        load_key_file(path)
    assert f"chmod 600 {path}" in str(caught.value)


@pytest.mark.parametrize("bits", [0o600, 0o400, 0o700])
def test_a_file_of_its_owner_alone_is_taken(path: Path, bits: int) -> None:
    """What the owner may do is the owner's affair."""
    path.chmod(bits)
    assert load_key_file(path).active.id == 1


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The error says what to do."""
    with pytest.raises(KeyFileError, match=r"there is none; restore it from a backup, or create one"):
        load_key_file(tmp_path / "keys")


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    """What the system says comes back as one sentence."""
    with pytest.raises(KeyFileError, match=r"can't be read \(Is a directory\)"):
        load_key_file(tmp_path)


def spoil(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    """A way to spoil a file's content: by a change of the parsed layout."""

    def spoiled(content: bytes) -> bytes:
        layout = json.loads(content)
        change(layout)
        return json.dumps(layout).encode()

    return spoiled


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut short": lambda content: content[:-20],
    "not UTF-8": lambda content: content.replace(b"format", b"form\xff\xfe"),
    "a list": lambda content: b"[" + content + b"]",
    "another format": spoil(lambda layout: layout.update(format=2)),
    "no format": spoil(lambda layout: layout.pop("format")),
    "no index key": spoil(lambda layout: layout.pop("index_key")),
    "short audit key": spoil(lambda layout: layout.update(audit_key=layout["audit_key"][:-2])),
    "long index key": spoil(lambda layout: layout.update(index_key=layout["index_key"] + "00")),
    "not hexadecimal": spoil(lambda layout: layout.update(index_key="z" + layout["index_key"][1:])),
    "key as a number": spoil(lambda layout: layout.update(index_key=int(layout["index_key"], 16))),
    "short master": spoil(lambda layout: layout["masters"][0].update(key="00" * 16)),
    "no master": spoil(lambda layout: layout.update(masters=[])),
    "the same id twice": spoil(lambda layout: layout["masters"].append(layout["masters"][0])),
    "id zero": spoil(lambda layout: layout["masters"][0].update(id=0)),
    "id as text": spoil(lambda layout: layout["masters"][0].update(id="1")),
    "naive time": spoil(lambda layout: layout["masters"][0].update(created="2026-03-02T09:30:00")),
    "a key for a name": spoil(lambda layout: layout.update({layout["index_key"]: 1})),
}


@pytest.mark.parametrize("way", SPOILED)
def test_a_spoiled_file_is_refused_and_not_shown(path: Path, way: str) -> None:
    """A damaged file is refused with one sentence, and no key of it is in the error or in what the error refers to."""
    keys = load_key_file(path)
    path.write_bytes(SPOILED[way](path.read_bytes()))
    with pytest.raises(KeyFileError, match=r"it is damaged \(.+\); restore it from a backup\.") as caught:
        load_key_file(path)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    for secret in secrets_of(keys):
        assert secret not in str(caught.value)
        assert secret not in repr(caught.value)


def test_the_error_names_the_damaged_place(path: Path) -> None:
    """The coordinator's helper is told which part is wrong."""
    path.write_bytes(SPOILED["short master"](path.read_bytes()))
    with pytest.raises(KeyFileError, match=r"\(masters 0 key too_short\)"):
        load_key_file(path)


# Adding and dropping master keys


def test_an_added_master_is_active_and_the_rest_stays(path: Path) -> None:
    """Adding changes nothing but the list of master keys, and returns the new id."""
    before = load_key_file(path)
    later = NOW + timedelta(days=90)
    assert add_master(path, later) == 2
    after = load_key_file(path)
    assert after.active.id == 2
    assert after.active.created == later
    assert after.active.key != before.active.key
    assert after.model_copy(update={"masters": before.masters}) == before
    assert after.masters[:1] == before.masters


def test_the_highest_id_is_active_wherever_it_stands(path: Path) -> None:
    """The order in the file doesn't matter."""
    add_master(path, NOW)
    path.write_bytes(spoil(lambda layout: layout["masters"].reverse())(path.read_bytes()))
    assert load_key_file(path).active.id == 2
    assert add_master(path, NOW) == 3


@pytest.mark.parametrize("bits", [0o600, 0o400])
def test_a_change_keeps_mode_and_owner(path: Path, bits: int) -> None:
    """The file that replaces the old one is as private, and belongs to the same account."""
    path.chmod(bits)
    owner = path.stat().st_uid
    add_master(path, NOW)
    assert mode(path) == bits
    assert path.stat().st_uid == owner


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another account")
def test_root_leaves_the_file_to_the_service(path: Path) -> None:
    """When root adds a key, the service's own account can still read the file."""
    os.chown(path, 12345, -1)
    add_master(path, NOW)
    assert path.stat().st_uid == 12345


def test_a_change_goes_through_a_link(path: Path, tmp_path: Path) -> None:
    """A link to the key file stays a link, and the file behind it is changed."""
    link = tmp_path / "link"
    link.symlink_to(path)
    assert add_master(link, NOW) == 2
    assert link.is_symlink()
    assert load_key_file(path).active.id == 2


def test_a_change_replaces_the_file_in_one_step(path: Path) -> None:
    """Who has the old file open still reads it whole: it was replaced, not written over."""
    before = path.read_bytes()
    with path.open("rb") as file:
        add_master(path, NOW)
        assert file.read() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_change_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk the old keys stay, nothing is left over, and the change can be made later."""
    before = path.read_bytes()
    fill_disk(monkeypatch)
    with pytest.raises(KeyFileError, match=r"can't be changed \(No space left"):
        add_master(path, NOW)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    monkeypatch.undo()
    assert add_master(path, NOW) == 2


def test_a_second_change_at_the_same_time_is_refused(path: Path) -> None:
    """A change that is going on keeps others off, or one of two new keys would be lost."""
    before = path.read_bytes()
    beside = path.with_name(path.name + ".new")
    beside.touch()
    with pytest.raises(KeyFileError) as caught:
        add_master(path, NOW)
    assert f"delete {beside}" in str(caught.value)
    assert path.read_bytes() == before
    assert beside.exists()


def test_many_changes_at_once_lose_no_key(path: Path) -> None:
    """Of changes that race, every one that says it succeeded is in the file."""

    def attempt(_: int) -> int | None:
        try:
            return add_master(path, NOW)
        except KeyFileError:
            return None

    with ThreadPoolExecutor(8) as pool:
        added = [master_id for master_id in pool.map(attempt, range(40)) if master_id is not None]
    assert sorted(added) == list(range(2, len(added) + 2))
    assert sorted(master.id for master in load_key_file(path).masters) == list(range(1, len(added) + 2))


def test_a_retired_master_can_be_dropped(path: Path) -> None:
    """Its id isn't given to a later key."""
    add_master(path, NOW)
    drop_master(path, 1)
    assert [master.id for master in load_key_file(path).masters] == [2]
    assert add_master(path, NOW) == 3


@pytest.mark.parametrize(
    ("master_id", "why"), [(2, "is the active one"), (3, "no master key 3"), (0, "no master key 0")]
)
def test_dropping_the_active_or_an_unknown_master_is_refused(path: Path, master_id: int, why: str) -> None:
    """The file stays as it was."""
    add_master(path, NOW)
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match=why):
        drop_master(path, master_id)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_file_is_not_changed(tmp_path: Path) -> None:
    """Changing what isn't there says so, and makes nothing."""
    with pytest.raises(KeyFileError, match="there is none"):
        add_master(tmp_path / "keys", NOW)
    assert list(tmp_path.iterdir()) == []
