"""Cases as a coordinator reads them in the chat: which are open, and what was done about one."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.cases.audience import is_in_audience, rules_for
from handlers.cases.before import messages_before
from handlers.cases.telling import whose
from handlers.context import Context
from handlers.events import Channel
from storage.case_entries import CaseEntry, EntryKind, entries_of
from storage.cases import Case, CaseState, alerts_in, list_cases
from storage.ids import PersonId
from storage.people import Person, find_person

# So many cases, and so many entries of one, at most: a chat is no place for long lists.
_MOST = 10
# What the service itself did stands on the command line: a ladder that climbs all night leaves no room for the rest.
_OF_THE_SERVICE = {EntryKind.CALLED, EntryKind.REMINDED}


def list_by_chat(person: Person, channel: Channel, ctx: Context) -> str:
    """The cases that aren't closed and that somebody may see, oldest first, with how long they wait.

    By SMS they are numbers with how serious they are.
    """
    standing = list_cases(ctx.tx, states=(CaseState.OPEN, CaseState.ACKNOWLEDGED))
    found = [case for case in standing if is_in_audience(ctx, case, person)]
    if not found:
        return ctx.text("cases-none", person)
    lines = [_line(case, person, channel, ctx) for case in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(ctx.text("cases-more", person, count=len(found) - _MOST))
    return "\n".join([*lines, ctx.text("cases-next", person, case=str(found[0].id))])


def _line(case: Case, person: Person, channel: Channel, ctx: Context) -> str:
    number, severity = str(case.id), ctx.text(f"severity-{case.severity}", person)
    time, name = _span(ctx.now - case.opened_at, person, ctx), holder_name(case, person, ctx)
    if channel is Channel.SMS:
        return ctx.text("cases-line-sms", person, case=number, severity=severity, time=time, name=name)
    category = ctx.text(f"category-{case.category}", person)
    return ctx.text("cases-line", person, case=number, category=category, severity=severity, time=time, name=name)


def describe(case: Case, person: Person, channel: Channel, ctx: Context) -> str:
    """What a case is, who has it and what was done about it, newest last. By SMS nothing of what people wrote."""
    if channel is Channel.SMS:
        severity, name = ctx.text(f"severity-{case.severity}", person), holder_name(case, person, ctx)
        return ctx.text("case-sms", person, case=str(case.id), severity=severity, name=name)
    category, severity = ctx.text(f"category-{case.category}", person), ctx.text(f"severity-{case.severity}", person)
    head = ctx.text(
        "case-head",
        person,
        case=str(case.id),
        category=category,
        severity=severity,
        side=whose(case, person, ctx),
        count=len(alerts_in(ctx.tx, case.id)),
        time=_span(ctx.now - case.opened_at, person, ctx),
        name=holder_name(case, person, ctx),
    )
    before = messages_before(ctx, case)
    needed = [ctx.text("alert-before", person, count=before)] if before else []
    written = [entry for entry in entries_of(ctx.tx, case.id) if entry.kind not in _OF_THE_SERVICE]
    entries = [_entry(entry, case, person, ctx) for entry in written]
    left_out = [ctx.text("case-earlier-entries", person, count=len(entries) - _MOST)] if len(entries) > _MOST else []
    end = [ctx.text("case-is-closed", person, case=str(case.id))] if case.state is CaseState.CLOSED else []
    return "\n".join([head, *needed, *left_out, *entries[-_MOST:], *end])


def _entry(entry: CaseEntry, case: Case, person: Person, ctx: Context) -> str:
    when, name = local(entry.at, case, ctx), name_of(entry.by_person_id, person, ctx)
    what = ctx.text(f"entry-{entry.kind.value}", person)
    more = _of_outcome(entry, person, ctx)
    words = ": ".join(part for part in (what, more, entry.words) if part)
    return ctx.text("case-entry", person, time=when, name=name, words=words)


def _of_outcome(entry: CaseEntry, person: Person, ctx: Context) -> str:
    if entry.kind not in {EntryKind.OUTCOME, EntryKind.CLOSED}:
        return ""
    if "why" in entry.detail:
        why = entry.detail["why"]
        return ctx.text(f"false-{why}", person)
    outcome = entry.detail["outcome"]
    return ctx.text(f"outcome-{outcome}", person)


def holder_name(case: Case, person: Person, ctx: Context) -> str:
    """Who has a case, or that nobody has."""
    if case.acknowledged_by is None:
        return ctx.text("case-nobody", person)
    return name_of(case.acknowledged_by, person, ctx)


def name_of(person_id: PersonId | None, to: Person, ctx: Context) -> str:
    """Who did something: a name, or the office for what the command line and the service itself did."""
    found = find_person(ctx.tx, person_id) if person_id is not None else None
    return ctx.text("the-office", to) if found is None else found.name


def local(at: datetime, case: Case, ctx: Context) -> str:
    """A moment on the programme's clock."""
    return f"{at.astimezone(ZoneInfo(rules_for(ctx, case).time_zone)):%-d %b %H:%M}"


def _span(time: timedelta, person: Person, ctx: Context) -> str:
    minutes = int(time.total_seconds()) // 60
    if minutes < 120:
        return ctx.text("span-minutes", person, count=minutes)
    hours = minutes // 60
    return (
        ctx.text("span-hours", person, count=hours) if hours < 48 else ctx.text("span-days", person, count=hours // 24)
    )
