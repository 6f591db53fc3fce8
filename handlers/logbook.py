"""Contacts outside of the relay, written down in one line: `/log letter yesterday Sam: wrote about the job`."""

import calendar
import contextlib
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers import addressee
from handlers.context import Context
from handlers.errors import Refused
from handlers.replying import reply
from handlers.speaking import speak
from handlers.step import Member, Step
from storage.audit import write_audit
from storage.contacts import Contact, ContactKind, add_contact
from storage.ids import MatchId, MessageId, PersonId
from storage.matches import Match, find_match, get_match, list_matches, partners_of
from storage.messages.kinds import Kind, MessageState
from storage.people import Person, Role, get_person

_LINE = re.compile(r"(?P<kind>\w+)(?:\s+(?P<rest>.*))?", re.DOTALL)
_WHOSE = re.compile(r"(?P<whose>[^:\n]{1,40}):\s*(?P<note>.*)", re.DOTALL)
_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d/%m/%y")
# The words that a person may use for the four kinds.
_KINDS = {
    "letter": ContactKind.LETTER,
    "call": ContactKind.CALL,
    "phone": ContactKind.CALL,
    "visit": ContactKind.VISIT,
    "meeting": ContactKind.VISIT,
    "video": ContactKind.VIDEO,
}


def log_contact(  # noqa: PLR0913 - the facts of one contact
    ctx: Context,
    match_id: int,
    kind: ContactKind,
    on_day: date | None,
    note: str,
    *,
    actor: str,
    by: PersonId | None = None,
    message_id: MessageId | None = None,
) -> tuple[int, Contact]:
    """Write a contact down, of today unless `on_day` says otherwise; returns its number and what was written.

    Raises `Refused` for a match that isn't there, a day that hasn't come, or no words.
    """
    match = find_match(ctx.tx, match_id)
    if match is None:
        raise Refused(f"There is no match {match_id}. See: telementor match list")
    today = _today(ctx, match.programme)
    day = on_day or today
    if day > today:
        raise Refused("That day hasn't come yet. Log it once it took place.")
    if not note.strip():
        raise Refused("Say in a few words what it was about.")
    contact = Contact(
        match_id=match.id, kind=kind, on_day=day, note=note, by_person_id=by, message_id=message_id, at=ctx.now
    )
    number = add_contact(ctx.tx, contact, match.key_id)
    write_audit(ctx.tx, actor, "contact.log", f"match:{match_id}", ctx.now, contact=number, kind=kind.value)
    return number, contact


def log_by_chat(rest: str, member: Member, ctx: Context) -> Step:
    """`/log KIND [DAY] [WHOSE:] words`, by a mentor (whose mentee) or a coordinator (which match, by its number)."""
    line = _LINE.fullmatch(rest)
    kind = _KINDS.get(line["kind"].lower()) if line else None
    on_day, words = read_day((line["rest"] if line else None) or "", _today(ctx, member.person.programme))
    match, note = _whose(words, member.person, ctx)
    if kind is None or match is None or not note or on_day > _today(ctx, member.person.programme):
        coordinates = member.person.role is Role.COORDINATOR
        words = ctx.text("log-usage-coordinator" if coordinates else "log-usage", member.person)
        return reply(member, words, ctx)
    mentee = get_person(ctx.tx, match.mentee_id)
    found, written = kind, note

    def follow(message_id: MessageId) -> None:
        actor = f"person:{member.person.id}"
        log_contact(ctx, match.id, found, on_day, written, actor=actor, by=member.person.id, message_id=message_id)
        said = ctx.text(f"log-kind-{found}", member.person)
        done = ctx.text("log-done", member.person, kind=said, name=mentee.name)
        speak(ctx, member.person, done, address=member.address)

    return Step(Kind.COMMAND, MessageState.KEPT, follow, match_id=match.id)


def _whose(words: str, person: Person, ctx: Context) -> tuple[Match | None, str]:
    """The match that a note is about, and the note. A mentor's only match needs no name."""
    named = _WHOSE.fullmatch(words)
    if person.role is Role.COORDINATOR:
        own = {str(match.id): match for match in list_matches(ctx.tx, programme=person.programme)}
        found = own.get(named["whose"].strip().lstrip("#")) if named else None
        return found, named["note"].strip() if named else ""
    partners = partners_of(ctx.tx, person.id)
    partner = addressee.by_name(named["whose"], partners) if named else None
    note = named["note"] if named and partner else words
    if partner is None and len(partners) == 1 and addressee.ended_named(words, person, ctx) is None:
        partner = partners[0]
    return get_match(ctx.tx, MatchId(partner.match_id)) if partner else None, note.strip()


def read_day(words: str, today: date) -> tuple[date, str]:
    """The day that words begin with, and the rest; today when they begin with none.

    Understands "today", "yesterday", 2026-11-20, 20/11/2026, 20/11/26, 20.11.2026 and "20 Nov" or "20 November" (the
    latest one that is over), with or without a comma or colon behind it.
    """
    first, _, rest = words.strip().partition(" ")
    first, rest = first.rstrip(",:"), rest.strip()
    if first.lower() in {"today", "yesterday"}:
        return today - timedelta(days=first.lower() == "yesterday"), rest
    for pattern in _DATE_FORMATS:
        try:
            return datetime.strptime(first, pattern).date(), rest  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    name, _, after = rest.partition(" ")
    month = _month(name.rstrip(",:"))
    if month and first.isdecimal() and len(first) <= 2:
        for year in (today.year, today.year - 1):
            with contextlib.suppress(ValueError):
                day = date(year, month, int(first))
                if day <= today:
                    return day, after.strip()
    return today, words.strip()


def _month(name: str) -> int:
    """The number of a month by its whole name or its first three letters; 0 for any other word ("marvellous")."""
    names = [month.lower() for month in calendar.month_name]
    return next((number for number, full in enumerate(names) if name.lower() in {full, full[:3]} and full), 0)


def _today(ctx: Context, programme: str) -> date:
    return ctx.now.astimezone(ZoneInfo(ctx.content.programmes[programme].time_zone)).date()
