"""How much and when people write in their matches, and how often contact details were taken out: counts, no words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, distinct, func, select, type_coerce

from storage.ids import MatchId, PersonId
from storage.matches import LIVE
from storage.schema.messages import findings, messages
from storage.schema.people import matches
from storage.transaction import Transaction

# Messages are counted in quarters of an hour: on every zone's clock an hour of the day has whole ones.
QUARTER = timedelta(minutes=15)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages somebody wrote in a match within a quarter of an hour."""

    match_id: MatchId
    person_id: PersonId
    # The beginning of the quarter.
    at: datetime
    messages: int


def written(tx: Transaction, programme: str, since: datetime) -> list[Count]:
    """What was written in the live matches of a programme since then, by match, person and time."""
    quarter = (type_coerce(messages.c.at, BigInteger) // int(QUARTER / timedelta(microseconds=1))).label("quarter")
    query = _live(programme, since).group_by(messages.c.match_id, messages.c.person_id, quarter)
    query = query.order_by(messages.c.match_id, messages.c.person_id, quarter)
    rows = tx.execute(query.add_columns(quarter, func.count().label("written")))
    return [
        Count(MatchId(row.match_id), PersonId(row.person_id), _EPOCH + row.quarter * QUARTER, row.written)
        for row in rows
    ]


def with_details(
    tx: Transaction, programme: str, since: datetime, *, allowed: Collection[str] = ()
) -> dict[tuple[MatchId, PersonId], int]:
    """In how many messages of each side contact details were found, in the live matches of a programme since then.

    Details of the kinds that are `allowed` aren't counted.
    """
    query = _live(programme, since).join(findings, findings.c.message_id == messages.c.id)
    query = query.where(*_kept_back(allowed)).group_by(messages.c.match_id, messages.c.person_id)
    found = query.add_columns(func.count(distinct(messages.c.id)).label("written"))
    return {(MatchId(row.match_id), PersonId(row.person_id)): row.written for row in tx.execute(found)}


def attempts_of(tx: Transaction, person_id: PersonId, since: datetime, *, allowed: Collection[str] = ()) -> int:
    """In how many messages of somebody contact details were found since then, in whatever match; versions are one.

    Details of the kinds that are `allowed` are no attempts.
    """
    first = func.coalesce(messages.c.edits_id, messages.c.id)
    own = (messages.c.person_id == person_id, messages.c.direction == "in", messages.c.kind == "relay")
    query = select(func.count(distinct(first))).join(findings, findings.c.message_id == messages.c.id)
    return int(tx.execute(query.where(*own, messages.c.received_at > since, *_kept_back(allowed))).scalar_one())


def _kept_back(allowed: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return findings.c.engine == "contact", findings.c.kind.not_in(allowed)


def _live(programme: str, since: datetime) -> Any:  # noqa: ANN401 - a SELECT that grows
    belongs: ColumnElement[bool] = matches.c.id == messages.c.match_id
    return (
        select(messages.c.match_id, messages.c.person_id)
        .join(matches, belongs)
        .where(
            matches.c.programme == programme,
            matches.c.state.in_(LIVE),
            messages.c.direction == "in",
            messages.c.kind == "relay",
            # A changed version is no new message.
            messages.c.edits_id.is_(None),
            messages.c.at >= since,
        )
    )
