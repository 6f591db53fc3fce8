"""Matches: who is paired with whom, how far it has come, and what was agreed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Row, bindparam, case, exists, insert, literal_column, or_, select, update

from storage.addresses import Address, AddressState, best_address
from storage.hot import Hot
from storage.ids import AddressId, CaseId, KeyId, MatchId, PersonId
from storage.people import Person, person_from
from storage.schema.messages import messages
from storage.schema.people import address_sharers, addresses, matches, people
from storage.transaction import Transaction


class MatchState(StrEnum):
    """How far a match has come."""

    # Not everybody has said yes.
    PROPOSED = "proposed"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    DECLINED = "declined"


# In these the two belong together: words from one are meant for the other.
LIVE = (MatchState.ACTIVE, MatchState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What the matching meeting agreed; every line may be empty."""

    # Days and hours in words, such as "Mondays and Thursdays, 4 to 8 pm".
    times: str = ""
    place: str = ""
    aims: str = ""
    review_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A pair."""

    id: MatchId
    programme: str
    mentor_id: PersonId
    mentee_id: PersonId
    state: MatchState
    # None: not asked, or not answered yet.
    mentor_yes: bool | None
    mentee_yes: bool | None
    agreement: Agreement
    key_id: KeyId
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    # Its own contact hours as `content.hours` reads them; None: those of the programme.
    contact_hours: str | None = None
    # The match that this one goes on from, after a change of mentor.
    follows_id: MatchId | None = None
    # Whether its mentor may read the notes of the time before.
    notes_visible: bool = True
    # Who paused it; None: a coordinator, both sides, or nobody.
    paused_by: PersonId | None = None
    # The case for whose sake every message of this pair is looked at before it goes; None: none.
    hold_case_id: CaseId | None = None

    def other(self, person_id: PersonId) -> PersonId:
        """The other side."""
        return self.mentee_id if person_id == self.mentor_id else self.mentor_id


def add_match(
    tx: Transaction,
    mentor: Person,
    mentee: Person,
    agreement: Agreement,
    now: datetime,
    *,
    follows: Match | None = None,
    notes_visible: bool = True,
) -> Match:
    """Propose a pair of one programme; `follows` is the match that it will take the place of."""
    values = {
        "programme": mentee.programme,
        "mentor_id": mentor.id,
        "mentee_id": mentee.id,
        "state": MatchState.PROPOSED,
        "key_id": mentee.key_id,
        "created_at": now,
        "follows_id": None if follows is None else follows.id,
        "notes_visible": notes_visible,
    }
    if follows is not None:
        before = select(matches.c.contact_hours).where(matches.c.id == follows.id)
        values["contact_hours"] = before.scalar_subquery()
    match_id = MatchId(tx.execute(insert(matches).values(values).returning(matches.c.id)).scalar_one())
    set_agreement(tx, match_id, mentee.key_id, agreement)
    return get_match(tx, match_id)


def set_agreement(tx: Transaction, match_id: MatchId, key_id: KeyId, agreement: Agreement) -> None:
    """Keep what was agreed."""
    words = json.dumps(asdict(agreement), default=date.isoformat)
    cell = tx.seal(key_id, f"matches:{match_id}:agreement", words)
    tx.execute(update(matches).where(matches.c.id == match_id).values(agreement_cell=cell))


def get_match(tx: Transaction, match_id: MatchId, *, lock: bool = False) -> Match:
    """One match; `lock` keeps other writers off until the commit. Raises `NoResultFound`."""
    query = select(matches).where(matches.c.id == match_id)
    return _match(tx, tx.execute(query.with_for_update(key_share=True) if lock else query).one())


def find_match(tx: Transaction, match_id: int) -> Match | None:
    """One match, or None."""
    row = tx.execute(select(matches).where(matches.c.id == match_id)).one_or_none()
    return None if row is None else _match(tx, row)


_OF_PERSON = select(matches).order_by(matches.c.id)


def matches_of(tx: Transaction, person_id: PersonId, states: tuple[MatchState, ...] = LIVE) -> list[Match]:
    """The matches of somebody in these states, oldest first."""
    query = _OF_PERSON.where(
        or_(matches.c.mentor_id == person_id, matches.c.mentee_id == person_id), matches.c.state.in_(states)
    )
    return [_match(tx, row) for row in tx.execute(query)]


def list_matches(tx: Transaction, *, programme: str | None = None) -> list[Match]:
    """All matches, or those of a programme, oldest first."""
    query = _OF_PERSON if programme is None else _OF_PERSON.where(matches.c.programme == programme)
    return [_match(tx, row) for row in tx.execute(query)]


def earlier_than(tx: Transaction, match: Match) -> list[Match]:
    """The matches that one goes on from, after changes of mentor, the newest first."""
    found = []
    while match.follows_id is not None:
        match = get_match(tx, match.follows_id)
        found.append(match)
    return found


def set_match_state(
    tx: Transaction, match_id: MatchId, state: MatchState, now: datetime, *, paused_by: PersonId | None = None
) -> None:
    """Note how far it has come; the first start and the end keep their time.

    `paused_by` is who may take it on again besides a coordinator.
    """
    values: dict[str, object] = {"state": state, "paused_by": paused_by}
    if state is MatchState.ACTIVE and get_match(tx, match_id).started_at is None:
        values["started_at"] = now
    if state in {MatchState.ENDED, MatchState.DECLINED}:
        values["ended_at"] = now
    tx.execute(update(matches).where(matches.c.id == match_id).values(values))


def set_contact_hours(tx: Transaction, match_id: MatchId, hours: str | None) -> None:
    """Keep the match's own contact hours; None: those of the programme."""
    tx.execute(update(matches).where(matches.c.id == match_id).values(contact_hours=hours))


