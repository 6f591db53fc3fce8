"""What the rule engines found in messages."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from storage.ids import MessageId
from storage.parts import in_parts
from storage.schema.messages import findings
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule engine found in the original words."""

    # "contact" or "safeguarding"
    engine: str
    kind: str
    severity: str | None
    start: int
    end: int
    rule: str
    # certain, likely, possible
    sure: str | None = None
    # So many earlier messages of the same sender belong to it.
    reaches_back: int = 0


_INSERT_FINDING = insert(findings)


def add_findings(tx: Transaction, message_id: MessageId, found: Sequence[Finding]) -> None:
    """Keep what was found in a message."""
    if not found:
        return
    rows = [
        {
            "message_id": message_id,
            "engine": finding.engine,
            "kind": finding.kind,
            "severity": finding.severity,
            "start": finding.start,
            "end": finding.end,
            "rule": finding.rule,
            "sure": finding.sure,
            "reaches_back": finding.reaches_back,
        }
        for finding in found
    ]
    tx.execute(_INSERT_FINDING, rows)


def findings_of(tx: Transaction, message_ids: Sequence[MessageId]) -> dict[MessageId, list[Finding]]:
    """What was found in these messages, by message, in the order of the text."""
    found: dict[MessageId, list[Finding]] = {}
    for part in in_parts(message_ids):
        query = select(findings).where(findings.c.message_id.in_(part)).order_by(findings.c.start, findings.c.id)
        for row in tx.execute(query):
            place = (row.start, row.end, row.rule)
            finding = Finding(row.engine, row.kind, row.severity, *place, row.sure, row.reaches_back)
            found.setdefault(MessageId(row.message_id), []).append(finding)
    return found
