"""The line: people, matches, messages, outbox, audit."""

import sqlalchemy as sa
from alembic import op

import storage.schema.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("seal_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_seal_id_id", ["seal_id", "id"], unique=False)

    op.create_table(
        "audit_seals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seals")),
    )
    op.create_table(
        "data_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("master_id", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("destroyed_at", storage.schema.columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
    )
    op.create_table(
        "diary",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("due_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary")),
        sa.UniqueConstraint("kind", "subject", "due_at", name=op.f("uq_diary_kind_subject_due_at")),
    )
    with op.batch_alter_table("diary", schema=None) as batch_op:
        batch_op.create_index("ix_diary_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "events",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("received_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("payload_cell", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sender_lookup", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", storage.schema.columns.Moment(), nullable=True),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_events_key_id")),
        sa.PrimaryKeyConstraint("channel", "provider_id", name=op.f("pk_events")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(
            "ix_events_failed",
            ["sender_lookup", "received_at"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )

    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("name_cell", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("age_band", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("parental_consent", sa.String(length=20), nullable=False),
        sa.Column("created_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("stopped_at", storage.schema.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_people_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "addresses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("address_cell", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answered_at", storage.schema.columns.Moment(), nullable=True),
        sa.Column("created_at", storage.schema.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_addresses_key_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_addresses_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("channel", "lookup", name=op.f("uq_addresses_channel_lookup")),
    )
    with op.batch_alter_table("addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_addresses_person_id"), ["person_id"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("wording_version", sa.String(length=40), nullable=False),
        sa.Column("wording_digest", sa.LargeBinary(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("at", storage.schema.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_consents_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_person_id"), ["person_id"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("options_cell", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("closed_at", storage.schema.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_conversations_key_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_conversations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conversations_open",
            ["person_id", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("expires_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("used_at", storage.schema.columns.Moment(), nullable=True),
        sa.Column("revoked_at", storage.schema.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_person_id"), ["person_id"], unique=False)

    op.create_table(
        "matches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("mentor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mentee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("mentor_yes", sa.Boolean(), nullable=True),
        sa.Column("mentee_yes", sa.Boolean(), nullable=True),
        sa.Column("agreement_cell", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("started_at", storage.schema.columns.Moment(), nullable=True),
        sa.Column("ended_at", storage.schema.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_matches_key_id")),
        sa.ForeignKeyConstraint(["mentee_id"], ["people.id"], name=op.f("fk_matches_mentee_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["people.id"], name=op.f("fk_matches_mentor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
    )
    with op.batch_alter_table("matches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matches_mentee_id"), ["mentee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_matches_mentor_id"), ["mentor_id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("match_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("provider_ref", sa.String(length=100), nullable=True),
        sa.Column("attachments", sa.String(length=200), nullable=True),
        sa.Column("at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("received_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("original_cell", sa.LargeBinary(), nullable=True),
        sa.Column("delivered_cell", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_messages_address_id")),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_messages_key_id")),
        sa.ForeignKeyConstraint(["match_id"], ["matches.id"], name=op.f("fk_messages_match_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_messages_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_match_id_id", ["match_id", "id"], unique=False)
        batch_op.create_index("ix_messages_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "ix_messages_waiting",
            ["person_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("match_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("created_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("acknowledged_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("acknowledged_at", storage.schema.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["people.id"], name=op.f("fk_alerts_acknowledged_by")),
        sa.ForeignKeyConstraint(["match_id"], ["matches.id"], name=op.f("fk_alerts_match_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_alerts_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_alerts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alerts_message_id"), ["message_id"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("match_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("note_cell", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", storage.schema.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["by_person_id"], ["people.id"], name=op.f("fk_contacts_by_person_id")),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_contacts_key_id")),
        sa.ForeignKeyConstraint(["match_id"], ["matches.id"], name=op.f("fk_contacts_match_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_contacts_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_match_id"), ["match_id"], unique=False)

    op.create_table(
        "findings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("engine", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_findings_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_findings_message_id"), ["message_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("body_cell", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reply_to_ref", sa.String(length=100), nullable=True),
        sa.Column("created_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("due_at", storage.schema.columns.Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=True),
        sa.Column("claimed_at", storage.schema.columns.Moment(), nullable=True),
        sa.Column("provider_ref", sa.String(length=100), nullable=True),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.Column("sent_at", storage.schema.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_outbox_address_id")),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_outbox_key_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_outbox_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", "address_id", "part", name=op.f("uq_outbox_message_id_address_id_part")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_provider_ref", ["provider_ref", "address_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_unfinished",
            ["address_id", "priority", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )

    op.create_table(
        "delivery_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("provider_ref", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.Column("at", storage.schema.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_delivery_reports_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_reports")),
    )
    with op.batch_alter_table("delivery_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_reports_outbox_id"), ["outbox_id"], unique=False)


def downgrade() -> None:
    """Back by one step."""
    with op.batch_alter_table("delivery_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_reports_outbox_id"))

    op.drop_table("delivery_reports")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_unfinished",
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )
        batch_op.drop_index("ix_outbox_provider_ref")

    op.drop_table("outbox")
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_findings_message_id"))

    op.drop_table("findings")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_match_id"))

    op.drop_table("contacts")
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alerts_message_id"))

    op.drop_table("alerts")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_messages_person_id_id")
        batch_op.drop_index("ix_messages_match_id_id")

    op.drop_table("messages")
    with op.batch_alter_table("matches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matches_mentor_id"))
        batch_op.drop_index(batch_op.f("ix_matches_mentee_id"))

    op.drop_table("matches")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_person_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_conversations_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.drop_table("conversations")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consents_person_id"))

    op.drop_table("consents")
    with op.batch_alter_table("addresses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_addresses_person_id"))

    op.drop_table("addresses")
    op.drop_table("people")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_events_failed", sqlite_where=sa.text("state = 'failed'"), postgresql_where=sa.text("state = 'failed'")
        )

    op.drop_table("events")
    with op.batch_alter_table("diary", schema=None) as batch_op:
        batch_op.drop_index("ix_diary_state_due_at")

    op.drop_table("diary")
    op.drop_table("data_keys")
    op.drop_table("audit_seals")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_seal_id_id")

    op.drop_table("audit")
