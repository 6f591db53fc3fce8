"""Whom a message is for. Never guessed: where it isn't clear, the words wait and their sender is asked."""

import re
from datetime import timedelta

from handlers import files, late_findings, passing
from handlers.context import Context
from handlers.events import Inbound
from handlers.outbound import Option
from handlers.screening import screen
from handlers.speakers import speaker
from handlers.speaking import speak
from handlers.step import Member, Step
from storage.cases import name_match
from storage.conversations import Topic, close_about, close_conversation, open_conversation, open_conversations
from storage.ids import MatchId, MessageId
from storage.matches import Match, MatchState, Partner, get_match, matches_of, partners_of
from storage.media import files_of
from storage.messages.keeping import set_delivered, settle_message
from storage.messages.kinds import Kind, MessageState
from storage.messages.waiting import deferred_messages, waiting_messages
from storage.messages.words import get_words, latest_words
from storage.outbox.deliveries import find_delivery
from storage.people import Person, get_person

# "Sam: see you at four" or "@Sam see you at four".
_PREFIX = re.compile(r"\s*(?:@(?P<at>\S{1,40})|(?P<name>[^:\n]{1,40}):)\s*(?P<words>.*)", re.DOTALL)
# So much of a waiting message is quoted in the question about it, in characters.
_QUOTE = 40

# While these are open the words may be for the coordinators: they are offered too.
_TELLING = frozenset({Topic.CONCERN, Topic.CONCERN_WHOM, Topic.DANGER})

# A choice by /to is meant for what is written next, not for what is written tomorrow.
_CHOICE_HOLDS = timedelta(hours=1)


def find(inbound: Inbound, member: Member, partners: list[Partner], ctx: Context) -> tuple[Partner, int] | None:
    """The partner that a message is for, and where in its text the words for them begin; None when it isn't clear."""
    # A choice that was made for the next message is used up by it, even when it says something else.
    chosen = _take_choice(member, ctx) if len(partners) > 1 else None
    named = named_before(inbound.text, partners)
    if inbound.reply_to is not None:
        answered = find_delivery(ctx.tx, inbound.reply_to, member.address.id)
        if answered is not None and answered.match_id is not None:
            return _answered(answered.match_id, named, partners)
    if named is not None:
        return named
    if len(partners) == 1:
        # "Sam: hi" after the end with Sam is not for Ellie.
        return None if ended_named(inbound.text, member.person, ctx) else (partners[0], 0)
    return next(((partner, 0) for partner in partners if partner.match_id == chosen), None)


def _answered(
    match_id: MatchId, named: tuple[Partner, int] | None, partners: list[Partner]
) -> tuple[Partner, int] | None:
    """Whose message it answers; unclear when that match has ended, or when the words name somebody else."""
    for partner in partners:
        if partner.match_id == match_id:
            if named is None:
                return partner, 0
            return named if named[0] is partner else None
    return None


def ended_match(inbound: Inbound, member: Member, partners: list[Partner], ctx: Context) -> Match | None:
    """The match that is over whose words a message answers, or whose other side it names; None for any other message.

    What names somebody of a match that goes on is none.
    """
    if named_before(inbound.text, partners) is not None:
        return None
    if inbound.reply_to is None:
        return ended_named(inbound.text, member.person, ctx)
    answered = find_delivery(ctx.tx, inbound.reply_to, member.address.id)
    if answered is None or answered.match_id is None:
        return None
    match = get_match(ctx.tx, answered.match_id)
    return match if match.state is MatchState.ENDED else None


def ended_named(text: str, person: Person, ctx: Context) -> Match | None:
    """The newest match that is over with somebody whose name stands before the words; None when there is none."""
    before = _name_before(text)
    return ended_called(before[0], person, ctx) if before else None


def ended_called(name: str, person: Person, ctx: Context) -> Match | None:
    """The newest match of somebody that is over, with one of this name; None when there is none."""
    ended = reversed(matches_of(ctx.tx, person.id, (MatchState.ENDED,)))
    return next((one for one in ended if _is_called(get_person(ctx.tx, one.other(person.id)), name)), None)


def named_before(text: str, partners: list[Partner]) -> tuple[Partner, int] | None:
    """The partner whose name stands before the words, and where the words begin."""
    before = _name_before(text)
    partner = by_name(before[0], partners) if before else None
    return (partner, before[1]) if before and partner else None


def _name_before(text: str) -> tuple[str, int] | None:
    """What may be a name before the words, and where the words begin."""
    prefix = _PREFIX.fullmatch(text)
    if prefix is None or not prefix["words"].strip():
        return None
    return (prefix["at"] or prefix["name"]).rstrip(":,"), prefix.start("words")


def by_name(name: str, partners: list[Partner]) -> Partner | None:
    """The only partner of this name, in any case; None when there is none, or more than one."""
    found = [partner for partner in partners if _is_called(partner.person, name)]
    return found[0] if len(found) == 1 else None


def _is_called(person: Person, name: str) -> bool:
    return person.name.casefold() == name.strip().casefold()


def wait(message_id: MessageId, member: Member, partners: list[Partner], ctx: Context) -> None:
    """Ask whom a message is for, unless an earlier one is being asked about: one question at a time."""
    asked = any(found.topic is Topic.ADDRESSEE for found in open_conversations(ctx.tx, member.person.id))
    if asked:
        speak(ctx, member.person, ctx.text("choose-waiting", member.person), address=member.address)
    else:
        _ask(message_id, member, partners, ctx)


