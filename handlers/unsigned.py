"""What is told from a telephone that several use when nobody knows which of them it was: heard at once all the same."""

from dataclasses import dataclass, replace

from handlers import commands, concern_questions
from handlers.cases.audience import audience
from handlers.cases.opening import raise_case
from handlers.context import Context
from handlers.events import Inbound
from handlers.speaking import speak_to_stranger
from handlers.step import Member, Step
from handlers.subjects import concern_about, staff_named
from handlers.told import COMPLAINT, CONCERN, HELP, raised_unsigned
from storage.addresses import Sender
from storage.alerts import alerts_of
from storage.cases import CaseState
from storage.ids import MessageId, PersonId
from storage.matches import only_match, partners_of
from storage.messages.kinds import Kind, MessageState


@dataclass(frozen=True, slots=True)
class Call:
    """HELP ME, a concern or a complaint."""

    # Of the case that it opens.
    category: str
    # Whom it is about: they never hear of it.
    about_id: PersonId | None


def call_of(inbound: Inbound, sender: Sender, ctx: Context) -> Call | None:
    """What somebody tells from a telephone that is shared; None for anything else, and for an empty complaint."""
    # They are of one role and one programme.
    one = Member(sender.sharers[0], sender.address)
    found = commands.call_in(inbound, one.person.role)
    if found is None or found == (COMPLAINT, ""):
        return None
    category, words = found
    about = None
    if category == CONCERN:
        about = concern_about(words, one, ctx)
    elif category == COMPLAINT:
        about = staff_named(words, one, ctx, any_case=True)
    return Call(category, about.id if about else None)


def hear(call: Call, sender: Sender, message_id: MessageId, ctx: Context) -> None:
    """Open a case for it and answer: whoever of them it was may never say so."""
    case = raise_case(ctx, replace(raised_unsigned(sender, call.category, message_id), about_id=call.about_id))
    if call.category != COMPLAINT:
        key = "help-coming" if call.category == HELP else "concern-noted"
    elif audience(ctx, case):
        key = "complaint-about-nobody" if call.about_id is None else "complaint-noted"
    else:
        key = "complaint-office"
    contact = ctx.programme(sender.sharers[0]).complaint_contact
    speak_to_stranger(ctx, sender.address, ctx.text_for_one_of(sender.sharers, key, complaints=contact))


def taken_up(message_id: MessageId, member: Member, ctx: Context) -> Step | None:
    """The step for a concern or complaint whose case stands already, once it is known whose it is; None for the rest.

    A complaint says all that there is to say; of a concern it is asked whether anyone is in danger now.
    """
    found = [case for alert, case in alerts_of(ctx.tx, [message_id]) if alert.category in {CONCERN, COMPLAINT}]
    if not found:
        return None
    only = only_match(partners_of(ctx.tx, member.person.id))
    step = Step(Kind.COMMAND, MessageState.KEPT, match_id=only, about_id=found[0].about_id, case_work=True)
    if found[0].category == COMPLAINT or found[0].state is CaseState.CLOSED:
        return step
    return replace(step, follow=lambda _: concern_questions.begin(found[0], member.person, ctx, member.address))
