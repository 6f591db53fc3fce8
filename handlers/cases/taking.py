"""A coordinator has a case, or lets it go: the first who says so has it, and the others are told."""

from handlers.cases.acts import NotDone, take
from handlers.cases.audience import audience, is_in_audience
from handlers.context import Context
from handlers.replying import reply
from handlers.speaking import speak
from handlers.step import Member, Step
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
    first = True
    try:
        take(ctx, case, member.person, f"person:{member.person.id}")
    except NotDone:
        first = False
    number = str(case.id)
    if first:
        told, key, holder = audience(ctx, case), "alert-acknowledged", member.person
    else:
        told, key, holder = [member.person], "alert-already", holder_of(case, ctx) or member.person
    for person in told:
        address = member.address if person.id == member.person.id else None
        words = ctx.text(key, person, case=number, name=holder.name)
        speak(ctx, person, words, match_id=case.match_id, address=address)


def holder_of(case: Case, ctx: Context) -> Person | None:
    """Who has a case, as it stands now; None when nobody has."""
    found = find_case(ctx.tx, case.id)
    return find_person(ctx.tx, found.acknowledged_by) if found and found.acknowledged_by else None
