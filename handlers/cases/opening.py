"""A case is opened, or an alert joins the one that it belongs to: ten messages of one night are one case."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from content.safeguarding import Severity
from handlers.cases.audience import left_out, rules_of
from handlers.cases.calling import call
from handlers.cases.telling import tell_grown
from handlers.context import Context
from handlers.speakers import said_before
from handlers.step import Step
from handlers.subjects import staff_in
from storage.alerts import add_alert
from storage.audit import write_audit
from storage.case_entries import EntryKind, add_entry
from storage.case_named import lately_named, name_in, named_in
from storage.cases import Case, CaseState, Source, find_joinable, grow, let_go, name_pair, open_case
from storage.ids import KeyId, MatchId, MessageId, PersonId
from storage.messages.findings import findings_of
from storage.messages.words import get_words
from storage.people import Person, Role, find_person

_GRAVITY = [severity.value for severity in (Severity.IMMEDIATE, Severity.HIGH, Severity.CONCERN)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What raises a case or joins one."""

    category: str
    severity: str
    source: Source
    # None for a stranger's: every programme's coordinators are told.
    programme: str | None
    # Whose words they are, and the key of their data (of the address, for one whom nobody knows).
    person_id: PersonId | None
    key_id: KeyId
    match_id: MatchId | None = None
    # Whom it is about, where somebody said so: they never hear of it.
    about_id: PersonId | None = None
    # Coordinators who are named besides those whom the words of the message name.
    named: frozenset[PersonId] = frozenset()
    message_id: MessageId | None = None


def raised_by_words(category: str, severity: Severity, person: Person, step: Step, message_id: MessageId) -> Raised:
    """What words of somebody raise, with the match and the person that they are about."""
    return Raised(
        category=category,
        severity=severity.value,
        source=Source.WORDS,
        programme=person.programme,
        person_id=person.id,
        key_id=person.key_id,
        match_id=step.match_id,
        about_id=step.about_id,
        message_id=message_id,
    )


def raise_case(ctx: Context, raised: Raised) -> Case:
    """Open a case and call the coordinators, or let what was raised join the case that it belongs to.

    That is one of the same pair (where there is no match, of the same person) and of the same category that isn't
    closed and whose last alert came within the programme's `case_joins_minutes`. One that is graver than the case was
    makes it graver, and calls again. A case of somebody's words of which the pair wasn't known is that pair's then.

    Coordinators whom the words name are left out of the case, see `left_out`; and so are those who are left out of what
    the same pair or person raised within these minutes, or who are complained about in a case that goes on: "he did it
    again" names nobody. Not so for a complaint: whoever makes one is told whom it goes to.
    """
    raised = replace(raised, named=_named(ctx, raised) | _lately_named(ctx, raised))
    case = _joinable(ctx, raised)
    if case is not None and case.match_id is None and raised.match_id is not None:
        case = name_pair(ctx.tx, case.id, raised.match_id, case.about_id)
    return _open(ctx, raised) if case is None else _join(ctx, case, raised)


def join(ctx: Context, case: Case, raised: Raised) -> Case:
    """Let what was raised join a case that isn't closed; a case that becomes graver by it calls again.

    A coordinator whom it names is left out from now on: who had the case has it no longer, and it calls the others.
    """
    return _join(ctx, case, replace(raised, named=_named(ctx, raised)))


def _join(ctx: Context, case: Case, raised: Raised) -> Case:
    heard = left_out(ctx, case)
    name_in(ctx.tx, case.id, raised.named - named_in(ctx.tx, [case.id]))
    fewer = left_out(ctx, case) - heard
    if case.acknowledged_by in fewer:
        case = let_go(ctx.tx, case.id)
        add_entry(ctx.tx, case, EntryKind.LET_GO, ctx.now)
    graver = _GRAVITY.index(raised.severity) < _GRAVITY.index(case.severity)
    case = grow(ctx.tx, case, severity=raised.severity if graver else case.severity, now=ctx.now)
    _note(ctx, case, raised, "case.join")
    if graver or (fewer and case.state is CaseState.OPEN):
        call(ctx, case)
    else:
        tell_grown(ctx, case)
    return case


def _named(ctx: Context, raised: Raised) -> frozenset[PersonId]:
    """Whom of the staff the message names, or one before it: of those minutes, or needed for what was found."""
    if raised.message_id is None:
        return raised.named
    words = get_words(ctx.tx, raised.message_id)
    found = findings_of(ctx.tx, [raised.message_id]).get(raised.message_id, [])
    back = max((one.reaches_back for one in found if one.engine == "safeguarding"), default=0)
    before, since = said_before(ctx, words), _joins_since(ctx, raised)
    pieces = [said.words for number, said in enumerate(before, 1) if said.at > since or number > len(before) - back]
    writer = None if raised.person_id is None else find_person(ctx.tx, raised.person_id)
    return raised.named | staff_in([*pieces, words.original], writer, ctx)


def _lately_named(ctx: Context, raised: Raised) -> frozenset[PersonId]:
    if raised.source is Source.COMPLAINT:
        return frozenset()
    found = lately_named(ctx.tx, raised.match_id, raised.key_id, _joins_since(ctx, raised))
    people = (find_person(ctx.tx, number) for number in found)
    return frozenset(one.id for one in people if one is not None and one.role is Role.COORDINATOR)


def _joins_since(ctx: Context, raised: Raised) -> datetime:
    return ctx.now - timedelta(minutes=rules_of(ctx, raised.programme).case_joins_minutes)


def _joinable(ctx: Context, raised: Raised) -> Case | None:
    return find_joinable(
        ctx.tx,
        category=raised.category,
        source=raised.source,
        person_id=raised.person_id,
        match_id=raised.match_id,
        about_id=raised.about_id,
        named=raised.named,
        key_id=raised.key_id,
        since=_joins_since(ctx, raised),
    )


def _open(ctx: Context, raised: Raised) -> Case:
    case = open_case(
        ctx.tx,
        programme=raised.programme,
        category=raised.category,
        severity=raised.severity,
        source=raised.source,
        person_id=raised.person_id,
        match_id=raised.match_id,
        about_id=raised.about_id,
        key_id=raised.key_id,
        now=ctx.now,
    )
    name_in(ctx.tx, case.id, raised.named)
    _note(ctx, case, raised, "case.open")
    call(ctx, case)
    return case


def _note(ctx: Context, case: Case, raised: Raised, act: str) -> None:
    add_alert(ctx.tx, case.id, raised.message_id, category=raised.category, severity=raised.severity, now=ctx.now)
    subject = f"case:{case.id}"
    write_audit(ctx.tx, "service", act, subject, ctx.now, category=raised.category, message=raised.message_id)
