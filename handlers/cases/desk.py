"""The desk of cases: a coordinator's buttons, commands and answers. Whoever may not see a case learns nothing of it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from handlers.cases import acts, asking, buttons, showing
from handlers.cases.acts import By, NotDone
from handlers.cases.audience import is_in_audience
from handlers.cases.listing import describe, holder_name
from handlers.cases.outcomes import FalseAlarm, Outcome
from handlers.context import Context
from handlers.events import Channel, Inbound
from handlers.numbers import record_number
from handlers.outbound import Option
from handlers.replying import reply
from handlers.speaking import speak
from handlers.step import Member, Step
from storage.case_entries import EntryKind
from storage.cases import Case, find_case
from storage.conversations import Topic, close_topic
from storage.messages.kinds import Kind, MessageState
from storage.people import Role

_Act = Callable[[Case], None]


def _step(member: Member, number: int, act: _Act, ctx: Context, kind: Kind) -> Step:
    """The step that does something about a case for one who may; the case is locked while it is done."""
    case = find_case(ctx.tx, number)
    if member.person.role is not Role.COORDINATOR:
        return _say("not-allowed", member, ctx, kind)
    if case is None or not is_in_audience(ctx, case, member.person):
        return _say("alert-unknown", member, ctx, kind)
    return Step(kind, MessageState.KEPT, lambda _: _do(member, number, act, ctx), case_work=True)


def _do(member: Member, number: int, act: _Act, ctx: Context) -> None:
    case = find_case(ctx.tx, number, lock=True)
    if case is None:
        return
    try:
        act(case)
    except NotDone as reason:
        name = holder_name(case, member.person, ctx)
        words = ctx.text(f"case-not-{reason.why}", member.person, case=str(case.id), name=name)
        speak(ctx, member.person, words, address=member.address)


def _say(key: str, member: Member, ctx: Context, kind: Kind) -> Step:
    words = ctx.text(key, member.person)
    return reply(member, words, ctx, kind=kind)


# By button


def press(member: Member, number: int, choice: str, ctx: Context) -> Step:
    """A coordinator pressed a button of a case."""
    return _step(member, number, lambda case: _press(member, case, choice, ctx), ctx, Kind.ANSWER)


def buttons_like(data: str, member: Member, ctx: Context) -> tuple[Option, ...]:
    """The buttons that there can be about the case of a button's data, for what is recorded of a press."""
    topic, _, rest = data.partition(":")
    case = find_case(ctx.tx, record_number(rest.partition(":")[0])) if topic == "case" else None
    return () if case is None else buttons.like(case, member.person, ctx)


_ASKS: Mapping[str, Topic] = {
    "note": Topic.CASE_NOTE,
    "action": Topic.CASE_ACTION,
    "referral": Topic.CASE_REFERRAL,
    "close": Topic.CASE_OUTCOME,
}


def _press(member: Member, case: Case, choice: str, ctx: Context) -> None:
    by = _by(member)
    match choice.partition("-"):
        case ("show", _, _):
            showing.show(member, case, ctx)
        case ("hold", _, _):
            acts.hold(ctx, case, by)
            _confirm("case-held", member, case, ctx)
        case ("free", _, _):
            acts.end_hold(ctx, case, by)
            _confirm("case-free", member, case, ctx)
        case ("false", _, _):
            _call_false(member, case, ctx)
        case ("why", _, why):
            _say_why(member, case, why, ctx)
        case ("letgo", _, _):
            acts.let_go(ctx, case, by)
            _confirm("case-let-go", member, case, ctx)
        case ("end", _, outcome):
            with suppress(ValueError):
                asking.take_outcome(member, case, Outcome(outcome), ctx)
        case ("no", _, _):
            asking.cancel(member, ctx)
        case (name, _, _) if name in _ASKS:
            _ask(member, case, _ASKS[name], ctx)


def _ask(member: Member, case: Case, topic: Topic, ctx: Context) -> None:
    acts.require_writable(case, closing=topic is Topic.CASE_OUTCOME)
    asking.ask(member, case, topic, ctx)


