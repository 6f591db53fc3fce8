"""What people tell the service themselves: a concern, a complaint, a call for help. Each opens a case at once."""

from content.safeguarding import Severity
from handlers import addressee
from handlers.cases.audience import audience
from handlers.cases.calling import call
from handlers.cases.opening import Raised, raise_case
from handlers.context import Context
from handlers.outbound import Option
from handlers.replying import reply
from handlers.screening import screen
from handlers.speakers import speaker
from handlers.speaking import speak
from handlers.step import Member, Step
from storage.audit import write_audit
from storage.cases import Case, Source, find_case, grow
from storage.conversations import Topic, close_about, close_topic, open_conversation
from storage.ids import MatchId, MessageId, PersonId
from storage.matches import MatchState, get_match, matches_of, partners_of, set_match_state
from storage.messages import Kind, MessageState
from storage.people import Person, Role, list_people

# Categories of cases that no scan opened.
CONCERN, COMPLAINT, HELP, ABOUT_MENTOR = "concern_told", "complaint", "help_asked", "about_mentor"
_SOURCES = {CONCERN: Source.CONCERN, COMPLAINT: Source.COMPLAINT, HELP: Source.HELP, ABOUT_MENTOR: Source.HELP}
TOLD = tuple(_SOURCES)


def concern_by_chat(rest: str, member: Member, ctx: Context) -> Step:
    """`/concern` and the words: a case of severity high at once, since a person took the trouble to tell it."""
    if not rest:
        return _say("concern-usage", member, ctx)
    partners = partners_of(ctx.tx, member.person.id)
    match_id = partners[0].match_id if len(partners) == 1 else None

    def follow(message_id: MessageId) -> None:
        # Whoever tells a concern isn't in crisis themself, so that one case holds it and what is found in its words.
        found = screen(rest, (), ctx.content, speaker(ctx, member.person, match_id)).gravest
        severity = Severity.IMMEDIATE if found and found.severity == Severity.IMMEDIATE else Severity.HIGH
        case = _open(member.person, CONCERN, ctx, message_id, severity=severity, match_id=match_id)
        close_topic(ctx.tx, member.person.id, (Topic.DANGER,), ctx.now)
        _ask(member, "concern-danger", Topic.DANGER, _yes_or_no(case, member.person, ctx), ctx, subject=case.id)

    return Step(Kind.COMMAND, MessageState.KEPT, follow, match_id=match_id, case_work=True)


def danger_step(member: Member, case_id: int, choice: str, ctx: Context) -> Step:
    """Who told a concern answers whether anyone is in danger now; a yes makes it immediate and calls again."""
    case = find_case(ctx.tx, case_id)
    if case is None or case.person_id != member.person.id or case.source is not Source.CONCERN:
        return Step(Kind.ANSWER, MessageState.KEPT)

    def follow(_: object) -> None:
        close_about(ctx.tx, Topic.DANGER, case.id, ctx.now)
        if choice == "yes" and case.severity != Severity.IMMEDIATE.value:
            call(ctx, grow(ctx.tx, case, severity=Severity.IMMEDIATE.value, now=ctx.now))
        words = ctx.text("concern-now" if choice == "yes" else "concern-noted", member.person)
        speak(ctx, member.person, words, address=member.address)

    return Step(Kind.ANSWER, MessageState.KEPT, follow)


def complain_by_chat(rest: str, member: Member, ctx: Context) -> Step:
    """`/complaint` and the words; whoever is named before a colon never hears of it."""
    if not rest:
        return _say("complaint-usage", member, ctx)
    about = _named(rest, member, ctx)
    about_id = about.id if about else None

    def follow(message_id: MessageId) -> None:
        case = _open(member.person, COMPLAINT, ctx, message_id, about_id=about_id)
        contact = ctx.programme(member.person).complaint_contact
        heard = bool(audience(ctx, case))
        words = ctx.text("complaint-noted" if heard else "complaint-office", member.person, complaints=contact)
        speak(ctx, member.person, words, address=member.address)

    return Step(Kind.COMMAND, MessageState.KEPT, follow, about_id=about_id)


