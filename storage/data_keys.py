"""The data keys as a whole: which master key they are wrapped under, and wrapping them under the active one."""

from sqlalchemy import func, select, update

from storage.schema.keeping import data_keys
from storage.transaction import Transaction
from storage.vault import WrappedKey


def count_outdated(tx: Transaction) -> int:
    """How many data keys are wrapped under another master key than the active one."""
    outdated = data_keys.c.wrapped.is_not(None), data_keys.c.master_id != tx.vault.active_master
    found: int = tx.execute(select(func.count()).select_from(data_keys).where(*outdated)).scalar_one()
    return found


def rewrap_some(tx: Transaction, most: int) -> int:
    """Wrap at most `most` of them under the active master key; returns how many it were, 0 when none is left.

    Raises `MasterKeyMissing` when the key file no longer holds the master key that one is wrapped under.
    """
    query = select(data_keys).where(data_keys.c.wrapped.is_not(None), data_keys.c.master_id != tx.vault.active_master)
    rows = tx.execute(query.order_by(data_keys.c.id).limit(most).with_for_update(key_share=True)).all()
    for row in rows:
        fresh = tx.vault.rewrap(WrappedKey(row.id, row.master_id, row.wrapped))
        changed = {"master_id": fresh.master_id, "wrapped": fresh.wrapped}
        tx.execute(update(data_keys).where(data_keys.c.id == row.id).values(changed))
    return len(rows)