def _call_false(member: Member, case: Case, ctx: Context) -> None:
    closed = acts.call_false(ctx, case, member.person, _by(member).actor)
    options = buttons.why_false(closed, member.person, ctx)
    words = ctx.text("ask-why-false", member.person, case=str(case.id))
    speak(ctx, member.person, words, kind=Kind.QUESTION, options=options, address=member.address)


def _say_why(member: Member, case: Case, why: str, ctx: Context) -> None:
    with suppress(ValueError):
        acts.say_why_false(ctx, case, FalseAlarm(why), _by(member))
        _confirm("case-noted", member, case, ctx)


def _confirm(key: str, member: Member, case: Case, ctx: Context) -> None:
    speak(ctx, member.person, ctx.text(key, member.person, case=str(case.id)), address=member.address)


def _by(member: Member) -> By:
    return By(member.person, f"person:{member.person.id}")


# In words


def take_words(inbound: Inbound, member: Member, ctx: Context) -> Step | None:
    """The step for the answer to what was asked about a case; None when nothing was."""
    question = asking.asked(member, ctx)
    if question is None or inbound.attachments or inbound.edited or not inbound.text.strip():
        return None
    words, topic = inbound.text.strip(), question.topic
    act = partial(_take, member, topic, words, ctx)
    return _step(member, question.subject or 0, act, ctx, Kind.ANSWER)


def _take(member: Member, topic: Topic, words: str, ctx: Context, case: Case) -> None:
    asking.take_words(member, case, topic, words, ctx)


def command(name: str, rest: str, member: Member, ctx: Context) -> Step:
    """`/case 12`, `/note 12 rang the school` and the like; what is missing is asked for."""
    first, _, words = rest.strip().partition(" ")
    number = record_number(first.lstrip("#").rstrip(":"))
    if not number:
        usage = ctx.text("case-usage", member.person, command=name)
        return reply(member, usage, ctx)
    return _step(member, number, lambda case: _command(name, words.strip(), member, case, ctx), ctx, Kind.COMMAND)


def _command(name: str, words: str, member: Member, case: Case, ctx: Context) -> None:
    close_topic(ctx.tx, member.person.id, asking.TOPICS, ctx.now)
    match name:
        case "case":
            _show_case(member, case, ctx)
        case "letgo":
            _press(member, case, name, ctx)
        case "reopen" if not words:
            _confirm("case-reopen-usage", member, case, ctx)
        case "reopen":
            acts.reopen(ctx, case, words, member.person, _by(member).actor)
            _confirm("case-reopened", member, case, ctx)
        case "close" if words:
            _close(member, case, words, ctx)
        case _ if words:
            acts.write_down(ctx, case, EntryKind(name), words, _by(member))
            _confirm("case-noted", member, case, ctx)
        case _:
            _ask(member, case, _ASKS[name], ctx)


def _show_case(member: Member, case: Case, ctx: Context) -> None:
    channel = Channel(member.address.channel)
    words = describe(case, member.person, channel, ctx)
    options = buttons.what_is_next(case, member.person, ctx) if channel is Channel.TELEGRAM else ()
    speak(ctx, member.person, words, options=options, address=member.address, key_id=case.key_id)


def _close(member: Member, case: Case, words: str, ctx: Context) -> None:
    """`/close 12 referred: rang social care`."""
    said, _, why = words.partition(":")
    label = said.strip().casefold()
    outcome = next((one for one in Outcome if label == ctx.text(f"outcome-{one}", member.person).casefold()), None)
    if outcome is None or not why.strip():
        listed = ", ".join(ctx.text(f"outcome-{one}", member.person) for one in Outcome)
        usage = ctx.text("case-close-usage", member.person, case=str(case.id), words=listed)
        speak(ctx, member.person, usage, address=member.address)
        return
    acts.close(ctx, case, outcome, why.strip(), _by(member))
    _confirm("case-closed", member, case, ctx)
