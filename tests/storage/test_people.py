"""People, their consents, their addresses and their invitations."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, NoResultFound

from storage.addresses import (
    AddressState,
    add_address,
    addresses_of,
    find_address_on,
    find_sender,
    give_address,
    note_answered,
    open_address,
    set_address_state,
)
from storage.database import Database
from storage.ids import PersonId
from storage.invitations import Invitation, add_invitation, find_invitation, find_invitation_of, use_invitation
from storage.people import (
    AgeBand,
    Consent,
    NewPerson,
    ParentalConsent,
    Person,
    PersonState,
    Role,
    add_person,
    find_person,
    get_person,
    has_agreed,
    list_consents,
    list_people,
    record_consent,
    record_parental_consent,
    set_person_state,
)
from storage.schema.people import consents, invitations, people
from storage.transaction import Transaction
from tests.storage.samples import PROGRAMME, in_threads, new_person, read, someone, write

NUMBER = "+447700900123"


@pytest.fixture
def sam(database: Database, now: datetime) -> Person:
    """A mentee."""
    return write(database, someone, now)


# People


def test_person_round_trip(database: Database, now: datetime) -> None:
    """Somebody comes back as the coordinator described them."""
    new = NewPerson(
        programme=PROGRAMME,
        role=Role.MENTEE,
        name="Zoë 🐝 O’Neill",
        language="en-GB",
        age_band=AgeBand.FROM_13_TO_16,
        parental_consent=ParentalConsent.NEEDED,
    )
    person = write(database, add_person, new, now)
    assert person.name == new.name
    assert (person.state, person.age_band, person.created_at) == (PersonState.ADDED, AgeBand.FROM_13_TO_16, now)
    assert read(database, get_person, person.id) == person
    assert write(database, get_person, person.id, lock=True) == person
    assert read(database, find_person, person.id) == person


def test_nobody_of_that_number(database: Database) -> None:
    """An unknown number finds nobody; where somebody must be, it is an error."""
    assert read(database, find_person, 404) is None
    with pytest.raises(NoResultFound):
        read(database, get_person, PersonId(404))


def test_listing_people(database: Database, now: datetime) -> None:
    """Everybody, or those of a programme or a role or both, in the order in which they came."""

    def work(tx: Transaction) -> list[Person]:
        elsewhere = replace(new_person(Role.MENTOR), programme="elsewhere")
        return [someone(tx, now, Role.MENTOR), someone(tx, now), add_person(tx, elsewhere, now)]

    mentor, mentee, other = write(database, work)
    assert read(database, list_people) == [mentor, mentee, other]
    assert read(database, list_people, programme=PROGRAMME) == [mentor, mentee]
    assert read(database, list_people, role=Role.MENTOR) == [mentor, other]
    assert read(database, list_people, programme="elsewhere", role=Role.MENTEE) == []


@pytest.mark.parametrize(("band", "needed"), [("under-13", True), ("13-16", True), ("17", False), ("18-24", False)])
def test_ages_that_need_a_parent(band: str, *, needed: bool) -> None:
    """Up to 16 a parent or carer has to agree, from 17 not."""
    assert AgeBand(band).needs_parental_consent is needed


def test_stopping_keeps_its_time(database: Database, sam: Person, now: datetime) -> None:
    """The time of STOP is kept until START."""
    query = select(people.c.stopped_at).where(people.c.id == sam.id)
    for state, expected in ((PersonState.STOPPED, now), (PersonState.JOINED, None)):
        write(database, set_person_state, sam.id, state, now)
        assert read(database, get_person, sam.id).state is state
        assert read(database, lambda tx: tx.execute(query).scalar_one()) == expected


# Consents


def test_consents_are_kept_with_their_wording(database: Database, sam: Person, now: datetime) -> None:
    """Each answer is kept with the version and the digest of the words that were shown; the last one counts."""
    words = "Messages are recorded."

    def answer(tx: Transaction, version: str, wording: str | None, *, agreed: bool) -> None:
        record_consent(tx, sam.id, kind="service", version=version, wording=wording, agreed=agreed, now=now)

    assert not read(database, has_agreed, sam.id)
    write(database, answer, "1", words, agreed=True)
    assert read(database, has_agreed, sam.id)
    write(database, answer, "2", None, agreed=False)
    assert not read(database, has_agreed, sam.id)
    kept = read(database, list_consents, sam.id)
    assert kept == [Consent("service", "1", agreed=True, at=now), Consent("service", "2", agreed=False, at=now)]
    query = select(consents.c.wording_digest).order_by(consents.c.id)
    digests = read(database, lambda tx: list(tx.execute(query).scalars()))
    assert digests == [hashlib.sha256(words.encode()).digest(), None]


def test_parental_consent(database: Database, now: datetime) -> None:
    """A parent's yes ends the waiting, and is not taken for the person's own."""
    new = replace(new_person(), parental_consent=ParentalConsent.NEEDED)
    person = write(database, add_person, new, now)
    assert person.waits_for_parent
    write(database, record_parental_consent, person.id, "1", now)
    after = read(database, get_person, person.id)
    assert after.parental_consent is ParentalConsent.RECORDED
    assert not after.waits_for_parent
    assert not read(database, has_agreed, person.id)
    assert [consent.kind for consent in read(database, list_consents, person.id)] == ["parental"]


# Addresses


def test_sender_is_found_by_address(database: Database, sam: Person, now: datetime) -> None:
    """An address finds its person; another spelling, channel or number finds nobody."""
    address = write(database, add_address, "sms", NUMBER, now, person=sam)
    sender = read(database, find_sender, "sms", NUMBER)
    assert sender is not None
    assert (sender.person, sender.address) == (sam, address)
    for channel, other in (("telegram", NUMBER), ("sms", NUMBER[1:]), ("sms", NUMBER + "0"), ("sms", "")):
        assert read(database, find_sender, channel, other) is None


def test_stranger_becomes_somebody(database: Database, sam: Person, now: datetime) -> None:
    """A stranger's address belongs to nobody until it is given to a person, and is then under the person's key."""
    stranger = write(database, add_address, "sms", NUMBER, now)
    assert stranger.key_id != sam.key_id
    found = read(database, find_sender, "sms", NUMBER)
    assert found is not None
    assert found.person is None
    write(database, note_answered, stranger.id, now)
    answered = read(database, find_sender, "sms", NUMBER)
    assert answered is not None
    assert answered.address.answered_at == now
    write(database, give_address, stranger.id, NUMBER, sam)
    assert read(database, open_address, stranger.id) == NUMBER
    after = read(database, find_sender, "sms", NUMBER)
    assert after is not None
    assert after.person == sam
    assert after.address.key_id == sam.key_id


def test_addresses_of_somebody(database: Database, sam: Person, now: datetime) -> None:
    """The oldest address comes first, each channel finds its own, and the state is kept."""
    sms = write(database, add_address, "sms", NUMBER, now, person=sam)
    chat = write(database, add_address, "telegram", "1000", now, person=sam)
    assert read(database, addresses_of, sam.id) == [sms, chat]
    assert read(database, find_address_on, sam.id, "telegram") == chat
    assert read(database, find_address_on, sam.id, "pigeon") is None
    assert read(database, open_address, chat.id) == "1000"
    for state in AddressState:
        write(database, set_address_state, sms.id, state)
        assert read(database, addresses_of, sam.id)[0].state is state


def test_one_address_is_there_once(database: Database, sam: Person, now: datetime) -> None:
    """The same address can't be stored twice on one channel, and can be on two."""
    write(database, add_address, "sms", NUMBER, now, person=sam)
    with pytest.raises(IntegrityError):
        write(database, add_address, "sms", NUMBER, now)
    write(database, add_address, "voice", NUMBER, now)


