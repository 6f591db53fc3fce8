"""Ids: what they are called, and how the ones that the application makes are made."""

import secrets
import threading
import time
from typing import NewType

PersonId = NewType("PersonId", int)
AddressId = NewType("AddressId", int)
MatchId = NewType("MatchId", int)
MessageId = NewType("MessageId", int)
MediaId = NewType("MediaId", int)
OutboxId = NewType("OutboxId", int)
CaseId = NewType("CaseId", int)
InvitationId = NewType("InvitationId", int)
ConversationId = NewType("ConversationId", int)
KeyId = NewType("KeyId", int)

# Ids start at this second, so that 41 bits of milliseconds last until 2094.
_EPOCH_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
# The lower bits: 21 random ones, and room above them to count on when many ids are made in one millisecond.
_LOW_BITS = 22


class IdMaker:
    """Makes 63-bit ids that grow with time: strictly within one process, by the millisecond between several.

    They are known before the row is written, so that its cells can be bound to them. Two processes that draw the same
    21 random bits in the same millisecond meet the primary key: on PostgreSQL the transaction is tried again, on SQLite
    it fails.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        """The next id, larger than every earlier one of this maker."""
        fresh = (time.time_ns() // 1_000_000 - _EPOCH_MS << _LOW_BITS) | secrets.randbits(_LOW_BITS - 1)
        with self._lock:
            self._last = max(self._last + 1, fresh)
            return self._last
