"""An entry of a case can't be replaced either: SQLite's INSERT OR REPLACE asks no trigger for deletes."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward. PostgreSQL replaces by an update, which migration 0003 refuses."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER case_entries_replace BEFORE INSERT ON case_entries"
            " WHEN EXISTS (SELECT 1 FROM case_entries WHERE id = NEW.id)"
            " BEGIN SELECT RAISE(ABORT, 'entries of a case are only added to'); END"
        )


def downgrade() -> None:
    """And back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER case_entries_replace")
