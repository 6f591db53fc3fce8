"""STOP and START: one word, either channel, at once; answered once and never passed on."""

from handlers import deliveries, matching
from handlers.context import Context
from handlers.events import Inbound, OptOut
from handlers.menus import menu
from handlers.replying import reply
from handlers.speaking import is_on_duty, speak, tell_coordinators
from handlers.step import Member, Step
from storage.addresses import AddressState, set_address_state
from storage.messages.kinds import Kind, MessageState
from storage.people import PersonState, get_person, has_agreed, set_person_state

# UNSTOP is another START of the provider's.
_STOP, _START = {"stop", "/stop"}, {"start", "/start", "unstop"}


def take_single_word(inbound: Inbound, member: Member, ctx: Context) -> Step | None:
    """The step for a message that is STOP or START and nothing else; None for every other message."""
    if inbound.button is not None or inbound.edited:
        return None
    if means_stop(inbound):
        return Step(Kind.COMMAND, MessageState.KEPT, lambda _: stop(inbound, member, ctx))
    state = member.person.state
    if means_start(inbound) and state is PersonState.STOPPED:
        return Step(Kind.COMMAND, MessageState.KEPT, lambda _: start(inbound, member, ctx))
    # A provider takes other words for START too ("YES"): from somebody who never stopped they are what they say.
    # And for those who have not joined START is no coming back: they are asked whether they want to join.
    if _word(inbound) in _START and state is PersonState.JOINED:
        words = ctx.text("start-not-needed", member.person)
        return reply(member, words, ctx)
    return None


def means_stop(inbound: Inbound) -> bool:
    """Whether a message asks for silence, by its one word or because the provider says so."""
    return inbound.opt_out is OptOut.STOPPED or _word(inbound) in _STOP


def means_start(inbound: Inbound) -> bool:
    """Whether a message lets the service in again, by its one word or because the provider says so."""
    return inbound.opt_out is OptOut.STARTED or _word(inbound) in _START


def _word(inbound: Inbound) -> str:
    # People end a word with a full stop; inside a sentence it is just a word.
    return inbound.text.strip().rstrip(".!").rstrip().casefold()


def keep_from_stopped(member: Member, ctx: Context) -> Step:
    """Words from somebody who said STOP: kept and scanned, passed to nobody; they are told how to come back."""
    words = ctx.text("stopped-still", member.person)
    return reply(member, words, ctx, kind=Kind.OTHER)


def stop(inbound: Inbound, member: Member, ctx: Context, *, answered: bool = True) -> None:
    """Nothing more goes to somebody. `answered`: they are told so, unless the provider has done it."""
    person = member.person
    if inbound.opt_out is not None:
        # The provider has said it already, and keeps away what we would send.
        set_address_state(ctx.tx, member.address.id, AddressState.OPTED_OUT, reason="stop", now=ctx.now)
    if person.state is PersonState.STOPPED:
        return
    # Alarms must be able to reach somebody: a coordinator is taken off duty by a person, not by a word.
    stays_on_duty = is_on_duty(ctx, person)
    set_person_state(ctx.tx, person.id, PersonState.STOPPED, ctx.now)
    if not stays_on_duty:
        deliveries.drop_waiting(person, ctx)
    if answered and inbound.opt_out is None:
        key = "stop-coordinator" if stays_on_duty else "stopped"
        speak(ctx, person, ctx.text(key, person), address=member.address)
    tell_coordinators(ctx, person.programme, "notice-stopped", leave_out=[person], name=person.name)


def start(inbound: Inbound, member: Member, ctx: Context, *, answered: bool = True) -> None:
    """Somebody who had stopped is back. `answered` as in `stop`."""
    person = member.person
    agreed = has_agreed(ctx.tx, person.id)
    set_person_state(ctx.tx, person.id, PersonState.JOINED if agreed else PersonState.ADDED, ctx.now)
    if answered and inbound.opt_out is None:
        speak(ctx, person, ctx.text("started", person), address=member.address, menu=menu(person, ctx))
    tell_coordinators(ctx, person.programme, "notice-started", leave_out=[person], name=person.name)
    # What could not be asked meanwhile.
    matching.advance_all(get_person(ctx.tx, person.id), ctx)
