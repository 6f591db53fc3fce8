"""What is done about a case, by whomever: the chat and the command line call the same functions.

Each writes an entry into the case, which nobody can change later, and one into the audit trail.
"""

from dataclasses import dataclass

from handlers.cases.audience import audience
from handlers.cases.calling import call, stop_calling
from handlers.cases.held import holds
from handlers.cases.outcomes import FalseAlarm, Outcome
from handlers.cases.reminding import watch
from handlers.context import Context
from handlers.speaking import speak, tell
from storage import cases
from storage.audit import write_audit
from storage.case_entries import EntryKind, add_entry, entries_of
from storage.cases import Case, CaseState
from storage.ids import PersonId
from storage.matches import LIVE, Match, get_match, set_hold
from storage.people import Person, get_person


class NotDone(Exception):
    """Why an act has no effect, as the end of a text's name: "closed"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class By:
    """Who does something about a case."""

    # None: somebody at the command line.
    person: Person | None
    # As in the audit trail.
    actor: str

    @property
    def id(self) -> PersonId | None:
        """The coordinator's number."""
        return None if self.person is None else self.person.id


def write_down(ctx: Context, case: Case, kind: EntryKind, words: str, by: By, **detail: str) -> None:
    """Write a note, an action or a referral into a case that isn't closed. Raises `NotDone`."""
    _require_open(case)
    _note(ctx, case, kind, by, words, **detail)


def take(ctx: Context, case: Case, by: Person, actor: str) -> None:
    """Somebody has the case from now on. Raises `NotDone` when somebody has it already, or it is closed."""
    _require_open(case)
    if not cases.acknowledge(ctx.tx, case.id, by.id, ctx.now):
        raise NotDone("taken")
    stop_calling(ctx, case)
    watch(ctx, case)
    add_entry(ctx.tx, case, EntryKind.ACKNOWLEDGED, ctx.now, by=by.id)
    write_audit(ctx.tx, actor, "case.acknowledge", f"case:{case.id}", ctx.now)


def let_go(ctx: Context, case: Case, by: By) -> Case:
    """Whoever has the case gives it back: the others are called. Raises `NotDone` for one who hasn't got it."""
    _require_open(case)
    if case.acknowledged_by is None or (by.person is not None and case.acknowledged_by != by.id):
        raise NotDone("not-yours")
    free = cases.let_go(ctx.tx, case.id)
    _note(ctx, case, EntryKind.LET_GO, by)
    call(ctx, free, after=case.acknowledged_by)
    return free


def choose_outcome(ctx: Context, case: Case, outcome: Outcome, by: By) -> None:
    """Write down how a case ends; it is closed by its reason. Raises `NotDone` when nobody has it."""
    _require_closable(case)
    _note(ctx, case, EntryKind.OUTCOME, by, outcome=outcome.value)


def chosen_outcome(ctx: Context, case: Case) -> Outcome | None:
    """The outcome that was written down last; None when none was."""
    found = [entry.detail for entry in entries_of(ctx.tx, case.id) if entry.kind is EntryKind.OUTCOME]
    chosen = [str(detail["outcome"]) for detail in found if "outcome" in detail]
    return Outcome(chosen[-1]) if chosen else None


def close(ctx: Context, case: Case, outcome: Outcome, why: str, by: By) -> Case:
    """Close a case with its reason; a hold of the pair for its sake ends. Raises `NotDone` when nobody has it."""
    _require_closable(case)
    if holds(ctx, case):
        end_hold(ctx, case, by)
    closed = cases.close_case(ctx.tx, case.id, outcome.value, ctx.now)
    stop_calling(ctx, case)
    _note(ctx, case, EntryKind.CLOSED, by, why, outcome=outcome.value)
    for person in audience(ctx, case):
        if person.id == case.acknowledged_by != by.id:
            name = by.person.name if by.person else ctx.text("the-office", person)
            speak(ctx, person, ctx.text("case-closed-by", person, case=str(case.id), name=name))
    return closed


