"""The outbox: nothing is lost, nothing overtakes, and no two deliveries to one address are on their way together."""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage.addresses import Address
from storage.database import Database
from storage.ids import AddressId, OutboxId
from storage.outbox.claiming import Claimed, claim, release
from storage.outbox.deliveries import Delivery, find_delivery, get_delivery
from storage.outbox.outcomes import note_delivered, note_failed, note_sent, put_back
from storage.outbox.queueing import Parcel, enqueue
from storage.outbox.rows import OutboxState, Priority
from storage.outbox.waiting import cancel_queued, count_unfinished
from storage.people import Person
from storage.schema.outbox import outbox
from storage.transaction import Transaction
from tests.storage.samples import PATIENCE, in_threads, queue, reachable, read, said, write

Somebody = tuple[Person, Address]


@pytest.fixture
def sam(database: Database, now: datetime) -> Somebody:
    """Somebody with a chat."""
    return write(database, reachable, now)


def put(tx: Transaction, who: Somebody, now: datetime, text: str = "Hello", priority: Priority = Priority.CHAT) -> None:
    """Queue a new message for somebody."""
    person, address = who
    queue(tx, said(tx, person, now, text), address.id, person.key_id, now, priority=priority, text=text)


def take(database: Database, now: datetime, most: int = 10, only: list[AddressId] | None = None) -> list[Claimed]:
    """Claim what can go."""
    return write(database, claim, "me", now, most, only)


def state_of(database: Database, outbox_id: OutboxId) -> tuple[str, str | None]:
    """State and error of a row."""
    query = select(outbox.c.state, outbox.c.error).where(outbox.c.id == outbox_id)
    row = read(database, lambda tx: tx.execute(query).one())
    return row.state, row.error


def test_claimed_delivery_is_whole(database: Database, sam: Somebody, now: datetime) -> None:
    """What is claimed has the address, the words and the options; what was queued for is known to the committer."""
    person, address = sam

    def work(tx: Transaction) -> list[AddressId]:
        parcel = Parcel(
            message_id=said(tx, person, now),
            key_id=person.key_id,
            text="Yes or no? 🐝",
            options=(("Yes", "a"), ("No", "b")),
            reply_to_ref="17",
        )
        enqueue(tx, address.id, parcel, now)
        return tx.queued_for

    assert write(database, work) == [address.id]
    (found,) = take(database, now)
    assert (found.address_id, found.channel, found.attempts, found.created_at) == (address.id, "telegram", 0, now)
    assert (found.text, found.options, found.reply_to_ref) == ("Yes or no? 🐝", (("Yes", "a"), ("No", "b")), "17")
    assert found.address.isdigit()


def test_in_order_one_at_a_time(database: Database, sam: Somebody, now: datetime) -> None:
    """To one address the next row goes only when the one before it is finished."""
    for text in ("one", "two", "three"):
        write(database, put, sam, now, text)
    seen = []
    while found := take(database, now):
        assert len(found) == 1
        assert take(database, now) == []
        assert take(database, now, only=[sam[1].id]) == []
        seen.append(found[0].text)
        write(database, note_sent, found[0].id, "1", now)
    assert seen == ["one", "two", "three"]
    assert read(database, count_unfinished) == 0


def test_alerts_go_first(database: Database, sam: Somebody, now: datetime) -> None:
    """An alert goes before whatever waits for the same address, but not beside what is on its way."""
    for text, priority in (("one", Priority.CHAT), ("two", Priority.CHAT), ("alarm", Priority.ALERT)):
        write(database, put, sam, now, text, priority)
    (first,) = take(database, now)
    assert first.text == "alarm"
    write(database, note_sent, first.id, "1", now)
    (second,) = take(database, now)
    write(database, put, sam, now, "alarm again", Priority.ALERT)
    assert take(database, now) == []
    write(database, note_sent, second.id, "2", now)
    assert [found.text for found in take(database, now)] == ["alarm again"]


def test_an_alert_overtakes_what_waits_for_its_next_try(database: Database, sam: Somebody, now: datetime) -> None:
    """A row that was put back holds up what stands behind it, but not an alert."""
    write(database, put, sam, now, "one")
    write(database, put, sam, now, "two")
    (first,) = take(database, now)
    write(database, put_back, first.id, "timeout", now + timedelta(minutes=5))
    assert take(database, now) == []
    write(database, put, sam, now, "alarm", Priority.ALERT)
    (alarm,) = take(database, now)
    assert alarm.text == "alarm"
    write(database, note_sent, alarm.id, "1", now)
    (again,) = take(database, now + timedelta(minutes=5))
    assert (again.id, again.attempts) == (first.id, 1)


