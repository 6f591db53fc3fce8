"""Telling a concern: what worries you, is anyone in danger now, and whom is it about; one question at a time.

The case is opened and called for as soon as there are words, before anything is asked about them, and stands at
severity high whatever becomes of the questions. What isn't answered is written into the case by the diary.
"""

from collections.abc import Sequence
from datetime import timedelta

from content.safeguarding import Severity
from handlers import addressee, concern_questions
from handlers.cases.asking import TOPICS as CASE_TOPICS
from handlers.cases.opening import join, raise_case
from handlers.context import Context
from handlers.events import Inbound
from handlers.outbound import Option
from handlers.speaking import speak
from handlers.step import Member, Step
from handlers.subjects import concern_about
from handlers.told import CONCERN, ask, raised
from storage.addresses import Address
from storage.case_entries import EntryKind, add_entry
from storage.cases import CaseState, find_case
from storage.conversations import Conversation, Topic, close_about, close_topic, open_conversation, open_conversations
from storage.diary import enter, strike_out
from storage.ids import MatchId, MessageId, PersonId
from storage.matches import Partner, only_match, partners_of
from storage.messages.keeping import settle_message
from storage.messages.kinds import Kind, MessageState
from storage.messages.waiting import waiting_messages
from storage.messages.words import latest_words
from storage.outbox.deliveries import find_delivery
from storage.people import Person, get_person

# The diary's name for "somebody began to tell a concern and wrote no words". Its subject is the person.
UNSAID = "concern_unsaid"
# What is asked is meant for what is written next. Later words may be for somebody else: who wrote them is asked.
_FRESH = timedelta(hours=1)
# After so long words are no answer any more.
_LAPSES = timedelta(hours=24)


def concern_by_chat(rest: str, inbound: Inbound, member: Member, ctx: Context) -> Step:
    """`/concern` and the words; without words these are asked for."""
    if rest:
        return _tell(rest, inbound, member, Kind.COMMAND, ctx)
    return Step(Kind.COMMAND, MessageState.KEPT, lambda _: _ask_words(member, ctx))


def told_from_outside(words: str, member: Member, ctx: Context) -> Step:
    """A concern of somebody who has stopped or has not joined: it opens a case, and nothing is asked."""
    person = member.person

    def follow(message_id: MessageId) -> None:
        severity = concern_questions.severity_of(words, None, person, ctx)
        about = concern_about(words, member, ctx)
        about_id = about.id if about else None
        raise_case(ctx, raised(person, CONCERN, message_id, severity=severity, about_id=about_id))
        speak(ctx, person, ctx.text("concern-noted", person), address=member.address)

    return Step(Kind.COMMAND, MessageState.KEPT, follow, case_work=True)


def _ask_words(member: Member, ctx: Context) -> None:
    person = member.person
    close_topic(ctx.tx, person.id, (Topic.CONCERN, *CASE_TOPICS), ctx.now)
    strike_out(ctx.tx, UNSAID, person.id)
    _put_words(person, ctx.text("concern-ask", person), ctx, member.address)
    enter(ctx.tx, UNSAID, person.id, ctx.now + _FRESH)


def _put_words(person: Person, words: str, ctx: Context, address: Address) -> None:
    ask(person, words, Topic.CONCERN, _never_mind(person, ctx), ctx, address=address)


def _never_mind(person: Person, ctx: Context) -> tuple[Option, ...]:
    return (Option(ctx.text("case-cancel", person), "concern:0:no"),)


def cancel_step(member: Member, ctx: Context) -> Step:
    """Somebody who was asked for the words of a concern would rather not."""

    def follow(_: MessageId) -> None:
        close_topic(ctx.tx, member.person.id, (Topic.CONCERN,), ctx.now)
        strike_out(ctx.tx, UNSAID, member.person.id)
        speak(ctx, member.person, ctx.text("case-cancelled", member.person), address=member.address)

    return Step(Kind.ANSWER, MessageState.KEPT, follow)


# Words


