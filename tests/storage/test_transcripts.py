"""Delivery reports and transcripts: what goes in comes out."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.ids import MessageId, OutboxId
from storage.outbox.claiming import claim
from storage.outbox.outcomes import note_sent
from storage.reports import Report, add_report, reports_of
from storage.transaction import Transaction
from storage.transcripts import deliveries_of, messages_about
from tests.storage.samples import pair, queue, reachable, read, said, write


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
