"""Delivery reports: what the providers said later about what they took."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from storage.ids import OutboxId
from storage.parts import in_parts
from storage.schema.outbox import delivery_reports
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Report:
    """One delivery report."""

    status: str
    error: str | None
    at: datetime


def add_report(
    tx: Transaction,
    *,
    outbox_id: OutboxId | None,
    channel: str,
    provider_ref: str,
    status: str,
    error: str | None,
    now: datetime,
) -> None:
    """Keep a report; of a message that we don't know it is kept all the same."""
    values = {
        "outbox_id": outbox_id,
        "channel": channel,
        "provider_ref": provider_ref,
        "status": status,
        "error": error,
        "at": now,
    }
    tx.execute(insert(delivery_reports).values(values))


def failed_tries(tx: Transaction, outbox_id: OutboxId) -> int:
    """How many tries of a delivery the provider took and then reported as failed (some it reports twice)."""
    failed = (delivery_reports.c.outbox_id == outbox_id, delivery_reports.c.status == "failed")
    query = select(func.count(delivery_reports.c.provider_ref.distinct())).where(*failed)
    return int(tx.execute(query).scalar_one())


def reports_of(tx: Transaction, outbox_ids: list[OutboxId]) -> dict[OutboxId, list[Report]]:
    """The reports about these deliveries, in the order in which they came."""
    found: dict[OutboxId, list[Report]] = {}
    query = select(delivery_reports).order_by(delivery_reports.c.id)
    for part in in_parts(outbox_ids):
        for row in tx.execute(query.where(delivery_reports.c.outbox_id.in_(part))):
            found.setdefault(OutboxId(row.outbox_id), []).append(Report(row.status, row.error, row.at))
    return found
