"""Authenticated encryption of one cell: AES-256-GCM, bound to the row and column that the cell stands in."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# Bytes of an AES-256 key.
KEY_LENGTH = 32

# First byte of every cell. It is authenticated with the context, so a later layout can't be passed off as this one.
_VERSION = b"\x01"
# The nonce length that NIST SP 800-38D recommends (96 bits).
_NONCE_LENGTH = 12
_TEXT_START = len(_VERSION) + _NONCE_LENGTH


class CannotOpen(Exception):
    """The cell can't be opened: wrong key, wrong context, or altered bytes."""

    def __init__(self) -> None:
        # Which of the three it was can't be known, and nothing of the cell or its context may reach a log.
        super().__init__("The cell can't be opened: wrong key, wrong context, or altered bytes.")


class Cipher:
    """Seals and opens cells under one key.

    The key has 32 bytes; any other length raises ValueError. Threads may share a cipher.

    A cell is one version byte, a random nonce of 12 bytes, then the ciphertext with its tag of 16 bytes. The context
    says where the cell stands (table, column, row): a cell moved to another place doesn't open there.

    Bound: NIST SP 800-38D, section 8.3, allows 2^32 cells under one key with random nonces. Each person has a key of
    their own and so stays far below: at a thousand cells a day, 2^32 of them take more than ten thousand years.
    """

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_LENGTH:
            raise ValueError("An AES-256 key has 32 bytes.")
        self._aead = AESGCM(key)

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt any text (lone surrogates too); the cell is 29 bytes longer than the text in UTF-8."""
        return self.seal_bytes(text.encode("utf-8", "surrogatepass"), context)

    def open(self, cell: bytes, context: str) -> str:
        """Give back the text that was sealed in this context; raises CannotOpen."""
        return self.open_bytes(cell, context).decode("utf-8", "surrogatepass")

    def seal_bytes(self, data: bytes, context: str) -> bytes:
        """Encrypt bytes, as `seal` does text."""
        nonce = os.urandom(_NONCE_LENGTH)
        return _VERSION + nonce + self._aead.encrypt(nonce, data, _associated(context))

    def open_bytes(self, cell: bytes, context: str) -> bytes:
        """Give back the bytes that were sealed in this context; raises CannotOpen."""
        if cell[:1] != _VERSION or len(cell) < _TEXT_START:
            raise CannotOpen
        try:
            return self._aead.decrypt(cell[1:_TEXT_START], cell[_TEXT_START:], _associated(context))
        except InvalidTag:
            raise CannotOpen from None


def _associated(context: str) -> bytes:
    """What the tag covers besides the ciphertext."""
    return _VERSION + context.encode("utf-8", "surrogatepass")
