"""Events whose handler failed: kept, retried, in order, and at last put before a coordinator."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select, update

from handlers import failures, receive
from handlers.context import Context
from handlers.events import Channel, DeliveryReport, DeliveryStatus, Event, Ignored, Inbound, OptOut, Unreachable
from handlers.failures import Backoff, keep, receive_in_order, retry_one
from handlers.frozen import freeze, thaw
from storage.schema.messages import events
from tests.handlers.town import Town

_BACKOFF = Backoff(timedelta(seconds=1), timedelta(seconds=5), 4)
_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

_words = st.text(st.characters(exclude_categories=["Cs"]))
_base = {
    "channel": st.sampled_from(Channel),
    "event_id": _words,
    "at": st.datetimes(timezones=st.just(UTC)),
}
_EVENTS = st.one_of(
    st.builds(
        Inbound,
        **_base,
        sender=_words,
        text=_words,
        message_ref=st.none() | _words,
        reply_to=st.none() | _words,
        button=st.none() | _words,
        press_id=st.none() | _words,
        attachments=st.lists(_words).map(tuple),
        hidden=st.lists(_words).map(tuple),
        edited=st.booleans(),
        opt_out=st.none() | st.sampled_from(OptOut),
    ),
    st.builds(
        DeliveryReport,
        **_base,
        provider_ref=_words,
        outbox_id=st.none() | st.integers(),
        status=st.sampled_from(DeliveryStatus),
        error=st.none() | _words,
    ),
    st.builds(Unreachable, **_base, sender=_words, blocked=st.booleans()),
    st.builds(Ignored, **_base, kind=_words),
)


@given(_EVENTS)
def test_frozen_and_thawed(event: Event) -> None:
    """An event of any kind comes back from its text as it was."""
    assert thaw(freeze(event)) == event


@pytest.mark.parametrize("text", ["", "Inbound", "Inbound {}", "Other {}", "Ignored []", "x"])
def test_other_texts(text: str) -> None:
    """A text that no event was frozen to is refused."""
    with pytest.raises((KeyError, ValidationError)):
        thaw(text)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (3, 4), (4, None), (5, None), (1_000_000, None)])
def test_backoff(attempts: int, seconds: int | None) -> None:
    """The wait doubles up to the longest one; after the last try there is none."""
    assert _BACKOFF.delay(attempts) == (None if seconds is None else timedelta(seconds=seconds))


def test_backoff_has_a_longest() -> None:
    """However often it was tried, the wait stays bounded."""
    many = Backoff(timedelta(seconds=1), timedelta(seconds=5), 10**9)
    assert [many.delay(attempts) for attempts in (4, 100, 10**8)] == [timedelta(seconds=5)] * 3


def _fail_on(monkeypatch: pytest.MonkeyPatch, words: str) -> Callable[[], None]:
    """Let the handling of these words fail until the returned function is called."""
    real = receive.handle
    failing = [True]

    def handle(event: Event, ctx: Context) -> None:
        real(event, ctx)
        if failing and words in str(getattr(event, "text", getattr(event, "event_id", ""))):
            raise RuntimeError("words of a person must not be kept here")

    monkeypatch.setattr(failures, "handle", handle)
    return failing.clear


def _keep(town: Town, event: Event) -> None:
    town.act(lambda ctx: keep(event, ctx, _BACKOFF, "RuntimeError"))


def _retry(town: Town) -> list[str]:
    done = []
    while (one := town.act(lambda ctx: retry_one(ctx, _BACKOFF))) is not None:
        done.append(one)
    return done


def _states(town: Town) -> dict[str, tuple[str, int, str | None]]:
    rows = town.act(lambda ctx: ctx.tx.execute(select(events)).all())
    return {row.provider_id: (row.state, row.attempts, row.error) for row in rows}


def test_kept_and_tried_again(settled: Town) -> None:
    """A kept event takes effect at its next try, not before it is due, and once."""
    message = settled.inbound("Sam", "hello")
    _keep(settled, message)
    _keep(settled, message)
    assert _retry(settled) == []
    settled.clock.move(timedelta(seconds=1))
    assert _retry(settled) == [message.event_id]
    assert len(settled.heard("Alex")) == 1
    assert settled.receive(message) is False
    assert _states(settled)[message.event_id] == ("done", 1, None)


def test_it_fails_again_and_dies(settled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each failure leaves nothing behind but its note; after the last one the coordinators have to look."""
    _fail_on(monkeypatch, "hello")
    message = settled.inbound("Sam", "hello")
    _keep(settled, message)
    for attempts, wait in ((1, 1), (2, 2), (3, 4)):
        assert _states(settled)[message.event_id][:2] == ("failed", attempts)
        settled.clock.move(timedelta(seconds=wait))
        assert _retry(settled) == [message.event_id]
        assert settled.received() == 0
    assert _states(settled)[message.event_id] == ("dead", 4, "RuntimeError")
    assert settled.heard("Morgan") == [settled.words("notice-failed-event", id=f"telegram/{message.event_id}")]
    settled.clock.move(timedelta(days=1))
    assert _retry(settled) == []


