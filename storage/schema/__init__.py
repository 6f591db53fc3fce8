"""The tables. Columns that end in `_cell` hold AES-256-GCM cells, opened with the data key that `key_id` names.

Every table is known as soon as one of them is imported: a foreign key finds the other table by its name.
"""

from storage.schema import cases, keeping, messages, outbox, people
from storage.schema.columns import metadata

__all__ = ["cases", "keeping", "messages", "metadata", "outbox", "people"]
