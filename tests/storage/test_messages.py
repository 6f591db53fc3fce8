"""Messages and open questions: what goes in comes out."""

from datetime import datetime, timedelta

from sqlalchemy import select

from storage.alerts import alerts_of
from storage.contacts import contacts_of
from storage.conversations import (
    Conversation,
    Topic,
    close_about,
    close_conversation,
    open_conversation,
    open_conversations,
)
from storage.database import Database
from storage.ids import MatchId, MessageId, OutboxId
from storage.messages.findings import Finding, findings_of
from storage.messages.keeping import NewMessage, add_message, settle_message
from storage.messages.kinds import Direction, Kind, MessageState
from storage.messages.waiting import waiting_messages
from storage.messages.words import get_words
from storage.reports import reports_of
from storage.schema.messages import messages
from storage.transaction import Transaction
from storage.transcripts import deliveries_of, messages_about
from tests.storage.couples import Pair, couple
from tests.storage.samples import reachable, read, said, write

__all__ = ["couple"]


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


def test_very_long_record(database: Database) -> None:
    """Findings, alerts, deliveries and contacts of more messages than one statement takes parameters for."""
    assert read(database, findings_of, [MessageId(number) for number in range(70_000)]) == {}
    some = range(2_500)
    assert read(database, alerts_of, [MessageId(number) for number in some]) == []
    assert read(database, deliveries_of, [MessageId(number) for number in some]) == {}
    assert read(database, reports_of, [OutboxId(number) for number in some]) == {}
    assert read(database, contacts_of, [MatchId(number) for number in some]) == []


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