def test_alerts_are_claimed_first_of_all(database: Database, now: datetime) -> None:
    """When only some can be taken, alerts to any address are among them."""
    people = [write(database, reachable, now) for _ in range(4)]
    for number, who in enumerate(people):
        priority = Priority.ALERT if number == 3 else Priority.CHAT
        write(database, put, who, now, priority.name, priority)
    assert [found.text for found in take(database, now, 1)] == ["ALERT"]
    assert len(take(database, now, 2)) == 2
    assert len(take(database, now)) == 1


def test_only_these_addresses(database: Database, now: datetime) -> None:
    """A claim for some addresses leaves the others alone, and takes no more than it is allowed."""
    people = [write(database, reachable, now) for _ in range(4)]
    for who in people:
        write(database, put, who, now)
    first, second, third, _ = (address.id for _, address in people)
    found = take(database, now, only=[second, first, first])
    assert sorted(one.address_id for one in found) == [first, second]
    assert take(database, now, only=[]) == []
    assert len(take(database, now, 1, only=[third, people[3][1].id])) == 1
    assert len(take(database, now)) == 1


def test_early_report_stays(database: Database, sam: Somebody, now: datetime) -> None:
    """A delivery report may come before the answer to the send: the answer doesn't take it back."""
    for state, report in (
        (OutboxState.DELIVERED, note_delivered),
        (OutboxState.FAILED, lambda tx, which: note_failed(tx, which, "30005")),
    ):
        write(database, put, sam, now)
        (found,) = take(database, now)
        write(database, report, found.id)
        before = state_of(database, found.id)
        write(database, note_sent, found.id, "SM1", now)
        assert state_of(database, found.id) == before
        assert before[0] == state
        delivery = read(database, find_delivery, "SM1")
        assert delivery is not None
        assert delivery.id == found.id


def test_reported_delivery_is_not_sent_again(database: Database, sam: Somebody, now: datetime) -> None:
    """If the answer got lost but a report came, the row stays as the report said, and what stands behind it goes."""
    for text in ("one", "two"):
        write(database, put, sam, now, text)
    (found,) = take(database, now)
    write(database, note_delivered, found.id)
    write(database, put_back, found.id, "timeout", now)
    assert state_of(database, found.id) == ("delivered", None)
    assert [one.text for one in take(database, now)] == ["two"]


def test_answer_after_release(database: Database, sam: Somebody, now: datetime) -> None:
    """A process that was taken for dead may still record what it sent: the row isn't sent again."""
    write(database, put, sam, now)
    (found,) = take(database, now)
    assert write(database, release) == [found.id]
    write(database, note_sent, found.id, "1", now)
    assert state_of(database, found.id) == ("sent", None)
    assert take(database, now) == []


def test_release_after_a_crash(database: Database, now: datetime) -> None:
    """What a dead process had claimed goes again, in its old place; what it finished doesn't."""
    people = [write(database, reachable, now) for _ in range(3)]
    for text in ("one", "two"):
        for who in people:
            write(database, put, who, now, text)
    done, *held = take(database, now)
    write(database, note_sent, done.id, "1", now)
    assert write(database, release) == [found.id for found in held]
    again = take(database, now)
    assert {found.id for found in held} < {found.id for found in again}
    assert [found.text for found in again] == ["one", "one", "two"]


def test_only_old_claims_are_released(database: Database, now: datetime) -> None:
    """Where other processes live, only claims older than the lease are put back."""
    people = [write(database, reachable, now) for _ in range(2)]
    write(database, put, people[0], now)
    (old,) = take(database, now)
    later = now + timedelta(minutes=1)
    write(database, put, people[1], later)
    take(database, later)
    assert write(database, release, claimed_before=now) == []
    assert write(database, release, claimed_before=later) == [old.id]


def test_cancelling(database: Database, now: datetime) -> None:
    """What waits for one address is given up; what is on its way there, and what waits for others, is not."""
    sam, kim = (write(database, reachable, now) for _ in range(2))
    for who in (sam, sam, kim):
        write(database, put, who, now)
    (going,) = take(database, now, only=[sam[1].id])
    write(database, cancel_queued, sam[1].id, "stopped")
    assert state_of(database, going.id) == ("sending", None)
    assert [found.address_id for found in take(database, now)] == [kim[1].id]
    rows = read(database, lambda tx: tx.execute(select(outbox.c.state, outbox.c.error).order_by(outbox.c.id)).all())
    assert [tuple(row) for row in rows] == [("sending", None), ("failed", "stopped"), ("sending", None)]


