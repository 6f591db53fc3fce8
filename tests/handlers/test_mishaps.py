"""What each error comes to: the message, the person, who wrote it and the coordinators; and the life of a message."""

from datetime import timedelta
from itertools import count, permutations

import pytest
from sqlalchemy import select

from bot.channels.sms_errors import fate_of
from handlers import reach
from handlers.context import Context
from handlers.deliveries import give_up, give_up_expired
from handlers.events import DeliveryReport, DeliveryStatus, Fate
from handlers.unreached import read_lost, read_missed
from storage.addresses import AddressState, add_address, addresses_of, set_address_state
from storage.messages.kinds import Direction
from storage.outbox.asking import Unreported, note_uncertain
from storage.outbox.claiming import claim
from storage.outbox.deliveries import Delivery, get_delivery
from storage.outbox.outcomes import note_sent
from storage.outbox.rows import OutboxState
from storage.people import Role
from storage.schema.outbox import outbox
from tests.handlers.town import SMS, Sent, Town

_numbers = count(1)
_HOUR = timedelta(hours=1)


def _take(town: Town) -> list[int]:
    """Let Twilio take what waits, as a channel that reports; what it was."""

    def work(ctx: Context) -> list[int]:
        taken = claim(ctx.tx, "test", ctx.now, 9)
        for one in taken:
            note_sent(ctx.tx, one.id, f"SM-{one.id}-{one.attempts}", ctx.now, ctx.now + _HOUR)
        return [int(one.id) for one in taken]

    return town.act(work)


def _report(town: Town, sent: Sent, status: DeliveryStatus, code: int | None = None, *, ref: str = "") -> None:
    report = DeliveryReport(
        channel=SMS,
        event_id=f"report-{next(_numbers)}",
        provider_ref=ref or f"SM-{sent.id}-{_attempts(town, sent)}",
        outbox_id=int(sent.id),
        status=status,
        error=None if code is None else f"twilio:{code}",
        fate=Fate.GIVE_UP if code is None else fate_of(code),
        at=town.clock(),
    )
    assert town.receive(report)


def _attempts(town: Town, sent: Sent) -> int:
    query = select(outbox.c.attempts).where(outbox.c.id == sent.id)
    return int(town.act(lambda ctx: ctx.tx.execute(query).scalar_one()))


def _failed(town: Town, sent: Sent, code: int) -> None:
    _report(town, sent, DeliveryStatus.FAILED, code)


def _to_ellie(town: Town, words: str = "hello") -> Sent:
    town.say("Alex", f"Ellie: {words}")
    for name in ("Morgan", "Alex"):
        town.heard(name)
    return town.outbox("Ellie")[-1]


def _now(town: Town, sent: Sent) -> str:
    return next(one.state for one in town.outbox() if one.id == sent.id)


def _address(town: Town, name: str) -> tuple[AddressState, str | None]:
    [address] = town.act(lambda ctx: addresses_of(ctx.tx, town.people[name]))
    return address.state, address.reason


# Code -> what becomes of the message, of the address, and why the coordinators hear that it is lost (None: it isn't).
ERRORS = [
    (30003, OutboxState.QUEUED, AddressState.ACTIVE, None),
    (30017, OutboxState.QUEUED, AddressState.ACTIVE, None),
    (30008, OutboxState.QUEUED, AddressState.ACTIVE, None),
    (30007, OutboxState.FAILED, AddressState.ACTIVE, None),
    (30036, OutboxState.FAILED, AddressState.ACTIVE, None),
    (39999, OutboxState.FAILED, AddressState.ACTIVE, None),
    (21211, OutboxState.FAILED, AddressState.UNREACHABLE, "number"),
    (21614, OutboxState.FAILED, AddressState.UNREACHABLE, "number"),
    (30004, OutboxState.FAILED, AddressState.UNREACHABLE, "blocked"),
    (30005, OutboxState.FAILED, AddressState.UNREACHABLE, "number"),
    (30006, OutboxState.FAILED, AddressState.UNREACHABLE, "number"),
    (21610, OutboxState.FAILED, AddressState.OPTED_OUT, "stop"),
]


