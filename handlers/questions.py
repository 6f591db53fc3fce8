"""Answers to what the service asked: a pressed button, or its number or words where there are no buttons."""

from dataclasses import replace

from handlers import addressee, concerns, hold_desk, joining, matching
from handlers.cases import desk
from handlers.cases.taking import acknowledge_step
from handlers.context import Context
from handlers.events import Inbound
from handlers.numbers import record_number
from handlers.step import Member, Step
from storage.conversations import open_conversations
from storage.messages import Direction, Kind, MessageState
from storage.outbox import find_delivery


def take_answer(inbound: Inbound, member: Member, ctx: Context) -> Step | None:
    """The step for an answer to an open question; None when the message isn't one."""
    if inbound.button is not None:
        return replace(_answer(inbound.button, member, ctx), pressed=_label(inbound.button, member, ctx))
    if inbound.edited or inbound.attachments:
        return None
    data = _chosen(inbound.text, member, ctx)
    if data is None or _is_for_the_other_side(inbound.reply_to, member, ctx):
        return None
    return _answer(data, member, ctx)


def _label(data: str, member: Member, ctx: Context) -> str:
    """What stood on a button; its data where the question is no longer open."""
    asked = [option for found in open_conversations(ctx.tx, member.person.id) for option in found.options]
    if data.startswith("have:"):
        asked.append((ctx.text("option-have-this", member.person), data))
    asked += [(option.label, option.data) for option in hold_desk.buttons_like(data, member, ctx)]
    asked += [(option.label, option.data) for option in desk.buttons_like(data, member, ctx)]
    return next((label for label, own in asked if own == data), data)


def _chosen(text: str, member: Member, ctx: Context) -> str | None:
    """The data of the option that a text means: its number or its label, of the newest open question that has it."""
    # Telephones like to write a curly apostrophe.
    word = text.strip().rstrip(".!)").strip().casefold().replace("’", "'")
    if not word:
        return None
    for conversation in reversed(open_conversations(ctx.tx, member.person.id)):
        meant = [
            data
            for number, (label, data) in enumerate(conversation.options, start=1)
            if word in {str(number), label.casefold()}
        ]
        # A label that two options have chooses neither of them.
        if len(meant) == 1:
            return meant[0]
    return None


def _is_for_the_other_side(reply_to: str | None, member: Member, ctx: Context) -> bool:
    """Whether a message replies to words of a mentor or mentee: then "yes" is said to them."""
    delivery = None if reply_to is None else find_delivery(ctx.tx, reply_to, member.address.id)
    return delivery is not None and delivery.direction == Direction.IN


def _answer(data: str, member: Member, ctx: Context) -> Step:  # noqa: PLR0911 - one return for each topic
    """What an option means: "topic:subject:choice". What isn't open to this person, or no longer, does nothing."""
    topic, _, rest = data.partition(":")
    subject, _, choice = rest.partition(":")
    number = record_number(subject)
    match topic:
        case "join":
            return joining.answer(member, yes=choice == "yes", ctx=ctx)
        case "match":
            return matching.answer(member, number, yes=choice == "yes", ctx=ctx)
        case "to":
            return addressee.answer(member, number, choice, ctx)
        case "hold":
            return hold_desk.press(member, number, choice, ctx)
        case "danger":
            return concerns.danger_step(member, number, choice, ctx)
        case "help":
            return concerns.help_step(member, choice, ctx)
        case "case":
            return desk.press(member, number, choice, ctx)
        case "have":
            return acknowledge_step(member, number, ctx)
        case _:
            return Step(Kind.ANSWER, MessageState.KEPT)
