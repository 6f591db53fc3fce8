"""A coordinator has a case, or lets it go: the first who says so has it, and the others are told."""

from handlers.cases.acts import NotDone, take
from handlers.cases.audience import audience, is_in_audience
from handlers.context import Context
from handlers.replying import reply
from handlers.speaking import speak
from handlers.step import Member, Step
from storage.addresses import Address
from storage.cases import Case, find_case
from storage.messages.kinds import Kind, MessageState
from storage.people import Person, Role, find_person


def acknowledge_step(member: Member, case_id: int, ctx: Context) -> Step:
    """A coordinator says that they have a case, by button or by "HAVE 12"."""
    person = member.person
    case = find_case(ctx.tx, case_id)
    if person.role is not Role.COORDINATOR:
        key = "not-allowed"
    elif case is None or not is_in_audience(ctx, case, person):
        key = "alert-unknown"
    else:
        return Step(Kind.ANSWER, MessageState.KEPT, lambda _: _acknowledge(case, member, ctx))
    words = ctx.text(key, person)
    return reply(member, words, ctx, kind=Kind.ANSWER)


def _acknowledge(case: Case, member: Member, ctx: Context) -> None:
    person, number = member.person, str(case.id)
    try:
        take(ctx, case, person, f"person:{person.id}")
    except NotDone as reason:
        name = (holder_of(case, ctx) or person).name
        key = "case-not-closed" if reason.why == "closed" else "alert-already"
        speak(ctx, person, ctx.text(key, person, case=number, name=name), address=member.address)
    else:
        tell_taken(ctx, case, person, address=member.address)


def tell_taken(ctx: Context, case: Case, holder: Person, *, address: Address | None = None) -> None:
    """Tell all who hear of a case that somebody has it; that one at the `address` that they said it from."""
    for person in audience(ctx, case):
        words = ctx.text("alert-acknowledged", person, case=str(case.id), name=holder.name)
        speak(ctx, person, words, match_id=case.match_id, address=address if person.id == holder.id else None)


def holder_of(case: Case, ctx: Context) -> Person | None:
    """Who has a case, as it stands now; None when nobody has."""
    found = find_case(ctx.tx, case.id)
    return find_person(ctx.tx, found.acknowledged_by) if found and found.acknowledged_by else None
