"""The sweeps: each takes what is due, and can be run at any time and twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from content.library import Content
from handlers import concern_questions, concerns, guard
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
from handlers.stuck import tell_stuck
from storage.audit import seal_audit
from storage.database import Database
from storage.diary import DiaryEntry, list_due, put_off, take
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
    concern_questions.UNANSWERED: concern_questions.note_unanswered,
    concerns.UNSAID: concerns.note_unsaid,
    **dict.fromkeys(guard.TOLD.values(), guard.lapse),
}

# So many entries are done in one transaction: a longer one would keep people's messages waiting.
_BATCH = 50
# An entry whose function failed is tried again after so long, then after twice that and so on, up to the longest.
_TRY_AGAIN = timedelta(minutes=1)
_LONGEST = timedelta(minutes=16)
# A time span has an end: what fails for weeks is not doubled on.
_DOUBLINGS = 4


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
        while some := self.database.write(self._do_some).result():
            done += some
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

    def _do_some(self, tx: Transaction) -> int:
        """Do what is longest due, in one transaction; returns how much it was."""
        due = list_due(tx, self.now(), _BATCH)
        for entry in due:
            try:
                # A savepoint each: one that fails leaves nothing behind, and undoes none of the others.
                with tx.connection.begin_nested():
                    # One of the others may have struck it out.
                    if take(tx, entry):
                        DIARY[entry.kind](self._context(tx), entry.subject)
            except Exception:
                log.exception("diary entry failed", kind=entry.kind, subject=entry.subject)
                put_off(tx, entry, self.now() + min(_TRY_AGAIN * 2 ** min(entry.attempts, _DOUBLINGS), _LONGEST))
                self._tell_stuck(tx, entry)
        return len(due)

    def _tell_stuck(self, tx: Transaction, entry: DiaryEntry) -> None:
        try:
            with tx.connection.begin_nested():
                tell_stuck(self._context(tx), entry, entry.attempts + 1)
        except Exception:
            # Whatever broke the entry may break this too: it is tried again with the entry, which must be kept.
            log.exception("coordinators can't be told", kind=entry.kind, subject=entry.subject)

    def _context(self, tx: Transaction) -> Context:
        return Context(tx, self.now(), self.content)
