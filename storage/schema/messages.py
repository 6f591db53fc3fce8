"""What came in and what was said: events, messages, their files, what was found in them, open conversations."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from storage.schema.columns import Moment, key_id, made_id, metadata, numbered

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
    made_id(),
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
    key_id(),
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
    made_id(),
    Column("message_id", ForeignKey("messages.id"), nullable=False, index=True),
    # photo, voice, video, …: as in `messages.attachments`
    Column("kind", String(20), nullable=False),
    # wanted (will be fetched), ready, failed
    Column("state", String(10), nullable=False),
    # What the provider calls the file.
    Column("ref_cell", LargeBinary),
    # The file itself, without what it said about its maker.
    Column("data_cell", LargeBinary),
    key_id(),
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
    numbered(),
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

conversations = Table(
    "conversations",
    metadata,
    numbered(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    # joining, match, addressee, next, writer, moving, adding, danger, concern…, help…, case_…
    Column("kind", String(20), nullable=False),
    # What it is about: a match, the message that waits, or an address.
    Column("subject", BigInteger),
    # The options that were offered, as JSON, so that "2" can be understood where there are no buttons.
    Column("options_cell", LargeBinary),
    key_id(),
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
