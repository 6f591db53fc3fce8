"""Reactions: an emoji on a message becomes the same emoji on the same message of the other side, without a word."""

from handlers import threads
from handlers.context import Context
from handlers.events import Inbound
from handlers.speaking import Parcel, dispatch
from handlers.step import Member, Step
from storage.addresses import Address, AddressState
from storage.ids import MessageId
from storage.matches import MatchState, Partner, partners_of
from storage.messages import Kind, MessageState
from storage.people import Person, PersonState


def react(inbound: Inbound, person: Person | None, address: Address, ctx: Context) -> Step:
    """The step for a reaction. It is recorded whatever becomes of it, and nobody is answered because of it."""
    kept = Step(Kind.REACTION, MessageState.KEPT)
    # An emoji of one's own making, or a paid one: no bot can set it.
    if person is None or person.state is not PersonState.JOINED or inbound.attachments:
        return kept
    member = Member(person, address)
    for partner in partners_of(ctx.tx, person.id):
        there = partner.address
        ref = None if there is None else threads.counterpart(inbound.reply_to, member, partner.match_id, there, ctx)
        if there is not None and ref is not None:
            return _set(member, partner, there, ref, inbound.reaction or "", ctx)
    return kept


def _set(member: Member, partner: Partner, there: Address, ref: str, emoji: str, ctx: Context) -> Step:
    if not _can_be_reached(partner, there):
        return Step(Kind.REACTION, MessageState.KEPT, match_id=partner.match_id)

    def follow(message_id: MessageId) -> None:
        dispatch(ctx, there, Parcel(message_id, member.person.key_id, "", reply_to=ref, reaction=emoji))

    return Step(Kind.REACTION, MessageState.RELAYED, follow, match_id=partner.match_id)


def _can_be_reached(partner: Partner, there: Address) -> bool:
    return (
        partner.match_state is MatchState.ACTIVE
        and partner.person.state is PersonState.JOINED
        and there.state is AddressState.ACTIVE
        # Where every message is looked at first, a reaction is only recorded.
        and partner.hold_case_id is None
    )
