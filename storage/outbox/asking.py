"""Deliveries that a provider took and never reported on: who is asked when, and what is noted then."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select, update

from storage.ids import OutboxId
from storage.outbox.rows import OutboxState
from storage.schema.outbox import outbox
from storage.schema.people import addresses
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Unreported:
    """A delivery whose provider is to be asked what became of it."""

    id: OutboxId
    channel: str
    provider_ref: str


_DUE = and_(outbox.c.ask_at.is_not(None), outbox.c.ask_at <= bindparam("now", type_=outbox.c.ask_at.type))


def is_any_due(tx: Transaction, now: datetime) -> bool:
    """Whether a provider is to be asked about anything by now."""
    return tx.execute(select(outbox.c.id).where(_DUE).limit(1), {"now": now}).first() is not None


def take_to_ask(tx: Transaction, now: datetime, most: int, again_at: datetime) -> list[Unreported]:
    """Take at most `most` deliveries whose provider is to be asked by now, the longest due first.

    They are due again at `again_at`, unless it is known by then what became of them: so nobody else asks meanwhile,
    and a provider that did not answer is asked once more.
    """
    query = (
        select(outbox.c.id, addresses.c.channel, outbox.c.provider_ref)
        .join(addresses, addresses.c.id == outbox.c.address_id)
        .where(_DUE)
        .order_by(outbox.c.ask_at, outbox.c.id)
        .limit(most)
        .with_for_update(of=outbox, skip_locked=True)
    )
    rows = tx.execute(query, {"now": now}).all()
    taken = [row.id for row in rows]
    tx.execute(update(outbox).where(outbox.c.id.in_(taken)).values(ask_at=again_at))
    return [Unreported(OutboxId(row.id), row.channel, row.provider_ref) for row in rows]


def note_uncertain(tx: Transaction, asked: Unreported) -> None:
    """The provider was asked and knows no end: it may not have arrived. Does nothing for one that has ended."""
    still = (outbox.c.id == asked.id, outbox.c.provider_ref == asked.provider_ref, outbox.c.ask_at.is_not(None))
    values = {"ask_at": None, "body_cell": None, "state": OutboxState.UNCERTAIN}
    tx.execute(update(outbox).where(*still, outbox.c.state == OutboxState.SENT.value).values(values))
