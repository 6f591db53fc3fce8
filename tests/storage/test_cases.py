"""Cases and their entries: what goes in comes out, and stays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Executable, Table, delete, text, update
from sqlalchemy.exc import DBAPIError

from storage.alerts import Alert, add_alert, alerts_in, alerts_of
from storage.case_entries import CaseEntry, EntryKind, add_entry, entries_of
from storage.case_named import lately_named, name_in, named_in
from storage.cases import Case, CaseState, Source, acknowledge, close_case, find_case, name_pair, open_case
from storage.database import Database
from storage.ids import MessageId
from storage.schema.cases import alerts, case_entries
from storage.transaction import Transaction
from tests.storage.couples import Pair, couple
from tests.storage.samples import alarmed, read, said, write

__all__ = ["couple"]


def alarm(tx: Transaction, couple: Pair, now: datetime) -> tuple[MessageId, Case]:
    """A case that began with words of the mentee, and its message."""
    _, mentee, match = couple
    message_id = said(tx, mentee, now, match_id=match.id)
    return message_id, alarmed(tx, mentee, match, message_id, now)


def test_case_round_trip(database: Database, couple: Pair, now: datetime) -> None:
    """A case comes back by its number and by its message; it is acknowledged once, by the first who does."""
    mentor, mentee, _ = couple
    message_id, case = write(database, alarm, couple, now)
    assert read(database, find_case, case.id) == case
    assert write(database, find_case, case.id, lock=True) == case
    assert read(database, find_case, 404) is None
    assert read(database, alerts_of, [message_id]) == [(Alert(case.id, message_id, "self_harm", "high", now), case)]
    assert write(database, acknowledge, case.id, mentor.id, now)
    assert not write(database, acknowledge, case.id, mentee.id, now + timedelta(1))
    after = read(database, find_case, case.id)
    assert after == replace(case, state=CaseState.ACKNOWLEDGED, acknowledged_by=mentor.id, acknowledged_at=now)


def test_case_of_a_stranger(database: Database, couple: Pair, now: datetime) -> None:
    """A case may begin with the words of nobody whom the service knows."""
    case = write(
        database,
        open_case,
        programme=None,
        category="self_harm",
        severity="high",
        source=Source.WORDS,
        person_id=None,
        match_id=None,
        key_id=couple[0].key_id,
        now=now,
    )
    assert (case.programme, case.person_id, case.match_id, case.acknowledged_by) == (None, None, None, None)


def test_entries_of_a_case(database: Database, couple: Pair, now: datetime) -> None:
    """Entries come back in order, with who wrote them and their words."""
    mentor, _, _ = couple
    _, case = write(database, alarm, couple, now)
    write(database, add_entry, case, EntryKind.CALLED, now, rung=1)
    write(database, add_entry, case, EntryKind.NOTE, now, by=mentor.id, words="Rang the school.")
    assert read(database, entries_of, case.id) == [
        CaseEntry(case.id, EntryKind.CALLED, None, now, {"rung": 1}, ""),
        CaseEntry(case.id, EntryKind.NOTE, mentor.id, now, {}, "Rang the school."),
    ]


def test_whom_the_words_of_a_case_name(database: Database, couple: Pair, now: datetime) -> None:
    """They are known by the case, and by the pair or the key while it is young, or while the case is about somebody."""
    mentor, mentee, match = couple
    _, case = write(database, alarm, couple, now)
    write(database, name_in, case.id, {mentor.id, mentee.id})
    assert read(database, named_in, [case.id]) == {mentor.id, mentee.id}
    assert read(database, named_in, []) == frozenset()
    before = now - timedelta(minutes=1)
    for pair, key in ((match.id, mentor.key_id), (None, mentee.key_id)):
        assert read(database, lately_named, pair, key, before) == {mentor.id, mentee.id}
        assert read(database, lately_named, pair, key, now) == frozenset()
    assert read(database, lately_named, None, mentor.key_id, before) == frozenset()
    write(database, name_pair, case.id, match.id, mentor.id)
    assert read(database, lately_named, match.id, mentor.key_id, now) == {mentor.id, mentee.id}
    write(database, close_case, case.id, "referred", now)
    assert read(database, lately_named, match.id, mentor.key_id, now) == frozenset()


@pytest.mark.parametrize("table", [case_entries, alerts], ids=str)
def test_the_record_is_only_added_to(database: Database, couple: Pair, now: datetime, table: Table) -> None:
    """The database itself refuses to change or delete an entry of a case, or what raised it."""
    _, case = write(database, alarm, couple, now)
    write(database, add_entry, case, EntryKind.NOTE, now, words="Rang the school.")
    statements: list[Executable] = [update(table).values(at=now + timedelta(1)), delete(table)]
    if database.shared:
        statements += [text(f"TRUNCATE {table}"), text("TRUNCATE cases CASCADE")]
    for statement in statements:
        with pytest.raises(DBAPIError, match="only added to"):
            write(database, Transaction.execute, statement)
    assert len(read(database, entries_of, case.id)) == 1
    assert [alert.at for alert in read(database, alerts_in, case.id)] == [now]


@pytest.mark.parametrize(
    ("table", "columns", "copied"),
    [
        ("case_entries", "id, case_id, kind, at, detail, key_id", "id, case_id, 'closed', at, detail, key_id"),
        ("alerts", "id, case_id, category, severity, at", "id, case_id, 'closed', severity, at"),
    ],
)
def test_the_record_is_not_replaced(
    database: Database, couple: Pair, now: datetime, table: str, columns: str, copied: str
) -> None:
    """Nor does it let a further row take the place of one, whatever the statement; a row of its own is taken."""
    message_id, case = write(database, alarm, couple, now)
    write(database, add_entry, case, EntryKind.NOTE, now, words="Rang the school.")
    before = read(database, entries_of, case.id), read(database, alerts_in, case.id)
    again = f"INTO {table} ({columns}) SELECT {copied} FROM {table}"  # noqa: S608 - of this test alone
    own = columns.split(", ")[2]
    statements = [f"INSERT {again} WHERE true ON CONFLICT (id) DO UPDATE SET {own} = 'closed'"]
    if not database.shared:
        statements += [f"INSERT OR REPLACE {again}", f"REPLACE {again}"]
    for statement in statements:
        with pytest.raises(DBAPIError, match="only added to"):
            write(database, Transaction.execute, text(statement))
    assert (read(database, entries_of, case.id), read(database, alerts_in, case.id)) == before
    write(database, add_entry, case, EntryKind.NOTE, now)
    write(database, add_alert, case.id, message_id, category="self_harm", severity="high", now=now)
    assert len(read(database, entries_of, case.id)) == len(read(database, alerts_in, case.id)) == 2
