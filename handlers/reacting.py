"""Reactions: an emoji on a message becomes the same emoji on the same message of the other side, without a word."""

from datetime import datetime

from handlers import threads
from handlers.context import Context
from handlers.deferring import DEFERRED
from handlers.events import Inbound
from handlers.hours import wait_for
from handlers.speaking import dispatch
from handlers.step import Step
from storage.addresses import Address, AddressState
from storage.diary import enter
from storage.ids import KeyId, MatchId, MessageId
from storage.matches import MatchState, Partner, partners_of
from storage.messages.keeping import settle_message
from storage.messages.kinds import Kind, MessageState
from storage.messages.waiting import Deferred, deferred_messages, reaction_that_stands
from storage.messages.words import get_words
from storage.outbox.queueing import Parcel
from storage.people import Person, PersonState


def react(inbound: Inbound, person: Person | None, address: Address, ctx: Context) -> Step:
    """The step for a reaction. It is recorded whatever becomes of it, and nobody is answered because of it."""
    kept = Step(Kind.REACTION, MessageState.KEPT)
    # An emoji of one's own making, or a paid one: no bot can set it.
    if person is None or person.state is not PersonState.JOINED or inbound.attachments:
        return kept
    for partner in partners_of(ctx.tx, person.id):
        there = partner.address
        ref = None if there is None else threads.counterpart(inbound.reply_to, address.id, partner.match_id, there, ctx)
        if there is not None and ref is not None:
            return _set(person, partner, there, ref, inbound.reaction or "", ctx)
    return kept


def _set(person: Person, partner: Partner, there: Address, ref: str, emoji: str, ctx: Context) -> Step:
    match_id = partner.match_id
    if not _can_be_reached(partner, there):
        return Step(Kind.REACTION, MessageState.KEPT, match_id=match_id)
    wait = wait_for(partner, ctx)
    if wait is not None or partner.deferred:
        until = ctx.now if wait is None else wait.until
        return Step(Kind.REACTION, MessageState.DEFERRED, lambda one: _put_off(one, match_id, until, ctx), match_id)

    def follow(message_id: MessageId) -> None:
        dispatch(ctx, there, _reaction(message_id, person.key_id, ref, emoji))

    return Step(Kind.REACTION, MessageState.RELAYED, follow, match_id)


def _reaction(message_id: MessageId, key_id: KeyId, ref: str, emoji: str) -> Parcel:
    """An emoji for what the provider calls `ref`; no words go with it."""
    return Parcel(message_id=message_id, key_id=key_id, text="", reply_to_ref=ref, reaction=emoji)


def _put_off(message_id: MessageId, match_id: MatchId, until: datetime, ctx: Context) -> None:
    """Let a reaction wait; it takes the place of an earlier one that waits for the same message."""
    enter(ctx.tx, DEFERRED, match_id, until)
    waiting = [found for found in deferred_messages(ctx.tx, match_id) if found.kind is Kind.REACTION]
    own = next(found for found in waiting if found.id == message_id)
    for earlier in waiting:
        if (earlier.address_id, earlier.reply_to_ref) == (own.address_id, own.reply_to_ref) and earlier.id != own.id:
            settle_message(ctx.tx, earlier.id, MessageState.KEPT)
    if get_words(ctx.tx, message_id).original == reaction_that_stands(ctx.tx, own):
        # It was taken back before anybody saw it.
        settle_message(ctx.tx, message_id, MessageState.KEPT)


def go_on(waiting: Deferred, partner: Partner, ctx: Context) -> MessageState:
    """Set a reaction that waited for its hours; what became of it. Where it can't be done any more, nobody is told."""
    there, words = partner.address, get_words(ctx.tx, waiting.id)
    state, ref = MessageState.KEPT, None
    if there is not None and _can_be_reached(partner, there):
        ref = threads.counterpart(waiting.reply_to_ref, waiting.address_id, partner.match_id, there, ctx)
    if there is not None and ref is not None:
        state = MessageState.RELAYED
        dispatch(ctx, there, _reaction(waiting.id, words.key_id, ref, words.original))
    settle_message(ctx.tx, waiting.id, state)
    return state


def _can_be_reached(partner: Partner, there: Address) -> bool:
    return (
        partner.match_state is MatchState.ACTIVE
        and partner.person.state is PersonState.JOINED
        and there.state is AddressState.ACTIVE
        # Where every message is looked at first, a reaction is only recorded.
        and partner.hold_case_id is None
    )