def call_false(ctx: Context, case: Case, by: Person, actor: str) -> Case:
    """Close a case as a false alarm; whoever says so has it, and the others who heard of it are told.

    Raises `NotDone` when somebody else has it.
    """
    was_open = case.state is CaseState.OPEN
    if was_open:
        take(ctx, case, by, actor)
    elif case.acknowledged_by != by.id:
        _require_open(case)
        raise NotDone("taken")
    taken = cases.find_case(ctx.tx, case.id)
    assert taken is not None  # noqa: S101 - it is locked
    closed = close(ctx, taken, Outcome.FALSE_ALARM, "", By(by, actor))
    for person in audience(ctx, case) if was_open else ():
        if person.id != by.id:
            speak(ctx, person, ctx.text("alert-false", person, case=str(case.id), name=by.name))
    return closed


def say_why_false(ctx: Context, case: Case, why: FalseAlarm, by: By) -> None:
    """Write down why it was a false alarm: the figures count it. Raises `NotDone` when the case says otherwise."""
    if case.outcome != Outcome.FALSE_ALARM.value:
        raise NotDone("not-false")
    _note(ctx, case, EntryKind.OUTCOME, by, why=why.value)


def reopen(ctx: Context, case: Case, why: str, by: Person, actor: str) -> Case:
    """A closed case goes on, and whoever says so has it. Raises `NotDone` when it isn't closed."""
    if case.state is not CaseState.CLOSED:
        raise NotDone("not-closed")
    _note(ctx, case, EntryKind.REOPENED, By(by, actor), why)
    again = cases.reopen_case(ctx.tx, case.id, by.id, ctx.now)
    watch(ctx, again)
    return again


# Holding the messages of a pair


def hold(ctx: Context, case: Case, by: By) -> None:
    """From now on a coordinator looks at each message of the pair before it goes; both are told, without a reason.

    Raises `NotDone` when the case isn't a pair's, or the pair is held already.
    """
    _require_open(case)
    if case.match_id is None:
        raise NotDone("no-pair")
    match = get_match(ctx.tx, case.match_id, lock=True)
    if match.hold_case_id is not None:
        raise NotDone("held")
    set_hold(ctx.tx, match.id, case.id)
    _note(ctx, case, EntryKind.HOLD, by)
    _tell_both(ctx, match, held=True)


def end_hold(ctx: Context, case: Case, by: By) -> None:
    """The pair's messages go on by themselves again; what is held waits for its look. Raises `NotDone`."""
    if not holds(ctx, case) or case.match_id is None:
        raise NotDone("not-held")
    match = get_match(ctx.tx, case.match_id, lock=True)
    set_hold(ctx.tx, match.id, None)
    _note(ctx, case, EntryKind.HOLD_ENDED, by)
    _tell_both(ctx, match, held=False)


def _tell_both(ctx: Context, match: Match, *, held: bool) -> None:
    """Tell both sides, unless their match is over: then nothing is passed on anyway."""
    if match.state not in LIVE:
        return
    for person_id in (match.mentor_id, match.mentee_id):
        tell(ctx, get_person(ctx.tx, person_id), "pair-held" if held else "pair-free")


def require_writable(case: Case, *, closing: bool = False) -> None:
    """Raise `NotDone` where nothing can be written into a case, or it can't be closed."""
    _require_closable(case) if closing else _require_open(case)


def _require_open(case: Case) -> None:
    if case.state is CaseState.CLOSED:
        raise NotDone("closed")


def _require_closable(case: Case) -> None:
    _require_open(case)
    if case.state is CaseState.OPEN:
        raise NotDone("nobody")


def _note(ctx: Context, case: Case, kind: EntryKind, by: By, words: str = "", **detail: str) -> None:
    # Without a person it is the command line's: an entry that names nobody at all is the service's own.
    who = {} if by.person else {"actor": by.actor}
    add_entry(ctx.tx, case, kind, ctx.now, by=by.id, words=words, **detail, **who)
    write_audit(ctx.tx, by.actor, f"case.{kind.value}", f"case:{case.id}", ctx.now, **detail)
