"""What text messages cost: segments to each person in each month."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.hot import Hot
from storage.ids import AddressId, PersonId
from storage.schema.outbox import sms_usage
from storage.schema.people import addresses, people
from storage.transaction import Transaction

_OWNER = Hot(
    select(addresses.c.person_id, people.c.programme)
    .join(people, people.c.id == addresses.c.person_id)
    .where(addresses.c.id == bindparam("address"))
)


def payer(tx: Transaction, address_id: AddressId) -> tuple[PersonId, str] | None:
    """Whose budget a text to this address is on, and of which programme they are; None for a stranger's."""
    rows = _OWNER.rows(tx, {"address": address_id})
    return (PersonId(rows[0].person_id), rows[0].programme) if rows else None


def _count(insert: type[postgresql.Insert] | type[sqlite.Insert]) -> postgresql.Insert | sqlite.Insert:
    statement = insert(sms_usage)
    more = {"segments": sms_usage.c.segments + statement.excluded.segments}
    return statement.on_conflict_do_update(index_elements=["person_id", "month"], set_=more)


_COUNT = {
    name: _count(insert).returning(sms_usage.c.segments, sms_usage.c.told)
    for name, insert in (("sqlite", sqlite.Insert), ("postgresql", postgresql.Insert))
}


def count_segments(tx: Transaction, person_id: PersonId, month: str, segments: int) -> tuple[int, int]:
    """Count segments to somebody in a month ("2026-11").

    Returns how many it is now, and the share of the budget, in per cent, that was last told to the coordinators.
    """
    values = {"person_id": person_id, "month": month, "segments": segments, "told": 0}
    row = tx.execute(_COUNT[tx.connection.dialect.name], values).one()
    return row.segments, row.told


def note_told(tx: Transaction, person_id: PersonId, month: str, share: int) -> None:
    """Note that the coordinators were told of so many per cent."""
    which = (sms_usage.c.person_id == person_id, sms_usage.c.month == month)
    tx.execute(update(sms_usage).where(*which).values(told=share))
