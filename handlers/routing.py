"""Which room a message belongs to. The first that takes it decides; the order is the order of importance."""

import re

from handlers import arriving, commands, concerns, editing, joining, questions, reacting, relay, stopping, strangers
from handlers.cases import desk
from handlers.cases.taking import number_meant
from handlers.context import Context
from handlers.events import Inbound
from handlers.replying import reply
from handlers.screening import Screened
from handlers.speaking import is_on_duty
from handlers.step import Member, Step
from storage.addresses import Address
from storage.conversations import open_conversations
from storage.messages.kinds import Kind
from storage.people import Person, PersonState, Role

_START = re.compile(r"/start(?:@\w+)?\s+(\S+)\s*")
# A bare code, as strangers are asked for it: 20 characters of the alphabet of deep links.
_CODE = re.compile(r"\s*([A-Za-z0-9_-]{20})\s*")


def route(  # noqa: C901, PLR0911 - one return for each room
    inbound: Inbound,
    person: Person | None,
    address: Address,
    screened: Screened,
    ctx: Context,
    *,
    former: Person | None = None,
) -> Step:
    """Decide what a message is and what follows. Reads the database, changes nothing: the step does.

    `former` is whose address it was, where it was given up: whoever writes from it now is a stranger.
    """
    if inbound.reaction is not None:
        return reacting.react(inbound, person, address, ctx)
    code = _START.fullmatch(inbound.text) or (_CODE.fullmatch(inbound.text) if person is None else None)
    if code is not None:
        return joining.open_invitation(code[1], inbound, Member(person, address) if person else None, address, ctx)
    if person is None:
        arrival = arriving.answer_from(address, inbound.text, ctx)
        silent = stopping.means_stop(inbound)
        return arrival or strangers.answer_stranger(address, ctx, wants_silence=silent, former=former)
    member = Member(person, address)
    if (step := stopping.take_single_word(inbound, member, ctx)) is not None:
        return step
    if person.state is PersonState.STOPPED and not is_on_duty(ctx, person):
        return commands.take_call(inbound, member, ctx) or stopping.keep_from_stopped(member, ctx)
    asked = open_conversations(ctx.tx, person.id)
    if (step := questions.take_answer(inbound, member, asked, ctx)) is not None:
        return step
    if person.state in {PersonState.ADDED, PersonState.DECLINED}:
        return commands.take_call(inbound, member, ctx) or joining.ask_again(member, ctx)
    if (step := commands.take_command(inbound, member, screened, ctx)) is not None:
        return step
    if inbound.edited and (step := editing.take_edit(inbound, member, ctx)) is not None:
        return step
    if (step := concerns.take_words(inbound, member, asked, ctx)) is not None:
        return step
    if person.role is Role.COORDINATOR:
        return desk.take_words(inbound, member, ctx) or _answer_coordinator(inbound, member, ctx)
    return relay.relay(inbound, member, screened, ctx)


def _answer_coordinator(inbound: Inbound, member: Member, ctx: Context) -> Step:
    number = number_meant(inbound.text)
    if number is None:
        words = ctx.text("help-coordinator", member.person)
    else:
        words = ctx.text("alert-have-alone", member.person, case=number)
    return reply(member, words, ctx, kind=Kind.OTHER)