@pytest.mark.parametrize(("code", "state", "address", "why"), ERRORS)
def test_each_error_of_a_report(
    quick: Town, code: int, state: OutboxState, address: AddressState, why: str | None
) -> None:
    """Each error leaves message and address as the table says; who must know learns it, once, and in these words."""
    sent = _to_ellie(quick)
    _take(quick)
    _failed(quick, sent, code)
    assert _now(quick, sent) == state
    assert _address(quick, "Ellie") == (address, None if why is None else f"twilio:{code}")
    failed = state is OutboxState.FAILED
    assert quick.heard("Alex") == [quick.words("not-delivered", "Alex")] * failed
    expected = [quick.words("notice-not-delivered", name="Ellie")] * failed
    if why is not None:
        expected.append(quick.words("notice-unreachable", name="Ellie", why=quick.words(f"why-{why}")))
    assert quick.heard("Morgan") == expected


def test_a_telephone_that_is_off_is_tried_a_few_times(quick: Town) -> None:
    """After a quarter of an hour, an hour, three and six; then it is given up and the person can't be reached."""
    sent = _to_ellie(quick)
    for minutes in (15, 60, 180, 360):
        _take(quick)
        _failed(quick, sent, 30003)
        quick.clock.move(timedelta(minutes=minutes, seconds=-1))
        assert _take(quick) == []
        quick.clock.move(timedelta(seconds=1))
    assert quick.heard("Alex") == quick.heard("Morgan") == []
    assert _take(quick) == [sent.id]
    _failed(quick, sent, 30003)
    assert _now(quick, sent) == OutboxState.FAILED
    assert _address(quick, "Ellie") == (AddressState.UNREACHABLE, reach.HANDSET_OFF)
    assert quick.heard("Alex") == [quick.words("not-delivered", "Alex")]


def test_an_unknown_error_is_tried_once_more(quick: Town) -> None:
    """30008 twice is the end of the message; the person is not taken for lost."""
    sent = _to_ellie(quick)
    for state in (OutboxState.QUEUED, OutboxState.FAILED):
        _take(quick)
        _failed(quick, sent, 30008)
        assert _now(quick, sent) == state
        quick.clock.move(_HOUR)
    assert _address(quick, "Ellie") == (AddressState.ACTIVE, None)


def test_no_try_goes_beyond_the_life_of_the_words(quick: Town) -> None:
    """A try that would come too late is not waited for: the sender knows at once."""
    sent = _to_ellie(quick)
    quick.clock.move(timedelta(hours=11, minutes=50))
    _take(quick)
    _failed(quick, sent, 30003)
    assert _now(quick, sent) == OutboxState.FAILED
    assert quick.heard("Alex") == [quick.words("not-delivered", "Alex")]


def test_what_is_stale_is_not_claimed_and_its_sender_learns_it(settled: Town) -> None:
    """At the end of its life a line that still waits is given up; what is fresh, and what never ages, stays."""
    sent = _to_ellie(settled)
    settled.clock.move(timedelta(hours=11))
    fresh = _to_ellie(settled, "fresh")
    settled.clock.move(_HOUR - timedelta(seconds=1))
    assert not settled.act(give_up_expired)
    settled.clock.move(timedelta(seconds=1))
    assert _take(settled) == []
    assert settled.act(give_up_expired)
    assert not settled.act(give_up_expired)
    assert [_now(settled, one) for one in (sent, fresh)] == [OutboxState.FAILED, OutboxState.QUEUED]
    assert settled.heard("Alex") == [settled.words("not-delivered-in-time", "Alex")]
    assert settled.heard("Morgan") == [settled.words("notice-not-delivered", name="Ellie")]
    assert fresh.id in _take(settled)


def test_alarms_never_age_and_notices_do(quick: Town) -> None:
    """After days an alarm still waits to be sent; a notice is dropped."""
    quick.say("Sam", "i want to die")
    quick.say("Ellie", "/about")
    quick.clock.move(timedelta(days=30))
    while quick.act(give_up_expired):
        pass
    assert {one.state for one in quick.outbox() if one.priority == 0} == {OutboxState.QUEUED}
    assert OutboxState.FAILED in {one.state for one in quick.outbox("Ellie")}


_SENT, _DELIVERED = (DeliveryStatus.SENT, None), (DeliveryStatus.DELIVERED, None)
_OFF, _DEAD = (DeliveryStatus.FAILED, 30003), (DeliveryStatus.FAILED, 30005)


@pytest.mark.parametrize("failure", [_OFF, _DEAD], ids=["off", "dead"])
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_reports_and_the_answer_in_any_order(
    quick: Town, order: tuple[int, ...], failure: tuple[DeliveryStatus, int]
) -> None:
    """Sent, delivered, failed and the answer to the send itself, in whatever order and twice: it was delivered."""
    sent = _to_ellie(quick)
    quick.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 9))
    ref = f"SM-{sent.id}"
    for event in order:
        if event == 3:
            quick.act(lambda ctx: note_sent(ctx.tx, sent.id, ref, ctx.now, ctx.now + _HOUR))
            continue
        status, code = (_SENT, _DELIVERED, failure)[event]
        for _ in range(2):
            _report(quick, sent, status, code, ref=ref)
    assert _now(quick, sent) == OutboxState.DELIVERED
    quick.clock.move(timedelta(hours=2))
    assert sent.id not in _take(quick)


