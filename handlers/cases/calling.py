"""Calling for somebody to take a case: up the programme's ladder, rung by rung and without an end, until one has it."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import structlog

from content.ladder import Rung
from content.safeguarding import Severity
from handlers.cases.audience import left_out, rules_for
from handlers.cases.digest import begin
from handlers.cases.telling import tell_alert
from handlers.context import Context
from handlers.duty import Besides, everybody, leads, on_duty, out_of_hours
from handlers.events import Channel
from handlers.speaking import reachable_address
from storage.addresses import Address, AddressState, addresses_of
from storage.case_entries import EntryKind, add_entry, entries_of
from storage.cases import Case, CaseState, find_case, set_rung
from storage.diary import enter, strike_out
from storage.ids import PersonId
from storage.people import Person

log = structlog.get_logger(__name__)

# The diary's name for "nobody has said yet that they have this case".
UNANSWERED = "alert_unanswered"
# Of those who were called, an entry names so many: it has room for no more.
_MOST_NAMED = 15


def call(ctx: Context, case: Case, *, after: PersonId | None = None) -> None:
    """Nobody has this case: climb the ladder from where it stands. A concern waits for the digest instead.

    `after` is who has just given it back: this rung asks the others, if there are any.
    """
    strike_out(ctx.tx, UNANSWERED, case.id)
    if case.severity == Severity.CONCERN.value:
        begin(ctx)
    else:
        _climb(ctx, case, after)


def stop_calling(ctx: Context, case: Case) -> None:
    """Somebody has it, or it is closed."""
    strike_out(ctx.tx, UNANSWERED, case.id)


def climb(ctx: Context, case_id: int) -> None:
    """Nobody has said that they have it: the next rung, with the rota and the people as they are now."""
    case = find_case(ctx.tx, case_id, lock=True)
    if case is not None and case.state is CaseState.OPEN:
        call(ctx, case)


def _climb(ctx: Context, case: Case, after: PersonId | None) -> None:
    ladder = rules_for(ctx, case).ladder
    rung = ladder.rung(case.severity, case.rung)
    told = _call_all(ctx, case, rung, (after,)) if after is not None else []
    # Where there is nobody else, whoever gave it back is better than nobody.
    told = told or _call_all(ctx, case, rung)
    if not told:
        log.error("alert reaches nobody", case=case.id, rung=case.rung)
    people = ",".join(map(str, told[:_MOST_NAMED]))
    # How grave it was when it called is for the figures: see `storage.case_figures`.
    detail: dict[str, Any] = {"rung": case.rung, "to": rung.to, "severity": case.severity, "people": people}
    add_entry(ctx.tx, case, EntryKind.CALLED, ctx.now, **detail)
    set_rung(ctx.tx, case.id, case.rung + 1)
    enter(ctx.tx, UNANSWERED, case.id, ctx.now + timedelta(minutes=ladder.wait(case.severity, case.rung)))


def _call_all(ctx: Context, case: Case, rung: Rung, spared: Besides = ()) -> list[PersonId]:
    """Call whom a rung calls; those who have a way to be called."""
    before, told = _called_before(ctx, case), []
    for person in _whom(ctx, case, rung, spared):
        addresses = _by(ctx, person, rung)
        for address in addresses:
            tell_alert(ctx, case, person, address, again=person.id in before)
        if addresses:
            told.append(person.id)
    return told


def _whom(ctx: Context, case: Case, rung: Rung, spared: Besides) -> list[Person]:
    """Whom a rung calls besides the spared: never those who are left out of the case."""
    besides = {*left_out(ctx, case), *spared}
    match rung.to:
        case "on_duty":
            found = on_duty(ctx, case.programme, besides=besides)
        case "out_of_hours":
            found = out_of_hours(ctx, case.programme, besides=besides)
        case "everybody":
            found = everybody(ctx, case.programme, besides=besides)
        case _:
            found = everybody(ctx, case.programme, besides=besides) + leads(ctx, case.programme, besides=besides)
    return list({person.id: person for person in found}.values())


def _by(ctx: Context, person: Person, rung: Rung) -> list[Address]:
    """Where somebody is called: a way that they don't have gives way to one that they have."""
    active = [one for one in addresses_of(ctx.tx, person.id) if one.state is AddressState.ACTIVE]
    if rung.channels == "all":
        return active
    texts = [one for one in active if one.channel == Channel.SMS] if rung.channels == "sms" else []
    preferred = reachable_address(ctx, person)
    return texts or ([preferred] if preferred else [])


def _called_before(ctx: Context, case: Case) -> Collection[int]:
    """Who was called on the rungs below: the alert itself is news to all others."""
    if case.rung == 0:
        return ()
    called = [entry for entry in entries_of(ctx.tx, case.id) if entry.kind is EntryKind.CALLED][-case.rung :]
    return {int(number) for entry in called for number in str(entry.detail.get("people", "")).split(",") if number}
