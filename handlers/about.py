"""`/about`: what the service is, and what was agreed for a match."""

from handlers import absence
from handlers.context import Context
from storage.matches import LIVE, Match, matches_of
from storage.people import Person, Role, get_person


def about(person: Person, ctx: Context) -> str:
    """What somebody sees who asks: the service, the agreement of each of their matches, how to stop and complain."""
    programme = ctx.programme(person)
    paragraphs = [ctx.text("about-intro", person, service=programme.name)]
    if person.role is not Role.COORDINATOR:
        found = matches_of(ctx.tx, person.id, LIVE)
        paragraphs += [_agreement(match, person, ctx) for match in found]
        if not found:
            paragraphs.append(ctx.text("about-none", person))
    if person.quiet_hours is not None:
        paragraphs.append(ctx.text("quiet-now", person, value=person.quiet_hours))
    if person.away_until is not None and absence.is_away(ctx, person):
        paragraphs.append(ctx.text("away-set", person, day=absence.show_day(person.away_until)))
    paragraphs.append(ctx.text("about-stop", person))
    paragraphs.append(ctx.text("about-complain", person, complaints=programme.complaint_contact))
    return "\n\n".join(paragraphs)


def _agreement(match: Match, person: Person, ctx: Context) -> str:
    """The lines of one agreement; what was not agreed is left out."""
    agreed = match.agreement
    other = get_person(ctx.tx, match.other(person.id))
    lines = [ctx.text(f"about-{person.role}", person, name=other.name)]
    if agreed.times:
        lines.append(ctx.text("about-days", person, value=agreed.times))
    hours = match.contact_hours if match.contact_hours is not None else ctx.programme(person).contact_hours
    if hours:
        lines.append(ctx.text("about-hours", person, value=hours))
    if agreed.place:
        lines.append(ctx.text("about-place", person, value=agreed.place))
    if agreed.aims:
        lines.append(ctx.text("about-aims", person, value=agreed.aims))
    if agreed.review_on:
        lines.append(ctx.text("about-review", person, value=f"{agreed.review_on:%-d %B %Y}"))
    if agreed.ends_on:
        lines.append(ctx.text("about-end", person, value=f"{agreed.ends_on:%-d %B %Y}"))
    return "\n".join(lines)
