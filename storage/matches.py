"""Matches: who is paired with whom, how far it has come, and what was agreed."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Row, bindparam, case, exists, insert, literal_column, or_, select, update

from storage.addresses import Address, AddressState
from storage.hot import Hot
from storage.ids import AddressId, KeyId, MatchId, PersonId
from storage.people import Person, person_from
from storage.schema import addresses, matches, messages, people
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

    def other(self, person_id: PersonId) -> PersonId:
        """The other side."""
        return self.mentee_id if person_id == self.mentor_id else self.mentor_id


def add_match(tx: Transaction, mentor: Person, mentee: Person, agreement: Agreement, now: datetime) -> Match:
    """Propose a pair of one programme."""
    values = {
        "programme": mentee.programme,
        "mentor_id": mentor.id,
        "mentee_id": mentee.id,
        "state": MatchState.PROPOSED,
        "key_id": mentee.key_id,
        "created_at": now,
    }
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


def set_match_state(tx: Transaction, match_id: MatchId, state: MatchState, now: datetime) -> None:
    """Note how far it has come; the first start and the end keep their time."""
    values: dict[str, object] = {"state": state}
    if state is MatchState.ACTIVE and get_match(tx, match_id).started_at is None:
        values["started_at"] = now
    if state in {MatchState.ENDED, MatchState.DECLINED}:
        values["ended_at"] = now
    tx.execute(update(matches).where(matches.c.id == match_id).values(values))


def set_contact_hours(tx: Transaction, match_id: MatchId, hours: str | None) -> None:
    """Keep the match's own contact hours; None: those of the programme."""
    tx.execute(update(matches).where(matches.c.id == match_id).values(contact_hours=hours))


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
        _DEFERRED.label("deferred"),
        *(column.label(f"person_{column.name}") for column in people.c),
        addresses.c.id.label("address_id"),
        addresses.c.channel,
        addresses.c.state.label("address_state"),
        addresses.c.key_id.label("address_key_id"),
    )
    .select_from(matches)
    .join(
        people,
        people.c.id == case((matches.c.mentor_id == bindparam("me"), matches.c.mentee_id), else_=matches.c.mentor_id),
    )
    .outerjoin(addresses, addresses.c.person_id == people.c.id)
    .where(
        or_(matches.c.mentor_id == bindparam("me"), matches.c.mentee_id == bindparam("me")),
        or_(*(matches.c.state == state.value for state in LIVE)),
    )
    .order_by(matches.c.id, addresses.c.id)
    .with_for_update(of=matches, key_share=True)
)


def partners_of(tx: Transaction, person_id: PersonId) -> list[Partner]:
    """The other sides of somebody's live matches, oldest match first, each with the first address they have."""
    partners: dict[int, Partner] = {}
    for row in _PARTNERS.rows(tx, {"me": person_id}):
        if row.match_id not in partners:
            address = None
            if row.address_id is not None:
                state = AddressState(row.address_state)
                address = Address(AddressId(row.address_id), row.channel, state, KeyId(row.address_key_id))
            person = person_from(tx, row, "person_")
            partners[row.match_id] = Partner(
                MatchId(row.match_id),
                MatchState(row.match_state),
                person,
                address,
                row.contact_hours,
                bool(row.deferred),
            )
    return list(partners.values())


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
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
