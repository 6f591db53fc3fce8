"""How a delivery ended, or that it has to be tried again: what the provider said, at once or later."""

from datetime import datetime

from sqlalchemy import and_, bindparam, case, or_, update

from storage.hot import Hot
from storage.ids import OutboxId
from storage.outbox.rows import OutboxState, is_unfinished
from storage.schema.outbox import outbox
from storage.transaction import Transaction

_FINISH = update(outbox).where(outbox.c.id == bindparam("which"))
# A delivery report may come before the answer to the send: what it said is not taken back. One that puts the delivery
# back into the queue leaves the provider's id of the try that failed, by which the answer to that try is known.
_TAKEN = and_(
    is_unfinished(outbox),
    or_(
        outbox.c.state == OutboxState.SENDING.value,
        outbox.c.provider_ref.is_(None),
        outbox.c.provider_ref != bindparam("ref"),
    ),
)
_SENT = _FINISH.values(
    state=case((_TAKEN, OutboxState.SENT.value), else_=outbox.c.state),
    provider_ref=bindparam("ref"),
    sent_at=bindparam("at"),
    owner=None,
    error=case((_TAKEN, None), else_=outbox.c.error),
)
# The words stand with the message: no second copy is kept.
_SENT_FOR_GOOD = Hot(_SENT.values(body_cell=None))
# Where a report is to come, what goes out is kept until then: a handset that was off is tried once more.
_SENT_TO_BE_REPORTED = Hot(
    _SENT.values(
        body_cell=case((is_unfinished(outbox), outbox.c.body_cell), else_=None),
        ask_at=case((_TAKEN, bindparam("ask", type_=outbox.c.ask_at.type)), else_=outbox.c.ask_at),
    )
)


def note_sent(
    tx: Transaction, outbox_id: OutboxId, provider_ref: str, now: datetime, ask_at: datetime | None = None
) -> None:
    """The provider took it, and if `ask_at` is given it is asked then what became of it, unless it reports before."""
    values = {"which": outbox_id, "ref": provider_ref, "at": now}
    if ask_at is None:
        _SENT_FOR_GOOD.run(tx, values)
    else:
        _SENT_TO_BE_REPORTED.run(tx, values | {"ask": ask_at})


def put_back(
    tx: Transaction,
    outbox_id: OutboxId,
    error: str,
    due_at: datetime,
    *,
    maybe_sent: bool = False,
    tried: bool = True,
) -> None:
    """It could not be delivered now; try again at `due_at`. What stands behind it waits.

    `maybe_sent`: the answer was lost, so it may have gone; that is not forgotten by a later try. One that was not
    `tried` doesn't come nearer to being given up.
    One that a delivery report says was delivered (or has failed) meanwhile stays so: it is not sent again.
    """
    values: dict[str, object] = {"state": OutboxState.QUEUED, "owner": None, "due_at": due_at, "error": error}
    if maybe_sent:
        values["maybe_sent"] = True
    statement = _FINISH.where(outbox.c.state == OutboxState.SENDING.value)
    tx.execute(statement.values(values).values(attempts=outbox.c.attempts + int(tried)), {"which": outbox_id})


def note_failed(tx: Transaction, outbox_id: OutboxId, error: str) -> None:
    """It will not be delivered."""
    values = {"state": OutboxState.FAILED, "owner": None, "error": error, "ask_at": None, "body_cell": None}
    tx.execute(_FINISH.values(values), {"which": outbox_id})


def note_delivered(tx: Transaction, outbox_id: OutboxId) -> None:
    """The provider says that it arrived."""
    values = {"state": OutboxState.DELIVERED, "ask_at": None, "body_cell": None, "error": None}
    tx.execute(_FINISH.values(values), {"which": outbox_id})


def send_again(tx: Transaction, outbox_id: OutboxId, failed_ref: str, error: str, due_at: datetime) -> None:
    """What the provider took and calls `failed_ref` did not arrive: it goes out once more at `due_at`.

    Only for one whose words are still there (`Delivery.repeatable`). What stands behind it waits, so order holds.
    """
    values = {
        "state": OutboxState.QUEUED,
        "owner": None,
        "due_at": due_at,
        "error": error,
        "provider_ref": failed_ref,
        "ask_at": None,
        # It is known what became of the earlier try: the next one needs no look-up.
        "tried_at": None,
        "maybe_sent": False,
    }
    tx.execute(_FINISH.values(values).values(attempts=outbox.c.attempts + 1), {"which": outbox_id})
