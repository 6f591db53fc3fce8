"""Deliveries: reports in any order, giving up, and who learns of it."""

from itertools import count, permutations

import pytest

from handlers.context import Context
from handlers.deliveries import give_up
from handlers.events import DeliveryReport, DeliveryStatus, Fate
from storage.addresses import AddressState, addresses_of
from storage.outbox.claiming import claim
from storage.outbox.deliveries import get_delivery
from storage.outbox.outcomes import note_sent
from storage.outbox.rows import OutboxState
from storage.people import Role
from storage.reports import reports_of
from tests.handlers.town import SMS, Sent, Town

_numbers = count(1)


def _report(town: Town, status: DeliveryStatus, *, ref: str = "", outbox_id: int | None = None) -> None:
    report = DeliveryReport(
        channel=SMS,
        event_id=f"report-{next(_numbers)}",
        provider_ref=ref,
        outbox_id=outbox_id,
        status=status,
        error="30003" if status is DeliveryStatus.FAILED else None,
        at=town.clock(),
    )
    assert town.receive(report)


def _give_up(town: Town, sent: Sent, fate: Fate = Fate.GIVE_UP, error: str = "telegram:403") -> None:
    def work(ctx: Context) -> None:
        delivery = get_delivery(ctx.tx, sent.id)
        assert delivery is not None
        give_up(delivery, error, ctx, fate=fate)

    town.act(work)


def _unreachable(town: Town, name: str, reason: str) -> str:
    return town.words("notice-unreachable", name=name, why=town.words(f"why-{reason}"))


def _to_ellie(town: Town, words: str = "hello") -> Sent:
    town.say("Alex", f"Ellie: {words}")
    for name in ("Morgan", "Alex"):
        town.heard(name)
    return town.outbox("Ellie")[-1]


def _state(town: Town, sent: Sent) -> str:
    return next(one.state for one in town.outbox() if one.id == sent.id)


def test_a_report_by_what_the_provider_calls_it(settled: Town) -> None:
    """A report finds its delivery by the provider's id, and stands in the record with its status."""
    sent = _to_ellie(settled)
    settled.deliver()
    _report(settled, DeliveryStatus.SENT, ref=f"out-{sent.id}")
    assert _state(settled, sent) == OutboxState.SENT
    _report(settled, DeliveryStatus.DELIVERED, ref=f"out-{sent.id}")
    assert _state(settled, sent) == OutboxState.DELIVERED
    reports = settled.act(lambda ctx: reports_of(ctx.tx, [sent.id]))
    assert [report.status for report in reports[sent.id]] == ["sent", "delivered"]


def test_a_report_that_comes_before_the_answer(settled: Town) -> None:
    """A report with our own id may come while the send still runs; what it said is not taken back."""
    sent = _to_ellie(settled)
    settled.act(lambda ctx: claim(ctx.tx, "test", ctx.now, 9))
    _report(settled, DeliveryStatus.DELIVERED, outbox_id=sent.id, ref="SM1")
    settled.act(lambda ctx: note_sent(ctx.tx, sent.id, "SM1", ctx.now))
    assert _state(settled, sent) == OutboxState.DELIVERED


def test_reports_about_nothing(settled: Town) -> None:
    """A report about an id that nobody knows is kept and harms nothing."""
    for status in DeliveryStatus:
        _report(settled, status, ref="SM-unknown")
        _report(settled, status, outbox_id=999_999, ref="SM-unknown")
    assert settled.outbox() == []


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "failed", "failed"], 4))[::3])
def test_reports_in_any_order(quick: Town, order: tuple[str, ...]) -> None:
    """In whatever order they come and however often, delivered is the last word, and a failure is told once."""
    sent = _to_ellie(quick)
    quick.deliver()
    for status in order:
        _report(quick, DeliveryStatus(status), ref=f"out-{sent.id}")
    assert _state(quick, sent) == OutboxState.DELIVERED
    told = quick.heard("Alex")
    assert told == ([] if order.index("delivered") < order.index("failed") else [quick.words("not-delivered", "Alex")])


def test_a_message_that_will_not_arrive(settled: Town) -> None:
    """Its sender and the coordinators learn it once, its recipient nothing."""
    sent = _to_ellie(settled)
    before = len(settled.outbox("Ellie"))
    for _ in range(2):
        _give_up(settled, sent)
    assert settled.heard("Alex") == [settled.words("not-delivered", "Alex")]
    assert settled.heard("Morgan") == [settled.words("notice-not-delivered", name="Ellie")]
    assert len(settled.outbox("Ellie")) == before
    assert _state(settled, sent) == OutboxState.FAILED


