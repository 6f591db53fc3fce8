"""What a coordinator is asked for a case, one question at a time; their next message is the answer."""

from collections.abc import Mapping
from datetime import timedelta

from handlers.cases.acts import By, NotDone, choose_outcome, chosen_outcome, close, write_down
from handlers.cases.held import holds
from handlers.cases.outcomes import Outcome
from handlers.context import Context
from handlers.outbound import Option
from handlers.speaking import speak
from handlers.step import Member
from storage.case_entries import EntryKind
from storage.cases import Case
from storage.conversations import Conversation, Topic, close_topic, open_conversation, open_conversations
from storage.messages.kinds import Kind

TOPICS = (
    Topic.CASE_NOTE,
    Topic.CASE_ACTION,
    Topic.CASE_REFERRAL,
    Topic.CASE_REFERENCE,
    Topic.CASE_OUTCOME,
    Topic.CASE_REASON,
)
# A question is meant for what is written next, not for what is written tomorrow.
_HOLDS = timedelta(hours=1)
# What each answer is written down as.
_ENTRIES: Mapping[Topic, EntryKind] = {
    Topic.CASE_NOTE: EntryKind.NOTE,
    Topic.CASE_ACTION: EntryKind.ACTION,
    Topic.CASE_REFERRAL: EntryKind.REFERRAL,
}


def asked(member: Member, ctx: Context) -> Conversation | None:
    """The question about a case that somebody's next message answers; None when none is open."""
    found = [one for one in open_conversations(ctx.tx, member.person.id) if one.topic in TOPICS]
    return found[-1] if found and ctx.now - found[-1].opened_at < _HOLDS else None


def ask(member: Member, case: Case, topic: Topic, ctx: Context) -> None:
    """Ask one question about a case; what was asked before it no longer matters."""
    close_topic(ctx.tx, member.person.id, TOPICS, ctx.now)
    options = (
        *_choices(member, case, topic, ctx),
        Option(ctx.text("case-cancel", member.person), f"case:{case.id}:no"),
    )
    open_conversation(ctx.tx, member.person, topic, ctx.now, subject=case.id, options=options)
    words = ctx.text(f"ask-{topic}", member.person, case=str(case.id))
    if topic is Topic.CASE_OUTCOME and holds(ctx, case):
        words = ctx.text("case-close-ends-hold", member.person) + " " + words
    speak(ctx, member.person, words, kind=Kind.QUESTION, options=options, address=member.address)


def _choices(member: Member, case: Case, topic: Topic, ctx: Context) -> tuple[Option, ...]:
    if topic is Topic.CASE_OUTCOME:
        return tuple(
            Option(ctx.text(f"outcome-{outcome}", member.person), f"case:{case.id}:end-{outcome}")
            for outcome in Outcome
            if outcome is not Outcome.FALSE_ALARM
        )
    return ()


def cancel(member: Member, ctx: Context) -> None:
    """Nothing is asked any more."""
    close_topic(ctx.tx, member.person.id, TOPICS, ctx.now)
    speak(ctx, member.person, ctx.text("case-cancelled", member.person), address=member.address)


def take_outcome(member: Member, case: Case, outcome: Outcome, ctx: Context) -> None:
    """A coordinator chose how a case ends: now its reason is asked. Raises `NotDone`."""
    choose_outcome(ctx, case, outcome, By(member.person, f"person:{member.person.id}"))
    ask(member, case, Topic.CASE_REASON, ctx)


def take_words(member: Member, case: Case, topic: Topic, words: str, ctx: Context) -> None:
    """Write down the answer to what was asked. Raises `NotDone` when it comes too late."""
    by = By(member.person, f"person:{member.person.id}")
    close_topic(ctx.tx, member.person.id, TOPICS, ctx.now)
    match topic:
        case Topic.CASE_REASON:
            outcome = chosen_outcome(ctx, case)
            if outcome is None:
                raise NotDone("no-outcome")
            close(ctx, case, outcome, words, by)
            key = "case-closed"
        case Topic.CASE_REFERENCE:
            write_down(ctx, case, EntryKind.REFERRAL, words, by, part="reference")
            key = "case-noted"
        case Topic.CASE_OUTCOME:
            # Words where one of the outcomes was asked for.
            ask(member, case, topic, ctx)
            return
        case _:
            write_down(ctx, case, _ENTRIES[topic], words, by)
            if topic is Topic.CASE_REFERRAL:
                ask(member, case, Topic.CASE_REFERENCE, ctx)
                return
            key = "case-noted"
    speak(ctx, member.person, ctx.text(key, member.person, case=str(case.id)), address=member.address)
