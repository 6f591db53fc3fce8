"""A coordinator has a case, or lets it go: the first who says so has it, and the others are told."""

import re

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

# As it is typed at night: "have123", "HAVE: #123.", "have alert 123 🙏", with the quotation marks of the text that
# asked for it. Any further word, and a question mark, may mean something else.
_TAKEN = re.compile(r"[^\w?]*have[^\w?]*(?:(?:alert|case|number|no)[^\w?]+)?(\d+)[^\w?]*", re.IGNORECASE)
# What begins so and goes on, or is mistyped: "hav 123", "I've got 123", "Re: HAVE 123"; and a number alone.
_MEANT = re.compile(
    r"\W{0,3}(?:re\W{1,3})?(?:i\W{0,2})?(?:ve\W{1,3})?(?:h[aev]{2,4}|ve|got|having|(?=\W*\d+\W*$))\W{0,3}"
    r"(?:(?:it|this|that|the|alert|case|number|no)\W{1,3}){0,2}(\d{1,18})\b",
    re.IGNORECASE,
)


def number_taken(text: str) -> str | None:
    """The number of the case that a coordinator says they have; None where the text says anything else or more."""
    found = _TAKEN.fullmatch(text)
    return found[1] if found else None


def number_meant(text: str) -> str | None:
    """The number of the case that a coordinator may mean to take by a text that takes none."""
    found = _MEANT.match(text)
    return found[1] if found else None


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