# Invitations


def invite(database: Database, person: Person, now: datetime, days: int = 7) -> str:
    """A code that lasts some days."""
    return write(database, add_invitation, person.id, "telegram", now, now + timedelta(days=days))


def test_invitation_round_trip(database: Database, sam: Person, now: datetime) -> None:
    """A code finds whom it was made for, and so does the person; the code itself is not kept."""
    code = invite(database, sam, now)
    found = read(database, find_invitation, code, now)
    assert found == Invitation(found.id, sam.id, "telegram", now + timedelta(days=7)) if found else False
    assert read(database, find_invitation_of, sam.id, now) == found
    rows = read(database, lambda tx: [tuple(row) for row in tx.execute(select(invitations))])
    assert code not in repr(rows)


def test_code_fits_a_deep_link(database: Database, sam: Person, now: datetime) -> None:
    """A code has 20 characters that a Telegram deep link allows, and no two are the same."""
    codes = {invite(database, sam, now) for _ in range(20)}
    assert len(codes) == 20
    assert all(len(code) == 20 and code.replace("-", "").replace("_", "").isalnum() for code in codes)


def test_code_can_be_used_once(database: Database, sam: Person, now: datetime) -> None:
    """A used code finds nothing, and another invitation does not bring it back."""
    code = invite(database, sam, now)
    found = read(database, find_invitation, code, now)
    assert found is not None
    write(database, use_invitation, found.id, now)
    assert read(database, find_invitation, code, now) is None
    assert read(database, find_invitation_of, sam.id, now) is None
    invite(database, sam, now)
    assert read(database, find_invitation, code, now) is None


