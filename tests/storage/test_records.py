"""Matches, messages, conversations, contacts, alerts, the diary, reports and transcripts: what goes in comes out."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, NoResultFound

from storage.addresses import add_address
from storage.case_entries import CaseEntry, EntryKind, add_entry, entries_of
from storage.cases import Alert, Case, CaseState, Source, acknowledge, add_alert, alerts_of, find_case, open_case
from storage.contacts import Contact, ContactKind, add_contact, contacts_of
from storage.conversations import (
    Conversation,
    Topic,
    close_about,
    close_conversation,
    open_conversation,
    open_conversations,
)
from storage.database import Database
from storage.diary import enter, put_off, strike_out, take_due
from storage.ids import MatchId, MessageId, OutboxId
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
from storage.messages.findings import Finding, findings_of
from storage.messages.keeping import NewMessage, add_message, settle_message
from storage.messages.kinds import Direction, Kind, MessageState
from storage.messages.times import last_said
from storage.messages.waiting import waiting_messages
from storage.messages.words import get_words
from storage.outbox.claiming import claim
from storage.outbox.outcomes import note_sent
from storage.people import Person, Role
from storage.reports import Report, add_report, reports_of
from storage.schema.cases import case_entries
from storage.schema.keeping import diary
from storage.schema.messages import messages
from storage.transaction import Transaction
from storage.transcripts import deliveries_of, messages_about
from tests.storage.samples import pair, queue, reachable, read, said, someone, write

Pair = tuple[Person, Person, Match]


@pytest.fixture
def couple(database: Database, now: datetime) -> Pair:
    """A mentor, a mentee and their match, which is active."""
    return write(database, pair, now)


# Matches


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


# Messages


def test_message_round_trip(database: Database, couple: Pair, now: datetime) -> None:
    """Original and delivered words come back, with what was found in them in the order of the text."""
    _, mentee, match = couple
    late = Finding("safeguarding", "self_harm", "high", 20, 29, "self-harm/1")
    early = Finding("contact", "phone", None, 0, 13, "phone")
    words, changed = "07700 900123 is mine 🐝 \ud800", "[number removed] is mine"
    sent = write(database, said, mentee, now, words, match_id=match.id, delivered=changed, found=(late, early))
    found = read(database, get_words, sent)
    assert (found.original, found.delivered, found.match_id) == (words, changed, match.id)
    assert read(database, findings_of, [sent]) == {sent: [early, late]}
    assert read(database, findings_of, []) == {}


def test_unchanged_words_are_kept_once(database: Database, couple: Pair, now: datetime) -> None:
    """What was delivered is what was said when nothing else is known."""
    sent = write(database, said, couple[1], now, "Hello")
    found = read(database, get_words, sent)
    assert (found.original, found.delivered, found.match_id, found.address_id) == ("Hello", "Hello", None, None)
    cell = read(database, lambda tx: tx.execute(select(messages.c.delivered_cell)).scalar_one())
    assert cell is None


def test_everything_about_a_message(database: Database, now: datetime) -> None:
    """Channel, provider's id, address and kinds of attachments are kept; very many attachments are cut short."""

    def work(tx: Transaction) -> tuple[MessageId, int]:
        person, address = reachable(tx, now)
        new = NewMessage(
            direction=Direction.IN,
            kind=Kind.OTHER,
            state=MessageState.KEPT,
            key_id=person.key_id,
            at=now - timedelta(minutes=1),
            received_at=now,
            original="",
            person_id=person.id,
            address_id=address.id,
            channel="telegram",
            provider_ref="17",
            attachments=("photo",) * 100,
        )
        return add_message(tx, new), address.id

    sent, address_id = write(database, work)
    found = read(database, get_words, sent)
    assert (found.provider_ref, found.address_id, found.original) == ("17", address_id, "")
    line = read(database, messages_about)[0]
    assert line.attachments is not None
    assert line.attachments.startswith("photo photo")
    assert len(line.attachments) <= 200


def test_waiting_messages(database: Database, couple: Pair, now: datetime) -> None:
    """Messages that wait for an addressee are found oldest first, until they are settled."""
    mentor, _, match = couple
    waiting = [
        write(database, said, mentor, now, state=MessageState.WAITING),
        write(database, said, mentor, now, state=MessageState.WAITING),
    ]
    write(database, said, mentor, now)
    assert read(database, waiting_messages, mentor.id) == waiting
    write(database, settle_message, waiting[0], MessageState.RELAYED, match.id)
    write(database, settle_message, waiting[1], MessageState.KEPT)
    assert read(database, waiting_messages, mentor.id) == []
    settled = [read(database, get_words, one) for one in waiting]
    assert [(words.state, words.match_id) for words in settled] == [
        (MessageState.RELAYED, match.id),
        (MessageState.KEPT, None),
    ]


