"""The line made whole: media, versions, several addresses, changes of mentor, and what becomes of each delivery."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import storage.schema.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Columns that name a row of a table: which column, of which table, and the table that it names.
_REFERENCES = (
    ("matches", "follows_id", "matches"),
    ("matches", "paused_by", "people"),
    ("messages", "edits_id", "messages"),
    ("outbox", "media_id", "media"),
    ("outbox", "edits_id", "outbox"),
)
# Name, table, columns, and which rows stand in it (None: all).
_INDEXES = (
    ("ix_matches_follows_id", "matches", ["follows_id"], None),
    ("ix_messages_provider_ref", "messages", ["provider_ref", "address_id"], None),
    ("ix_messages_deferred", "messages", ["match_id", "id"], "state = 'deferred'"),
    ("ix_messages_edits_id", "messages", ["edits_id"], "edits_id IS NOT NULL"),
    ("ix_messages_held", "messages", ["id"], "state = 'held'"),
    ("ix_outbox_ask_at", "outbox", ["ask_at"], "ask_at IS NOT NULL"),
    ("ix_outbox_expires_at", "outbox", ["expires_at"], "state = 'queued' AND expires_at IS NOT NULL"),
)


def _columns() -> tuple[tuple[str, "sa.Column[Any]"], ...]:
    """Columns without references, made anew for each use: one belongs to one table."""
    return (
        ("addresses", sa.Column("reason", sa.String(length=80))),
        ("addresses", sa.Column("changed_at", storage.schema.columns.Moment())),
        ("matches", sa.Column("notes_visible", sa.Boolean(), server_default=sa.true(), nullable=False)),
        ("matches", sa.Column("contact_hours", sa.String(length=200))),
        ("messages", sa.Column("album", sa.String(length=100))),
        ("outbox", sa.Column("expires_at", storage.schema.columns.Moment())),
        ("outbox", sa.Column("tried_at", storage.schema.columns.Moment())),
        ("outbox", sa.Column("maybe_sent", sa.Boolean(), server_default=sa.false(), nullable=False)),
        ("outbox", sa.Column("ask_at", storage.schema.columns.Moment())),
        ("outbox", sa.Column("segments", sa.Integer())),
        ("people", sa.Column("preferred_channel", sa.String(length=20))),
        ("people", sa.Column("quiet_hours", sa.String(length=20))),
        ("people", sa.Column("away_until", sa.Date())),
    )


def upgrade() -> None:
    """One step forward. SQLite adds columns in place: a copied table would lose what refers to it."""
    op.create_table(
        "address_sharers",
        sa.Column("address_id", _NUMBER, nullable=False),
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_address_sharers_address_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_address_sharers_person_id")),
        sa.PrimaryKeyConstraint("address_id", "person_id", name=op.f("pk_address_sharers")),
    )
    op.create_index("ix_address_sharers_person_id", "address_sharers", ["person_id"])
    op.create_table(
        "sms_usage",
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sms_usage_person_id")),
        sa.PrimaryKeyConstraint("person_id", "month", name=op.f("pk_sms_usage")),
    )
    op.create_table(
        "media",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("message_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ref_cell", sa.LargeBinary()),
        sa.Column("data_cell", sa.LargeBinary()),
        sa.Column("key_id", _NUMBER, nullable=False),
        sa.Column("mime", sa.String(length=80)),
        sa.Column("size", sa.Integer()),
        sa.Column("created_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("due_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String(length=80)),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_media_key_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_media_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index("ix_media_message_id", "media", ["message_id"])
    wanted = sa.text("state = 'wanted'")
    op.create_index("ix_media_wanted", "media", ["due_at", "id"], sqlite_where=wanted, postgresql_where=wanted)
    number = _NUMBER.compile(dialect=op.get_bind().dialect)
    for table, name, target in _REFERENCES:
        constraint = f"CONSTRAINT fk_{table}_{name} REFERENCES {target} (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {number} {constraint}")
    for table, column in _columns():
        op.add_column(table, column)
    for name, table, columns, rows in _INDEXES:
        where = None if rows is None else sa.text(rows)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """And back. What only the newer tables and columns held is gone."""
    for name, table, _, _ in reversed(_INDEXES):
        op.drop_index(name, table)
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)
    for table, name, _ in reversed(_REFERENCES):
        op.drop_column(table, name)
    op.drop_table("media")
    op.drop_table("sms_usage")
    op.drop_table("address_sharers")
