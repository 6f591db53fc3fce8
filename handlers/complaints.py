"""Complaints: a case at once, and whoever is complained about never hears of it."""

from handlers import addressee
from handlers.cases.audience import audience
from handlers.cases.opening import raise_case
from handlers.context import Context
from handlers.replying import reply
from handlers.speaking import speak
from handlers.step import Member, Step
from handlers.subjects import staff_named
from handlers.told import COMPLAINT, raised
from storage.ids import MessageId
from storage.matches import partners_of
from storage.messages.kinds import Kind, MessageState
from storage.people import Person


def complain_by_chat(rest: str, member: Member, ctx: Context) -> Step:
    """`/complaint` and the words: who is named before a colon, or a coordinator named anywhere, never hears of it."""
    if not rest:
        return reply(member, ctx.text("complaint-usage", member.person), ctx)
    about = _named(rest, member, ctx)
    about_id = about.id if about else None

    def follow(message_id: MessageId) -> None:
        case = raise_case(ctx, raised(member.person, COMPLAINT, message_id, about_id=about_id))
        contact = ctx.programme(member.person).complaint_contact
        if not audience(ctx, case):
            key = "complaint-office"
        else:
            key = "complaint-about-nobody" if about is None else "complaint-noted"
        words = ctx.text(key, member.person, complaints=contact)
        speak(ctx, member.person, words, address=member.address)

    return Step(Kind.COMMAND, MessageState.KEPT, follow, about_id=about_id)


def _named(rest: str, member: Member, ctx: Context) -> Person | None:
    """Whom a complaint is about: a partner whose name and a colon it begins with, or a coordinator named in it."""
    name, colon, _ = rest.partition(":")
    partner = addressee.by_name(name, partners_of(ctx.tx, member.person.id)) if colon else None
    return partner.person if partner is not None else staff_named(rest, member, ctx, any_case=True)
