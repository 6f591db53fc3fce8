"""Matches and their contacts by other ways: what goes in comes out."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import NoResultFound

from storage.addresses import add_address
from storage.contacts import Contact, ContactKind, add_contact, contacts_of
from storage.database import Database
from storage.ids import MatchId
from storage.matches import (
    Agreement,
    Match,
    MatchState,
    Partner,
    add_match,
    find_match,
    get_match,
    list_matches,
    matches_of,
    partners_of,
    record_answer,
    set_agreement,
    set_match_state,
)
from storage.people import Person, Role
from storage.transaction import Transaction
from tests.storage.couples import Pair, couple
from tests.storage.samples import pair, reachable, read, said, someone, write

__all__ = ["couple"]


def test_match_round_trip(database: Database, now: datetime) -> None:
    """A pair comes back with what was agreed, under the mentee's key."""
    agreed = Agreement(
        times="Mondays, 4 to 6 pm",
        place="Library café",
        aims="Getting to college",
        review_on=date(2026, 6, 1),
        ends_on=date(2027, 3, 1),
    )

    def work(tx: Transaction) -> tuple[Match, Person]:
        mentor, mentee = someone(tx, now, Role.MENTOR), someone(tx, now)
        return add_match(tx, mentor, mentee, agreed, now), mentee

    match, mentee = write(database, work)
    assert (match.state, match.agreement, match.key_id) == (MatchState.PROPOSED, agreed, mentee.key_id)
    assert (match.mentor_yes, match.mentee_yes, match.started_at, match.ended_at) == (None, None, None, None)
    assert read(database, find_match, match.id) == match
    assert write(database, get_match, match.id, lock=True) == match
    write(database, set_agreement, match.id, match.key_id, Agreement())
    assert read(database, get_match, match.id).agreement == Agreement()
    assert read(database, find_match, 404) is None
    with pytest.raises(NoResultFound):
        read(database, get_match, MatchId(404))


def test_each_side_has_the_other(couple: Pair) -> None:
    """The other side of a mentor is the mentee, and the other way round."""
    mentor, mentee, match = couple
    assert (match.other(mentor.id), match.other(mentee.id)) == (mentee.id, mentor.id)


def test_answers_are_of_one_side(database: Database, couple: Pair) -> None:
    """A yes or no counts for the side that gave it."""
    mentor, mentee, match = couple
    write(database, record_answer, match, mentor.id, yes=True)
    write(database, record_answer, match, mentee.id, yes=False)
    after = read(database, get_match, match.id)
    assert (after.mentor_yes, after.mentee_yes) == (True, False)


def test_times_of_a_match(database: Database, now: datetime) -> None:
    """The first start and the end keep their time; pausing and resuming changes neither."""
    *_, match = write(database, pair, now, MatchState.PROPOSED)
    states = [MatchState.ACTIVE, MatchState.PAUSED, MatchState.ACTIVE, MatchState.ENDED]
    for hours, state in enumerate(states):
        at = now + timedelta(hours=hours)
        write(database, set_match_state, match.id, state, at)
    after = read(database, get_match, match.id)
    assert (after.started_at, after.ended_at) == (now, now + timedelta(hours=3))


def test_matches_of_somebody(database: Database, now: datetime) -> None:
    """Either side finds its live matches, and those in other states when asked for."""
    mentor, mentee, active = write(database, pair, now)
    *_, other = write(database, pair, now)
    proposed = write(database, add_match, mentor, write(database, someone, now), Agreement(), now)
    for person in (mentor, mentee):
        found = read(database, matches_of, person.id)
        assert [match.id for match in found] == [active.id]
    assert read(database, matches_of, mentor.id, (MatchState.PROPOSED,)) == [proposed]
    everything = read(database, list_matches)
    assert [match.id for match in everything] == [active.id, other.id, proposed.id]
    assert read(database, list_matches, programme="elsewhere") == []
    assert len(read(database, list_matches, programme=proposed.programme)) == 3


def test_partners(database: Database, now: datetime) -> None:
    """The partners of somebody are the other sides of live matches, oldest first, with the first address of each."""

    def work(tx: Transaction) -> tuple[Person, list[Partner]]:
        mentor = someone(tx, now, Role.MENTOR)
        expected = []
        for state in (MatchState.PAUSED, MatchState.ENDED, MatchState.ACTIVE, MatchState.PROPOSED):
            mentee, address = reachable(tx, now)
            add_address(tx, "sms", f"+447700900{mentee.id:03}", now, person=mentee)
            match = add_match(tx, mentor, mentee, Agreement(), now)
            set_match_state(tx, match.id, state, now)
            if state in {MatchState.PAUSED, MatchState.ACTIVE}:
                expected.append(Partner(match.id, state, mentee, address))
        mentee = someone(tx, now)
        match = add_match(tx, mentor, mentee, Agreement(), now)
        set_match_state(tx, match.id, MatchState.ACTIVE, now)
        expected.append(Partner(match.id, MatchState.ACTIVE, mentee, None))
        return mentor, expected

    mentor, expected = write(database, work)
    assert write(database, partners_of, mentor.id) == expected
    of_mentee = write(database, partners_of, expected[0].person.id)
    assert of_mentee == [Partner(expected[0].match_id, MatchState.PAUSED, mentor, None)]


def test_contacts_come_in_the_order_of_their_days(database: Database, couple: Pair, now: datetime) -> None:
    """Letters, calls and visits come back by day, with their notes."""
    mentor, mentee, match = couple
    visit = Contact(
        match_id=match.id,
        kind=ContactKind.VISIT,
        on_day=date(2026, 2, 20),
        note="Visiting order 17",
        by_person_id=mentor.id,
        message_id=None,
        at=now,
    )
    sent = write(database, said, mentor, now)
    letter = replace(
        visit, kind=ContactKind.LETTER, on_day=date(2026, 2, 1), note="", by_person_id=None, message_id=sent
    )
    for contact in (visit, letter):
        write(database, add_contact, contact, mentee.key_id)
    assert read(database, contacts_of, [match.id]) == [letter, visit]
    assert read(database, contacts_of, [MatchId(404)]) == []
