"""What a relayed text costs the database: counted, so that nothing is added to it unseen."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from handlers.context import Context
from handlers.events import Inbound
from handlers.failures import Backoff, receive_in_order
from storage.outbox.claiming import claim
from storage.outbox.outcomes import note_sent
from tests.handlers.town import Town

_BACKOFF = Backoff(timedelta(seconds=1), timedelta(seconds=8), 4)
# The statements of both transactions of a text: as it comes in, and when the provider has taken it.
_STATEMENTS = 12


def _relay(inbound: Inbound, ctx: Context) -> None:
    """What intake and sender do in the database for one text."""
    ctx.tx.queued_for = []
    receive_in_order(inbound, ctx, _BACKOFF)
    (taken,) = claim(ctx.tx, "run", ctx.now, 1, ctx.tx.queued_for)
    note_sent(ctx.tx, taken.id, f"out-{taken.id}", ctx.now)
    assert claim(ctx.tx, "run", ctx.now, 1, [taken.address_id]) == []


def _watched(town: Town, watch: Callable[[Context, list[str]], None]) -> list[str]:
    """What is seen while Sam's second text is relayed: the first one finds everything ready for it."""
    seen: list[str] = []
    first, second = (town.inbound("Sam", f"hello number {number}") for number in ("one", "two"))

    def work(ctx: Context) -> list[str]:
        watch(ctx, seen)
        _relay(first, ctx)
        seen.clear()
        _relay(second, ctx)
        return list(seen)

    return town.act(work)


def test_a_text_takes_so_many_statements(quick: Town) -> None:
    """A statement more costs every text: whoever needs one raises the number here, and knows it."""

    def watch(ctx: Context, seen: list[str]) -> None:
        ctx.tx.driver.set_trace_callback(seen.append)

    assert len(_watched(quick, watch)) == _STATEMENTS


def test_a_text_prepares_no_statement(quick: Town) -> None:
    """All its statements are prepared already.

    SQLite prepares one again, each time, whose parameter it compared with the condition of a partial index; it asks the
    authorizer only then.
    """

    def watch(ctx: Context, seen: list[str]) -> None:
        ctx.tx.driver.set_authorizer(partial(_allow, seen))

    assert _watched(quick, watch) == []


def _allow(seen: list[str], *what: object) -> int:
    seen.append(str(what))
    return 0
