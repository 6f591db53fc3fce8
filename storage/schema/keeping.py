"""What the service keeps for its own sake: data keys, the audit trail, the diary."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.schema.columns import Moment, made_id, metadata, numbered

data_keys = Table(
    "data_keys",
    metadata,
    made_id(),
    Column("master_id", Integer, nullable=False),
    # None once the key is destroyed: what it closed can't be opened again.
    Column("wrapped", LargeBinary),
    Column("created_at", Moment, nullable=False),
    Column("destroyed_at", Moment),
)

audit = Table(
    "audit",
    metadata,
    made_id(),
    Column("at", Moment, nullable=False),
    # "person:7", "operator" (command line) or "service"
    Column("actor", String(40), nullable=False),
    Column("act", String(40), nullable=False),
    Column("subject", String(60), nullable=False),
    # Ids and codes only, as JSON with sorted keys.
    Column("detail", String(400), nullable=False),
    Column("mac", LargeBinary, nullable=False),
    # None until the next sealing takes it into the chain.
    Column("seal_id", BigInteger),
    Index("ix_audit_seal_id_id", "seal_id", "id"),
)

audit_seals = Table(
    "audit_seals",
    metadata,
    made_id(),
    Column("at", Moment, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
)

diary = Table(
    "diary",
    metadata,
    numbered(),
    Column("kind", String(40), nullable=False),
    Column("subject", BigInteger, nullable=False),
    Column("due_at", Moment, nullable=False),
    # due, done, struck (no longer wanted)
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    UniqueConstraint("kind", "subject", "due_at"),
    Index("ix_diary_state_due_at", "state", "due_at"),
)
