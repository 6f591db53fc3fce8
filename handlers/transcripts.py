"""The transcript: everything that was said in a match or with a person, in every state, for those who may read it."""

from dataclasses import dataclass, field
from datetime import datetime

from handlers.context import Context
from handlers.errors import Refused
from storage.alerts import alerts_of
from storage.audit import write_audit
from storage.contacts import Contact, contacts_of
from storage.ids import MatchId, MessageId, PersonId
from storage.matches import MatchState, earlier_than, find_match, list_matches, matches_of
from storage.messages.findings import Finding, findings_of
from storage.messages.kinds import Kind
from storage.people import list_people
from storage.transcripts import DeliveryLine, MessageLine, deliveries_of, messages_about


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript."""

    at: datetime
    # Who spoke: a name, or "service" or "stranger".
    who: str
    # mentee, mentor, coordinator, service or stranger
    side: str
    # What it is: relay, command, notice, question, alert, …; or letter, call, visit, video.
    kind: str
    # What became of it: relayed, changed, waiting, held, kept, refused, said, logged.
    state: str
    original: str
    delivered: str
    match_id: int | None
    # Whom the service spoke to, for its own words.
    to: str | None = None
    attachments: str | None = None
    findings: list[Finding] = field(default_factory=list)
    deliveries: list[DeliveryLine] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)


def read_transcript(
    ctx: Context,
    *,
    actor: str,
    match_id: int | None = None,
    person_id: int | None = None,
    with_earlier: bool = False,
) -> list[Line]:
    """The transcript of a match, of a person, or (neither given) of everything; oldest first.

    `with_earlier`: also of the matches that it goes on from, after changes of mentor. The access is written into the
    audit trail. Raises `Refused` for a match or person that isn't there.
    """
    names = {person.id: (person.name, person.role.value) for person in list_people(ctx.tx)}
    match = None if match_id is None else find_match(ctx.tx, match_id)
    if match_id is not None and match is None:
        raise Refused(f"There is no match {match_id}. See: telementor match list")
    if person_id is not None and person_id not in names:
        raise Refused(f"There is nobody with the number {person_id}. See: telementor person list")
    subject = "all" if match_id is None and person_id is None else f"person:{person_id}"
    write_audit(ctx.tx, actor, "transcript.read", f"match:{match_id}" if match_id is not None else subject, ctx.now)
    lines = _lines(ctx, match_id, person_id, names)
    for earlier in earlier_than(ctx.tx, match) if match is not None and with_earlier else ():
        write_audit(ctx.tx, actor, "transcript.read", f"match:{earlier.id}", ctx.now)
        lines += _lines(ctx, earlier.id, None, names)
    return sorted(lines, key=lambda line: line.at)


_Names = dict[PersonId, tuple[str, str]]


def _lines(ctx: Context, match_id: int | None, person_id: int | None, names: _Names) -> list[Line]:
    rows = messages_about(ctx.tx, match_id=match_id, person_id=person_id)
    return [*_message_lines(ctx, rows, names), *_contact_lines(ctx, match_id, person_id, names)]


def _message_lines(ctx: Context, rows: list[MessageLine], names: _Names) -> list[Line]:
    ids = [row.id for row in rows]
    findings, deliveries = findings_of(ctx.tx, ids), deliveries_of(ctx.tx, ids)
    cases: dict[MessageId, list[int]] = {}
    for alert, case in alerts_of(ctx.tx, ids):
        if alert.message_id is not None:
            cases.setdefault(alert.message_id, []).append(case.id)
    lines = []
    for row in rows:
        name, side = names.get(row.person_id, ("stranger", "stranger")) if row.person_id else ("stranger", "stranger")
        spoken = row.direction == "out"
        lines.append(
            Line(
                at=row.received_at,
                who="service" if spoken else name,
                side="service" if spoken else side,
                kind=row.kind,
                state=row.state,
                original=row.original,
                delivered=row.delivered,
                match_id=row.match_id,
                # A marker is said to nobody.
                to=name if spoken and row.kind != Kind.MARKER else None,
                attachments=row.attachments,
                findings=findings.get(row.id, []),
                deliveries=deliveries.get(row.id, []),
                cases=cases.get(row.id, []),
            )
        )
    return lines


def _contact_lines(ctx: Context, match_id: int | None, person_id: int | None, names: _Names) -> list[Line]:
    if match_id is not None:
        wanted = [MatchId(match_id)]
    elif person_id is not None:
        wanted = [match.id for match in matches_of(ctx.tx, PersonId(person_id), tuple(MatchState))]
    else:
        wanted = [match.id for match in list_matches(ctx.tx)]
    return [_contact_line(contact, names) for contact in contacts_of(ctx.tx, wanted)]


def _contact_line(contact: Contact, names: _Names) -> Line:
    name, side = names[contact.by_person_id] if contact.by_person_id else ("office", "coordinator")
    note = f"{contact.on_day.isoformat()}: {contact.note}"
    return Line(contact.at, name, side, contact.kind.value, "logged", note, note, contact.match_id)
