"""People: who they are in the service, and their consents."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import insert, select, update

from storage.ids import KeyId, PersonId
from storage.schema.people import consents, people
from storage.transaction import Transaction


class Role(StrEnum):
    """What somebody is in a programme."""

    MENTEE = "mentee"
    MENTOR = "mentor"
    COORDINATOR = "coordinator"


class PersonState(StrEnum):
    """How far somebody has come."""

    # Known to the service; has not agreed yet.
    ADDED = "added"
    JOINED = "joined"
    DECLINED = "declined"
    # Said STOP: nothing is sent until START.
    STOPPED = "stopped"


class AgeBand(StrEnum):
    """Age in bands: the service needs no birthday."""

    UNDER_13 = "under-13"
    FROM_13_TO_16 = "13-16"
    SEVENTEEN = "17"
    FROM_18_TO_24 = "18-24"
    FROM_25 = "25-plus"

    @property
    def needs_parental_consent(self) -> bool:
        """Aged 16 or under: consent of a parent or carer is needed (RESET manual)."""
        return self in {AgeBand.UNDER_13, AgeBand.FROM_13_TO_16}


class ParentalConsent(StrEnum):
    """Whether a parent or carer has to agree, and has."""

    NOT_NEEDED = "not_needed"
    NEEDED = "needed"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What a coordinator says of somebody."""

    programme: str
    role: Role
    # The name that the other side sees: a first name or an agreed one.
    name: str
    language: str
    age_band: AgeBand | None = None
    parental_consent: ParentalConsent = ParentalConsent.NOT_NEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(NewPerson):
    """Somebody whom the service knows."""

    id: PersonId
    state: PersonState
    key_id: KeyId
    created_at: datetime
    # Hours in which nothing is passed on to them, as `content.hours` writes a span; None: no such hours.
    quiet_hours: str | None = None
    # The day on which they are back; None, or in the past: they are there.
    away_until: date | None = None
    # The channel on which somebody with several addresses would rather be reached; None: where they joined first.
    preferred_channel: str | None = None
    # Hears of every alert that its first rung didn't settle, and of what may not wait for the coordinators alone.
    safeguarding_lead: bool = False

    @property
    def waits_for_parent(self) -> bool:
        """Must not be connected with anybody yet."""
        return self.parental_consent is ParentalConsent.NEEDED


def add_person(tx: Transaction, new: NewPerson, now: datetime) -> Person:
    """Store somebody new, with a data key of their own."""
    key_id = tx.new_key(now)
    values = {
        "programme": new.programme,
        "role": new.role,
        "state": PersonState.ADDED,
        "key_id": key_id,
        "age_band": new.age_band,
        "language": new.language,
        "parental_consent": new.parental_consent,
        "created_at": now,
    }
    person_id = tx.execute(insert(people).values(values).returning(people.c.id)).scalar_one()
    cell = tx.seal(key_id, f"people:{person_id}:name", new.name)
    tx.execute(update(people).where(people.c.id == person_id).values(name_cell=cell))
    return get_person(tx, PersonId(person_id))


def get_person(tx: Transaction, person_id: PersonId, *, lock: bool = False) -> Person:
    """One person; `lock` keeps other writers off until the commit. Raises `NoResultFound`."""
    query = select(people).where(people.c.id == person_id)
    return person_from(tx, tx.execute(query.with_for_update(key_share=True) if lock else query).one())


def find_person(tx: Transaction, person_id: int) -> Person | None:
    """One person, or None."""
    row = tx.execute(select(people).where(people.c.id == person_id)).one_or_none()
    return None if row is None else person_from(tx, row)


def list_people(tx: Transaction, *, programme: str | None = None, role: Role | None = None) -> list[Person]:
    """Everybody, or those of a programme or role, oldest first."""
    query = select(people).order_by(people.c.id)
    if programme is not None:
        query = query.where(people.c.programme == programme)
    if role is not None:
        query = query.where(people.c.role == role)
    return [person_from(tx, row) for row in tx.execute(query)]


