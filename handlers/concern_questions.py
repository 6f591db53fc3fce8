"""What is asked about a concern that has its case: whether anyone is in danger now, and which mentee it is about.

One question at a time. What isn't answered is written into the case by the diary, so that a coordinator can ask.
"""

from datetime import datetime, timedelta

from content.safeguarding import Severity
from handlers.cases.audience import audience
from handlers.cases.calling import call
from handlers.cases.opening import join, raise_case
from handlers.context import Context
from handlers.outbound import Option
from handlers.screening import screen
from handlers.speakers import speaker
from handlers.speaking import speak
from handlers.step import Member, Step
from handlers.told import CONCERN, ask, raised
from storage.addresses import Address
from storage.alerts import add_alert, alerts_in
from storage.case_entries import EntryKind, add_entry, entries_of
from storage.cases import Case, CaseState, Source, find_case, grow, name_pair
from storage.conversations import Topic, close_about, open_about, open_conversations
from storage.diary import enter, strike_out
from storage.ids import MatchId, MessageId, PersonId
from storage.matches import partners_of
from storage.messages.kinds import Kind, MessageState
from storage.messages.waiting import waiting_messages
from storage.messages.words import get_words
from storage.people import Person, PersonState, get_person

# The diary's name for "nobody answered what was asked about a concern". Its subject is the case.
UNANSWERED = "concern_unanswered"
QUESTIONS = (Topic.DANGER, Topic.CONCERN_WHOM)
# After so long without an answer the case says so.
_PATIENCE = timedelta(minutes=15)
# After so long nothing is asked any more. A button still works.
_LAPSES = timedelta(hours=24)


def danger_step(member: Member, case_id: int, choice: str, ctx: Context, *, said: str = "") -> Step:
    """Who told a concern answers whether anyone is in danger now; a yes makes it immediate and calls again.

    What they `said` besides yes or no belongs to the case as well.
    """
    case = _own(case_id, member, ctx)
    if case is None:
        return Step(Kind.ANSWER, MessageState.KEPT)

    def follow(message_id: MessageId) -> None:
        close_about(ctx.tx, Topic.DANGER, case.id, ctx.now)
        found = severity_of(said, case.match_id, member.person, ctx)
        severity = Severity.IMMEDIATE if choice == "yes" else found
        now = _answer_danger(case.id, message_id, severity, ctx, member.person, more=bool(said))
        contact = ctx.programme(member.person).complaint_contact
        if audience(ctx, now):
            key = "concern-now" if choice == "yes" else "concern-noted"
        else:
            key = "concern-now-office" if choice == "yes" else "complaint-office"
        words = ctx.text(key, member.person, complaints=contact)
        speak(ctx, member.person, words, address=member.address)
        ask_next(now, member, ctx)

    return Step(Kind.ANSWER, MessageState.KEPT, follow, match_id=case.match_id, case_work=True)


def _answer_danger(
    case_id: int, message_id: MessageId, severity: Severity, ctx: Context, person: Person, *, more: bool
) -> Case:
    case = find_case(ctx.tx, case_id, lock=True)
    assert case is not None  # noqa: S101 - cases are never deleted
    if case.state is CaseState.CLOSED and (more or severity is Severity.IMMEDIATE):
        # Whoever closed it didn't know this: it is a case of its own.
        told = raised(person, CONCERN, message_id, severity=severity, match_id=case.match_id, about_id=case.about_id)
        return raise_case(ctx, told)
    if more:
        return join(ctx, case, raised(person, CONCERN, message_id, severity=severity))
    if severity is Severity.IMMEDIATE and case.severity != Severity.IMMEDIATE.value:
        case = grow(ctx.tx, case, severity=severity.value, now=ctx.now)
        call(ctx, case)
    return case


def whom_step(member: Member, case_id: int, choice: str, ctx: Context) -> Step:
    """Who told a concern says which of their mentees it is about, or that it is somebody else."""
    case = _own(case_id, member, ctx)
    partners = partners_of(ctx.tx, member.person.id)
    partner = next((one for one in partners if str(one.match_id) == choice), None)
    if case is None or (partner is None and choice != "else"):
        return Step(Kind.ANSWER, MessageState.KEPT)

    def follow(_: MessageId) -> None:
        close_about(ctx.tx, Topic.CONCERN_WHOM, case.id, ctx.now)
        named = case if partner is None else name_pair(ctx.tx, case.id, partner.match_id, case.about_id)
        key = "concern-about-other" if partner is None else "concern-about"
        words = ctx.text(key, None, name="" if partner is None else partner.person.name)
        add_entry(ctx.tx, named, EntryKind.NOTE, ctx.now, by=member.person.id, words=words, whom=choice)
        speak(ctx, member.person, ctx.text("concern-whom-noted", member.person), address=member.address)
        ask_next(named, member, ctx)

    match_id = None if partner is None else partner.match_id
    return Step(Kind.ANSWER, MessageState.KEPT, follow, match_id=match_id)


def _own(case_id: int, member: Member, ctx: Context) -> Case | None:
    """The case of a concern that somebody told themself."""
    case = find_case(ctx.tx, case_id)
    return case if case and case.person_id == member.person.id and case.source is Source.CONCERN else None


