"""What goes out: deliveries, what the providers said of them, what they cost."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from storage.schema.columns import Moment, key_id, metadata, numbered

_UNFINISHED = text("state IN ('queued', 'sending')")
_EXPIRES = text("state = 'queued' AND expires_at IS NOT NULL")
_TO_ASK = text("ask_at IS NOT NULL")
_LOST = text("state IN ('failed', 'uncertain')")

outbox = Table(
    "outbox",
    metadata,
    numbered(),
    Column("message_id", ForeignKey("messages.id"), nullable=False),
    Column("address_id", ForeignKey("addresses.id"), nullable=False),
    # A long message goes in parts, from 0.
    Column("part", Integer, nullable=False),
    # 0 alert, 1 conversation: a lower one never waits behind a higher one.
    Column("priority", Integer, nullable=False),
    # queued, sending; sent, delivered, failed, uncertain (sent, and nobody knows what became of it)
    Column("state", String(10), nullable=False),
    # What goes out as JSON: the text and its options, and what else there is.
    Column("body_cell", LargeBinary),
    key_id(),
    Column("reply_to_ref", String(100)),
    # The file that goes with it.
    Column("media_id", ForeignKey("media.id")),
    # The earlier delivery to the same address that this one changes.
    Column("edits_id", ForeignKey("outbox.id")),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    # After this it is stale and isn't sent any more; None: it never is.
    Column("expires_at", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # When it was first tried, and whether a try's answer was lost: then it may have gone.
    Column("tried_at", Moment),
    Column("maybe_sent", Boolean, nullable=False, server_default=false()),
    # The running process that is sending it, and since when.
    Column("owner", String(40)),
    Column("claimed_at", Moment),
    Column("provider_ref", String(100)),
    Column("error", String(80)),
    Column("sent_at", Moment),
    # When the provider is asked what became of it, unless it says so before.
    Column("ask_at", Moment),
    # What an SMS took.
    Column("segments", Integer),
    UniqueConstraint("message_id", "address_id", "part"),
    # The queue of each address.
    Index(
        "ix_outbox_unfinished", "address_id", "priority", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED
    ),
    Index("ix_outbox_expires_at", "expires_at", sqlite_where=_EXPIRES, postgresql_where=_EXPIRES),
    Index("ix_outbox_ask_at", "ask_at", sqlite_where=_TO_ASK, postgresql_where=_TO_ASK),
    # What did not, or may not, have arrived.
    Index("ix_outbox_lost", "created_at", sqlite_where=_LOST, postgresql_where=_LOST),
    # Replies and delivery reports find the row by what the provider called it.
    Index("ix_outbox_provider_ref", "provider_ref", "address_id"),
)

# How many SMS segments went to somebody in a month, against the programme's budget.
sms_usage = Table(
    "sms_usage",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    # "2026-11", in the programme's time zone.
    Column("month", String(7), primary_key=True),
    Column("segments", Integer, nullable=False),
    # The share of the budget, in per cent, that a coordinator was last told of.
    Column("told", Integer, nullable=False, server_default="0"),
)

delivery_reports = Table(
    "delivery_reports",
    metadata,
    numbered(),
    Column("outbox_id", ForeignKey("outbox.id"), index=True),
    Column("channel", String(20), nullable=False),
    Column("provider_ref", String(100), nullable=False),
    Column("status", String(20), nullable=False),
    Column("error", String(80)),
    Column("at", Moment, nullable=False),
)