@pytest.mark.parametrize("early", [True, False])
def test_a_failure_twice_or_before_the_answer_costs_one_try(quick: Town, *, early: bool) -> None:
    """That a telephone was off is reported as failed and as undelivered, perhaps before the answer: it is one try."""
    sent = _to_ellie(quick)
    quick.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 9))
    ref = f"SM-{sent.id}"
    if early:
        _report(quick, sent, DeliveryStatus.FAILED, 30003, ref=ref)
    quick.act(lambda ctx: note_sent(ctx.tx, sent.id, ref, ctx.now, ctx.now + _HOUR))
    for _ in range(2):
        _report(quick, sent, DeliveryStatus.FAILED, 30003, ref=ref)
    assert _now(quick, sent) == OutboxState.QUEUED
    quick.clock.move(timedelta(minutes=15))
    assert _take(quick) == [sent.id]
    # Late, about the first try, while the second is on its way.
    _report(quick, sent, DeliveryStatus.FAILED, 30005, ref=ref)
    assert _now(quick, sent) == OutboxState.SENT


def test_an_uncertain_text_that_arrives_or_fails_after_all(quick: Town) -> None:
    """What a later report says wins; the words of one that nobody knew of are not there to be sent again."""
    for status, state in ((DeliveryStatus.DELIVERED, "delivered"), (DeliveryStatus.FAILED, "failed")):
        sent = _to_ellie(quick)
        _take(quick)
        asked = Unreported(sent.id, "sms", f"SM-{sent.id}-0")
        quick.act(lambda ctx, asked=asked: note_uncertain(ctx.tx, asked))  # type: ignore[misc]  # a default
        assert _now(quick, sent) == OutboxState.UNCERTAIN
        [missed] = [
            one for one in quick.act(lambda ctx: read_missed(ctx, ctx.now - _HOUR)) if one.message.error is None
        ]
        assert (missed.sender.name, missed.recipient.name) == ("Alex", "Ellie")
        _report(quick, sent, status, 30003 if state == "failed" else None)
        assert _now(quick, sent) == state


def test_a_lost_answer_that_failed_is_tried_anyway(quick: Town) -> None:
    """That the telephone was off changes nothing for a text that waits for its next try; a dead number does."""
    sent = _to_ellie(quick)
    _report(quick, sent, DeliveryStatus.FAILED, 30003, ref="SM-lost")
    assert _now(quick, sent) == OutboxState.QUEUED
    assert quick.heard("Alex") == []
    _report(quick, sent, DeliveryStatus.FAILED, 30005, ref="SM-lost")
    assert _now(quick, sent) == OutboxState.FAILED


def test_many_that_wait_for_a_dead_address_are_dropped_and_told_once(settled: Town) -> None:
    """21610 for the first: the rest is not tried, their sender hears of it once, and so do the coordinators."""
    first = _to_ellie(settled, "1")
    rest = [_to_ellie(settled, str(number)) for number in (2, 3, 4)]
    settled.act(lambda ctx: give_up(_of(ctx, first), "twilio:21610", ctx, fate=Fate.OPTED_OUT))
    assert {_now(settled, one) for one in (first, *rest)} == {OutboxState.FAILED}
    assert settled.heard("Alex") == [settled.words("not-delivered", "Alex")]
    assert settled.heard("Morgan") == [
        settled.words("notice-not-delivered", name="Ellie"),
        settled.words("notice-unreachable", name="Ellie", why=settled.words("why-stop")),
    ]


def _of(ctx: Context, sent: Sent) -> Delivery:
    found = get_delivery(ctx.tx, sent.id)
    assert found is not None
    assert found.direction == Direction.IN
    return found


def test_a_coordinator_whose_telephone_is_off_stays_on_duty(quick: Town) -> None:
    """Alarms go on to somebody whose telephone is off, soon and a few times; a new one is sent as ever."""
    quick.join("Ray", Role.COORDINATOR, SMS)
    quick.say("Sam", "i want to die")
    [alarm] = quick.outbox("Ray")
    for _ in range(5):
        assert alarm.id in _take(quick)
        _failed(quick, alarm, 30003)
        quick.clock.move(timedelta(minutes=2))
    assert _now(quick, alarm) == OutboxState.FAILED
    assert _address(quick, "Ray") == (AddressState.ACTIVE, None)


