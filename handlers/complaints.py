"""Complaints: a case at once, and whoever is complained about never hears of it."""

from handlers import addressee
from handlers.cases.audience import audience
from handlers.context import Context
from handlers.replying import reply
from handlers.speaking import speak
from handlers.step import Member, Step
from handlers.told import COMPLAINT, open_told
from storage.ids import MessageId
from storage.matches import partners_of
from storage.messages import Kind, MessageState
from storage.people import Person, Role, list_people


def complain_by_chat(rest: str, member: Member, ctx: Context) -> Step:
    """`/complaint` and the words; whoever is named before a colon never hears of it."""
    if not rest:
        return reply(member, ctx.text("complaint-usage", member.person), ctx)
    about = _named(rest, member, ctx)
    about_id = about.id if about else None

    def follow(message_id: MessageId) -> None:
        case = open_told(member.person, COMPLAINT, ctx, message_id, about_id=about_id)
        contact = ctx.programme(member.person).complaint_contact
        heard = bool(audience(ctx, case))
        words = ctx.text("complaint-noted" if heard else "complaint-office", member.person, complaints=contact)
        speak(ctx, member.person, words, address=member.address)

    return Step(Kind.COMMAND, MessageState.KEPT, follow, about_id=about_id)


def _named(rest: str, member: Member, ctx: Context) -> Person | None:
    """Whom a complaint is about, where it begins with their name and a colon: somebody of one's own programme."""
    name, colon, _ = rest.partition(":")
    if not colon:
        return None
    partners = partners_of(ctx.tx, member.person.id)
    partner = addressee.by_name(name, partners)
    if partner is not None:
        return partner.person
    staff = list_people(ctx.tx, programme=member.person.programme, role=Role.COORDINATOR)
    found = [one for one in staff if one.name.casefold() == name.strip().casefold() and one.id != member.person.id]
    return found[0] if len(found) == 1 else None
