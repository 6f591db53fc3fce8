"""Another phone or channel for somebody who has joined: in the place of what they have, or beside it.

Nothing personal goes to the new address before it has shown that it is theirs, by a code or a YES; and nothing to an
old one after it is closed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.arriving import TOPICS, leave
from handlers.context import Context
from handlers.errors import Refused
from handlers.events import Channel
from handlers.outbound import Option
from handlers.people import give_number, in_use, invite, require_person
from handlers.speaking import speak_to_stranger
from storage.addresses import AddressState, addresses_of, find_address_on, stranger_address
from storage.audit import write_audit
from storage.conversations import Topic, close_topic, open_conversation
from storage.invitations import add_invitation
from storage.messages.kinds import Kind
from storage.people import Person, PersonState


@dataclass(frozen=True, slots=True)
class Moving:
    """A change of address as it was begun."""

    person: Person
    channel: Channel
    # For Telegram, to be handed over by the coordinator; None for SMS, where a text is on its way.
    code: str | None
    expires_at: datetime


def begin(ctx: Context, person_id: int, number: str | None, *, keep: bool, lost: bool = False, actor: str) -> Moving:
    """Invite somebody to another phone (`number` in E.164) or to Telegram (None).

    `keep`: what they have stays, and this is a second way. `lost`: what they have is closed at once, else when the
    new one has joined. Somebody who has not joined yet is invited as everybody is. Raises `Refused`.
    """
    person = require_person(ctx, person_id)
    channel = Channel.TELEGRAM if number is None else Channel.SMS
    if person.state is PersonState.STOPPED:
        raise Refused(f"Person {person_id} said STOP. They can come back by sending START; don't write to them.")
    if number is not None and in_use(ctx, number):
        raise Refused("That number belongs to somebody in the service already. See: telementor person list")
    if keep and find_address_on(ctx.tx, person.id, channel) is not None:
        raise Refused(f"{person.name} is reached by {channel} already. For another one: telementor person move")
    here = [found for found in addresses_of(ctx.tx, person.id) if found.state is not AddressState.CLOSED]
    if keep and here and person.state is not PersonState.JOINED:
        raise Refused(f"{person.name} has not joined yet, so a second way has to wait. See: telementor invite --help")
    if person.state is not PersonState.JOINED:
        return _begin_anew(ctx, person, number, actor=actor)
    close_topic(ctx.tx, person.id, TOPICS, ctx.now)
    if lost:
        for address in addresses_of(ctx.tx, person.id):
            leave(person, address, None, ctx, actor=actor)
    expires_at = ctx.now + timedelta(days=ctx.programme(person).invitation_days)
    code = add_invitation(ctx.tx, person.id, channel, ctx.now, expires_at)
    topic = Topic.ADDING if keep else Topic.MOVING
    write_audit(ctx.tx, actor, f"address.{topic}", f"person:{person.id}", ctx.now, channel=channel.value)
    if number is None:
        open_conversation(ctx.tx, person, topic, ctx.now)
        return Moving(person, channel, code, expires_at)
    address = stranger_address(ctx.tx, channel, number, ctx.now)
    options = (Option(ctx.text("option-yes", person), "yes"), Option(ctx.text("option-no", person), "no"))
    open_conversation(ctx.tx, person, topic, ctx.now, subject=address.id, options=options)
    words = ctx.text("move-ask", person, service=ctx.programme(person).name)
    speak_to_stranger(ctx, address, words, kind=Kind.QUESTION)
    return Moving(person, channel, None, expires_at)


def _begin_anew(ctx: Context, person: Person, number: str | None, *, actor: str) -> Moving:
    """Somebody who has not agreed yet: the address is simply another one, and consent is asked there."""
    for address in addresses_of(ctx.tx, person.id):
        leave(person, address, None, ctx, actor=actor)
    if number is not None:
        give_number(ctx, person, number)
    invited = invite(ctx, person.id, actor=actor)
    return Moving(person, invited.channel, invited.code, invited.expires_at)
