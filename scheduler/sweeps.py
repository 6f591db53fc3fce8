"""The sweeps: each takes what is due, one transaction for each thing, and can be run at any time and twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from content.library import Content
from handlers import guard
from handlers.boundaries import LOOK, begin, look
from handlers.cases import digest, reminding
from handlers.cases.calling import UNANSWERED, climb
from handlers.cases.digest import DIGEST
from handlers.cases.reminding import IDLE
from handlers.cases.showing import SHOWN, take_away
from handlers.context import Context
from handlers.deferring import DEFERRED
from handlers.deliveries import give_up_expired
from handlers.failures import Backoff, retry_one
from handlers.holding import HELD, remind
from handlers.resuming import look_again_everywhere, resume
from storage.audit import seal_audit
from storage.database import Database
from storage.diary import DiaryEntry, put_off, take_due
from storage.outbox import release
from storage.transaction import Transaction

log = structlog.get_logger(__name__)

# What each kind of diary entry does when its time has come. It gets the number of its subject.
DIARY: Mapping[str, Callable[[Context, int], None]] = {
    UNANSWERED: climb,
    SHOWN: take_away,
    DEFERRED: resume,
    LOOK: look,
    HELD: remind,
    DIGEST: digest.digest,
    IDLE: reminding.remind,
    **dict.fromkeys(guard.TOLD.values(), guard.lapse),
}

# An entry whose function failed is tried again after so long.
_TRY_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Runs the sweeps against a database. `now` is read once for each transaction."""

    database: Database
    content: Content
    now: Callable[[], datetime]
    backoff: Backoff
    # So long a process may take for one delivery before another one takes it for dead.
    lease: timedelta

    def begin(self) -> None:
        """Enter into the diary what comes again and again, and what may have changed: once, before the first sweep."""

        def work(tx: Transaction) -> None:
            ctx = self._context(tx)
            begin(ctx)
            digest.begin(ctx)
            look_again_everywhere(ctx)

        self.database.write(work).result()

    def sweep(self) -> None:
        """Run every sweep once. One that fails is logged and does not keep the others from running."""
        for one in (self.diary, self.failed_events, self.stale, self.audit, self.claims):
            try:
                one()
            except Exception:
                log.exception("sweep failed", sweep=one.__name__)

    def diary(self) -> int:
        """Do what the diary says is due; returns how much it was."""
        done = 0
        while self._do_one():
            done += 1
        return done

    def failed_events(self) -> int:
        """Try again the events that failed and are due; returns how many."""
        done = 0
        while self.database.write(lambda tx: retry_one(self._context(tx), self.backoff)).result() is not None:
            done += 1
        return done

    def stale(self) -> int:
        """Give up the deliveries that have become stale; returns how many."""
        done = 0
        while self.database.write(lambda tx: give_up_expired(self._context(tx))).result():
            done += 1
        return done

    def audit(self) -> int:
        """Take new audit entries into the chain; returns how many."""
        return self.database.write(lambda tx: seal_audit(tx, self.now())).result()

    def claims(self) -> int:
        """Put back the deliveries of processes that died; returns how many. Only where there can be several."""
        if not self.database.shared:
            return 0
        return len(self.database.write(lambda tx: release(tx, claimed_before=self.now() - self.lease)).result())

    def _do_one(self) -> bool:
        taken: list[DiaryEntry] = []

        def work(tx: Transaction) -> bool:
            ctx = self._context(tx)
            entry = take_due(tx, ctx.now)
            if entry is None:
                return False
            taken.append(entry)
            DIARY[entry.kind](ctx, entry.subject)
            return True

        try:
            return self.database.write(work).result()
        except Exception:
            if not taken:
                raise
            log.exception("diary entry failed", kind=taken[-1].kind, subject=taken[-1].subject)
            self.database.write(lambda tx: put_off(tx, taken[-1], self.now() + _TRY_AGAIN)).result()
            return True

    def _context(self, tx: Transaction) -> Context:
        return Context(tx, self.now(), self.content)
