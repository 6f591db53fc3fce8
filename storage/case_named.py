"""Whom of the staff the words of a case name: they are left out of it as long as somebody else can hear of it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, insert, or_, select

from storage.ids import CaseId, KeyId, MatchId, PersonId
from storage.schema.cases import case_named, cases
from storage.transaction import Transaction


def name_in(tx: Transaction, case_id: CaseId, people: Iterable[PersonId]) -> None:
    """Note that the words of a case name these people; they must not be named in it already."""
    for person_id in sorted(people):
        tx.execute(insert(case_named).values(case_id=case_id, person_id=person_id))


def named_in(tx: Transaction, case_ids: Iterable[CaseId]) -> frozenset[PersonId]:
    """Whom the words of these cases name."""
    query = select(case_named.c.person_id).where(case_named.c.case_id.in_(list(case_ids)))
    return frozenset(PersonId(number) for number in tx.execute(query).scalars())


def lately_named(tx: Transaction, match_id: MatchId | None, key_id: KeyId, since: datetime) -> frozenset[PersonId]:
    """Whom the cases of a pair, or of whose key it is, name whose last alert came after `since`.

    And whom those that aren't closed are about, however old they are.
    """
    own = cases.c.key_id == key_id
    these = own if match_id is None else or_(own, cases.c.match_id == match_id)
    goes_on = and_(cases.c.about_id.is_not(None), cases.c.state != "closed")
    query = select(cases.c.about_id, case_named.c.person_id).select_from(cases.outerjoin(case_named))
    rows = tx.execute(query.where(these, or_(cases.c.last_at > since, goes_on)))
    return frozenset(PersonId(number) for row in rows for number in row if number is not None)