def set_hold(tx: Transaction, match_id: MatchId, case_id: CaseId | None) -> None:
    """From now on every message of this pair is looked at before it goes, for the sake of a case; None: no longer."""
    tx.execute(update(matches).where(matches.c.id == match_id).values(hold_case_id=case_id))


def record_answer(tx: Transaction, match: Match, person_id: PersonId, *, yes: bool) -> None:
    """Keep the yes or no of one side."""
    column = matches.c.mentor_yes if person_id == match.mentor_id else matches.c.mentee_yes
    tx.execute(update(matches).where(matches.c.id == match.id).values({column: yes}))


@dataclass(frozen=True, slots=True)
class Partner:
    """The other side of a match that is live."""

    match_id: MatchId
    match_state: MatchState
    person: Person
    # Where they are reached; None for somebody without a phone.
    address: Address | None
    # The match's own contact hours; None: those of the programme.
    contact_hours: str | None = None
    # Whether words for them wait for the hours in which they may be passed on: later ones go behind these.
    deferred: bool = False
    # The case for whose sake every message of this pair is looked at before it goes; None: none.
    hold_case_id: CaseId | None = None


# Whether somebody's words in a match wait: a part of the select below. The state is written out, so that the index of
# what is deferred, which is almost always empty, serves for it.
_DEFERRED = exists().where(
    messages.c.match_id == matches.c.id,
    messages.c.person_id == bindparam("me"),
    messages.c.state == literal_column("'deferred'"),
)

# One select, since every relayed message asks it. The rows of the matches are locked: what both sides say takes
# effect, and leaves, in one order (SQLite has one writer and leaves the lock out).
_PARTNERS = Hot(
    select(
        matches.c.id.label("match_id"),
        matches.c.state.label("match_state"),
        matches.c.contact_hours,
        matches.c.hold_case_id,
        _DEFERRED.label("deferred"),
        *(column.label(f"person_{column.name}") for column in people.c),
        addresses.c.id.label("address_id"),
        addresses.c.channel,
        addresses.c.state.label("address_state"),
        addresses.c.key_id.label("address_key_id"),
        addresses.c.person_id.label("address_person_id"),
    )
    .select_from(matches)
    .join(
        people,
        people.c.id == case((matches.c.mentor_id == bindparam("me"), matches.c.mentee_id), else_=matches.c.mentor_id),
    )
    .outerjoin(address_sharers, address_sharers.c.person_id == people.c.id)
    .outerjoin(addresses, or_(addresses.c.person_id == people.c.id, addresses.c.id == address_sharers.c.address_id))
    .where(
        or_(matches.c.mentor_id == bindparam("me"), matches.c.mentee_id == bindparam("me")),
        or_(*(matches.c.state == state.value for state in LIVE)),
    )
    .order_by(matches.c.id, addresses.c.id)
    .with_for_update(of=matches, key_share=True)
)


def partners_of(tx: Transaction, person_id: PersonId) -> list[Partner]:
    """The other sides of somebody's live matches, oldest match first, each with where they are reached."""
    partners = []
    for _, group in groupby(_PARTNERS.rows(tx, {"me": person_id}), key=lambda row: row.match_id):
        rows = list(group)
        first, person = rows[0], person_from(tx, rows[0], "person_")
        address = best_address([_address(row, person) for row in rows if row.address_id], person.preferred_channel)
        partners.append(
            Partner(
                MatchId(first.match_id),
                MatchState(first.match_state),
                person,
                address,
                first.contact_hours,
                bool(first.deferred),
                None if first.hold_case_id is None else CaseId(first.hold_case_id),
            )
        )
    return partners


def only_match(partners: Sequence[Partner]) -> MatchId | None:
    """The live match of somebody who has just one; None for one who has several, or none."""
    return partners[0].match_id if len(partners) == 1 else None


def _address(row: Any, person: Person) -> Address:  # noqa: ANN401 - a row, by its names
    state, shared = AddressState(row.address_state), row.address_person_id is None
    found = AddressId(row.address_id), row.channel, state, KeyId(row.address_key_id)
    return Address(*found, sharer=person if shared else None)


def _match(tx: Transaction, row: Row[tuple[object, ...]]) -> Match:
    words = json.loads(tx.open(row.key_id, f"matches:{row.id}:agreement", row.agreement_cell))
    return Match(
        id=MatchId(row.id),
        programme=row.programme,
        mentor_id=PersonId(row.mentor_id),
        mentee_id=PersonId(row.mentee_id),
        state=MatchState(row.state),
        mentor_yes=row.mentor_yes,
        mentee_yes=row.mentee_yes,
        agreement=Agreement(
            times=words["times"],
            place=words["place"],
            aims=words["aims"],
            review_on=_day(words["review_on"]),
            ends_on=_day(words["ends_on"]),
        ),
        key_id=KeyId(row.key_id),
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        contact_hours=row.contact_hours,
        follows_id=None if row.follows_id is None else MatchId(row.follows_id),
        notes_visible=row.notes_visible,
        paused_by=None if row.paused_by is None else PersonId(row.paused_by),
        hold_case_id=None if row.hold_case_id is None else CaseId(row.hold_case_id),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