def test_a_report_of_arrival_is_a_sign_of_life(quick: Town) -> None:
    """Something that arrived ends being unreachable, and the coordinators learn it once; it doesn't undo STOP."""
    sent = _to_ellie(quick)
    _take(quick)
    [ellie] = quick.act(lambda ctx: addresses_of(ctx.tx, quick.people["Ellie"]))
    for state, told in ((AddressState.UNREACHABLE, 1), (AddressState.OPTED_OUT, 0)):
        quick.act(lambda ctx, state=state: set_address_state(ctx.tx, ellie.id, state, reason="x", now=ctx.now))  # type: ignore[misc]
        _report(quick, sent, DeliveryStatus.DELIVERED)
        assert quick.heard("Morgan") == [quick.words("notice-reachable", name="Ellie")] * told
    assert _address(quick, "Ellie")[0] is AddressState.OPTED_OUT


def test_what_waits_for_a_telephone_goes_at_its_first_sign_of_life(quick: Town) -> None:
    """A text from somebody who was lost lets go at once what waits for its next try."""
    sent = _to_ellie(quick)
    _take(quick)
    _failed(quick, sent, 30003)
    [ellie] = quick.act(lambda ctx: addresses_of(ctx.tx, quick.people["Ellie"]))
    lost = AddressState.UNREACHABLE
    quick.act(lambda ctx: set_address_state(ctx.tx, ellie.id, lost, reason=reach.HANDSET_OFF, now=ctx.now))
    assert _take(quick) == []
    quick.say("Ellie", "hi")
    assert sent.id in _take(quick)


def test_the_other_sides_learn_neutrally_that_somebody_is_lost(settled: Town) -> None:
    """Alex's mentees read that Alex can't be reached, without the reason, and only those of a match that goes on."""
    settled.block("Alex")
    for name in ("Sam", "Ellie"):
        assert settled.heard(name) == [settled.words("partner-unreachable", name, name="Alex")]
    assert settled.heard("Kim") == []


def test_an_address_is_lost_but_not_the_person(quick: Town) -> None:
    """Who has another address that works is not unreachable: nobody is told."""
    sam = quick.person("Sam")
    quick.act(lambda ctx: add_address(ctx.tx, SMS, "+447700900999", ctx.now, person=sam))
    quick.block("Sam")
    assert quick.heard("Morgan") == quick.heard("Alex") == []
    assert quick.act(read_lost) == []


def test_the_list_in_the_chat(quick: Town) -> None:
    """Names, counts and reasons of the coordinator's own programme; who said STOP is not on it; never words."""
    assert quick.say("Morgan", "/unreached") == [quick.words("unreached-none", "Morgan")]
    for words in ("secret one", "secret two"):
        sent = _to_ellie(quick, words)
        quick.act(lambda ctx, sent=sent: give_up(_of(ctx, sent), "twilio:30007", ctx))  # type: ignore[misc]  # a default
    quick.block("Kim")
    quick.say("Sam", "STOP")
    quick.heard("Morgan")
    [said] = quick.say("Morgan", "/unreached")
    assert said.split("\n") == [
        quick.words("unreached-intro", "Morgan"),
        quick.words("unreached-person", "Morgan", name="Kim", why=quick.words("why-blocked")),
        quick.words("unreached-failed", "Morgan", name="Ellie", count="2"),
    ]
    assert quick.say("Alex", "/unreached") == [quick.words("not-allowed", "Alex")]
    quick.clock.move(timedelta(days=8))
    assert "Ellie" not in quick.say("Morgan", "/unreached")[0]


def test_a_long_list_in_the_chat_is_cut(quick: Town) -> None:
    """After fifteen lines the coordinator is sent to the command line."""

    def many() -> None:
        for number in range(16):
            quick.join(f"Mentor {number}", Role.MENTOR)

    quick.at_once(many)
    for number in range(16):
        quick.block(f"Mentor {number}")
    quick.heard("Morgan")
    [said] = quick.say("Morgan", "/unreached")
    assert len(said.split("\n")) == 17
    assert said.endswith(quick.words("unreached-more", "Morgan"))


def test_a_reason_that_nobody_knows() -> None:
    """A code that isn't in the table has words too."""
    assert reach.why("twilio:1") == reach.why(None) == "unknown"
    assert set(reach.WHYS) == {"blocked", "account", "number", "off", "stop", "unknown"}