def test_finding_deliveries(database: Database, sam: Somebody, now: datetime) -> None:
    """A delivery is found by its number and by what the provider called it, on Telegram within one chat."""
    person, address = sam
    write(database, put, sam, now)
    (found,) = take(database, now)
    write(database, note_sent, found.id, "17", now)
    delivery = read(database, get_delivery, found.id)
    assert isinstance(delivery, Delivery)
    assert (delivery.state, delivery.address_id, delivery.match_id) == (OutboxState.SENT, address.id, None)
    assert (delivery.person_id, delivery.kind, delivery.direction) == (person.id, "relay", "in")
    assert read(database, find_delivery, "17") == delivery
    assert read(database, find_delivery, "17", address.id) == delivery
    assert read(database, find_delivery, "17", AddressId(404)) is None
    assert read(database, find_delivery, "18") is None
    assert read(database, get_delivery, OutboxId(404)) is None


def test_each_part_is_there_once(database: Database, sam: Somebody, now: datetime) -> None:
    """A part of a message can't be queued twice for one address."""
    person, address = sam
    message_id = write(database, said, person, now)
    for part in (0, 1):
        write(database, queue, message_id, address.id, person.key_id, now, part=part)
    with pytest.raises(Exception, match=r"(?i)unique"):
        write(database, queue, message_id, address.id, person.key_id, now, part=1)
    assert read(database, count_unfinished) == 2


# Any interleaving


class Undo(Exception):
    """Raised to throw away what an example wrote."""


OWNERS = ("a", "b")
ADDRESSES = 3
_which = st.integers(0, 20)
steps = st.one_of(
    st.tuples(st.just("enqueue"), st.integers(0, ADDRESSES - 1), st.sampled_from(Priority)),
    st.tuples(st.just("claim"), st.sampled_from(OWNERS), st.integers(1, 4)),
    st.tuples(st.just("claim at"), st.sampled_from(OWNERS), st.sets(st.integers(0, ADDRESSES - 1), min_size=1)),
    st.tuples(st.sampled_from(("sent", "failed", "delivered")), _which, st.none()),
    st.tuples(st.just("put back"), _which, st.integers(0, 3)),
    st.tuples(st.just("time"), st.integers(1, 3), st.none()),
    st.tuples(st.just("release"), st.sampled_from(OWNERS), st.none()),
)


@dataclass
class Outbox:
    """The outbox of an example, and what must be true of it."""

    tx: Transaction
    now: datetime
    people: list[Somebody] = field(default_factory=list)
    on_the_way: list[Claimed] = field(default_factory=list)
    finished: list[OutboxId] = field(default_factory=list)
    queued: int = 0

    def __post_init__(self) -> None:
        self.people = [reachable(self.tx, self.now) for _ in range(ADDRESSES)]

    def run(self, name: str, first: object, second: object) -> None:
        """Take one step, then check."""
        assert isinstance(first, int | str)
        match name:
            case "enqueue":
                assert isinstance(first, int)
                assert isinstance(second, Priority)
                put(self.tx, self.people[first], self.now, priority=second)
                self.queued += 1
            case "claim":
                assert isinstance(second, int)
                self.claim(str(first), second, None)
            case "claim at":
                assert isinstance(second, set)
                self.claim(str(first), 10, [self.people[number][1].id for number in second])
            case "time":
                assert isinstance(first, int)
                self.now += timedelta(minutes=first)
            case "release":
                released = set(release(self.tx))
                assert released == {one.id for one in self.on_the_way}
                self.on_the_way.clear()
            case _ if self.on_the_way:
                assert isinstance(first, int)
                self.finish(name, self.on_the_way.pop(first % len(self.on_the_way)), second)
        self.check()

    def claim(self, owner: str, most: int, only: list[AddressId] | None) -> None:
        """Claim; what comes is the first of its address, and due."""
        found = claim(self.tx, owner, self.now, most, only)
        assert len(found) <= most
        for one in found:
            assert only is None or one.address_id in only
        self.on_the_way += found

    def finish(self, name: str, one: Claimed, delay: object) -> None:
        """What became of a delivery."""
        match name:
            case "sent":
                note_sent(self.tx, one.id, str(one.id), self.now)
            case "failed":
                note_failed(self.tx, one.id, "400")
            case "delivered":
                note_delivered(self.tx, one.id)
            case _:
                assert isinstance(delay, int)
                put_back(self.tx, one.id, "timeout", self.now + timedelta(minutes=delay))
                return
        self.finished.append(one.id)

    def check(self) -> None:
        """One of an address is on its way; equal ones finish in order; alerts went before; nothing is lost."""
        rows = self.tx.execute(select(outbox).order_by(outbox.c.id)).all()
        assert len(rows) == self.queued
        sending = [row for row in rows if row.state == "sending"]
        assert sorted(row.id for row in sending) == sorted(one.id for one in self.on_the_way)
        assert len({row.address_id for row in sending}) == len(sending)
        lanes = {row.id: (row.address_id, row.priority) for row in rows}
        by_lane = defaultdict(list)
        for one in self.finished:
            by_lane[lanes[one]].append(one)
        assert all(ids == sorted(ids) for ids in by_lane.values())
        done = {row.id for row in rows if row.state in {"sent", "failed", "delivered"}}
        assert done == set(self.finished)
        assert count_unfinished(self.tx) == self.queued - len(done)

    def drain(self) -> None:
        """From any state, everything goes in the end."""
        release(self.tx)
        self.on_the_way.clear()
        self.now += timedelta(hours=1)
        for _ in range(self.queued + 1):
            self.claim("a", 100, None)
            for one in list(self.on_the_way):
                self.run("sent", self.on_the_way.index(one), None)
        assert count_unfinished(self.tx) == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(steps, max_size=30))