# Conversations


def test_conversation_round_trip(database: Database, couple: Pair, now: datetime) -> None:
    """What was asked is open, with its options in order, until it is closed."""
    mentor, mentee, match = couple
    options = (("Yes", "match:1:yes"), ("No", "match:1:no"))
    first = write(database, open_conversation, mentor, Topic.MATCH, now, subject=match.id, options=options)
    second = write(database, open_conversation, mentor, Topic.JOINING, now)
    assert read(database, open_conversations, mentor.id) == [
        Conversation(first, mentor.id, Topic.MATCH, match.id, now, options),
        Conversation(second, mentor.id, Topic.JOINING, None, now, ()),
    ]
    assert read(database, open_conversations, mentee.id) == []
    write(database, close_conversation, second, now)
    assert [found.id for found in read(database, open_conversations, mentor.id)] == [first]


def test_closing_everything_about_one_thing(database: Database, couple: Pair, now: datetime) -> None:
    """Questions about one match are closed on both sides; others stay open."""
    mentor, mentee, match = couple

    def work(tx: Transaction) -> None:
        for person in (mentor, mentee):
            open_conversation(tx, person, Topic.MATCH, now, subject=match.id)
            open_conversation(tx, person, Topic.MATCH, now, subject=match.id + 1)
            open_conversation(tx, person, Topic.ADDRESSEE, now, subject=match.id)
        close_about(tx, Topic.MATCH, match.id, now)

    write(database, work)
    for person in (mentor, mentee):
        left = read(database, open_conversations, person.id)
        assert [(found.topic, found.subject) for found in left] == [
            (Topic.MATCH, match.id + 1),
            (Topic.ADDRESSEE, match.id),
        ]


# Contacts


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


# Cases


def alarm(tx: Transaction, couple: Pair, now: datetime) -> tuple[MessageId, Case]:
    """A case that began with words of the mentee, and its message."""
    _, mentee, match = couple
    message_id = said(tx, mentee, now, match_id=match.id)
    case = open_case(
        tx,
        programme=match.programme,
        category="self_harm",
        severity="high",
        source=Source.WORDS,
        person_id=mentee.id,
        match_id=match.id,
        key_id=mentee.key_id,
        now=now,
    )
    add_alert(tx, case.id, message_id, category="self_harm", severity="high", now=now)
    return message_id, case


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


def test_entries_are_only_added_to(database: Database, couple: Pair, now: datetime) -> None:
    """The database itself refuses to change or delete an entry of a case."""
    _, case = write(database, alarm, couple, now)
    write(database, add_entry, case, EntryKind.NOTE, now, words="Rang the school.")
    for change in (update(case_entries).values(kind="note"), delete(case_entries)):
        with pytest.raises(DBAPIError, match="only added to"):
            write(database, Transaction.execute, change)
    assert len(read(database, entries_of, case.id)) == 1


def test_last_said_to_somebody(database: Database, couple: Pair, now: datetime) -> None:
    """The last time that the service said something of a kind to somebody; what they said themselves doesn't count."""
    mentor, mentee, *_ = couple
    assert read(database, last_said, mentee.id, Kind.ALERT) is None
    for days in range(3):
        for direction, kind in ((Direction.OUT, Kind.ALERT), (Direction.IN, Kind.ALERT), (Direction.OUT, Kind.NOTICE)):
            at = now + timedelta(days=days, hours=direction is Direction.IN)
            new = NewMessage(
                direction=direction,
                kind=kind,
                state=MessageState.SAID,
                key_id=mentee.key_id,
                at=at,
                received_at=at,
                original="words",
                person_id=mentee.id,
            )
            write(database, add_message, new)
    assert read(database, last_said, mentee.id, Kind.ALERT) == now + timedelta(days=2)
    assert read(database, last_said, mentor.id, Kind.ALERT) is None


# The diary


def test_diary_gives_what_is_due(database: Database, now: datetime) -> None:
    """Due entries are taken one by one, the longest due first, each once; what is not due yet stays."""
    for subject, hours in ((1, 2), (2, 1), (3, 48), (2, 1)):
        at = now + timedelta(hours=hours)
        write(database, enter, "unanswered", subject, at)
    later = now + timedelta(hours=2)
    taken = [write(database, take_due, later) for _ in range(3)]
    assert [(entry.kind, entry.subject, entry.due_at) for entry in taken if entry] == [
        ("unanswered", 2, now + timedelta(hours=1)),
        ("unanswered", 1, now + timedelta(hours=2)),
    ]
    assert taken[2] is None


