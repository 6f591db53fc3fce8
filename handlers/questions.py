"""Answers to what the service asked: a pressed button, or its number or words where there are no buttons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from handlers import addressee, concern_questions, concerns, helping, hold_desk, joining, matching
from handlers.cases import desk
from handlers.cases.taking import acknowledge_step
from handlers.context import Context
from handlers.events import Inbound
from handlers.numbers import record_number
from handlers.step import Member, Step
from storage.conversations import Conversation, Topic, open_conversations
from storage.messages import Direction, Kind, MessageState
from storage.outbox import find_delivery

# These stay open beside ordinary talk, in which "2" may be said to somebody else before long: a bare number answers
# them for a while only. A button and the words of an answer always do.
_SOON = frozenset({Topic.HELP, Topic.HELP_MENTOR, Topic.DANGER, Topic.CONCERN_WHOM, Topic.CONCERN})
_NUMBERS_HOLD = timedelta(hours=1)


def take_answer(inbound: Inbound, member: Member, asked: Sequence[Conversation], ctx: Context) -> Step | None:
    """The step for an answer to an open question, one of those `asked`; None when the message isn't one."""
    if inbound.button is not None:
        return replace(_answer(inbound.button, member, ctx), pressed=_label(inbound.button, member, ctx))
    if inbound.edited or inbound.attachments:
        return None
    data = _chosen(inbound.text, asked, ctx)
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


def _chosen(text: str, asked: Sequence[Conversation], ctx: Context) -> str | None:
    """The data of the option that a text means: its number or its label, of the newest open question that has it."""
    # Telephones like to write a curly apostrophe.
    word = text.strip().rstrip(".!)").strip().casefold().replace("’", "'")
    if not word:
        return None
    for conversation in reversed(asked):
        by_number = conversation.topic not in _SOON or ctx.now - conversation.opened_at < _NUMBERS_HOLD
        meant = [
            data
            for number, (label, data) in enumerate(conversation.options, start=1)
            if word == label.casefold() or (by_number and word == str(number))
        ]
        # A label that two options have chooses neither of them.
        if len(meant) == 1:
            return meant[0]
    return None


def _is_for_the_other_side(reply_to: str | None, member: Member, ctx: Context) -> bool:
    """Whether a message replies to words of a mentor or mentee: then "yes" is said to them."""
    delivery = None if reply_to is None else find_delivery(ctx.tx, reply_to, member.address.id)
    return delivery is not None and delivery.direction == Direction.IN


def _to(member: Member, number: int, choice: str, ctx: Context) -> Step:
    if choice == "coordinator":
        return concerns.for_coordinator_step(member, number, ctx)
    return addressee.answer(member, number, choice, ctx)


# What an option means, by its topic: it gets the number and the choice of "topic:number:choice". What isn't open to
# this person, or no longer, does nothing.
_ANSWERS: Mapping[str, Callable[[Member, int, str, Context], Step]] = {
    "join": lambda member, _, choice, ctx: joining.answer(member, yes=choice == "yes", ctx=ctx),
    "match": lambda member, number, choice, ctx: matching.answer(member, number, yes=choice == "yes", ctx=ctx),
    "to": _to,
    "hold": hold_desk.press,
    "concern": lambda member, _number, _choice, ctx: concerns.cancel_step(member, ctx),
    "danger": concern_questions.danger_step,
    "whom": concern_questions.whom_step,
    "help": lambda member, _, choice, ctx: helping.help_step(member, choice, ctx),
    "mentor": helping.mentor_step,
    "case": desk.press,
    "have": lambda member, number, _, ctx: acknowledge_step(member, number, ctx),
}


def _answer(data: str, member: Member, ctx: Context) -> Step:
    topic, _, rest = data.partition(":")
    subject, _, choice = rest.partition(":")
    answer = _ANSWERS.get(topic)
    if answer is None:
        return Step(Kind.ANSWER, MessageState.KEPT)
    return answer(member, record_number(subject), choice, ctx)
