"""Cases of safeguarding, and who is on call for them."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.schema.columns import Moment, key_id, made_id, metadata, numbered

cases = Table(
    "cases",
    metadata,
    numbered(),
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
    key_id(),
    Index("ix_cases_state_id", "state", "id"),
)

# What raised or joined a case: one row for each message that alerted. Only added to, as its entries are.
alerts = Table(
    "alerts",
    metadata,
    numbered(),
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
    made_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    # As `storage.case_entries.EntryKind` names them.
    Column("kind", String(20), nullable=False),
    # None: the service, or the command line.
    Column("by_person_id", ForeignKey("people.id")),
    Column("at", Moment, nullable=False),
    # Ids and codes only, as JSON with sorted keys.
    Column("detail", String(400), nullable=False, server_default="{}"),
    Column("words_cell", LargeBinary),
    key_id(),
)

# Whom of the staff the words of a case name: left out of it as long as somebody else can hear of it.
case_named = Table(
    "case_named",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
)

# Who is on call, line by line: a later line doesn't replace an earlier one, `off` takes a person out of all.
duties = Table(
    "duties",
    metadata,
    numbered(),
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
