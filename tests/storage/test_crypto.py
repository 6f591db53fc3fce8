"""Cells open for the right key in the right place, unaltered, and for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.crypto import KEY_LENGTH, CannotOpen, Cipher

KEY = bytes(range(KEY_LENGTH))
CIPHER = Cipher(KEY)
CONTEXT = "messages:17:body_cell"
WORDS = "The tram leaves at half past four."

# Every Python str, with lone surrogates, which `st.text()` leaves out.
any_text = st.text(st.characters(exclude_categories=()))


@given(text=any_text, context=any_text)
def test_what_was_sealed_comes_back(text: str, context: str) -> None:
    """Any text survives in any context."""
    assert CIPHER.open(CIPHER.seal(text, context), context) == text


@pytest.mark.parametrize(
    "text", ["", "\0", "a\0b", "\ud83d", "\ude00\ud83d", chr(0xD83D) + chr(0xDE00), "😀", "e\u0301", "\u202e"]
)
def test_awkward_texts_come_back_unchanged(text: str) -> None:
    """Empty text, NUL, lone and paired surrogates, combining and bidi characters aren't normalised or joined."""
    assert list(CIPHER.open(CIPHER.seal(text, CONTEXT), CONTEXT)) == list(text)


@given(data=st.binary())
def test_bytes_come_back(data: bytes) -> None:
    """Bytes that aren't text survive too."""
    assert CIPHER.open_bytes(CIPHER.seal_bytes(data, CONTEXT), CONTEXT) == data


def test_layout_of_a_cell() -> None:
    """A cell is a version byte, twelve of nonce, the text's UTF-8 and sixteen of tag, as the docstring says."""
    cell = CIPHER.seal("é", CONTEXT)
    assert cell[0] == 1
    assert len(cell) == 1 + 12 + 2 + 16


def test_cells_of_the_same_text_differ() -> None:
    """Nonces are fresh, so equal texts can't be told from their cells."""
    cells = [CIPHER.seal(WORDS, CONTEXT) for _ in range(100)]
    assert len({cell[1:13] for cell in cells}) == 100
    assert len({cell[13:] for cell in cells}) == 100


@given(other=st.binary(min_size=KEY_LENGTH, max_size=KEY_LENGTH).filter(lambda key: key != KEY))
def test_another_key_does_not_open(other: bytes) -> None:
    """A cell opens under its own key alone."""
    with pytest.raises(CannotOpen):
        Cipher(other).open(CIPHER.seal(WORDS, CONTEXT), CONTEXT)


def test_a_key_one_bit_off_does_not_open() -> None:
    """The nearest keys don't open the cell either."""
    cell = CIPHER.seal(WORDS, CONTEXT)
    for bit in range(8 * KEY_LENGTH):
        near = (int.from_bytes(KEY, "big") ^ 1 << bit).to_bytes(KEY_LENGTH, "big")
        with pytest.raises(CannotOpen):
            Cipher(near).open(cell, CONTEXT)


@given(context=any_text.filter(lambda context: context != CONTEXT))
def test_another_context_does_not_open(context: str) -> None:
    """A cell that was moved to another row or column doesn't open there."""
    with pytest.raises(CannotOpen):
        CIPHER.open(CIPHER.seal(WORDS, CONTEXT), context)


@pytest.mark.parametrize("context", ["messages:17:body_cel", "messages:17:body_cell ", "messages:1:body_cell", ""])
def test_a_context_that_nearly_fits_does_not_open(context: str) -> None:
    """A prefix, a longer one, another row of the same column and none at all are other contexts."""
    with pytest.raises(CannotOpen):
        CIPHER.open(CIPHER.seal(WORDS, CONTEXT), context)


def test_any_altered_bit_is_noticed() -> None:
    """Each bit of a cell is protected: version, nonce, ciphertext and tag."""
    cell = CIPHER.seal(WORDS, CONTEXT)
    for place in range(len(cell)):
        for bit in range(8):
            altered = bytearray(cell)
            altered[place] ^= 1 << bit
            with pytest.raises(CannotOpen):
                CIPHER.open(bytes(altered), CONTEXT)


def test_a_cut_or_lengthened_cell_is_noticed() -> None:
    """Every shorter cell fails, the empty one too, and so does one with a byte more."""
    cell = CIPHER.seal(WORDS, CONTEXT)
    for wrong in [cell[:length] for length in range(len(cell))] + [cell + b"\0"]:
        with pytest.raises(CannotOpen):
            CIPHER.open(wrong, CONTEXT)


@given(junk=st.binary(max_size=80))
def test_junk_does_not_open(junk: bytes) -> None:
    """Bytes that were never sealed raise CannotOpen and nothing else."""
    with pytest.raises(CannotOpen):
        CIPHER.open(junk, CONTEXT)
    with pytest.raises(CannotOpen):
        CIPHER.open(b"\x01" + junk, CONTEXT)


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33, 64])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    """The shorter AES keys are refused with the nonsense lengths."""
    with pytest.raises(ValueError, match="32 bytes"):
        Cipher(bytes(length))


def test_the_error_and_the_repr_tell_nothing() -> None:
    """Neither names the words, the context, the cell or the key."""
    cell = CIPHER.seal(WORDS, CONTEXT)
    with pytest.raises(CannotOpen) as caught:
        CIPHER.open(cell, "people:5:name_cell")
    shown = f"{caught.value!s} {caught.value!r} {caught.value.args!r} {CIPHER!r}"
    for secret in (WORDS, "people:5", KEY.hex(), repr(KEY), cell.hex(), repr(cell)):
        assert secret not in shown
    assert not hasattr(CIPHER, "__dict__")
