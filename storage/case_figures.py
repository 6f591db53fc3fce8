"""What the figures of cases are counted from: one row for each case, ids and codes only."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.case_entries import EntryKind
from storage.ids import CaseId
from storage.schema.cases import case_entries, cases
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """How one case went."""

    # None: a stranger's.
    programme: str | None
    category: str
    severity: str
    opened_at: datetime
    # When somebody had it for the first time; None: nobody yet.
    acknowledged_at: datetime | None
    outcome: str | None
    # Why it was a false alarm, where somebody said so.
    why: str | None


def case_facts(tx: Transaction) -> list[CaseFacts]:
    """How every case went, oldest first."""
    taken = case_entries.c.kind == EntryKind.ACKNOWLEDGED.value
    first = (
        select(case_entries.c.case_id, func.min(case_entries.c.at, type_=case_entries.c.at.type).label("at"))
        .where(taken)
        .group_by(case_entries.c.case_id)
        .subquery()
    )
    query = select(cases, first.c.at.label("first_at")).outerjoin(first, first.c.case_id == cases.c.id)
    whys = _whys(tx)
    return [
        CaseFacts(
            row.programme,
            row.category,
            row.severity,
            row.opened_at,
            # What was taken before there were entries has none.
            row.first_at or row.acknowledged_at,
            row.outcome,
            whys.get(CaseId(row.id)),
        )
        for row in tx.execute(query.order_by(cases.c.id))
    ]


def _whys(tx: Transaction) -> dict[CaseId, str]:
    """Why cases were false alarms, as it was said last."""
    query = select(case_entries.c.case_id, case_entries.c.detail).where(
        case_entries.c.kind == EntryKind.OUTCOME.value, case_entries.c.detail.contains('"why"')
    )
    rows = tx.execute(query.order_by(case_entries.c.id))
    return {CaseId(row.case_id): str(json.loads(row.detail)["why"]) for row in rows}
