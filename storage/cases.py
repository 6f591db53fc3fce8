"""Cases: words that suggest serious harm, gathered, until somebody has done what is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, update

from storage.case_named import named_in
from storage.ids import CaseId, KeyId, MatchId, MessageId, PersonId
from storage.parts import in_parts
from storage.schema.cases import alerts, cases
from storage.transaction import Transaction


class CaseState(StrEnum):
    """How far a case has come."""

    # Nobody has it yet.
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class Source(StrEnum):
    """What a case began with."""

    # A scan found something in somebody's words.
    WORDS = "words"
    # Somebody told a concern.
    CONCERN = "concern"
    # A mentee asked for the coordinator.
    HELP = "help"
    # A complaint about somebody.
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its id is the case number."""

    id: CaseId
    # None when it began with a stranger's words: every programme's coordinators are told.
    programme: str | None
    # Of its gravest alert.
    category: str
    severity: str
    source: Source
    state: CaseState
    # Whose words it began with.
    person_id: PersonId | None
    match_id: MatchId | None
    # Whom it is about, where somebody said so: they never hear of it.
    about_id: PersonId | None
    opened_at: datetime
    # When its newest alert came.
    last_at: datetime
    # How many rungs of the ladder were climbed.
    rung: int
    acknowledged_by: PersonId | None
    acknowledged_at: datetime | None
    outcome: str | None
    closed_at: datetime | None
    # The key of its entries.
    key_id: KeyId


def open_case(  # noqa: PLR0913 - the facts of one case
    tx: Transaction,
    *,
    programme: str | None,
    category: str,
    severity: str,
    source: Source,
    person_id: PersonId | None,
    match_id: MatchId | None,
    about_id: PersonId | None = None,
    key_id: KeyId,
    now: datetime,
) -> Case:
    """Open a case. What it begins with is added to it by `add_alert`."""
    values = {
        "programme": programme,
        "category": category,
        "severity": severity,
        "source": source.value,
        "state": CaseState.OPEN.value,
        "person_id": person_id,
        "match_id": match_id,
        "about_id": about_id,
        "opened_at": now,
        "last_at": now,
        "key_id": key_id,
    }
    return _case(tx.execute(insert(cases).values(values).returning(cases)).one())


def find_joinable(  # noqa: PLR0913 - what has to be the same
    tx: Transaction,
    *,
    category: str,
    source: Source,
    person_id: PersonId | None,
    match_id: MatchId | None,
    about_id: PersonId | None,
    named: frozenset[PersonId],
    key_id: KeyId,
    since: datetime,
) -> Case | None:
    """The newest case that isn't closed, of the same kind and the same pair, whose last alert came after `since`.

    And of which the same people hear: it is about nobody else, and its words have `named` the same.

    Where there is no match the same person counts; where nobody knows who it is, the same address, which has a key of
    its own. What somebody's words opened before it was known which pair they are for is that pair's too. Locked until
    the commit.
    """
    same = _of_the_same(cases.c.category == category, person_id, match_id, key_id)
    if match_id is not None and person_id is not None and source is Source.WORDS:
        unknown = and_(cases.c.match_id.is_(None), cases.c.person_id == person_id)
        same = cases.c.category == category, or_(cases.c.match_id == match_id, unknown)
    query = select(cases).where(
        *same,
        cases.c.source == source.value,
        cases.c.about_id == about_id if about_id is not None else cases.c.about_id.is_(None),
        cases.c.state != CaseState.CLOSED.value,
        cases.c.last_at > since,
    )
    rows = tx.execute(query.order_by(cases.c.id.desc()).with_for_update(key_share=True)).all()
    return next((_case(row) for row in rows if named_in(tx, [CaseId(row.id)]) == named), None)


