"""People and matches as commands show them: names and states, never numbers."""

from dataclasses import asdict

from bot.cli.output import Document
from storage.addresses import Address
from storage.matches import Match
from storage.people import Person


def person_document(person: Person) -> Document:
    """A person, for programs."""
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role.value,
        "programme": person.programme,
        "state": person.state.value,
        "age_band": person.age_band.value if person.age_band else None,
        "language": person.language,
        "parental_consent": person.parental_consent.value,
        "quiet_hours": person.quiet_hours,
        "away_until": person.away_until.isoformat() if person.away_until else None,
        "preferred_channel": person.preferred_channel,
        "created_at": person.created_at.isoformat(),
    }


def addresses_document(addresses: list[Address]) -> list[Document]:
    """Where somebody can be reached, without the addresses, for programs."""
    return [
        {
            "channel": address.channel,
            "state": address.state.value,
            "shared": address.sharer is not None,
            "reason": address.reason,
            "since": None if address.changed_at is None else address.changed_at.isoformat(),
        }
        for address in addresses
    ]


def match_document(match: Match, mentor: Person, mentee: Person) -> Document:
    """A match, for programs."""
    agreed = asdict(match.agreement)
    for key in ("review_on", "ends_on"):
        agreed[key] = agreed[key].isoformat() if agreed[key] else None
    return {
        "id": match.id,
        "programme": match.programme,
        "state": match.state.value,
        "mentor": {"id": mentor.id, "name": mentor.name},
        "mentee": {"id": mentee.id, "name": mentee.name},
        "mentor_yes": match.mentor_yes,
        "mentee_yes": match.mentee_yes,
        "follows": match.follows_id,
        "agreement": agreed,
        "contact_hours": match.contact_hours,
        "created_at": match.created_at.isoformat(),
        "started_at": match.started_at.isoformat() if match.started_at else None,
        "ended_at": match.ended_at.isoformat() if match.ended_at else None,
    }


def reached_by(addresses: list[Address]) -> str:
    """Where somebody can be reached, for people: "telegram", "sms (unreachable, twilio:30003, since 3 Nov 2026)"."""
    return ", ".join(
        " ".join([address.channel, *(f"({remark})" for remark in _remarks(address))]) for address in addresses
    )


def _remarks(address: Address) -> list[str]:
    return [*([] if address.state == "active" else [_how_it_is(address)]), *(["shared"] if address.sharer else [])]


def _how_it_is(address: Address) -> str:
    since = None if address.changed_at is None else f"since {address.changed_at:%-d %b %Y}"
    return ", ".join(filter(None, (address.state, address.reason, since)))
