"""The vault opens what it should and shows nothing."""

import hashlib
import hmac
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.crypto import CannotOpen, Cipher
from storage.key_file import KeyFileError, add_master, drop_master, load_key_file
from storage.key_set import create_key_set
from storage.vault import MasterKeyMissing, Vault, WrappedKey
from tests.storage.key_samples import NOW, path, secrets_of

__all__ = ["path"]

CONTEXT = "messages:17:body_cell"
KEYS = create_key_set(NOW)
VAULT = Vault(KEYS)

any_text = st.text(st.characters(exclude_categories=()))


# Wrapping


def test_a_wrapped_key_opens_after_a_restart() -> None:
    """What one vault sealed, another vault of the same keys opens."""
    wrapped = VAULT.new_key(7)
    cell = VAULT.cipher(wrapped).seal("Meet at the library.", CONTEXT)
    assert Vault(KEYS).cipher(wrapped).open(cell, CONTEXT) == "Meet at the library."
    assert len(wrapped.wrapped) == 61


def test_every_data_key_is_another() -> None:
    """One person's key doesn't open another's cells, nor does a second key of the same row."""
    ciphers = [Vault(KEYS).cipher(VAULT.new_key(key_id)) for key_id in (1, 2, 2)]
    for sealing in ciphers:
        for opening in ciphers:
            if opening is not sealing:
                with pytest.raises(CannotOpen):
                    opening.open(sealing.seal("x", CONTEXT), CONTEXT)


def test_a_wrap_opens_in_its_own_row_only() -> None:
    """A wrap copied to another person's row doesn't open there."""
    with pytest.raises(CannotOpen):
        VAULT.cipher(replace(VAULT.new_key(21), key_id=22))


def test_a_wrap_opens_under_its_own_master_only(path: Path) -> None:
    """A wrap that names another master key doesn't open, even where both ids hold the same key."""
    first = load_key_file(path).masters[0]
    twins = KEYS.model_copy(update={"masters": (first, first.model_copy(update={"id": 2}))})
    wrapped = Vault(twins).new_key(31)
    assert wrapped.master_id == 2
    with pytest.raises(CannotOpen):
        Vault(twins).cipher(replace(wrapped, master_id=1))


def test_an_altered_wrap_does_not_open() -> None:
    """Each byte of a wrap is protected."""
    wrapped = VAULT.new_key(41)
    for place in range(len(wrapped.wrapped)):
        altered = bytearray(wrapped.wrapped)
        altered[place] ^= 1
        with pytest.raises(CannotOpen):
            VAULT.cipher(replace(wrapped, wrapped=bytes(altered)))


def test_a_cell_is_not_a_wrap() -> None:
    """Something sealed under a data key can't be passed off as a data key."""
    wrapped = VAULT.new_key(51)
    with pytest.raises(CannotOpen):
        Vault(KEYS).cipher(replace(wrapped, wrapped=VAULT.cipher(wrapped).seal_bytes(bytes(32), CONTEXT)))


def test_an_unknown_master_is_named() -> None:
    """The error is a KeyFileError, carries the id and says what to do."""
    wrapped = WrappedKey(key_id=61, master_id=9, wrapped=VAULT.new_key(61).wrapped)
    for act in (VAULT.cipher, VAULT.rewrap):
        with pytest.raises(MasterKeyMissing, match=r"no master key 9.*restore") as caught:
            act(wrapped)
        assert caught.value.master_id == 9
        assert isinstance(caught.value, KeyFileError)


# Rotation


def test_cells_stay_readable_through_a_rotation(path: Path) -> None:
    """Add a master key, rewrap, drop the old one: what was sealed at first still opens, and only with the new file."""
    first_keys = load_key_file(path)
    before = Vault(first_keys)
    old = before.new_key(7)
    cell = before.cipher(old).seal("Bring your CV.", CONTEXT)

    add_master(path, NOW)
    during = Vault(load_key_file(path))
    assert during.active_master == 2
    assert during.cipher(old).open(cell, CONTEXT) == "Bring your CV."
    new = during.rewrap(old)
    assert (new.key_id, new.master_id) == (7, 2)

    drop_master(path, 1)
    after = Vault(load_key_file(path))
    assert after.cipher(new).open(cell, CONTEXT) == "Bring your CV."
    with pytest.raises(MasterKeyMissing):
        Vault(load_key_file(path)).cipher(old)
    with pytest.raises(MasterKeyMissing):
        Vault(first_keys).cipher(new)


def test_rewrapping_twice_is_rewrapping_once() -> None:
    """A data key under the active master key comes back as it is, so an interrupted rotation can simply run again."""
    wrapped = VAULT.new_key(71)
    assert VAULT.rewrap(wrapped) is wrapped


def test_an_altered_wrap_is_not_rewrapped(path: Path) -> None:
    """Rotation doesn't launder a damaged or moved wrap."""
    old = Vault(load_key_file(path)).new_key(7)
    add_master(path, NOW)
    vault = Vault(load_key_file(path))
    with pytest.raises(CannotOpen):
        vault.rewrap(replace(old, key_id=8))


# Ciphers kept ready


