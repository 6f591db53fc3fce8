"""What did not arrive: found without a look at everything that did."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from storage.database import Database
from storage.outbox.outcomes import note_failed, note_sent
from storage.outbox.rows import OutboxState
from storage.schema.outbox import outbox
from storage.transaction import Transaction
from storage.unreached import not_reached
from tests.storage.samples import queue, reachable, said, write


def _three(tx: Transaction, now: datetime) -> None:
    """One that arrived, one that failed, one of which nobody knows."""
    person, address = reachable(tx, now)
    for number, words in enumerate(("went", "failed", "uncertain")):
        queue(tx, said(tx, person, now + timedelta(seconds=number), words), address.id, person.key_id, now)
    went, failed, uncertain = tx.execute(select(outbox.c.id).order_by(outbox.c.id)).scalars()
    note_sent(tx, went, "1", now)
    note_failed(tx, failed, "telegram:400")
    tx.execute(update(outbox).where(outbox.c.id == uncertain).values(state=OutboxState.UNCERTAIN))


def test_what_failed_and_what_nobody_knows_of(database: Database, now: datetime) -> None:
    """Both are on the list since a time, with the reason; what arrived and what is older is not."""
    write(database, _three, now)
    found = write(database, not_reached, now)
    assert [(one.state, one.error) for one in found] == [("failed", "telegram:400"), ("uncertain", None)]
    assert write(database, not_reached, now + timedelta(minutes=1)) == []


def test_the_list_is_asked_of_its_index(sqlite_database: Database, now: datetime) -> None:
    """However much was sent: only what did not arrive is looked at."""
    statements: list[str] = []

    def work(tx: Transaction) -> list[str]:
        _three(tx, now)
        tx.driver.set_trace_callback(statements.append)
        not_reached(tx, now)
        tx.driver.set_trace_callback(None)
        (asked,) = [statement for statement in statements if "outbox" in statement]
        return [row[3] for row in tx.driver.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall()]

    plan = write(sqlite_database, work)
    assert any("ix_outbox_lost" in line for line in plan)
    assert not [line for line in plan if line.startswith("SCAN")]
