"""The rota: who is on call, line by line."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Row, delete, insert, select

from storage.ids import PersonId
from storage.schema.cases import duties
from storage.transaction import Transaction


class DutyKind(StrEnum):
    """What a line of the rota says."""

    # On call in the office's hours; the programme's holidays close these.
    WORKING = "working"
    # On call when nobody is there in working hours.
    OUT_OF_HOURS = "out_of_hours"
    # Not there, whatever the other lines say.
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDuty:
    """What is said of somebody's duty."""

    programme: str
    person_id: PersonId
    kind: DutyKind
    # As `content.hours` reads them, on the programme's clock; "" for always.
    hours: str = ""
    # The first day and the last one, from midnight to midnight; None: until it is taken away.
    from_day: date
    to_day: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the line says anything about a day."""
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(NewDuty):
    """One line of the rota."""

    id: int


def add_duty(tx: Transaction, new: NewDuty) -> Duty:
    """Write a line into the rota; the lines before it stay as they are."""
    values = {
        "programme": new.programme,
        "person_id": new.person_id,
        "kind": new.kind.value,
        "hours": new.hours,
        "from_day": new.from_day,
        "to_day": new.to_day,
    }
    return _duty(tx.execute(insert(duties).values(values).returning(duties)).one())


def remove_duty(tx: Transaction, duty_id: int) -> Duty | None:
    """Take a line out of the rota; None when there is none with this number."""
    row = tx.execute(delete(duties).where(duties.c.id == duty_id).returning(duties)).one_or_none()
    return None if row is None else _duty(row)


def list_duties(tx: Transaction, programme: str, *, since: date) -> list[Duty]:
    """The lines of a programme that hold on a day or later, in the order in which they were written."""
    these = (duties.c.programme == programme, duties.c.to_day.is_(None) | (duties.c.to_day >= since))
    return [_duty(row) for row in tx.execute(select(duties).where(*these).order_by(duties.c.id))]


def _duty(row: Row[tuple[object, ...]]) -> Duty:
    return Duty(
        id=row.id,
        programme=row.programme,
        person_id=PersonId(row.person_id),
        kind=DutyKind(row.kind),
        hours=row.hours,
        from_day=row.from_day,
        to_day=row.to_day,
    )