def take_words(inbound: Inbound, member: Member, open_: Sequence[Conversation], ctx: Context) -> Step | None:
    """The step for words while a concern is being told; None for what is meant for somebody else, or when none is.

    `open_`: what is open with whoever wrote. For an hour they answer what was asked; later words may be for somebody
    else, and are only taken for an answer to "what worries you?" once their sender has said so.
    """
    asked = _newest(open_)
    if asked is None or inbound.edited:
        return None
    fresh = ctx.now - asked.opened_at < _FRESH
    if asked.topic is Topic.CONCERN and asked.subject is None and fresh:
        return _first_words(inbound, member, ctx)
    if inbound.attachments or not inbound.text.strip() or not (fresh or asked.topic is Topic.CONCERN):
        return None
    return _further_words(asked, inbound, member, ctx)


def _newest(open_: Sequence[Conversation]) -> Conversation | None:
    """What was asked last about a concern; None when nothing is open, or something about another case is newer."""
    found = [one for one in open_ if one.topic in {Topic.CONCERN, *concern_questions.QUESTIONS, *CASE_TOPICS}]
    return found[-1] if found and found[-1].topic not in CASE_TOPICS else None


def _first_words(inbound: Inbound, member: Member, ctx: Context) -> Step:
    """What worries them; a file is not passed on to anybody, and the words are asked for again."""
    words = inbound.text.strip()
    if words and not inbound.attachments:
        return _tell(words, inbound, member, Kind.ANSWER, ctx)

    def ask_again(_: MessageId) -> None:
        close_topic(ctx.tx, member.person.id, (Topic.CONCERN,), ctx.now)
        _put_words(member.person, ctx.text("concern-no-files", member.person), ctx, member.address)

    return Step(Kind.ANSWER, MessageState.REFUSED, ask_again)


def _further_words(asked: Conversation, inbound: Inbound, member: Member, ctx: Context) -> Step | None:
    """What isn't one of the answers that were offered: about the concern, or for a mentee. Never guessed."""
    case = find_case(ctx.tx, asked.subject or 0)
    if case is not None and case.state is CaseState.CLOSED:
        return None
    if asked.topic is Topic.DANGER and (choice := _begins_with(inbound.text, member, ctx)):
        return concern_questions.danger_step(member, asked.subject or 0, choice, ctx, said=inbound.text)
    partners = partners_of(ctx.tx, member.person.id)
    if not partners:
        words = inbound.text
        return Step(
            Kind.ANSWER,
            MessageState.KEPT,
            lambda message_id: _add_words(message_id, words, member, ctx),
            case_work=True,
        )
    if addressee.named_before(inbound.text, partners) or _answered(inbound, member, partners, ctx):
        return None
    return Step(Kind.RELAY, MessageState.WAITING, lambda message_id: addressee.wait(message_id, member, partners, ctx))


def _begins_with(text: str, member: Member, ctx: Context) -> str | None:
    """Yes or no, where a message begins with either: "yes her dad is here"."""
    first = text.replace(",", " ").replace(".", " ").split(maxsplit=1)[:1]
    labels = {
        ctx.text("option-yes", member.person).casefold(): "yes",
        ctx.text("option-no", member.person).casefold(): "no",
    }
    return labels.get(first[0].casefold()) if first else None


def _answered(inbound: Inbound, member: Member, partners: list[Partner], ctx: Context) -> MatchId | None:
    """The live match whose words a message answers, as a reply in the chat."""
    delivery = None if inbound.reply_to is None else find_delivery(ctx.tx, inbound.reply_to, member.address.id)
    found = None if delivery is None else delivery.match_id
    return found if any(partner.match_id == found for partner in partners) else None


# The case