def test_diary_entry_that_fails_is_due_again(database: Database, now: datetime) -> None:
    """If its work fails an entry stays due, until it is put off."""
    write(database, enter, "unanswered", 1, now)

    def fail(tx: Transaction) -> None:
        assert take_due(tx, now) is not None
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        write(database, fail)
    entry = write(database, take_due, now)
    assert entry is not None
    write(database, put_off, entry, now + timedelta(minutes=1))
    assert write(database, take_due, now) is None
    again = write(database, take_due, now + timedelta(minutes=1))
    assert again == replace(entry, due_at=now + timedelta(minutes=1), attempts=1)
    assert read(database, lambda tx: tx.execute(select(diary.c.attempts)).scalar_one()) == 1


def test_diary_entries_can_be_struck_out(database: Database, now: datetime) -> None:
    """What was due about one thing no longer is; everything else still is."""
    for kind, subject in (("a", 1), ("a", 2), ("b", 1)):
        write(database, enter, kind, subject, now)
    write(database, strike_out, "a", 1)
    left = [write(database, take_due, now) for _ in range(3)]
    assert [(entry.kind, entry.subject) for entry in left if entry] == [("a", 2), ("b", 1)]


# Delivery reports and transcripts


def test_reports_of_deliveries(database: Database, now: datetime) -> None:
    """Reports come back by delivery in the order in which they came; one of an unknown delivery is kept too."""

    def work(tx: Transaction) -> tuple[MessageId, OutboxId]:
        person, address = reachable(tx, now)
        message_id = said(tx, person, now)
        queue(tx, message_id, address.id, person.key_id, now)
        (claimed,) = claim(tx, "me", now, 1)
        note_sent(tx, claimed.id, "SM1", now)
        for status, error in (("sent", None), ("failed", "30005")):
            add_report(tx, outbox_id=claimed.id, channel="sms", provider_ref="SM1", status=status, error=error, now=now)
        add_report(tx, outbox_id=None, channel="sms", provider_ref="SM9", status="sent", error=None, now=now)
        return message_id, claimed.id

    message_id, outbox_id = write(database, work)
    reports = [Report("sent", None, now), Report("failed", "30005", now)]
    assert read(database, reports_of, [outbox_id]) == {outbox_id: reports}
    ((line,),) = read(database, deliveries_of, [message_id]).values()
    assert (line.state, line.attempts, line.error, line.sent_at, line.reports) == ("sent", 0, None, now, reports)


def test_report_of_a_delivery_that_never_was(database: Database, now: datetime) -> None:
    """A report can't name a delivery that isn't there."""
    unknown = OutboxId(404)
    with pytest.raises(IntegrityError):
        write(
            database,
            add_report,
            outbox_id=unknown,
            channel="sms",
            provider_ref="SM1",
            status="sent",
            error=None,
            now=now,
        )


def test_transcripts(database: Database, now: datetime) -> None:
    """A match's messages; a person's own and those of their matches; or everything. Oldest first."""
    mentor, mentee, match = write(database, pair, now)
    _, other, elsewhere = write(database, pair, now)
    later = now + timedelta(minutes=1)
    reply = write(database, said, mentor, later, "Hi Sam", match_id=match.id)
    hello = write(database, said, mentee, now, "Hi Robin", match_id=match.id)
    aside = write(database, said, mentee, later, "/about")
    foreign = write(database, said, other, now, "Morning", match_id=elsewhere.id)

    def found(**about: int) -> list[MessageId]:
        return [line.id for line in read(database, messages_about, **about)]

    assert found(match_id=match.id) == [hello, reply]
    assert found(person_id=mentor.id) == [hello, reply]
    assert found(person_id=mentee.id) == [hello, reply, aside]
    assert found() == [hello, foreign, reply, aside]
    line = read(database, messages_about, match_id=match.id)[0]
    assert (line.original, line.delivered, line.person_id, line.match_id) == (
        "Hi Robin",
        "Hi Robin",
        mentee.id,
        match.id,
    )
    assert read(database, deliveries_of, [hello]) == {}


def test_very_long_record(database: Database) -> None:
    """Findings, alerts, deliveries and contacts of more messages than one statement takes parameters for."""
    assert read(database, findings_of, [MessageId(number) for number in range(70_000)]) == {}
    some = range(2_500)
    assert read(database, alerts_of, [MessageId(number) for number in some]) == []
    assert read(database, deliveries_of, [MessageId(number) for number in some]) == {}
    assert read(database, reports_of, [OutboxId(number) for number in some]) == {}
    assert read(database, contacts_of, [MatchId(number) for number in some]) == []