def begin(case: Case, person: Person, ctx: Context, address: Address) -> None:
    """Ask the first question about a concern; the diary looks after it."""
    _ask_danger(case, person, ctx, address)
    _look_again(case, ctx.now + _PATIENCE, ctx)


def _ask_danger(case: Case, person: Person, ctx: Context, address: Address | None) -> None:
    close_about(ctx.tx, Topic.DANGER, case.id, ctx.now)
    options = (
        Option(ctx.text("option-yes", person), f"danger:{case.id}:yes"),
        Option(ctx.text("option-no", person), f"danger:{case.id}:no"),
    )
    # About the only coordinator, or told by them: nobody is left to hear it.
    key = "concern-danger" if audience(ctx, case) else "concern-danger-office"
    words = ctx.text(key, person, complaints=ctx.programme(person).complaint_contact)
    ask(person, words, Topic.DANGER, options, ctx, address=address, subject=case.id)


def _ask_whom(case: Case, person: Person, ctx: Context, address: Address | None) -> None:
    close_about(ctx.tx, Topic.CONCERN_WHOM, case.id, ctx.now)
    options = (
        *(
            Option(partner.person.name[:40], f"whom:{case.id}:{partner.match_id}")
            for partner in partners_of(ctx.tx, person.id)
        ),
        Option(ctx.text("option-somebody-else", person), f"whom:{case.id}:else"),
    )
    words = ctx.text("concern-whom", person)
    ask(person, words, Topic.CONCERN_WHOM, options, ctx, address=address, subject=case.id)


def ask_next(case: Case, member: Member, ctx: Context) -> None:
    """Ask what isn't known yet: of this case first, then of an earlier one."""
    own = open_conversations(ctx.tx, member.person.id)
    if any(one.topic is Topic.DANGER and one.subject == case.id for one in own):
        _ask_danger(case, member.person, ctx, member.address)
        return
    if _needs_whom(case, member.person.id, ctx):
        _ask_whom(case, member.person, ctx, member.address)
        return
    strike_out(ctx.tx, UNANSWERED, case.id)
    for one in own:
        earlier = find_case(ctx.tx, one.subject or 0) if one.topic in QUESTIONS else None
        if earlier is not None and earlier.id != case.id and earlier.state is not CaseState.CLOSED:
            put = _ask_danger if one.topic is Topic.DANGER else _ask_whom
            put(earlier, member.person, ctx, member.address)
            return


def _needs_whom(case: Case, person_id: PersonId, ctx: Context) -> bool:
    """Whether a case has no pair, and its teller, who has several mentees, hasn't said that it is somebody else."""
    if case.match_id is not None or len(partners_of(ctx.tx, person_id)) < 2:
        return False
    return all("whom" not in entry.detail for entry in entries_of(ctx.tx, case.id))


def severity_of(words: str, match_id: MatchId | None, person: Person, ctx: Context) -> Severity:
    """High, or what is found in the words where that is graver."""
    found = screen(words, (), ctx.content, speaker(ctx, person, match_id)).gravest
    return Severity.IMMEDIATE if found and found.severity == Severity.IMMEDIATE else Severity.HIGH


# What the diary does


def _look_again(case: Case, at: datetime, ctx: Context) -> None:
    strike_out(ctx.tx, UNANSWERED, case.id)
    enter(ctx.tx, UNANSWERED, case.id, at)


def note_unanswered(ctx: Context, case_id: int) -> None:
    """Write into a case what its teller hasn't answered, and go on to the other question; after a day ask no more.

    Words of theirs of which they haven't said whom they are for go into the case too: they may be about it.
    """
    case = find_case(ctx.tx, case_id, lock=True)
    if case is None or case.person_id is None:
        return
    topics = {topic for topic, _, _ in open_about(ctx.tx, QUESTIONS, case_id)}
    if case.state is CaseState.CLOSED or ctx.now - case.last_at >= _LAPSES:
        for topic in topics:
            close_about(ctx.tx, topic, case.id, ctx.now)
        return
    person = get_person(ctx.tx, case.person_id)
    if Topic.DANGER in topics:
        add_entry(ctx.tx, case, EntryKind.NOTE, ctx.now, words=ctx.text("concern-silent-danger", None))
    if Topic.CONCERN_WHOM in topics:
        add_entry(ctx.tx, case, EntryKind.NOTE, ctx.now, words=ctx.text("concern-silent-whom", None))
    known = {alert.message_id for alert in alerts_in(ctx.tx, case.id)}
    for message_id in waiting_messages(ctx.tx, person.id):
        if message_id not in known and get_words(ctx.tx, message_id).received_at >= case.opened_at:
            add_alert(ctx.tx, case.id, message_id, category=CONCERN, severity=case.severity, now=ctx.now)
    may_ask = person.state is PersonState.JOINED and Topic.CONCERN_WHOM not in topics
    if may_ask and _needs_whom(case, person.id, ctx):
        _ask_whom(case, person, ctx, None)
        _look_again(case, ctx.now + _PATIENCE, ctx)
    elif topics:
        _look_again(case, case.last_at + _LAPSES, ctx)