def test_what_comes_later_waits_behind_it(settled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later messages of the same sender wait for the one that failed; those of others don't."""
    mend = _fail_on(monkeypatch, "one")
    first, second, third = (settled.inbound("Sam", words) for words in ("one", "two", "three"))
    _keep(settled, first)
    for later in (second, third):
        settled.act(lambda ctx, event=later: receive_in_order(event, ctx, _BACKOFF))  # type: ignore[misc]  # a default
    other = settled.inbound("Kim", "from Kim")
    settled.act(lambda ctx: receive_in_order(other, ctx, _BACKOFF))
    assert settled.heard("Alex") == []
    assert len(settled.heard("Jo")) == 1
    settled.clock.move(timedelta(seconds=1))
    assert _retry(settled) == [first.event_id]
    mend()
    settled.clock.move(timedelta(seconds=2))
    assert _retry(settled) == [first.event_id, second.event_id, third.event_id]
    assert [text.rsplit(" ", 1)[-1] for text in settled.heard("Alex")] == ["one", "two", "three"]


def test_after_a_dead_one_the_others_go_on(settled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the first is given up, what waited behind it takes effect."""
    _fail_on(monkeypatch, "one")
    first, second = (settled.inbound("Sam", words) for words in ("one", "two"))
    _keep(settled, first)
    settled.act(lambda ctx: receive_in_order(second, ctx, _BACKOFF))
    for seconds in (1, 2, 4):
        settled.clock.move(timedelta(seconds=seconds))
        _retry(settled)
    assert _states(settled)[first.event_id][0] == "dead"
    assert "two" in settled.heard("Alex")[-1]


@pytest.mark.parametrize("kind", ["report", "block", "ignored"])
def test_every_kind_is_kept(quick: Town, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Reports, blocks and events without use that fail are kept, tried and put before somebody like words."""
    kinds: dict[str, Event] = {
        "report": DeliveryReport(
            channel=Channel.SMS, event_id="fails", provider_ref="SM1", status=DeliveryStatus.SENT, at=_AT
        ),
        "block": Unreachable(
            channel=Channel.TELEGRAM, event_id="fails", sender=quick.addresses["Sam"][1], blocked=True, at=_AT
        ),
        "ignored": Ignored(channel=Channel.TELEGRAM, event_id="fails", kind="poll", at=_AT),
    }
    event = kinds[kind]
    _fail_on(monkeypatch, "fails")
    _keep(quick, event)
    for seconds in (1, 2, 4):
        quick.clock.move(timedelta(seconds=seconds))
        assert _retry(quick) == ["fails"]
    assert _states(quick)["fails"][0] == "dead"
    assert quick.heard("Morgan") == [quick.words("notice-failed-event", id=f"{event.channel}/fails")]


def test_reports_do_not_wait_for_each_other(settled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that comes from nobody blocks no other one."""
    _fail_on(monkeypatch, "bad")
    for name in ("bad", "good"):
        _keep(
            settled,
            DeliveryReport(channel=Channel.SMS, event_id=name, provider_ref="SM1", status=DeliveryStatus.SENT, at=_AT),
        )
    settled.clock.move(timedelta(seconds=1))
    assert sorted(_retry(settled)) == ["bad", "good"]
    assert {name: state for name, (state, *_) in _states(settled).items()} == {"bad": "failed", "good": "done"}


def test_one_that_cannot_be_read(settled: Town) -> None:
    """A kept event that can't be read any more dies after its tries like others, and blocks nobody."""
    _keep(settled, settled.inbound("Sam", "hello"))

    def spoil(ctx: Context) -> None:
        row = ctx.tx.execute(select(events)).one()
        place = f"events:{row.channel}/{row.provider_id}:payload"
        ctx.tx.execute(update(events).values(payload_cell=ctx.tx.seal(row.key_id, place, "Gone {}")))

    settled.act(spoil)
    for seconds in (1, 2, 4):
        settled.clock.move(timedelta(seconds=seconds))
        assert len(_retry(settled)) == 1
    assert "needs a look" in settled.heard("Morgan")[-1]


def test_a_strangers_event_that_dies(settled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stranger sent and nobody could handle is put before the coordinators of all programmes."""
    _fail_on(monkeypatch, "hello")
    settled.stranger("Stranger")
    _keep(settled, settled.inbound("Stranger", "hello"))
    for seconds in (1, 2, 4):
        settled.clock.move(timedelta(seconds=seconds))
        _retry(settled)
    assert len(settled.heard("Morgan")) == 1


@pytest.mark.parametrize("who", ["Sam", "Stranger"])
def test_serious_words_are_told_at_once(quick: Town, who: str) -> None:
    """When the handler fails on serious words, a coordinator hears of the event now, not after the last try."""
    quick.stranger("Stranger")
    message = quick.inbound(who, "i want to die")
    _keep(quick, message)
    assert quick.heard("Morgan") == [quick.words("notice-failed-event", id=f"telegram/{message.event_id}")]
    _keep(quick, quick.inbound(who, "hello"))
    assert quick.heard("Morgan") == []


def test_when_not_even_that_works(quick: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong with telling, the event is kept."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(failures, "tell_coordinators", fail)
    message = quick.inbound("Sam", "i want to die")
    _keep(quick, message)
    assert _states(quick)[message.event_id][0] == "failed"
