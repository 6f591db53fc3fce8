"""Cases: alerts are gathered in them, what is done about them is only added to, and a rota says who is on call."""

import sqlalchemy as sa
from alembic import op

import storage.schema.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What refuses to change or delete a case's entry, for each database.
_GUARDS = {
    "sqlite": "BEGIN SELECT RAISE(ABORT, 'entries of a case are only added to'); END",
    "postgresql": "FOR EACH ROW EXECUTE FUNCTION only_added_to()",
}
_REFUSES = (
    "CREATE FUNCTION only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'entries of a case are only added to'; END $$"
)


def upgrade() -> None:
    """One step forward: each alert of before is a case of its own with the same number."""
    dialect = op.get_bind().dialect
    _create_cases()
    op.create_table(
        "case_entries",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("by_person_id", _NUMBER),
        sa.Column("at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("detail", sa.String(length=400), server_default="{}", nullable=False),
        sa.Column("words_cell", sa.LargeBinary()),
        sa.Column("key_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_entries_case_id")),
        sa.ForeignKeyConstraint(["by_person_id"], ["people.id"], name=op.f("fk_case_entries_by_person_id")),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_case_entries_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_entries")),
    )
    op.create_index("ix_case_entries_case_id", "case_entries", ["case_id"])
    op.create_table(
        "duties",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date()),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_duties_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    op.create_index("ix_duties_programme", "duties", ["programme"])
    op.create_index("ix_duties_person_id", "duties", ["person_id"])
    _gather_alerts()
    number = _NUMBER.compile(dialect=dialect)
    op.execute(
        f"ALTER TABLE matches ADD COLUMN hold_case_id {number} CONSTRAINT fk_matches_hold_case_id REFERENCES cases (id)"
    )
    op.add_column("people", sa.Column("safeguarding_lead", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("findings", sa.Column("sure", sa.String(length=10)))
    op.add_column("findings", sa.Column("reaches_back", sa.Integer(), server_default="0", nullable=False))
    if dialect.name == "postgresql":
        op.execute(_REFUSES)
    for act in ("update", "delete"):
        op.execute(f"CREATE TRIGGER case_entries_{act} BEFORE {act} ON case_entries {_GUARDS[dialect.name]}")


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("programme", sa.String(length=40)),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("person_id", _NUMBER),
        sa.Column("match_id", _NUMBER),
        sa.Column("about_id", _NUMBER),
        sa.Column("opened_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("last_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("rung", sa.Integer(), server_default="0", nullable=False),
        sa.Column("acknowledged_by", _NUMBER),
        sa.Column("acknowledged_at", storage.schema.columns.Moment()),
        sa.Column("outcome", sa.String(length=30)),
        sa.Column("closed_at", storage.schema.columns.Moment()),
        sa.Column("key_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_cases_person_id")),
        sa.ForeignKeyConstraint(["match_id"], ["matches.id"], name=op.f("fk_cases_match_id")),
        sa.ForeignKeyConstraint(["about_id"], ["people.id"], name=op.f("fk_cases_about_id")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["people.id"], name=op.f("fk_cases_acknowledged_by")),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_cases_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_person_id", "cases", ["person_id"])
    op.create_index("ix_cases_match_id", "cases", ["match_id"])
    op.create_index("ix_cases_state_id", "cases", ["state", "id"])


def _gather_alerts() -> None:
    """Make a case of each alert, and its message the first of the case."""
    op.execute(
        "INSERT INTO cases (id, programme, category, severity, source, state, person_id, match_id, opened_at, last_at,"
        " rung, acknowledged_by, acknowledged_at, key_id)"
        " SELECT alerts.id, alerts.programme, category, severity, 'words',"
        " CASE WHEN acknowledged_at IS NULL THEN 'open' ELSE 'acknowledged' END, alerts.person_id, alerts.match_id,"
        " created_at, created_at, 0, acknowledged_by, acknowledged_at, messages.key_id"
        " FROM alerts JOIN messages ON messages.id = alerts.message_id"
    )
    op.drop_index("ix_alerts_message_id", "alerts")
    op.rename_table("alerts", "alerts_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE alerts_before RENAME CONSTRAINT pk_alerts TO pk_alerts_before")
        op.execute(
            "SELECT setval(pg_get_serial_sequence('cases', 'id'), max(id)) FROM cases HAVING max(id) IS NOT NULL"
        )
    op.create_table(
        "alerts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("message_id", _NUMBER),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("at", storage.schema.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_alerts_case_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_alerts_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.execute(
        "INSERT INTO alerts (case_id, message_id, category, severity, at)"
        " SELECT id, message_id, category, severity, created_at FROM alerts_before ORDER BY id"
    )
    op.drop_table("alerts_before")
    op.create_index("ix_alerts_case_id", "alerts", ["case_id"])
    op.create_index("ix_alerts_message_id", "alerts", ["message_id"])


def downgrade() -> None:
    """And back: each case is an alert again, with its first message. What only the newer tables held is gone."""
    for table, column in (("findings", "reaches_back"), ("findings", "sure"), ("people", "safeguarding_lead")):
        op.drop_column(table, column)
    op.drop_column("matches", "hold_case_id")
    op.drop_table("duties")
    op.drop_table("case_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION only_added_to()")
        op.execute("ALTER TABLE alerts RENAME CONSTRAINT pk_alerts TO pk_alerts_after")
    op.drop_index("ix_alerts_message_id", "alerts")
    op.drop_index("ix_alerts_case_id", "alerts")
    op.rename_table("alerts", "alerts_after")
    op.create_table(
        "alerts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("programme", sa.String(length=40)),
        sa.Column("message_id", _NUMBER),
        sa.Column("person_id", _NUMBER),
        sa.Column("match_id", _NUMBER),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("created_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("acknowledged_by", _NUMBER),
        sa.Column("acknowledged_at", storage.schema.columns.Moment()),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["people.id"], name=op.f("fk_alerts_acknowledged_by")),
        sa.ForeignKeyConstraint(["match_id"], ["matches.id"], name=op.f("fk_alerts_match_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_alerts_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_alerts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_message_id", "alerts", ["message_id"])
    op.execute(
        "INSERT INTO alerts (id, programme, message_id, person_id, match_id, category, severity, created_at,"
        " acknowledged_by, acknowledged_at)"
        " SELECT cases.id, programme, (SELECT min(message_id) FROM alerts_after WHERE case_id = cases.id), person_id,"
        " match_id, category, severity, opened_at, acknowledged_by, acknowledged_at FROM cases"
    )
    op.drop_table("alerts_after")
    op.drop_table("cases")
