"""Coming to a new address, with the code or the YES that it was waiting for; and leaving the old one.

Nothing personal goes to an address before it has shown whose it is, and nothing to one that is closed.
"""

from handlers import deliveries, redelivery
from handlers.context import Context
from handlers.events import Channel
from handlers.speaking import speak, speak_to_stranger, tell_coordinators
from handlers.step import Member, Step
from storage.addresses import (
    Address,
    AddressState,
    addresses_of,
    close_address,
    give_address,
    leave_shared,
    open_address,
)
from storage.audit import write_audit
from storage.conversations import Topic, close_topic, open_about, open_conversations
from storage.ids import PersonId
from storage.invitations import Invitation, find_invitation_of, use_invitation
from storage.messages.kinds import Kind, MessageState
from storage.outbox.waiting import let_expire
from storage.people import Person, get_person

# What is open with somebody who was invited to another address.
TOPICS = (Topic.MOVING, Topic.ADDING)


def waits_for(person_id: PersonId, channel: str, ctx: Context) -> bool:
    """Whether somebody who has joined was invited to come to a channel by a code."""
    asked = open_conversations(ctx.tx, person_id)
    return channel == Channel.TELEGRAM and any(found.topic in TOPICS and found.subject is None for found in asked)


def answer_from(address: Address, text: str, ctx: Context) -> Step | None:
    """What somebody says at a number that they were asked to move to; None when nobody was, or it is no answer."""
    asked = open_about(ctx.tx, TOPICS, address.id)
    if not asked:
        return None
    person = get_person(ctx.tx, asked[-1][1])
    word = text.strip().rstrip(".!").rstrip().casefold()
    if word in {"2", ctx.text("option-no", person).casefold()}:
        return Step(Kind.STRANGER, MessageState.KEPT, lambda _: _decline(person, address, ctx))
    invitation = find_invitation_of(ctx.tx, person.id, ctx.now)
    if invitation is None or word not in {"1", ctx.text("option-yes", person).casefold()}:
        return None
    member = Member(person, Address(address.id, address.channel, address.state, person.key_id))
    return arrive_step(invitation, member, open_address(ctx.tx, address.id), ctx)


def _decline(person: Person, address: Address, ctx: Context) -> None:
    close_topic(ctx.tx, person.id, TOPICS, ctx.now)
    speak_to_stranger(ctx, address, ctx.text("move-declined", None))
    tell_coordinators(ctx, person.programme, "notice-move-declined", name=person.name)


def arrive_step(invitation: Invitation, member: Member, address: str, ctx: Context) -> Step:
    """Somebody who has joined came to their new address with the code or the YES that it was waiting for."""
    return Step(
        Kind.COMMAND,
        MessageState.KEPT,
        lambda _: _arrive(invitation, member, address, ctx),
        joined_as=member,
    )


def _arrive(invitation: Invitation, member: Member, address: str, ctx: Context) -> None:
    person, new = member.person, member.address
    moves = any(found.topic is Topic.MOVING for found in open_conversations(ctx.tx, person.id))
    close_topic(ctx.tx, person.id, TOPICS, ctx.now)
    use_invitation(ctx.tx, invitation.id, ctx.now)
    before = [found for found in addresses_of(ctx.tx, person.id) if found.state is not AddressState.CLOSED]
    give_address(ctx.tx, new.id, address, person)
    actor = f"person:{person.id}"
    write_audit(ctx.tx, actor, "address.join", f"person:{person.id}", ctx.now, channel=new.channel)
    if moves:
        # A new phone takes the place of the old one; a new channel of whatever there was.
        same = [found for found in before if found.channel == new.channel]
        for old in same or before:
            leave(person, old, new, ctx, actor=actor)
        speak(ctx, person, ctx.text("moved-here", person), address=new)
        tell_coordinators(ctx, person.programme, "notice-moved", leave_out=[person], name=person.name)
    else:
        speak(ctx, person, ctx.text("added-here", person), address=new)
        tell_coordinators(ctx, person.programme, "notice-added-address", leave_out=[person], name=person.name)


def leave(person: Person, old: Address, new: Address | None, ctx: Context, *, actor: str) -> None:
    """Close an address of somebody; what waits there goes to the new one, or its senders learn that it won't."""
    if old.state is AddressState.CLOSED:
        return
    if new is not None:
        redelivery.move_waiting(person, old, new, ctx)
    else:
        deliveries.drop_waiting_at(old, person, redelivery.MOVED, ctx)
    if old.sharer is not None:
        leave_shared(ctx.tx, old.id, person)
    else:
        let_expire(ctx.tx, old.id, ctx.now)
        close_address(ctx.tx, old.id, ctx.now)
    write_audit(ctx.tx, actor, "address.close", f"person:{person.id}", ctx.now, address=old.id)
