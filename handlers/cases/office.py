"""Cases at the command line: the same acts as in the chat, by somebody who has the keys in their hands."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.cases import acts, showing
from handlers.cases.acts import By, NotDone
from handlers.cases.audience import is_in_audience
from handlers.cases.before import messages_before
from handlers.cases.outcomes import Outcome
from handlers.cases.taking import tell_taken
from handlers.context import Context
from handlers.errors import Refused
from handlers.people import require_person
from storage.alerts import Alert, alerts_in
from storage.audit import write_audit
from storage.case_entries import CaseEntry, EntryKind, entries_of
from storage.cases import Case, CaseState, find_case, list_cases
from storage.ids import PersonId
from storage.people import Person, find_person

_SENTENCES = {
    "closed": "Case {case} is closed. A coordinator goes on with it by /reopen {case} in the chat.",
    "nobody": "Nobody has case {case} yet. First: telementor case take {case} --by ID",
    "taken": "Somebody has case {case} already. See: telementor case show {case}",
}


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case with all that belongs to it."""

    case: Case
    alerts: list[Alert]
    entries: list[CaseEntry]
    # Who is named in it, by their numbers.
    names: dict[PersonId, str]
    # Its messages; empty unless they were asked for.
    words: list[str]
    # How many messages before these its alerts needed.
    before: int


def list_all(ctx: Context, *, everything: bool, programme: str | None, severity: str | None) -> list[Case]:
    """The cases that aren't closed, or `everything`, oldest first."""
    states = () if everything else (CaseState.OPEN, CaseState.ACKNOWLEDGED)
    return list_cases(ctx.tx, states=states, programme=programme, severity=severity)


def read_case(ctx: Context, number: int, *, words: bool, actor: str) -> CaseRecord:
    """A case with its entries, and with its `words`: seeing these is written into the case. Raises `Refused`."""
    case = _require(ctx, number)
    write_audit(ctx.tx, actor, "case.read", f"case:{case.id}", ctx.now)
    if words:
        showing.note_access(ctx, case, None, actor)
    entries = entries_of(ctx.tx, case.id)
    named = {case.person_id, case.about_id, case.acknowledged_by, *(entry.by_person_id for entry in entries)}
    people = [found for one in named if one is not None and (found := find_person(ctx.tx, one)) is not None]
    shown = showing.words_of(ctx, case, None) if words else []
    names, before = {one.id: one.name for one in people}, messages_before(ctx, case)
    return CaseRecord(case, alerts_in(ctx.tx, case.id), entries, names, shown, before)


def write_down(ctx: Context, number: int, kind: EntryKind, words: str, *, actor: str) -> None:
    """Write a note, an action or a referral into a case. Raises `Refused`."""
    _do(ctx, number, lambda case: acts.write_down(ctx, case, kind, words, By(None, actor)))


def take(ctx: Context, number: int, by: int, *, actor: str) -> None:
    """A coordinator said, by telephone perhaps, that they have a case. Raises `Refused`."""

    def act(case: Case) -> None:
        holder = _coordinator(ctx, case, by)
        acts.take(ctx, case, holder, actor)
        tell_taken(ctx, case, holder)

    _do(ctx, number, act)


def close(ctx: Context, number: int, outcome: Outcome, why: str, *, actor: str) -> None:
    """Close a case that somebody has, with its reason. Raises `Refused`."""
    _do(ctx, number, lambda case: acts.close(ctx, case, outcome, why, By(None, actor)))


def _coordinator(ctx: Context, case: Case, number: int) -> Person:
    person = require_person(ctx, number)
    if not is_in_audience(ctx, case, person):
        raise Refused("This person may not have the case. It needs a coordinator who hears of it.")
    return person


def _do(ctx: Context, number: int, act: Callable[[Case], object]) -> None:
    case = _require(ctx, number)
    try:
        act(case)
    except NotDone as reason:
        raise Refused(_SENTENCES[reason.why].format(case=case.id)) from None


def _require(ctx: Context, number: int) -> Case:
    case = find_case(ctx.tx, number, lock=True)
    if case is None:
        raise Refused(f"There is no case {number}. See: telementor cases list --all")
    return case
