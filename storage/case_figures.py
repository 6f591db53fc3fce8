"""What the figures of cases are counted from: one row for each case and for each alarm, ids and codes only."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select

from storage.case_entries import EntryKind
from storage.ids import CaseId
from storage.schema.cases import alerts, case_entries, cases
from storage.schema.messages import findings
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """How one case went."""

    # None: a stranger's.
    programme: str | None
    severity: str
    opened_at: datetime
    # When it called at this severity for the first time: later than it was opened where it became graver.
    since: datetime
    # When somebody had it for the first time since then; None: nobody yet.
    acknowledged_at: datetime | None
    outcome: str | None
    # Why it was a false alarm, where somebody said so.
    why: str | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that was found in a message which raised or joined a case, or that was told."""

    # As of its case.
    programme: str | None
    category: str
    at: datetime


def alarms(tx: Transaction) -> list[Alarm]:
    """Every alarm, oldest first: a message with words of two categories is two, one that alerted twice isn't."""
    of_cases = alerts.join(cases, cases.c.id == alerts.c.case_id)
    columns = alerts.c.id, alerts.c.message_id, alerts.c.at, cases.c.programme
    raised = select(*columns, alerts.c.category).select_from(of_cases)
    besides = (
        select(*columns, findings.c.kind)
        .select_from(of_cases.join(findings, findings.c.message_id == alerts.c.message_id))
        # What else reaches back counted with the message that it reaches back to.
        .where(findings.c.engine == "safeguarding", findings.c.reaches_back == 0)
    )
    found: dict[tuple[bool, int, str], Alarm] = {}
    for row in sorted((*tx.execute(raised), *tx.execute(besides)), key=lambda row: row.id):
        number, message_id, at, programme, category = row
        # Where there is no message, each alert is one by itself.
        which = (False, number) if message_id is None else (True, message_id)
        found.setdefault((*which, category), Alarm(programme, category, at))
    return list(found.values())


def case_facts(tx: Transaction) -> list[CaseFacts]:
    """How every case went, oldest first."""
    moment = case_entries.c.at.type
    firsts = select(
        case_entries.c.case_id,
        func.min(case_entries.c.id).label("id"),
        func.min(case_entries.c.at, type_=moment).label("at"),
    )
    so_grave = case_entries.c.detail.contains(literal('"severity": "') + cases.c.severity + literal('"'))
    called = (
        firsts.join(cases, cases.c.id == case_entries.c.case_id)
        .where(case_entries.c.kind == EntryKind.CALLED.value, so_grave)
        .group_by(case_entries.c.case_id)
        .subquery()
    )
    taken = (
        firsts.outerjoin(called, called.c.case_id == case_entries.c.case_id)
        .where(case_entries.c.kind == EntryKind.ACKNOWLEDGED.value, case_entries.c.id > func.coalesce(called.c.id, 0))
        .group_by(case_entries.c.case_id)
        .subquery()
    )
    query = (
        select(cases, called.c.at.label("called_at"), taken.c.at.label("taken_at"))
        .outerjoin(called, called.c.case_id == cases.c.id)
        .outerjoin(taken, taken.c.case_id == cases.c.id)
    )
    whys = _whys(tx)
    return [
        CaseFacts(
            row.programme,
            row.severity,
            row.opened_at,
            # Concerns aren't called, and what called before its entries named how grave it was began so.
            row.called_at or row.opened_at,
            # What was taken before there were entries has none.
            row.taken_at or row.acknowledged_at,
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
