"""People, where they are reached, what they agreed to, and the matches between them."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, LargeBinary, String, Table, UniqueConstraint, false, true

from storage.schema.columns import Moment, key_id, metadata, numbered

people = Table(
    "people",
    metadata,
    numbered(),
    Column("programme", String(40), nullable=False),
    Column("role", String(20), nullable=False),
    # added, joined, declined, stopped
    Column("state", String(20), nullable=False),
    # The name that the other side sees.
    Column("name_cell", LargeBinary),
    key_id(),
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
    numbered(),
    # None for a stranger.
    Column("person_id", ForeignKey("people.id"), index=True),
    Column("channel", String(20), nullable=False),
    # Keyed hash of channel and address: finds the row without opening it.
    Column("lookup", LargeBinary, nullable=False),
    Column("address_cell", LargeBinary),
    key_id(),
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
    numbered(),
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
    numbered(),
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
    numbered(),
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
    key_id(),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
)

contacts = Table(
    "contacts",
    metadata,
    numbered(),
    Column("match_id", ForeignKey("matches.id"), nullable=False, index=True),
    # letter, call, visit, video
    Column("kind", String(20), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("note_cell", LargeBinary),
    # The mentee's key.
    key_id(),
    # None when it was written down by the command line.
    Column("by_person_id", ForeignKey("people.id")),
    Column("message_id", ForeignKey("messages.id")),
    Column("at", Moment, nullable=False),
)