def find_earlier(tx: Transaction, case: Case, since: datetime) -> Case | None:
    """The newest case before this one of the same kind and the same pair that was closed after `since`; or None."""
    same = _of_the_same(cases.c.category == case.category, case.person_id, case.match_id, case.key_id)
    query = select(cases).where(*same, cases.c.id < case.id, cases.c.closed_at > since)
    row = tx.execute(query.order_by(cases.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _case(row)


def _of_the_same(
    category: ColumnElement[bool], person_id: PersonId | None, match_id: MatchId | None, key_id: KeyId
) -> tuple[ColumnElement[bool], ...]:
    if match_id is not None:
        return category, cases.c.match_id == match_id
    if person_id is not None:
        return category, cases.c.match_id.is_(None), cases.c.person_id == person_id
    return category, cases.c.match_id.is_(None), cases.c.person_id.is_(None), cases.c.key_id == key_id


def grow(tx: Transaction, case: Case, *, severity: str, now: datetime) -> Case:
    """A further alert joined it. One that is graver than it was (`severity` is another one) is nobody's again."""
    values: dict[str, object] = {"last_at": now, "severity": severity}
    if severity != case.severity:
        values |= {"state": CaseState.OPEN.value, "rung": 0, "acknowledged_by": None, "acknowledged_at": None}
    return _changed(tx, case.id, values)


def set_rung(tx: Transaction, case_id: CaseId, rung: int) -> None:
    """Note how many rungs of the ladder were climbed, or in how many digests a concern stood."""
    tx.execute(update(cases).where(cases.c.id == case_id).values(rung=rung))


def let_go(tx: Transaction, case_id: CaseId) -> Case:
    """Nobody has it any more: it begins on the first rung of the ladder."""
    free: dict[str, object] = {"state": CaseState.OPEN.value, "rung": 0}
    return _changed(tx, case_id, free | {"acknowledged_by": None, "acknowledged_at": None})


def close_case(tx: Transaction, case_id: CaseId, outcome: str, now: datetime) -> Case:
    """It is done with, and this is how it ended."""
    return _changed(tx, case_id, {"state": CaseState.CLOSED.value, "outcome": outcome, "closed_at": now})


def reopen_case(tx: Transaction, case_id: CaseId, by: PersonId, now: datetime) -> Case:
    """A closed case goes on, and this coordinator has it."""
    taken: dict[str, object] = {"acknowledged_by": by, "acknowledged_at": now}
    return _changed(tx, case_id, taken | {"state": CaseState.ACKNOWLEDGED.value, "outcome": None, "closed_at": None})


def _changed(tx: Transaction, case_id: CaseId, values: dict[str, object]) -> Case:
    return _case(tx.execute(update(cases).where(cases.c.id == case_id).values(values).returning(cases)).one())


def list_cases(
    tx: Transaction, *, states: Sequence[CaseState] = (), programme: str | None = None, severity: str | None = None
) -> list[Case]:
    """All cases, or those in these states, of this programme, of this severity; oldest first."""
    query = select(cases).order_by(cases.c.id)
    if states:
        query = query.where(cases.c.state.in_([state.value for state in states]))
    if programme is not None:
        query = query.where(cases.c.programme == programme)
    if severity is not None:
        query = query.where(cases.c.severity == severity)
    return [_case(row) for row in tx.execute(query)]


def find_case(tx: Transaction, case_id: int, *, lock: bool = False) -> Case | None:
    """One case, or None; `lock` keeps other writers off until the commit."""
    query = select(cases).where(cases.c.id == case_id)
    row = tx.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
    return None if row is None else _case(row)


def acknowledge(tx: Transaction, case_id: CaseId, by: PersonId, now: datetime) -> bool:
    """Note who has it; False when somebody has it already."""
    statement = update(cases).where(cases.c.id == case_id, cases.c.state == CaseState.OPEN.value)
    values = {"state": CaseState.ACKNOWLEDGED.value, "acknowledged_by": by, "acknowledged_at": now}
    return tx.execute(statement.values(values)).rowcount == 1


def name_subject(tx: Transaction, message_id: MessageId, person_id: PersonId, match_id: MatchId | None) -> None:
    """Note whose words opened the cases of a message, once that is known."""
    these = select(alerts.c.case_id).where(alerts.c.message_id == message_id)
    tx.execute(update(cases).where(cases.c.id.in_(these)).values(person_id=person_id, match_id=match_id))


def name_match(tx: Transaction, message_id: MessageId, match_id: MatchId) -> None:
    """Note which pair the cases of a message are about, where nobody knew it before."""
    these = select(alerts.c.case_id).where(alerts.c.message_id == message_id)
    unknown = update(cases).where(cases.c.id.in_(these), cases.c.match_id.is_(None))
    tx.execute(unknown.values(match_id=match_id))


def name_pair(tx: Transaction, case_id: CaseId, match_id: MatchId, about_id: PersonId | None) -> Case:
    """Note which pair a case is about, and whom of it, once somebody has said so."""
    return _changed(tx, case_id, {"match_id": match_id, "about_id": about_id})


def get_cases(tx: Transaction, ids: list[int]) -> list[Case]:
    """The cases with these numbers; those that nobody has are left out."""
    query = select(cases).order_by(cases.c.id)
    return [_case(row) for part in in_parts(ids) for row in tx.execute(query.where(cases.c.id.in_(part)))]


def _case(row: Row[tuple[object, ...]]) -> Case:
    return Case(
        CaseId(row.id),
        row.programme,
        row.category,
        row.severity,
        Source(row.source),
        CaseState(row.state),
        _person(row.person_id),
        None if row.match_id is None else MatchId(row.match_id),
        _person(row.about_id),
        row.opened_at,
        row.last_at,
        row.rung,
        _person(row.acknowledged_by),
        row.acknowledged_at,
        row.outcome,
        row.closed_at,
        KeyId(row.key_id),
    )


def _person(number: int | None) -> PersonId | None:
    return None if number is None else PersonId(number)
