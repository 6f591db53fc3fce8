"""The words of a row of `messages`, locked and opened."""

from typing import Any

from sqlalchemy import Row

from storage.transaction import Transaction


def seal_words(tx: Transaction, message_id: int, key_id: int, original: str, delivered: str | None) -> dict[str, Any]:
    """The cells of a row of `messages`; `delivered` is None where it is the same as the original."""
    return {
        "original_cell": tx.seal(key_id, _context(message_id, "original"), original),
        "delivered_cell": None if delivered is None else seal_delivered(tx, message_id, key_id, delivered),
    }


def seal_delivered(tx: Transaction, message_id: int, key_id: int, words: str) -> bytes:
    """The cell of what was or will be delivered of a message."""
    return tx.seal(key_id, _context(message_id, "delivered"), words)


def open_words(tx: Transaction, row: Row[tuple[object, ...]]) -> tuple[str, str]:
    """The original and the delivered words of a row of `messages`."""
    original = open_original(tx, row.id, row.key_id, row.original_cell)
    if row.delivered_cell is None:
        return original, original
    return original, tx.open(row.key_id, _context(row.id, "delivered"), row.delivered_cell)


def open_original(tx: Transaction, message_id: int, key_id: int, cell: bytes) -> str:
    """The words of a message as they were written."""
    return tx.open(key_id, _context(message_id, "original"), cell)


def _context(message_id: int, column: str) -> str:
    return f"messages:{message_id}:{column}"
