"""How much and how alike somebody writes: what tells a flood, or a machine that answers by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select

from storage.hot import Hot
from storage.ids import AddressId, MessageId, PersonId
from storage.messages.cells import open_words
from storage.messages.kinds import Direction, Kind, MessageState
from storage.schema.columns import Moment
from storage.schema.messages import messages
from storage.transaction import Transaction

# So many of somebody's messages are looked at where it isn't said how many.
_LATEST = 100

_own = messages.alias("own")
_size = select(func.length(_own.c.original_cell)).where(_own.c.id == bindparam("which")).scalar_subquery()
_recent = (
    select(messages.c.received_at, func.length(messages.c.original_cell).label("size"))
    .where(messages.c.person_id == bindparam("person"), messages.c.direction == Direction.IN.value)
    .order_by(messages.c.id.desc())
    .limit(bindparam("most"))
    .subquery()
)
_in_short = _recent.c.received_at > bindparam("short", type_=Moment)
_as_long = and_(_recent.c.received_at > bindparam("long", type_=Moment), _recent.c.size == _size)
# Every relayed message asks this, so the counting is left to the database: one row comes back.
_counts: list[Any] = [
    func.count(case((_in_short, 1))).label("lately"),
    func.count(case((_as_long, 1))).label("as_long"),
]
_RHYTHM = Hot(select(*_counts))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Somebody's newest messages, counted."""

    # How many came in the short time.
    lately: int
    # How many came in the long time whose words are as long as those of the message in question, itself among them.
    as_long: int


def rhythm(
    tx: Transaction, person_id: PersonId, message_id: MessageId, *, short: datetime, long: datetime, most: int
) -> Rhythm:
    """Count the newest messages of somebody, at most `most`: those since `short`, and those like one since `long`."""
    values = {"person": person_id, "which": message_id, "short": short, "long": long, "most": most}
    [row] = _RHYTHM.rows(tx, values)
    return Rhythm(row.lately, row.as_long)


def newest_words(tx: Transaction, person_id: PersonId, since: datetime, most: int) -> list[str]:
    """The words of somebody's newest messages since then, the newest first, at most `most`."""
    query = select(messages).where(messages.c.person_id == person_id, messages.c.direction == Direction.IN)
    rows = tx.execute(query.order_by(messages.c.id.desc()).limit(most))
    return [open_words(tx, row)[0] for row in rows if row.received_at > since]


def count_answered(tx: Transaction, person_id: PersonId, since: datetime) -> int:
    """How many of somebody's messages since then were words that the service itself answered.

    Words that were simply passed on get no answer; a command or an answer to a question comes from a person.
    """
    return _answered(tx, messages.c.person_id == person_id, since)


def count_answered_at(tx: Transaction, address_id: AddressId, since: datetime) -> int:
    """The same for what came from an address when nobody knew who wrote it."""
    return _answered(tx, and_(messages.c.address_id == address_id, messages.c.person_id.is_(None)), since)


def _answered(tx: Transaction, own: ColumnElement[bool], since: datetime) -> int:
    columns = (messages.c.received_at, messages.c.kind, messages.c.state)
    recent = (
        select(*columns)
        .where(own, messages.c.direction == Direction.IN)
        .order_by(messages.c.id.desc())
        .limit(_LATEST)
        .subquery()
    )
    answered = (
        recent.c.received_at > since,
        recent.c.kind.in_([Kind.RELAY, Kind.OTHER]),
        recent.c.state != MessageState.RELAYED,
    )
    return int(tx.execute(select(func.count()).select_from(recent).where(*answered)).scalar_one())
