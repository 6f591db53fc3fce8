"""What was done about a case, and by whom: entries that can't be changed or deleted, only added to.

The database itself refuses (migrations 0003, 0005 and 0006): whoever reads a case years later reads what was written
then.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select

from storage.cases import Case
from storage.ids import CaseId, PersonId
from storage.schema.cases import case_entries
from storage.transaction import Transaction


class EntryKind(StrEnum):
    """What kinds of things are written into a case."""

    ACKNOWLEDGED = "acknowledged"
    # Somebody who had it gave it back: it climbs the ladder again.
    LET_GO = "let_go"
    NOTE = "note"
    ACTION = "action"
    REFERRAL = "referral"
    OUTCOME = "outcome"
    CLOSED = "closed"
    REOPENED = "reopened"
    # The words were shown to somebody.
    SHOWN = "shown"
    # The pair's messages are held until a coordinator has looked, or no longer.
    HOLD = "hold"
    HOLD_ENDED = "hold_ended"
    # A rung of the ladder was climbed.
    CALLED = "called"
    REMINDED = "reminded"


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One entry of a case."""

    case_id: CaseId
    kind: EntryKind
    # None: the service; or the command line, which `detail` says ("actor").
    by_person_id: PersonId | None
    at: datetime
    # Ids and codes only.
    detail: Mapping[str, str | int]
    # In somebody's own words; empty where there are none.
    words: str


def add_entry(
    tx: Transaction,
    case: Case,
    kind: EntryKind,
    now: datetime,
    /,
    *,
    by: PersonId | None = None,
    words: str = "",
    **detail: str | int,
) -> None:
    """Write an entry into a case; its words are kept under the key of the case."""
    number = tx.new_id()
    values = {
        "id": number,
        "case_id": case.id,
        "kind": kind.value,
        "by_person_id": by,
        "at": now,
        "detail": json.dumps(detail, sort_keys=True),
        "words_cell": tx.seal(case.key_id, _context(number), words) if words else None,
        "key_id": case.key_id,
    }
    tx.execute(insert(case_entries).values(values))


def entries_of(tx: Transaction, case_id: int) -> list[CaseEntry]:
    """The entries of a case, oldest first."""
    query = select(case_entries).where(case_entries.c.case_id == case_id).order_by(case_entries.c.id)
    return [
        CaseEntry(
            CaseId(row.case_id),
            EntryKind(row.kind),
            None if row.by_person_id is None else PersonId(row.by_person_id),
            row.at,
            json.loads(row.detail),
            "" if row.words_cell is None else tx.open(row.key_id, _context(row.id), row.words_cell),
        )
        for row in tx.execute(query)
    ]


def _context(number: int) -> str:
    return f"case_entries:{number}:words"