def set_person_state(tx: Transaction, person_id: PersonId, state: PersonState, now: datetime) -> None:
    """Note how far somebody has come."""
    stopped_at = now if state is PersonState.STOPPED else None
    tx.execute(update(people).where(people.c.id == person_id).values(state=state, stopped_at=stopped_at))


def set_quiet_hours(tx: Transaction, person_id: PersonId, span: str | None) -> None:
    """Keep in which hours nothing is passed on to somebody; None: no such hours."""
    tx.execute(update(people).where(people.c.id == person_id).values(quiet_hours=span))


def set_away_until(tx: Transaction, person_id: PersonId, day: date | None) -> None:
    """Keep on which day somebody is back; None: they are there."""
    tx.execute(update(people).where(people.c.id == person_id).values(away_until=day))


def set_preferred_channel(tx: Transaction, person_id: PersonId, channel: str) -> None:
    """Note where somebody would rather be reached."""
    tx.execute(update(people).where(people.c.id == person_id).values(preferred_channel=channel))


def set_safeguarding_lead(tx: Transaction, person_id: PersonId, *, lead: bool) -> None:
    """Note whether somebody is a safeguarding lead."""
    tx.execute(update(people).where(people.c.id == person_id).values(safeguarding_lead=lead))


def record_consent(
    tx: Transaction,
    person_id: PersonId,
    *,
    kind: str,
    version: str,
    wording: str | None,
    agreed: bool,
    now: datetime,
) -> None:
    """Keep what somebody was shown and what they said. `kind` is "service" or "parental".

    `wording` is the very text that was shown: its SHA-256 is kept beside the version; None for a consent on paper.
    """
    digest = None if wording is None else hashlib.sha256(wording.encode()).digest()
    tx.execute(
        insert(consents).values(
            person_id=person_id, kind=kind, wording_version=version, wording_digest=digest, agreed=agreed, at=now
        )
    )


def record_parental_consent(tx: Transaction, person_id: PersonId, version: str, now: datetime) -> None:
    """Keep that a parent or carer agreed, as a coordinator saw it."""
    record_consent(tx, person_id, kind="parental", version=version, wording=None, agreed=True, now=now)
    tx.execute(update(people).where(people.c.id == person_id).values(parental_consent=ParentalConsent.RECORDED))


def has_agreed(tx: Transaction, person_id: PersonId) -> bool:
    """Whether somebody's last answer to the service's own question was yes."""
    agreed = [consent.agreed for consent in list_consents(tx, person_id) if consent.kind == "service"]
    return bool(agreed) and agreed[-1]


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent as it was kept."""

    kind: str
    version: str
    agreed: bool
    at: datetime


def list_consents(tx: Transaction, person_id: PersonId) -> list[Consent]:
    """What somebody agreed to or not, oldest first."""
    rows = tx.execute(select(consents).where(consents.c.person_id == person_id).order_by(consents.c.id))
    return [Consent(row.kind, row.wording_version, row.agreed, row.at) for row in rows]


_FIELDS = (
    "id",
    "programme",
    "role",
    "state",
    "name_cell",
    "language",
    "age_band",
    "parental_consent",
    "key_id",
    "created_at",
    "quiet_hours",
    "away_until",
    "preferred_channel",
    "safeguarding_lead",
)


@cache
def _fields(prefix: str) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*(prefix + name for name in _FIELDS))


def person_from(tx: Transaction, row: Any, prefix: str = "") -> Person:  # noqa: ANN401 - a row, by its names
    """A person from a row whose columns of `people` are named with `prefix`."""
    person_id, programme, role, state, name_cell, language, age_band, consent, key_id, *rest = _fields(prefix)(row)
    created_at, quiet_hours, away_until, preferred_channel, safeguarding_lead = rest
    return Person(
        id=PersonId(person_id),
        programme=programme,
        role=Role(role),
        state=PersonState(state),
        name=tx.open(key_id, f"people:{person_id}:name", name_cell),
        language=language,
        age_band=AgeBand(age_band) if age_band else None,
        parental_consent=ParentalConsent(consent),
        key_id=KeyId(key_id),
        created_at=created_at,
        quiet_hours=quiet_hours,
        away_until=away_until,
        preferred_channel=preferred_channel,
        safeguarding_lead=safeguarding_lead,
    )
