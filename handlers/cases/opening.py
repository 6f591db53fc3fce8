"""A case is opened, or an alert joins the one that it belongs to: ten messages of one night are one case."""

from dataclasses import dataclass
from datetime import timedelta

from content.safeguarding import Severity
from handlers.cases.audience import rules_of
from handlers.cases.calling import call
from handlers.cases.telling import tell_grown
from handlers.context import Context
from handlers.step import Step
from storage.alerts import add_alert
from storage.audit import write_audit
from storage.cases import Case, Source, find_joinable, grow, name_pair, open_case
from storage.ids import KeyId, MatchId, MessageId, PersonId
from storage.people import Person

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
    """
    case = _joinable(ctx, raised)
    if case is not None and case.match_id is None and raised.match_id is not None:
        case = name_pair(ctx.tx, case.id, raised.match_id, case.about_id)
    return _open(ctx, raised) if case is None else join(ctx, case, raised)


def join(ctx: Context, case: Case, raised: Raised) -> Case:
    """Let what was raised join a case that isn't closed; a case that becomes graver by it calls again."""
    graver = _GRAVITY.index(raised.severity) < _GRAVITY.index(case.severity)
    case = grow(ctx.tx, case, severity=raised.severity if graver else case.severity, now=ctx.now)
    _note(ctx, case, raised, "case.join")
    if graver:
        call(ctx, case)
    else:
        tell_grown(ctx, case)
    return case


def _joinable(ctx: Context, raised: Raised) -> Case | None:
    return find_joinable(
        ctx.tx,
        category=raised.category,
        source=raised.source,
        person_id=raised.person_id,
        match_id=raised.match_id,
        about_id=raised.about_id,
        key_id=raised.key_id,
        since=ctx.now - timedelta(minutes=rules_of(ctx, raised.programme).case_joins_minutes),
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
    _note(ctx, case, raised, "case.open")
    call(ctx, case)
    return case


def _note(ctx: Context, case: Case, raised: Raised, act: str) -> None:
    add_alert(ctx.tx, case.id, raised.message_id, category=raised.category, severity=raised.severity, now=ctx.now)
    subject = f"case:{case.id}"
    write_audit(ctx.tx, "service", act, subject, ctx.now, category=raised.category, message=raised.message_id)