def test_ciphers_are_kept_until_forgotten() -> None:
    """A cipher is unwrapped once; making a key keeps nothing; forgetting is fine with unknown ids."""
    vault = Vault(KEYS)
    wrapped = vault.new_key(1)
    assert vault.cached(1) is None
    cipher = vault.cipher(wrapped)
    assert vault.cipher(wrapped) is cipher
    assert vault.cached(1) is cipher
    vault.forget(1)
    vault.forget(2)
    assert vault.cached(1) is None
    assert vault.cipher(wrapped) is not cipher


def test_a_failed_unwrapping_keeps_nothing() -> None:
    """An altered wrap doesn't leave a cipher behind."""
    vault = Vault(KEYS)
    with pytest.raises(CannotOpen):
        vault.cipher(replace(vault.new_key(1), key_id=2))
    assert vault.cached(1) is None
    assert vault.cached(2) is None


def test_the_least_recently_used_goes_first() -> None:
    """The bound holds, and both ways of asking for a cipher count as use."""
    vault = Vault(KEYS, capacity=3)
    wraps = {key_id: vault.new_key(key_id) for key_id in range(1, 6)}
    for key_id in (1, 2, 3):
        vault.cipher(wraps[key_id])
    vault.cached(1)
    vault.cipher(wraps[2])
    vault.cipher(wraps[4])
    assert [key_id for key_id in wraps if vault.cached(key_id)] == [1, 2, 4]
    vault.cipher(wraps[5])
    assert [key_id for key_id in wraps if vault.cached(key_id)] == [2, 4, 5]


def test_threads_share_a_vault() -> None:
    """Under threads that fetch, forget and push out, every cipher belongs to its id and the bound holds."""
    vault = Vault(KEYS, capacity=8)
    wraps = [vault.new_key(key_id) for key_id in range(24)]
    cells = [Vault(KEYS).cipher(wrapped).seal(str(wrapped.key_id), CONTEXT) for wrapped in wraps]
    start = threading.Barrier(4)

    def work(turn: int) -> None:
        start.wait()
        for step in range(600):
            key_id = (step * (turn + 5)) % len(wraps)
            cipher: Cipher = vault.cached(key_id) or vault.cipher(wraps[key_id])
            assert cipher.open(cells[key_id], CONTEXT) == str(key_id)
            if step % 7 == 0:
                vault.forget(key_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert sum(vault.cached(key_id) is not None for key_id in range(24)) <= 8


# Keyed hashes


@given(purpose=any_text, value=any_text)
def test_a_blind_index_is_stable_and_32_bytes(purpose: str, value: str) -> None:
    """The same value gives the same hash after a restart, any text included."""
    digest = VAULT.blind_index(purpose, value)
    assert len(digest) == 32
    assert digest == Vault(KEYS).blind_index(purpose, value)


@given(first=st.tuples(any_text, any_text), second=st.tuples(any_text, any_text))
def test_different_purposes_or_values_differ(first: tuple[str, str], second: tuple[str, str]) -> None:
    """Two pairs hash alike only when they are the same pair."""
    assert (VAULT.blind_index(*first) == VAULT.blind_index(*second)) == (first == second)


@given(text=any_text)
def test_the_purpose_ends_where_it_ends(text: str) -> None:
    """Moving the border between purpose and value changes the hash, wherever it was."""
    digests = {VAULT.blind_index(text[:cut], text[cut:]) for cut in range(len(text) + 1)}
    assert len(digests) == len(text) + 1


def test_a_blind_index_needs_the_key() -> None:
    """Another service's hash of the same number is another: a stolen table can't be looked up by guessing."""
    number = "+447700900123"
    assert VAULT.blind_index("address", number) != Vault(create_key_set(NOW)).blind_index("address", number)
    assert VAULT.blind_index("address", number) != hashlib.sha256(number.encode()).digest()


def test_hashes_outlive_a_rotation(path: Path) -> None:
    """Look-ups and audit entries go on working under a new master key."""
    before = Vault(load_key_file(path))
    add_master(path, NOW)
    after = Vault(load_key_file(path))
    assert before.blind_index("address", "+447700900123") == after.blind_index("address", "+447700900123")
    assert before.mac(b"entry") == after.mac(b"entry")


def test_a_token_is_looked_up_by_its_own_purpose() -> None:
    """An invitation code's hash is a blind index, and not that of an address spelt the same."""
    assert VAULT.token_hash("K7QM-2XRD") == VAULT.blind_index("invitation", "K7QM-2XRD")
    assert VAULT.token_hash("K7QM-2XRD") != VAULT.blind_index("address", "K7QM-2XRD")


@given(data=st.binary())
def test_an_audit_code_is_hmac_sha256_under_the_audit_key(data: bytes) -> None:
    """Anyone with the key can check the trail by the standard (RFC 2104)."""
    assert VAULT.mac(data) == hmac.new(KEYS.audit_key, data, hashlib.sha256).digest()


# Showing nothing


def test_reprs_show_no_key(path: Path) -> None:
    """Key sets, vaults and wrapped keys can stand in a log or a traceback."""
    add_master(path, NOW)
    keys = load_key_file(path)
    vault = Vault(keys)
    wrapped = vault.new_key(81)
    vault.cipher(wrapped)
    shown = " ".join(
        show(thing) for thing in (keys, keys.active, keys.masters, vault, wrapped, [vault]) for show in (repr, str)
    )
    for secret in [*secrets_of(keys), wrapped.wrapped.hex(), repr(wrapped.wrapped)[2:-1]]:
        assert secret not in shown
    assert not hasattr(vault, "__dict__")
    assert "id=2" in shown