def test_any_interleaving(database: Database, story: list[tuple[str, object, object]], now: datetime) -> None:
    """Whatever is queued, claimed, sent, put back, failed, reported and released in whatever order: the order holds."""

    def work(tx: Transaction) -> None:
        example = Outbox(tx, now)
        for step in story:
            example.run(*step)
        example.drain()
        raise Undo

    with pytest.raises(Undo):
        write(database, work)


# Several processes


def test_two_claimers_never_get_the_same(postgres_database: Database, now: datetime) -> None:
    """Processes that claim at the same time share the rows out: none twice, and one of an address at most."""
    people = [write(postgres_database, reachable, now) for _ in range(12)]
    for who in people * 2:
        write(postgres_database, put, who, now)
    meeting = threading.Barrier(4)

    def claimer(owner: str) -> Callable[[], list[Claimed]]:
        def work(tx: Transaction) -> list[Claimed]:
            meeting.wait(PATIENCE)
            found = claim(tx, owner, now, 5)
            meeting.wait(PATIENCE)
            return found

        return lambda: write(postgres_database, work)

    found = [one for part in in_threads([claimer(owner) for owner in "abcd"]) for one in part]
    assert found
    assert len({one.id for one in found}) == len(found)
    assert len({one.address_id for one in found}) == len(found)


@pytest.mark.parametrize("at_once", [False, True])
def test_alert_beside_a_claim_that_is_not_committed(
    postgres_database: Database, now: datetime, *, at_once: bool
) -> None:
    """While one process takes a message for an address, another one can't take an alert for it."""
    sam = write(postgres_database, reachable, now)
    write(postgres_database, put, sam, now)
    claimed, gate = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> list[Claimed]:
        found = claim(tx, "one", now, 1)
        claimed.set()
        assert gate.wait(PATIENCE)
        return found

    first = postgres_database.write(hold)
    assert claimed.wait(PATIENCE)

    def alarm(tx: Transaction) -> list[Claimed]:
        put(tx, sam, now, "alarm", Priority.ALERT)
        if at_once:
            gate.set()
        return claim(tx, "two", now, 1, [sam[1].id] if at_once else None)

    second = write(postgres_database, alarm)
    gate.set()
    assert len(first.result(PATIENCE)) == 1
    assert second == []
    write(postgres_database, note_sent, first.result(0)[0].id, "1", now)
    assert [found.text for found in take(postgres_database, now)] == ["alarm"]


# Cost


def test_cost_does_not_grow_with_what_was_sent(sqlite_database: Database, now: datetime) -> None:
    """Every question about unfinished deliveries is answered from their index, however many were sent before."""
    statements: list[str] = []

    def work(tx: Transaction) -> list[str]:
        tx.driver.set_trace_callback(statements.append)
        claim(tx, "me", now, 5)
        claim(tx, "me", now, 5, [AddressId(1)])
        count_unfinished(tx)
        release(tx)
        cancel_queued(tx, AddressId(1), "stopped")
        tx.driver.set_trace_callback(None)
        asked = [statement for statement in statements if "outbox" in statement]
        return [row[3] for one in asked for row in tx.driver.execute(f"EXPLAIN QUERY PLAN {one}").fetchall()]

    plan = write(sqlite_database, work)
    assert len(plan) > 5
    assert not [line for line in plan if line.startswith("SCAN") and "ix_outbox_unfinished" not in line]