def _ask(message_id: MessageId, member: Member, partners: list[Partner], ctx: Context) -> None:
    waiting = latest_words(ctx.tx, message_id)
    telling = any(found.topic in _TELLING for found in open_conversations(ctx.tx, member.person.id))
    staff = (Option(ctx.text("choose-coordinator", member.person), f"to:{message_id}:coordinator"),)
    options = (
        *(Option(partner.person.name[:40], f"to:{message_id}:{partner.match_id}") for partner in partners),
        *(staff if telling else ()),
        Option(ctx.text("choose-cancel", member.person), f"to:{message_id}:cancel"),
    )
    open_conversation(ctx.tx, member.person, Topic.ADDRESSEE, ctx.now, subject=message_id, options=options)
    quote = waiting.delivered if len(waiting.delivered) <= _QUOTE else f"{waiting.delivered[: _QUOTE - 1]}…"
    speak(
        ctx,
        member.person,
        ctx.text("choose-addressee", member.person, words=quote),
        kind=Kind.QUESTION,
        options=options,
        address=member.address,
        reply_to=waiting.provider_ref,
    )


def answer(member: Member, message_id: int, choice: str, ctx: Context) -> Step:
    """Somebody chose whom a waiting message is for. A message that isn't theirs, or no longer waits, is left alone."""
    if message_id not in waiting_messages(ctx.tx, member.person.id):
        return Step(Kind.ANSWER, MessageState.KEPT)
    return Step(Kind.ANSWER, MessageState.KEPT, lambda _: _settle(member, MessageId(message_id), choice, ctx))


def _settle(member: Member, message_id: MessageId, choice: str, ctx: Context) -> None:
    close_about(ctx.tx, Topic.ADDRESSEE, message_id, ctx.now)
    partners = partners_of(ctx.tx, member.person.id)
    chosen = [partner for partner in partners if str(partner.match_id) == choice]
    if chosen:
        # As its sender changed them last.
        waiting = latest_words(ctx.tx, message_id)
        # Screened again rather than remembered: the word lists may have changed while it waited.
        who = speaker(ctx, member.person, chosen[0].match_id, until=message_id)
        screened = screen(waiting.original, (), ctx.content, who)
        kept = files_of(ctx.tx, [message_id]).get(message_id)
        if kept:
            step = files.pass_on(member, chosen[0], screened, [(file.kind, file.emoji) for file in kept], ctx)
        else:
            beside = passing.Beside(waiting.reply_to_ref, waiting.address_id)
            step = passing.pass_on(member, chosen[0], screened, ctx, beside)
        settle_message(ctx.tx, message_id, step.state, step.match_id)
        name_match(ctx.tx, message_id, chosen[0].match_id)
        late_findings.record(message_id, screened, member, step, ctx, words=waiting.original)
        held = step.state is MessageState.HELD and screened.whole is not None
        deliverable = screened.whole if held else screened.deliverable
        # What was written to others before makes no difference any more, now that it is known whom it is for.
        if deliverable is not None and deliverable != get_words(ctx.tx, message_id).delivered:
            set_delivered(ctx.tx, message_id, waiting.key_id, deliverable)
        step.follow(message_id)
        if step.state in {MessageState.RELAYED, MessageState.CHANGED}:
            sent = ctx.text("choose-sent", member.person, name=chosen[0].person.name)
            speak(ctx, member.person, sent, address=member.address)
        elif step.state is MessageState.DEFERRED and _behind_others(member, chosen[0], ctx):
            # For the first of a night there was a line already.
            later = ctx.text("choose-later", member.person, name=chosen[0].person.name)
            speak(ctx, member.person, later, address=member.address)
    else:
        settle_message(ctx.tx, message_id, MessageState.KEPT)
        speak(ctx, member.person, ctx.text("choose-cancelled", member.person), address=member.address)
    ask_next(member, partners, ctx)


def ask_next(member: Member, partners: list[Partner], ctx: Context) -> None:
    """Ask about the oldest message of which nobody knows whom it is for, if there is one."""
    left = waiting_messages(ctx.tx, member.person.id)
    if left and partners:
        _ask(left[0], member, partners, ctx)


def _behind_others(member: Member, partner: Partner, ctx: Context) -> bool:
    """Whether more than one message of somebody waits for the hours of this partner."""
    waiting = deferred_messages(ctx.tx, partner.match_id)
    return sum(found.person_id == member.person.id and found.kind is Kind.RELAY for found in waiting) > 1


def choose_next(member: Member, partner: Partner, ctx: Context) -> None:
    """The next message of somebody goes to this partner; only the next one, so that none goes astray later."""
    _take_choice(member, ctx)
    open_conversation(ctx.tx, member.person, Topic.NEXT, ctx.now, subject=partner.match_id)
    speak(ctx, member.person, ctx.text("to-next", member.person, name=partner.person.name), address=member.address)


def _take_choice(member: Member, ctx: Context) -> int | None:
    """The match that was chosen for the next message, and it is chosen no longer; None when none was."""
    subject = None
    for conversation in open_conversations(ctx.tx, member.person.id):
        if conversation.topic is Topic.NEXT:
            close_conversation(ctx.tx, conversation.id, ctx.now)
            subject = conversation.subject if ctx.now - conversation.opened_at < _CHOICE_HOLDS else None
    return subject
