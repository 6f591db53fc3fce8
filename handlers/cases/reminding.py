"""Reminders of a case that somebody has and in which nothing is done: first to them, then to the leads too.

They come in the rota's working hours, but for what is a matter of life.
"""

from datetime import datetime, timedelta

from content.safeguarding import Severity
from content.working_days import on_working_day
from handlers.cases.audience import is_in_audience, left_out, rules_for
from handlers.context import Context
from handlers.duty import everybody, leads, rota_of
from handlers.speaking import is_reachable, speak
from storage.case_entries import CaseEntry, EntryKind, add_entry, entries_of
from storage.cases import Case, CaseState, find_case
from storage.diary import enter, strike_out
from storage.duties import DutyKind
from storage.messages.kinds import Kind
from storage.people import Person, find_person

# The diary's name for "look whether something was done in a case".
IDLE = "case_idle"
# So far ahead the rota is asked for its next working hours.
_FARTHEST = timedelta(days=7)
# What counts as something done; whoever takes a case begins anew.
_DONE = frozenset(
    {
        EntryKind.ACKNOWLEDGED,
        EntryKind.NOTE,
        EntryKind.ACTION,
        EntryKind.REFERRAL,
        EntryKind.OUTCOME,
        EntryKind.REOPENED,
    }
)


def watch(ctx: Context, case: Case, since: datetime | None = None) -> None:
    """Look what was done, the programme's `case_reminder_hours` after `since`, or after now. 0 hours: never.

    To be called when somebody takes a case.
    """
    strike_out(ctx.tx, IDLE, case.id)
    hours = rules_for(ctx, case).case_reminder_hours
    if hours:
        enter(ctx.tx, IDLE, case.id, _at_work(ctx, case, (since or ctx.now) + timedelta(hours=hours)))


def _at_work(ctx: Context, case: Case, moment: datetime) -> datetime:
    """The first moment from this one on at which a reminder comes: in working hours, where life isn't in danger.

    Those are the rota's, less holidays and days off; where it has none within a week, whole working days.
    """
    if case.severity == Severity.IMMEDIATE.value:
        return moment
    programme = rules_for(ctx, case)
    rota = rota_of(ctx, programme)
    found = rota.first(DutyKind.WORKING, moment, moment + _FARTHEST)
    return found or on_working_day(moment, rota.zone, programme.holidays)


def remind(ctx: Context, case_id: int) -> None:
    """Remind of a case in which nothing was done for the programme's time, and look again; not once it is closed.

    Where something was done meanwhile, the next look comes that time after it.
    """
    case = find_case(ctx.tx, case_id, lock=True)
    if case is None or case.state is not CaseState.ACKNOWLEDGED:
        return
    moment = _at_work(ctx, case, ctx.now)
    if moment > ctx.now:
        # The rota has changed since, or the service was away.
        enter(ctx.tx, IDLE, case.id, moment)
        return
    since = _since_last_done(entries_of(ctx.tx, case.id))
    done_at = since[0].at if since else case.opened_at
    if ctx.now - done_at < timedelta(hours=rules_for(ctx, case).case_reminder_hours):
        watch(ctx, case, done_at)
        return
    watch(ctx, case)
    told = _whom(ctx, case, reminded=any(entry.kind is EntryKind.REMINDED for entry in since))
    for person in told:
        speak(ctx, person, ctx.text("case-idle", person, case=str(case.id)), kind=Kind.ALERT)
    add_entry(ctx.tx, case, EntryKind.REMINDED, ctx.now, people=",".join(str(person.id) for person in told))


def _since_last_done(entries: list[CaseEntry]) -> list[CaseEntry]:
    """The last entry of something done, and those behind it."""
    last = max((number for number, entry in enumerate(entries) if _is_done(entry)), default=0)
    return entries[last:]


def _is_done(entry: CaseEntry) -> bool:
    """Whether it is something done; a note that says nothing of who wrote it is the service's own."""
    own_note = entry.kind is EntryKind.NOTE and entry.by_person_id is None and "actor" not in entry.detail
    return entry.kind in _DONE and not own_note


def _whom(ctx: Context, case: Case, *, reminded: bool) -> list[Person]:
    """Who has it, if they may still see it; the leads when that didn't help, or they can't be reached.

    Without a lead all coordinators, where nobody else is reminded.
    """
    holder = find_person(ctx.tx, case.acknowledged_by) if case.acknowledged_by else None
    may = holder is not None and is_in_audience(ctx, case, holder) and is_reachable(ctx, holder)
    own = [holder] if holder is not None and may else []
    if own and not reminded:
        return own
    besides = left_out(ctx, case)
    found = own + leads(ctx, case.programme, besides=besides) or everybody(ctx, case.programme, besides=besides)
    return list({person.id: person for person in found}.values())
