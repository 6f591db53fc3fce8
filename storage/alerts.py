"""What raised and joined cases: one alert for each message with words that suggest serious harm."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, insert, or_, select

from storage.cases import Case, get_cases
from storage.ids import CaseId, MessageId, PersonId
from storage.parts import in_parts
from storage.schema.cases import alerts, cases
from storage.schema.messages import messages
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Alert:
    """What raised or joined a case."""

    case_id: CaseId
    message_id: MessageId | None
    category: str
    severity: str
    at: datetime


_ALERTS = select(alerts.c.case_id, alerts.c.message_id, alerts.c.category, alerts.c.severity, alerts.c.at)


def add_alert(
    tx: Transaction, case_id: CaseId, message_id: MessageId | None, *, category: str, severity: str, now: datetime
) -> None:
    """Add to a case what raised it or joined it."""
    values = {"case_id": case_id, "message_id": message_id, "category": category, "severity": severity, "at": now}
    tx.execute(insert(alerts).values(values))


def alerts_in(tx: Transaction, case_id: CaseId) -> list[Alert]:
    """What raised and joined a case, oldest first."""
    return [_alert(row) for row in tx.execute(_ALERTS.where(alerts.c.case_id == case_id).order_by(alerts.c.id))]


def alerts_of(tx: Transaction, message_ids: list[MessageId]) -> list[tuple[Alert, Case]]:
    """The alerts that these messages raised, each with its case, in the order of the cases."""
    rows = [row for part in in_parts(message_ids) for row in tx.execute(_ALERTS.where(alerts.c.message_id.in_(part)))]
    found = {case.id: case for case in get_cases(tx, sorted({row.case_id for row in rows}))}
    both = [(_alert(row), found[CaseId(row.case_id)]) for row in rows]
    return sorted(both, key=lambda one: (one[1].id, one[0].at))


def concerns_of(tx: Transaction, person_id: PersonId, category: str, since: datetime) -> tuple[list[Alert], bool]:
    """The alerts of severity "concern" in somebody's words since then, oldest first.

    A pair shares its cases: what counts is who wrote the message; of an alert without one, whose case it is. And
    whether their words opened or joined a case of `category` since then already.
    """
    query = _ALERTS.join(cases, cases.c.id == alerts.c.case_id).outerjoin(
        messages, messages.c.id == alerts.c.message_id
    )
    unsaid = and_(alerts.c.message_id.is_(None), cases.c.person_id == person_id)
    query = query.where(or_(messages.c.person_id == person_id, unsaid), alerts.c.at >= since)
    rows = tx.execute(query.where(alerts.c.severity == "concern").order_by(alerts.c.id)).all()
    told = tx.execute(query.where(alerts.c.category == category).limit(1)).first() is not None
    return [_alert(row) for row in rows], told


def _alert(row: Row[tuple[object, ...]]) -> Alert:
    message_id = None if row.message_id is None else MessageId(row.message_id)
    return Alert(CaseId(row.case_id), message_id, row.category, row.severity, row.at)
