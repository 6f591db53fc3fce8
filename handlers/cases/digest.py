"""The digest: concerns that nobody has yet, told on working days in one message to those who are on duty."""

from collections import defaultdict
from datetime import time
from zoneinfo import ZoneInfo

import structlog

from content.programme import Programme
from content.safeguarding import Severity
from content.working_days import next_working_time
from handlers.cases.audience import left_out, rules_for, rules_of
from handlers.cases.before import messages_before
from handlers.cases.telling import whose
from handlers.context import Context
from handlers.duty import on_duty
from handlers.events import Channel
from handlers.numbers import programme_number
from handlers.outbound import Option
from handlers.speaking import is_reachable, reachable_address, speak
from storage.case_entries import EntryKind, add_entry
from storage.cases import Case, CaseState, list_cases, set_rung
from storage.diary import enter, is_entered
from storage.ids import PersonId
from storage.messages.kinds import Kind
from storage.outbox.rows import Priority
from storage.people import Person

log = structlog.get_logger(__name__)

# The diary's name for "tell a programme's concerns".
DIGEST = "digest"
# Below a message stand so many buttons; further concerns are in its lines.
_MOST_BUTTONS = 10
# Of those who were told, an entry names so many: it has room for no more.
_MOST_NAMED = 15


def begin(ctx: Context) -> None:
    """See to it that the diary has each programme's next digest."""
    for programme in ctx.content.programmes.values():
        if not is_entered(ctx.tx, DIGEST, programme_number(programme.id)):
            _next(ctx, programme)


def digest(ctx: Context, subject: int) -> None:
    """Tell what concerns nobody has, those of earlier digests among them; come back on the next working day."""
    programme = next((one for one in ctx.content.programmes.values() if programme_number(one.id) == subject), None)
    if programme is None:
        return
    _next(ctx, programme)
    mine: dict[PersonId, list[Case]] = defaultdict(list)
    people: dict[PersonId, Person] = {}
    for case in _concerns(ctx, programme):
        reached = _reached(ctx, case)
        if not reached:
            log.error("concern reaches nobody", case=case.id)
        told = [person for person in reached if _reads(ctx, person, case, programme)]
        if reached and not told:
            # They read it in their own digest.
            continue
        for person in told:
            people[person.id] = person
            mine[person.id].append(case)
        named = ",".join(str(person.id) for person in told[:_MOST_NAMED])
        add_entry(ctx.tx, case, EntryKind.CALLED, ctx.now, rung=case.rung, to=DIGEST, people=named)
        set_rung(ctx.tx, case.id, case.rung + 1)
    for person_id, found in mine.items():
        _tell(ctx, people[person_id], found)


def _concerns(ctx: Context, programme: Programme) -> list[Case]:
    """The programme's open concerns, and those that are no programme's: these stand in every digest."""
    concerns = list_cases(ctx.tx, states=[CaseState.OPEN], severity=Severity.CONCERN.value)
    return [one for one in concerns if one.programme is None or rules_for(ctx, one).id == programme.id]


def _reached(ctx: Context, case: Case) -> list[Person]:
    """Who is on duty and can be reached; never those who are left out of the case."""
    found = on_duty(ctx, case.programme, besides=left_out(ctx, case))
    return [person for person in found if is_reachable(ctx, person)]


def _reads(ctx: Context, person: Person, case: Case, programme: Programme) -> bool:
    """Whether somebody reads of a case in this digest: of what is no programme's everybody in their own one."""
    return case.programme is not None or rules_of(ctx, person.programme).id == programme.id


def _tell(ctx: Context, person: Person, found: list[Case]) -> None:
    address = reachable_address(ctx, person)
    if address is None:
        return
    options: tuple[Option, ...] = ()
    if address.channel == Channel.SMS:
        # An SMS names numbers only.
        numbers = ", ".join(str(case.id) for case in found)
        words = ctx.text("digest-sms", person, cases=numbers, case=str(found[0].id))
    else:
        lines = [ctx.text("digest", person, count=len(found)), *(_line(ctx, case, person) for case in found)]
        words = "\n".join(lines)
        options = tuple(
            Option(ctx.text("option-have-case", person, case=str(case.id)), f"have:{case.id}")
            for case in found[:_MOST_BUTTONS]
        )
    speak(ctx, person, words, kind=Kind.ALERT, options=options, priority=Priority.ALERT, address=address)


def _line(ctx: Context, case: Case, person: Person) -> str:
    category = ctx.text(f"category-{case.category}", person)
    line = ctx.text("digest-line", person, case=str(case.id), category=category, side=whose(case, person, ctx))
    before = messages_before(ctx, case)
    return line if not before else f"{line} ({ctx.text('digest-before', person, count=before)})"


def _next(ctx: Context, programme: Programme) -> None:
    zone = ZoneInfo(programme.time_zone)
    due = next_working_time(ctx.now, time.fromisoformat(programme.digest_at), zone, programme.holidays)
    enter(ctx.tx, DIGEST, programme_number(programme.id), due)