def _tell(words: str, inbound: Inbound, member: Member, kind: Kind, ctx: Context) -> Step:
    """The step that opens a case with these words: nothing is asked before that."""
    partners = partners_of(ctx.tx, member.person.id)
    named = addressee.named_before(words, partners)
    match_id = named[0].match_id if named else _answered(inbound, member, partners, ctx)
    if match_id is None:
        # A mentee of before may be spoken of too.
        ended = addressee.ended_named(words, member.person, ctx)
        match_id = ended.id if ended else only_match(partners)
    # One case holds it and what is found in its words.
    return Step(
        kind,
        MessageState.KEPT,
        lambda message_id: _begin(message_id, words, match_id, member, ctx),
        match_id=match_id,
        case_work=True,
    )


def _begin(message_id: MessageId, words: str, match_id: MatchId | None, member: Member, ctx: Context) -> None:
    person = member.person
    close_topic(ctx.tx, person.id, (Topic.CONCERN,), ctx.now)
    strike_out(ctx.tx, UNSAID, person.id)
    severity = concern_questions.severity_of(words, match_id, person, ctx)
    about = concern_about(words, member, ctx)
    about_id = about.id if about else None
    told = raised(person, CONCERN, message_id, severity=severity, match_id=match_id, about_id=about_id)
    case = raise_case(ctx, told)
    concern_questions.begin(case, person, ctx, member.address)


def _add_words(message_id: MessageId, words: str, member: Member, ctx: Context) -> None:
    """More words about a concern: they go into its case, or open one, and what is still open is asked again."""
    asked = _newest(open_conversations(ctx.tx, member.person.id))
    case = find_case(ctx.tx, asked.subject or 0, lock=True) if asked is not None else None
    if case is None or case.state is CaseState.CLOSED:
        _begin(message_id, words, only_match(partners_of(ctx.tx, member.person.id)), member, ctx)
        return
    severity = concern_questions.severity_of(words, case.match_id, member.person, ctx)
    case = join(ctx, case, raised(member.person, CONCERN, message_id, severity=severity))
    speak(ctx, member.person, ctx.text("concern-more", member.person), address=member.address)
    if asked is not None and asked.topic is Topic.CONCERN:
        close_topic(ctx.tx, member.person.id, (Topic.CONCERN,), ctx.now)
        concern_questions.begin(case, member.person, ctx, member.address)
    else:
        concern_questions.ask_next(case, member, ctx)


def for_coordinator_step(member: Member, message_id: int, ctx: Context) -> Step:
    """Somebody who was asked whom a message is for meant the coordinators: it goes into the case of their concern."""
    if message_id not in waiting_messages(ctx.tx, member.person.id):
        return Step(Kind.ANSWER, MessageState.KEPT)

    def follow(_: MessageId) -> None:
        waited = MessageId(message_id)
        close_about(ctx.tx, Topic.ADDRESSEE, message_id, ctx.now)
        settle_message(ctx.tx, waited, MessageState.KEPT)
        _add_words(waited, latest_words(ctx.tx, waited).original, member, ctx)
        addressee.ask_next(member, partners_of(ctx.tx, member.person.id), ctx)

    return Step(Kind.ANSWER, MessageState.KEPT, follow)


def note_unsaid(ctx: Context, person_id: int) -> None:
    """Somebody was asked what worries them and wrote nothing: that is a concern as well. After a day ask no more."""
    person = get_person(ctx.tx, PersonId(person_id))
    asked = [one for one in open_conversations(ctx.tx, person.id) if one.topic is Topic.CONCERN]
    if not asked:
        return
    close_topic(ctx.tx, person.id, (Topic.CONCERN,), ctx.now)
    if asked[-1].subject is not None:
        return
    match_id = only_match(partners_of(ctx.tx, person.id))
    case = raise_case(ctx, raised(person, CONCERN, None, severity=Severity.CONCERN, match_id=match_id))
    add_entry(ctx.tx, case, EntryKind.NOTE, ctx.now, words=ctx.text("concern-unsaid", None))
    # Words that come now may still be the answer: whoever writes them is asked.
    open_conversation(ctx.tx, person, Topic.CONCERN, ctx.now, subject=case.id, options=_never_mind(person, ctx))
    enter(ctx.tx, UNSAID, person.id, ctx.now + _LAPSES)
