"""Records: what is held about a person, for those who may read it."""

from dataclasses import dataclass
from datetime import datetime

from handlers.context import Context
from handlers.people import require_person
from storage.addresses import Address, addresses_of
from storage.audit import write_audit
from storage.ids import PersonId
from storage.invitations import find_invitation_of
from storage.matches import Match, MatchState, matches_of
from storage.people import Consent, Person, get_person, list_consents


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """What is held about a person besides their messages."""

    person: Person
    addresses: list[Address]
    consents: list[Consent]
    # In every state, oldest first.
    matches: list[Match]
    # Everybody who stands in these matches.
    partners: dict[PersonId, Person]
    # Until when their invitation can be used; None when they have none.
    invited_until: datetime | None


def read_person(ctx: Context, person_id: int, *, actor: str) -> PersonRecord:
    """The record of a person. The access is written into the audit trail. Raises `Refused` for nobody."""
    person = require_person(ctx, person_id)
    write_audit(ctx.tx, actor, "person.read", f"person:{person.id}", ctx.now)
    found = matches_of(ctx.tx, person.id, tuple(MatchState))
    invitation = find_invitation_of(ctx.tx, person.id, ctx.now)
    return PersonRecord(
        person,
        addresses_of(ctx.tx, person.id),
        list_consents(ctx.tx, person.id),
        found,
        {other: get_person(ctx.tx, other) for other in {match.other(person.id) for match in found}},
        None if invitation is None else invitation.expires_at,
    )
