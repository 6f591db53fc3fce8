"""Where somebody with several channels would rather be reached."""

from handlers.context import Context
from handlers.errors import Refused
from handlers.events import Channel
from handlers.replying import reply
from handlers.speaking import speak
from handlers.step import Member, Step
from storage.addresses import find_address_on
from storage.audit import write_audit
from storage.messages.kinds import Kind, MessageState
from storage.people import Person, get_person, set_preferred_channel


def prefer(ctx: Context, person: Person, channel: Channel, *, actor: str) -> Person:
    """Note by which of their channels somebody would rather be reached. Raises `Refused` when they have it not."""
    if find_address_on(ctx.tx, person.id, channel) is None:
        raise Refused(f"{person.name} isn't reached by {channel}. Add it: telementor person channel {person.id}")
    set_preferred_channel(ctx.tx, person.id, channel.value)
    write_audit(ctx.tx, actor, "person.prefer", f"person:{person.id}", ctx.now, channel=channel.value)
    return get_person(ctx.tx, person.id)


def prefer_by_chat(rest: str, member: Member, ctx: Context) -> Step:
    """`/prefer sms` or `/prefer telegram`."""
    person, word = member.person, rest.casefold().rstrip(".!")
    if word not in set(Channel):
        words = ctx.text("prefer-usage", person)
    elif find_address_on(ctx.tx, person.id, word) is None:
        words = ctx.text("prefer-unknown", person)
    else:
        return Step(Kind.COMMAND, MessageState.KEPT, lambda _: _settle(Channel(word), member, ctx))
    return reply(member, words, ctx)


def _settle(channel: Channel, member: Member, ctx: Context) -> None:
    prefer(ctx, member.person, channel, actor=f"person:{member.person.id}")
    words = ctx.text("prefer-done-sms" if channel is Channel.SMS else "prefer-done-telegram", member.person)
    speak(ctx, member.person, words, address=member.address)
