"""What raised a case is only added to, as its entries are; and PostgreSQL empties neither table at one stroke."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward."""
    if op.get_bind().dialect.name == "sqlite":
        refuses = "BEGIN SELECT RAISE(ABORT, 'entries of a case are only added to'); END"
        for act in ("update", "delete"):
            op.execute(f"CREATE TRIGGER alerts_{act} BEFORE {act} ON alerts {refuses}")
        # INSERT OR REPLACE asks no trigger for deletes.
        taken = "WHEN EXISTS (SELECT 1 FROM alerts WHERE id = NEW.id)"
        op.execute(f"CREATE TRIGGER alerts_replace BEFORE INSERT ON alerts {taken} {refuses}")
        return
    # The function that refuses is of migration 0003. TRUNCATE asks no trigger for single rows.
    for act in ("update", "delete"):
        op.execute(f"CREATE TRIGGER alerts_{act} BEFORE {act} ON alerts FOR EACH ROW EXECUTE FUNCTION only_added_to()")
    for table in ("alerts", "case_entries"):
        op.execute(
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION only_added_to()"
        )


def downgrade() -> None:
    """And back."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER alerts_{act}")
        return
    for act in ("update", "delete", "truncate"):
        op.execute(f"DROP TRIGGER alerts_{act} ON alerts")
    op.execute("DROP TRIGGER case_entries_truncate ON case_entries")
