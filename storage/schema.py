"""The tables. Columns that end in `_cell` hold AES-256-GCM cells, opened with the data key that `key_id` names."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware point in time, kept as whole microseconds since 1970 in UTC; a naive one is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        """To microseconds; raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone can't be stored")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - SQLAlchemy's
        """To an aware datetime in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column that is INTEGER to the letter.
_Number = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _Number, primary_key=True)


def _made_id() -> Column[int]:
    """An id that `IdMaker` made before the row was written."""
    return Column("id", _Number, primary_key=True, autoincrement=False)


def _key() -> Column[int]:
    return Column("key_id", ForeignKey("data_keys.id"), nullable=False)


data_keys = Table(
    "data_keys",
    metadata,
    _made_id(),
    Column("master_id", Integer, nullable=False),
    # None once the key is destroyed: what it closed can't be opened again.
    Column("wrapped", LargeBinary),
    Column("created_at", Moment, nullable=False),
    Column("destroyed_at", Moment),
)

people = Table(
    "people",
    metadata,
    _id(),
    Column("programme", String(40), nullable=False),
    Column("role", String(20), nullable=False),
    # added, joined, declined, stopped
    Column("state", String(20), nullable=False),
    # The name that the other side sees.
    Column("name_cell", LargeBinary),
    _key(),
    Column("age_band", String(20)),
    Column("language", String(20), nullable=False),
    # not_needed, needed, recorded
    Column("parental_consent", String(20), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("stopped_at", Moment),
    # Where somebody with several addresses would rather be reached; None: where they joined first.
    Column("preferred_channel", String(20)),
    # Hours in which nothing is passed on to somebody, by their own wish ("22:00-07:00"); None: no such hours.
    Column("quiet_hours", String(20)),
    # The day on which somebody is back; None: they are there.
    Column("away_until", Date),
    # The second rung of escalation: a coordinator whom every grave case reaches that nobody has taken.
    Column("safeguarding_lead", Boolean, nullable=False, server_default=false()),
)

addresses = Table(
    "addresses",
    metadata,
    _id(),
    # None for a stranger.
    Column("person_id", ForeignKey("people.id"), index=True),
    Column("channel", String(20), nullable=False),
    # Keyed hash of channel and address: finds the row without opening it.
    Column("lookup", LargeBinary, nullable=False),
    Column("address_cell", LargeBinary),
    _key(),
    # active, unreachable (until a sign of life), opted_out (the provider keeps us away), closed (its owner moved)
    Column("state", String(20), nullable=False),
    # Why it can't be reached: an error's code; None for an active one.
    Column("reason", String(80)),
    # Since when it is in this state, where it ever changed.
    Column("changed_at", Moment),
    # When a stranger was last answered.
    Column("answered_at", Moment),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("channel", "lookup"),
)

# Telephones that several people of the service use: who writes is asked.
address_sharers = Table(
    "address_sharers",
    metadata,
    Column("address_id", ForeignKey("addresses.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True, index=True),
)

invitations = Table(
    "invitations",
    metadata,
    _id(),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
)

consents = Table(
    "consents",
    metadata,
    _id(),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    # "service" (the person's own yes) or "parental" (recorded by a coordinator).
    Column("kind", String(20), nullable=False),
    Column("wording_version", String(40), nullable=False),
    # SHA-256 of the very words that were shown.
    Column("wording_digest", LargeBinary),
    Column("agreed", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    _id(),
    Column("programme", String(40), nullable=False),
    Column("mentor_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("mentee_id", ForeignKey("people.id"), nullable=False, index=True),
    # proposed, active, paused, ended, declined
    Column("state", String(20), nullable=False),
    # None: not asked or not answered yet.
    Column("mentor_yes", Boolean),
    Column("mentee_yes", Boolean),
    # The agreement of the matching meeting, as JSON.
    Column("agreement_cell", LargeBinary),
    # The match that this one goes on from, after a change of mentor.
    Column("follows_id", ForeignKey("matches.id"), index=True),
    # Whether a new mentor may read the notes of the time before.
    Column("notes_visible", Boolean, nullable=False, server_default=true()),
    # Who paused it; None: a coordinator, or nobody.
    Column("paused_by", ForeignKey("people.id")),
    # Its own contact hours as `content.hours` writes them; None: those of the programme.
    Column("contact_hours", String(200)),
    # The case for whose sake a coordinator looks at every message of this pair before it goes; None: none.
    Column("hold_case_id", ForeignKey("cases.id", name="fk_matches_hold_case_id", use_alter=True)),
    # The mentee's key.
    _key(),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
)

events = Table(
    "events",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("provider_id", String(100), primary_key=True),
    # done, failed (will be tried again), dead (a coordinator was told)
    Column("state", String(10), nullable=False),
    Column("received_at", Moment, nullable=False),
    # Only of an event that is not done: the event itself, whose sender it is, and when it is tried next.
    Column("payload_cell", LargeBinary),
    Column("key_id", ForeignKey("data_keys.id")),
    Column("sender_lookup", LargeBinary),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment),
    Column("error", String(80)),
    Index(
        "ix_events_failed",
        "sender_lookup",
        "received_at",
        sqlite_where=text("state = 'failed'"),
        postgresql_where=text("state = 'failed'"),
    ),
    sqlite_with_rowid=False,
)

messages = Table(
    "messages",
    metadata,
    _made_id(),
    # in (a person said it) or out (the service said it)
    Column("direction", String(3), nullable=False),
    # What it is: relay, reaction, command, answer, other, stranger; notice, question, alert, shown, marker.
    Column("kind", String(20), nullable=False),
    # relayed, changed, waiting, deferred, held, kept, refused for what came in; said for what the service said
    Column("state", String(20), nullable=False),
    # Whose words they are (in) or who is told (out); None for a stranger.
    Column("person_id", ForeignKey("people.id")),
    Column("address_id", ForeignKey("addresses.id")),
    Column("match_id", ForeignKey("matches.id")),
    Column("channel", String(20)),
    # The provider's id of a message that came in.
    Column("provider_ref", String(100)),
    # What the provider calls the message that this one answers, or that a reaction is on.
    Column("reply_to_ref", String(100)),
    # Kinds of what came beside the words, separated by blanks.
    Column("attachments", String(200)),
    # The message that this one is a later version of.
    Column("edits_id", ForeignKey("messages.id")),
    # The provider's id of the album that it is a part of.
    Column("album", String(100)),
    # When it was sent (in, by the provider's clock) or decided (out).
    Column("at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("original_cell", LargeBinary),
    # None when it is the same as the original, or when nothing was delivered.
    Column("delivered_cell", LargeBinary),
    _key(),
    Index("ix_messages_match_id_id", "match_id", "id"),
    Index("ix_messages_person_id_id", "person_id", "id"),
    # Edits, replies and reactions find the message that they are about.
    Index("ix_messages_provider_ref", "provider_ref", "address_id"),
    Index(
        "ix_messages_waiting",
        "person_id",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_messages_held", "id", sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")),
    Index(
        "ix_messages_deferred",
        "match_id",
        "id",
        sqlite_where=text("state = 'deferred'"),
        postgresql_where=text("state = 'deferred'"),
    ),
    Index(
        "ix_messages_edits_id",
        "edits_id",
        sqlite_where=text("edits_id IS NOT NULL"),
        postgresql_where=text("edits_id IS NOT NULL"),
    ),
)

media = Table(
    "media",
    metadata,
    _made_id(),
    Column("message_id", ForeignKey("messages.id"), nullable=False, index=True),
    # photo, voice, video, …: as in `messages.attachments`
    Column("kind", String(20), nullable=False),
    # wanted (will be fetched), ready, failed
    Column("state", String(10), nullable=False),
    # What the provider calls the file.
    Column("ref_cell", LargeBinary),
    # The file itself, without what it said about its maker.
    Column("data_cell", LargeBinary),
    _key(),
    # What it was found to be, and its length in bytes, once it is ready.
    Column("mime", String(80)),
    Column("size", Integer),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", String(80)),
    Index(
        "ix_media_wanted",
        "due_at",
        "id",
        sqlite_where=text("state = 'wanted'"),
        postgresql_where=text("state = 'wanted'"),
    ),
)

findings = Table(
    "findings",
    metadata,
    _id(),
    Column("message_id", ForeignKey("messages.id"), nullable=False, index=True),
    # contact or safeguarding
    Column("engine", String(20), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("severity", String(20)),
    # Offsets in the original text, in code points.
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("rule", String(80), nullable=False),
    # How sure the rule is: certain, likely, possible; None: found before that was kept.
    Column("sure", String(10)),
    # Earlier messages of the same sender that belong to it: so many back; 0: it stands in this message alone.
    Column("reaches_back", Integer, nullable=False, server_default="0"),
)

_UNFINISHED = text("state IN ('queued', 'sending')")
_EXPIRES = text("state = 'queued' AND expires_at IS NOT NULL")
_TO_ASK = text("ask_at IS NOT NULL")
_LOST = text("state IN ('failed', 'uncertain')")

outbox = Table(
    "outbox",
    metadata,
    _id(),
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
    _key(),
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
    _id(),
    Column("outbox_id", ForeignKey("outbox.id"), index=True),
    Column("channel", String(20), nullable=False),
    Column("provider_ref", String(100), nullable=False),
    Column("status", String(20), nullable=False),
    Column("error", String(80)),
    Column("at", Moment, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    _id(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    # joining, match, addressee, next, writer, moving, adding, danger, concern…, help…, case_…
    Column("kind", String(20), nullable=False),
    # What it is about: a match, the message that waits, or an address.
    Column("subject", BigInteger),
    # The options that were offered, as JSON, so that "2" can be understood where there are no buttons.
    Column("options_cell", LargeBinary),
    _key(),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index(
        "ix_conversations_open",
        "person_id",
        "id",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    # None when it began with a stranger's words: every programme's coordinators are told.
    Column("programme", String(40)),
    # The category and severity of its gravest alert.
    Column("category", String(40), nullable=False),
    Column("severity", String(20), nullable=False),
    # words (a scan), concern (somebody told it), help (a mentee asked), complaint
    Column("source", String(20), nullable=False),
    # open (nobody has it), acknowledged, closed
    Column("state", String(20), nullable=False),
    # Whose words it began with.
    Column("person_id", ForeignKey("people.id"), index=True),
    Column("match_id", ForeignKey("matches.id"), index=True),
    # Whom it is about, where somebody said so: they never hear of it.
    Column("about_id", ForeignKey("people.id")),
    Column("opened_at", Moment, nullable=False),
    # When its newest alert came.
    Column("last_at", Moment, nullable=False),
    # How many rungs of the ladder were climbed since it was opened, or since it was let go.
    Column("rung", Integer, nullable=False, server_default="0"),
    Column("acknowledged_by", ForeignKey("people.id")),
    Column("acknowledged_at", Moment),
    # How it ended, as `handlers.cases` names outcomes ("false_alarm").
    Column("outcome", String(30)),
    Column("closed_at", Moment),
    # The key of its entries: that of whose words it began with.
    _key(),
    Index("ix_cases_state_id", "state", "id"),
)

# What raised or joined a case: one row for each message that alerted.
alerts = Table(
    "alerts",
    metadata,
    _id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    # None for what no message said ("the scan is switched off").
    Column("message_id", ForeignKey("messages.id"), index=True),
    Column("category", String(40), nullable=False),
    Column("severity", String(20), nullable=False),
    Column("at", Moment, nullable=False),
)

# What was done about a case, and by whom. Only added to: the database itself refuses to change or delete a row.
case_entries = Table(
    "case_entries",
    metadata,
    _made_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    # As `storage.cases.EntryKind` names them.
    Column("kind", String(20), nullable=False),
    # None: the service, or the command line.
    Column("by_person_id", ForeignKey("people.id")),
    Column("at", Moment, nullable=False),
    # Ids and codes only, as JSON with sorted keys.
    Column("detail", String(400), nullable=False, server_default="{}"),
    Column("words_cell", LargeBinary),
    _key(),
)

# Who is on call, line by line: a later line doesn't replace an earlier one, `off` takes a person out of all.
duties = Table(
    "duties",
    metadata,
    _id(),
    Column("programme", String(40), nullable=False, index=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    # working, out_of_hours, off
    Column("kind", String(20), nullable=False),
    # Hours of the week as `content.hours` writes them, on the programme's clock; "" for always.
    Column("hours", String(200), nullable=False),
    Column("from_day", Date, nullable=False),
    # The last day; None: until it is taken away.
    Column("to_day", Date),
)

contacts = Table(
    "contacts",
    metadata,
    _id(),
    Column("match_id", ForeignKey("matches.id"), nullable=False, index=True),
    # letter, call, visit, video
    Column("kind", String(20), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("note_cell", LargeBinary),
    # The mentee's key.
    _key(),
    # None when it was written down by the command line.
    Column("by_person_id", ForeignKey("people.id")),
    Column("message_id", ForeignKey("messages.id")),
    Column("at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _made_id(),
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
    _made_id(),
    Column("at", Moment, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
)

diary = Table(
    "diary",
    metadata,
    _id(),
    Column("kind", String(40), nullable=False),
    Column("subject", BigInteger, nullable=False),
    Column("due_at", Moment, nullable=False),
    # due, done, struck (no longer wanted)
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    UniqueConstraint("kind", "subject", "due_at"),
    Index("ix_diary_state_due_at", "state", "due_at"),
)
