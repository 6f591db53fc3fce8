"""Alerts: words that suggest serious harm, until a coordinator says that they have it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, insert, select, update

from storage.ids import AlertId, MatchId, MessageId, PersonId
from storage.parts import in_parts
from storage.schema import alerts
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert: its id is the case number."""

    id: AlertId
    # None when the words came from a stranger: every programme's coordinators are told.
    programme: str | None
    message_id: MessageId
    person_id: PersonId | None
    match_id: MatchId | None
    category: str
    severity: str
    created_at: datetime
    acknowledged_by: PersonId | None
    acknowledged_at: datetime | None


def add_alert(  # noqa: PLR0913 - the facts of one alert
    tx: Transaction,
    *,
    programme: str | None,
    message_id: MessageId,
    person_id: PersonId | None,
    match_id: MatchId | None,
    category: str,
    severity: str,
    now: datetime,
) -> Alert:
    """Raise an alert."""
    values = {
        "programme": programme,
        "message_id": message_id,
        "person_id": person_id,
        "match_id": match_id,
        "category": category,
        "severity": severity,
        "created_at": now,
    }
    row = tx.execute(insert(alerts).values(values).returning(alerts)).one()
    return _alert(row)


def find_alert(tx: Transaction, alert_id: int, *, lock: bool = False) -> Alert | None:
    """One alert, or None; `lock` keeps other writers off until the commit."""
    query = select(alerts).where(alerts.c.id == alert_id)
    row = tx.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
    return None if row is None else _alert(row)


def acknowledge(tx: Transaction, alert_id: AlertId, by: PersonId, now: datetime) -> bool:
    """Note who has it; False when somebody has it already."""
    statement = update(alerts).where(alerts.c.id == alert_id, alerts.c.acknowledged_at.is_(None))
    return tx.execute(statement.values(acknowledged_by=by, acknowledged_at=now)).rowcount == 1


def name_subject(tx: Transaction, message_id: MessageId, person_id: PersonId, match_id: MatchId | None) -> None:
    """Note whose words raised the alerts of a message, once that is known."""
    this = update(alerts).where(alerts.c.message_id == message_id)
    tx.execute(this.values(person_id=person_id, match_id=match_id))


def list_alerts(tx: Transaction, message_ids: list[MessageId]) -> list[Alert]:
    """The alerts that these messages raised."""
    query = select(alerts)
    found = [
        _alert(row) for part in in_parts(message_ids) for row in tx.execute(query.where(alerts.c.message_id.in_(part)))
    ]
    return sorted(found, key=lambda alert: alert.id)


def _alert(row: Row[tuple[object, ...]]) -> Alert:
    return Alert(
        AlertId(row.id),
        row.programme,
        MessageId(row.message_id),
        None if row.person_id is None else PersonId(row.person_id),
        None if row.match_id is None else MatchId(row.match_id),
        row.category,
        row.severity,
        row.created_at,
        None if row.acknowledged_by is None else PersonId(row.acknowledged_by),
        row.acknowledged_at,
    )