def _named(rest: str, member: Member, ctx: Context) -> Person | None:
    """Whom a complaint is about, where it begins with their name and a colon: somebody of one's own programme."""
    name, colon, _ = rest.partition(":")
    if not colon:
        return None
    partners = partners_of(ctx.tx, member.person.id)
    partner = addressee.by_name(name, partners)
    if partner is not None:
        return partner.person
    staff = list_people(ctx.tx, programme=member.person.programme, role=Role.COORDINATOR)
    found = [one for one in staff if one.name.casefold() == name.strip().casefold() and one.id != member.person.id]
    return found[0] if len(found) == 1 else None


def help_me(member: Member, ctx: Context) -> Step:
    """`HELP ME` of a mentee: the numbers, and what they can ask for."""
    options = (
        Option(ctx.text("option-help-coordinator", member.person), "help:0:coordinator"),
        Option(ctx.text("option-help-mentor", member.person), "help:0:mentor"),
        Option(ctx.text("option-help-show", member.person), "help:0:show"),
    )

    def follow(_: object) -> None:
        close_topic(ctx.tx, member.person.id, (Topic.HELP,), ctx.now)
        _ask(member, "help-me", Topic.HELP, options, ctx)

    return Step(Kind.COMMAND, MessageState.KEPT, follow)


def help_step(member: Member, choice: str, ctx: Context) -> Step:
    """A mentee chose what help they want."""
    if member.person.role is not Role.MENTEE or choice not in {"coordinator", "mentor", "show"}:
        return Step(Kind.ANSWER, MessageState.KEPT)

    def follow(message_id: MessageId) -> None:
        close_topic(ctx.tx, member.person.id, (Topic.HELP,), ctx.now)
        match choice:
            case "coordinator":
                _open(member.person, HELP, ctx, message_id)
                words = ctx.text("help-coming", member.person)
            case "mentor":
                _stop_the_mentor(member, message_id, ctx)
                words = ctx.text("help-mentor-stopped", member.person)
            case _:
                words = ctx.text("help-mentee", member.person)
        speak(ctx, member.person, words, address=member.address)

    return Step(Kind.ANSWER, MessageState.KEPT, follow)


def _stop_the_mentor(member: Member, message_id: MessageId, ctx: Context) -> None:
    """Nothing goes between the two from now on; the mentor isn't told, and only a coordinator can end it."""
    own = matches_of(ctx.tx, member.person.id)
    for match_id in [match.id for match in own]:
        match = get_match(ctx.tx, match_id, lock=True)
        set_match_state(ctx.tx, match.id, MatchState.PAUSED, ctx.now)
        write_audit(ctx.tx, f"person:{member.person.id}", "match.pause", f"match:{match.id}", ctx.now)
    first = own[0] if own else None
    about_id = first.mentor_id if first else None
    match_id_of_first = first.id if first else None
    _open(
        member.person,
        ABOUT_MENTOR,
        ctx,
        message_id,
        match_id=match_id_of_first,
        about_id=about_id,
    )


def _open(
    person: Person,
    category: str,
    ctx: Context,
    message_id: MessageId,
    *,
    severity: Severity = Severity.HIGH,
    match_id: MatchId | None = None,
    about_id: PersonId | None = None,
) -> Case:
    raised = Raised(
        category=category,
        severity=severity.value,
        source=_SOURCES[category],
        programme=person.programme,
        person_id=person.id,
        key_id=person.key_id,
        match_id=match_id,
        about_id=about_id,
        message_id=message_id,
    )
    return raise_case(ctx, raised)


def _yes_or_no(case: Case, person: Person, ctx: Context) -> tuple[Option, ...]:
    return (
        Option(ctx.text("option-yes", person), f"danger:{case.id}:yes"),
        Option(ctx.text("option-no", person), f"danger:{case.id}:no"),
    )


def _ask(
    member: Member, key: str, topic: Topic, options: tuple[Option, ...], ctx: Context, *, subject: int | None = None
) -> None:
    pairs = tuple((option.label, option.data) for option in options)
    open_conversation(ctx.tx, member.person, topic, ctx.now, subject=subject, options=pairs)
    words = ctx.text(key, member.person)
    speak(ctx, member.person, words, kind=Kind.QUESTION, options=options, address=member.address)


def _say(key: str, member: Member, ctx: Context) -> Step:
    words = ctx.text(key, member.person)
    return reply(member, words, ctx)
