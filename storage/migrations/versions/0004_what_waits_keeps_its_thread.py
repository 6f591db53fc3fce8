"""What a message answers stands with it, so that it can wait; and what did not arrive is found without a search."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LOST = sa.text("state IN ('failed', 'uncertain')")


def upgrade() -> None:
    """One step forward."""
    op.add_column("messages", sa.Column("reply_to_ref", sa.String(length=100)))
    op.create_index("ix_outbox_lost", "outbox", ["created_at"], sqlite_where=_LOST, postgresql_where=_LOST)


def downgrade() -> None:
    """And back. What a message answered is known no more."""
    op.drop_index("ix_outbox_lost", "outbox")
    op.drop_column("messages", "reply_to_ref")