def test_code_expires(database: Database, sam: Person, now: datetime) -> None:
    """A code works up to the moment of its expiry, and not from then on."""
    code = invite(database, sam, now, days=1)
    end = now + timedelta(days=1)
    assert read(database, find_invitation, code, end - timedelta(microseconds=1)) is not None
    assert read(database, find_invitation, code, end) is None


def test_new_invitation_voids_earlier_ones(database: Database, sam: Person, now: datetime) -> None:
    """Only the last code of a person works; when the first was made void stays on record; others' codes stay."""
    other = write(database, someone, now)
    theirs = invite(database, other, now)
    first = invite(database, sam, now)
    second = invite(database, sam, now + timedelta(hours=1))
    third = invite(database, sam, now + timedelta(hours=2))
    for code, works in ((theirs, True), (first, False), (second, False), (third, True)):
        found = read(database, find_invitation, code, now)
        assert (found is not None) is works
    query = select(invitations.c.revoked_at).where(invitations.c.person_id == sam.id).order_by(invitations.c.id)
    made_void = read(database, lambda tx: list(tx.execute(query).scalars()))
    assert made_void == [now + timedelta(hours=1), now + timedelta(hours=2), None]


def test_unknown_codes_find_nothing(database: Database, sam: Person, now: datetime) -> None:
    """A code that is almost right is as unknown as any other."""
    code = invite(database, sam, now)
    for wrong in ("", code[:-1], code + "A", code.swapcase(), "😀"):
        assert read(database, find_invitation, wrong, now) is None


def test_two_invitations_at_once(postgres_database: Database, now: datetime) -> None:
    """Of two invitations that are made at the same moment one is void: the person can still be found by them."""
    sam = write(postgres_database, someone, now)
    for _ in range(5):
        works: list[Callable[[], str]] = [lambda: invite(postgres_database, sam, now)] * 4
        codes = in_threads(works)
        found = [read(postgres_database, find_invitation, code, now) for code in codes]
        assert sum(one is not None for one in found) == 1
        assert read(postgres_database, find_invitation_of, sam.id, now) is not None


def test_one_code_for_two_chats_at_once(postgres_database: Database, now: datetime) -> None:
    """Of two people who open the same code at the same moment one is let in."""
    sam = write(postgres_database, someone, now)
    code = invite(postgres_database, sam, now)

    def enter(tx: Transaction) -> bool:
        found = find_invitation(tx, code, now)
        if found is not None:
            use_invitation(tx, found.id, now)
        return found is not None

    assert sorted(in_threads([lambda: write(postgres_database, enter)] * 4)) == [False, False, False, True]