def test_a_long_message_fails_once(settled: Town) -> None:
    """All parts of a long message fail, its sender hears of it once."""
    _to_ellie(settled, " ".join(["word"] * 1000))
    parts = settled.outbox("Ellie")
    assert len(parts) == 4
    for part in parts:
        _give_up(settled, part)
    assert len(settled.heard("Alex")) == 1
    assert len(settled.heard("Morgan")) == 1


def test_what_was_delivered_has_not_failed(settled: Town) -> None:
    """When the answer to a send was lost, but the provider reported it delivered, giving up changes nothing."""
    sent = _to_ellie(settled)
    _report(settled, DeliveryStatus.DELIVERED, outbox_id=sent.id, ref="SM1")
    _give_up(settled, sent, Fate.GONE)
    assert _state(settled, sent) == OutboxState.DELIVERED
    assert settled.heard("Alex") == []


@pytest.mark.parametrize(
    ("fate", "state"),
    [
        (Fate.GIVE_UP, AddressState.ACTIVE),
        (Fate.RETRY, AddressState.ACTIVE),
        (Fate.GONE, AddressState.UNREACHABLE),
        (Fate.OPTED_OUT, AddressState.OPTED_OUT),
    ],
)
def test_a_dead_address_is_marked(quick: Town, fate: Fate, state: AddressState) -> None:
    """A failure that says that the address is dead marks it; then no more is sent there."""
    _give_up(quick, _to_ellie(quick), fate)
    (address,) = quick.act(lambda ctx: addresses_of(ctx.tx, quick.people["Ellie"]))
    assert address.state is state
    assert (quick.say("Alex", "Ellie: again") == []) is (state is AddressState.ACTIVE)


def test_words_of_the_service_that_do_not_arrive(settled: Town) -> None:
    """The coordinators learn that a notice to somebody failed; of one to themselves nobody tells nobody."""
    settled.join("Ray", Role.COORDINATOR)
    settled.say("Ellie", "/about")
    settled.say("Sam", "hello")
    settled.say("Sam", "STOP")
    for name in ("Morgan", "Ray"):
        settled.heard(name)
    _give_up(settled, settled.outbox("Ellie")[-1])
    expected = [settled.words("notice-not-delivered", name="Ellie")]
    assert settled.heard("Morgan") == settled.heard("Ray") == expected
    _give_up(settled, settled.outbox("Morgan")[-1])
    assert settled.heard("Ray") == []
    # A dead address of a coordinator is told to the others, once.
    for sent in settled.outbox("Morgan"):
        _give_up(settled, sent, Fate.GONE)
    assert settled.heard("Ray") == [_unreachable(settled, "Morgan", "blocked")]


def test_the_answer_to_a_stop_that_the_provider_turns_away(settled: Town) -> None:
    """That a provider keeps the answer to STOP away is no news about somebody who has stopped."""
    settled.say("Ellie", "STOP")
    settled.heard("Morgan")
    _give_up(settled, settled.outbox("Ellie")[-1], Fate.OPTED_OUT)
    assert settled.heard("Morgan") == []


def test_a_stranger_who_cannot_be_reached(settled: Town) -> None:
    """A failed answer to a stranger is noted and told to nobody."""
    settled.stranger("Stranger", SMS)
    settled.say("Stranger", "hello")
    settled.heard("Morgan")
    _give_up(settled, settled.outbox("Stranger")[-1], Fate.GONE)
    assert settled.heard("Morgan") == []


def test_a_sender_who_stopped_meanwhile(settled: Town) -> None:
    """Somebody who stopped isn't told what became of their earlier words."""
    sent = _to_ellie(settled)
    settled.say("Alex", "STOP")
    _give_up(settled, sent)
    assert settled.heard("Alex") == []


def test_block_and_unblock(settled: Town) -> None:
    """A block is told to the coordinators once and ends with the unblocking; of an unknown chat it is nothing."""
    settled.stranger("Stranger")
    settled.block("Stranger")
    settled.say("Stranger", "hi")
    settled.block("Stranger")
    settled.heard("Morgan")
    for _ in range(2):
        settled.block("Sam")
    assert settled.heard("Morgan") == [_unreachable(settled, "Sam", "blocked")]
    assert settled.heard("Alex") == [settled.words("partner-unreachable", "Alex", name="Sam")]
    assert settled.say("Alex", "Sam: hello") == [settled.words("other-not-reachable", "Alex")]
    settled.heard("Morgan")
    for _ in range(2):
        settled.block("Sam", blocked=False)
    assert settled.heard("Morgan") == [settled.words("notice-reachable", name="Sam")]
    assert settled.say("Alex", "Sam: hello again") == []
    assert settled.outbox("Sam")[-1].state == OutboxState.QUEUED
