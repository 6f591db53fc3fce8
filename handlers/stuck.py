"""What was due and fails again and again: the coordinators learn which thing of which programme, and what to do now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from handlers.boundaries import LOOK
from handlers.cases.audience import left_out
from handlers.cases.calling import UNANSWERED
from handlers.cases.digest import DIGEST
from handlers.cases.reminding import IDLE
from handlers.cases.showing import SHOWN
from handlers.context import Context
from handlers.deferring import DEFERRED
from handlers.duty import everybody
from handlers.holding import HELD
from handlers.numbers import programme_number
from handlers.speaking import speak, tell_coordinators
from storage.cases import find_case
from storage.diary import DiaryEntry, note_once
from storage.ids import MessageId, PersonId
from storage.matches import find_match
from storage.messages.kinds import Kind
from storage.messages.words import get_words
from storage.outbox.rows import Priority
from storage.people import find_person

log = structlog.get_logger(__name__)

# The diary's name for "the coordinators were told that an entry fails".
_TOLD = "stuck_told"
# After so many tries in vain they are told. The tries go on all the same: a fault is put right one day.
_TRIES = 5
# When nobody is called for a case a quarter of an hour is too long.
_TRIES_OF: Mapping[str, int] = {UNANSWERED: 2}
# Kinds that have a text of their own; of the rest only the name is told.
KNOWN = (UNANSWERED, SHOWN, DEFERRED, LOOK, HELD, DIGEST, IDLE)
# Somebody in danger may be waiting: these go to those who said STOP too, and before everything else.
_GRAVE = frozenset({UNANSWERED, DIGEST, IDLE})


@dataclass(frozen=True, slots=True)
class _Subject:
    """What an entry is about."""

    # None: nobody can say.
    programme: str | None = None
    # Who must not hear of it.
    besides: Collection[PersonId | None] = ()


def tell_stuck(ctx: Context, entry: DiaryEntry, tries: int) -> None:
    """Tell the coordinators, once, that an entry of the diary failed for so many times; nothing of anybody's words."""
    if tries < _TRIES_OF.get(entry.kind, _TRIES):
        return
    if not note_once(ctx.tx, _TOLD, entry.id, ctx.now, since=datetime.min.replace(tzinfo=UTC)):
        return
    subject = _find_subject(ctx, entry)
    programme = ctx.content.programmes.get(subject.programme or "")
    of, number, own = programme.name if programme else "-", str(entry.subject), str(entry.id)
    stuck = entry.kind if entry.kind in KNOWN else "other"
    log.error("diary entry is stuck", kind=entry.kind, subject=entry.subject)
    if entry.kind not in _GRAVE:
        key = f"stuck-{stuck}"
        tell_coordinators(ctx, subject.programme, key, kind=entry.kind, service=of, number=number, id=own)
        return
    for person in everybody(ctx, subject.programme, besides=subject.besides):
        words = ctx.text(f"stuck-{stuck}", person, kind=entry.kind, service=of, number=number, id=own)
        speak(ctx, person, words, kind=Kind.ALERT, priority=Priority.ALERT)


def _find_subject(ctx: Context, entry: DiaryEntry) -> _Subject:
    """Whose an entry is; where that can't be read (it may be why it failed), every programme's coordinators hear."""
    try:
        with ctx.tx.connection.begin_nested():
            return _subject(ctx, entry)
    except Exception:  # noqa: BLE001 - whatever it is, somebody has to learn of the entry
        return _Subject()


def _subject(ctx: Context, entry: DiaryEntry) -> _Subject:
    if entry.kind in {UNANSWERED, IDLE}:
        case = find_case(ctx.tx, entry.subject)
        return _Subject() if case is None else _Subject(case.programme, left_out(ctx, case))
    if entry.kind in {SHOWN, HELD}:
        writer = get_words(ctx.tx, MessageId(entry.subject)).person_id
        person = None if writer is None else find_person(ctx.tx, writer)
        return _Subject(person.programme if person else None)
    if entry.kind == DEFERRED:
        match = find_match(ctx.tx, entry.subject)
        return _Subject(match.programme if match else None)
    names = (name for name in ctx.content.programmes if programme_number(name) == entry.subject)
    return _Subject(next(names, None))
