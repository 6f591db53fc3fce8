"""HELP and HELP ME of a mentee: the numbers, the coordinator, or that something about a mentor isn't right."""

from collections.abc import Collection, Mapping, Sequence

from handlers import deliveries
from handlers.cases.opening import join, raise_case
from handlers.context import Context
from handlers.outbound import Option
from handlers.speaking import speak, tell
from handlers.step import Member, Step
from handlers.told import ABOUT_MENTOR, HELP, ask, raised
from storage.audit import write_audit
from storage.case_entries import EntryKind, add_entry, entries_of
from storage.cases import Case, CaseState, find_case, name_pair
from storage.conversations import Topic, close_about, close_topic, open_conversations
from storage.ids import CaseId, MatchId, MessageId, PersonId
from storage.matches import Match, MatchState, get_match, matches_of, set_match_state
from storage.messages.kinds import Kind, MessageState
from storage.messages.times import was_refused
from storage.people import Role, get_person

# How a match stood before everything of its mentee was stopped, in the entry of the case that says so. A number is
# that of whoever had paused it.
_ACTIVE, _STOPPED = "active", "stopped"


def help_me(member: Member, ctx: Context) -> Step:
    """`HELP ME` of a mentee: the numbers, and what they can ask for."""
    options = (*_choices(member, ctx), Option(ctx.text("option-help-show", member.person), "help:0:show"))
    return _ask_help(ctx.text("help-me", member.person), options, member, ctx)


def show_help(member: Member, ctx: Context) -> Step:
    """`/help` of a mentee: what they can do here, and what they can ask for."""
    return _ask_help(ctx.text("help-mentee", member.person), _choices(member, ctx), member, ctx)


def _choices(member: Member, ctx: Context) -> tuple[Option, ...]:
    return (
        Option(ctx.text("option-help-coordinator", member.person), "help:0:coordinator"),
        Option(ctx.text("option-help-mentor", member.person), "help:0:mentor"),
    )


def _ask_help(words: str, options: tuple[Option, ...], member: Member, ctx: Context) -> Step:
    def follow(_: MessageId) -> None:
        close_topic(ctx.tx, member.person.id, (Topic.HELP,), ctx.now)
        ask(member.person, words, Topic.HELP, options, ctx, address=member.address)

    return Step(Kind.COMMAND, MessageState.KEPT, follow)


def help_step(member: Member, choice: str, ctx: Context) -> Step:
    """A mentee chose what help they want."""
    if member.person.role is not Role.MENTEE or choice not in {"coordinator", "mentor", "show"}:
        return Step(Kind.ANSWER, MessageState.KEPT)

    def follow(message_id: MessageId) -> None:
        close_topic(ctx.tx, member.person.id, (Topic.HELP,), ctx.now)
        match choice:
            case "coordinator":
                raise_case(ctx, raised(member.person, HELP, message_id))
                _say("help-coming", member, ctx)
            case "mentor":
                _stop_mentors(member, message_id, ctx)
            case _:
                _say("help-mentee", member, ctx)

    # The words of an answer are the service's own.
    return Step(Kind.ANSWER, MessageState.KEPT, follow, case_work=True)


def called_from_outside(member: Member, ctx: Context) -> Step:
    """A mentee who has stopped or has not joined asks for help: the coordinators are called, and nothing is asked."""

    def follow(message_id: MessageId) -> None:
        raise_case(ctx, raised(member.person, HELP, message_id))
        _say("help-coming", member, ctx)

    return Step(Kind.COMMAND, MessageState.KEPT, follow)


def _say(key: str, member: Member, ctx: Context) -> None:
    speak(ctx, member.person, ctx.text(key, member.person), address=member.address)


# Something about the mentor


def _stop_mentors(member: Member, message_id: MessageId, ctx: Context) -> None:
    """Nothing goes between a mentee and any mentor of theirs from now on; with several it is asked which one it is.

    All at once, because nobody knows whether an answer comes: the answer frees the others. No mentor is told, and only
    a coordinator can end it.
    """
    own = [get_match(ctx.tx, match.id, lock=True) for match in matches_of(ctx.tx, member.person.id)]
    before = {match.id: _how_it_stands(match) for match in own}
    for match in own:
        _stop(match, member, ctx)
    if len(own) < 2:
        only = own[0] if own else None
        if only is not None:
            deliveries.drop_between(only, ctx)
        _open(member, message_id, only, ctx)
        _say("help-mentor-stopped", member, ctx)
        return
    case = _asked_before(member, message_id, ctx)
    if case is None:
        case = _open(member, message_id, None, ctx)
        stood = " ".join(f"{number}:{how}" for number, how in before.items())
        words = ctx.text("help-stopped-all", None, names=", ".join(_name(match, ctx) for match in own))
        add_entry(ctx.tx, case, EntryKind.NOTE, ctx.now, by=member.person.id, words=words, stood=stood)
    options = (
        *(Option(_name(match, ctx)[:40], f"mentor:{case.id}:{match.id}") for match in own),
        Option(ctx.text("option-all-mentors", member.person), f"mentor:{case.id}:all"),
    )
    close_topic(ctx.tx, member.person.id, (Topic.HELP_MENTOR,), ctx.now)
    question = ctx.text("help-which-mentor", member.person)
    ask(member.person, question, Topic.HELP_MENTOR, options, ctx, address=member.address, subject=case.id)


def _asked_before(member: Member, message_id: MessageId, ctx: Context) -> Case | None:
    """The case of which this mentee hasn't said yet whom it is about: it is called for again; None without one."""
    for asked in open_conversations(ctx.tx, member.person.id):
        case = find_case(ctx.tx, asked.subject or 0, lock=True) if asked.topic is Topic.HELP_MENTOR else None
        if case is not None and case.state is not CaseState.CLOSED:
            return join(ctx, case, raised(member.person, ABOUT_MENTOR, message_id))
    return None


def _name(match: Match, ctx: Context) -> str:
    return get_person(ctx.tx, match.mentor_id).name


def _stop(match: Match, member: Member, ctx: Context) -> None:
    set_match_state(ctx.tx, match.id, MatchState.PAUSED, ctx.now)
    write_audit(ctx.tx, f"person:{member.person.id}", "match.pause", f"match:{match.id}", ctx.now)


def _open(member: Member, message_id: MessageId, match: Match | None, ctx: Context) -> Case:
    match_id, mentor_id = (match.id, match.mentor_id) if match else (None, None)
    return raise_case(ctx, raised(member.person, ABOUT_MENTOR, message_id, match_id=match_id, about_id=mentor_id))


def _how_it_stands(match: Match) -> str:
    if match.state is MatchState.ACTIVE:
        return _ACTIVE
    return _STOPPED if match.paused_by is None else str(match.paused_by)


def mentor_step(member: Member, case_id: int, choice: str, ctx: Context) -> Step:
    """A mentee with several mentors says which one it is about: with the others it is as it was before."""
    case = find_case(ctx.tx, case_id)
    own = matches_of(ctx.tx, member.person.id)
    meant = [match.id for match in own if choice in {"all", str(match.id)}]
    if case is None or case.person_id != member.person.id or case.category != ABOUT_MENTOR or not meant:
        return Step(Kind.ANSWER, MessageState.KEPT)
    match_id = meant[0] if len(meant) == 1 else None
    return Step(
        Kind.ANSWER,
        MessageState.KEPT,
        lambda message_id: _settle(member, case.id, meant, message_id, ctx),
        match_id=match_id,
    )


def _settle(member: Member, case_id: CaseId, meant: Collection[MatchId], message_id: MessageId, ctx: Context) -> None:
    close_about(ctx.tx, Topic.HELP_MENTOR, case_id, ctx.now)
    matches = [get_match(ctx.tx, match.id, lock=True) for match in matches_of(ctx.tx, member.person.id)]
    case = find_case(ctx.tx, case_id, lock=True)
    # An answer that comes again, or when somebody has closed the case, may only stop more.
    frees = case is not None and case.match_id is None and case.state is not CaseState.CLOSED
    chosen = [match for match in matches if match.id in meant]
    for match in chosen:
        _stop(match, member, ctx)
        # With the others all goes on: what waits between those is not lost.
        deliveries.drop_between(match, ctx)
        _note_mentor(case_id, match, member, message_id, ctx)
    if case is not None and frees:
        _free(case, [match for match in matches if match.id not in meant], member, ctx)
    if len(chosen) == len(matches):
        _say("help-mentors-stopped", member, ctx)
        return
    key = "help-mentor-chosen" if frees else "help-mentor-also"
    words = ctx.text(key, member.person, name=_name(chosen[0], ctx))
    speak(ctx, member.person, words, address=member.address)


def _note_mentor(case_id: CaseId, match: Match, member: Member, message_id: MessageId, ctx: Context) -> None:
    """The case is about this mentor, if it was about nobody yet; about another one there is a case of its own."""
    case = find_case(ctx.tx, case_id, lock=True)
    if case is None or case.state is CaseState.CLOSED or case.match_id not in {None, match.id}:
        _open(member, message_id, match, ctx)
    elif case.match_id is None:
        named = name_pair(ctx.tx, case.id, match.id, match.mentor_id)
        words = ctx.text("concern-about", None, name=_name(match, ctx))
        add_entry(ctx.tx, named, EntryKind.NOTE, ctx.now, by=member.person.id, words=words)


def _free(case: Case, others: Sequence[Match], member: Member, ctx: Context) -> None:
    """What was stopped only because nobody knew yet whom it is about is as it was before."""
    stood = _stood_before(case, ctx)
    for match in others:
        before = stood.get(match.id, _STOPPED)
        if before == _STOPPED or match.state is not MatchState.PAUSED or match.paused_by is not None:
            continue
        if before != _ACTIVE:
            set_match_state(ctx.tx, match.id, MatchState.PAUSED, ctx.now, paused_by=PersonId(int(before)))
            continue
        set_match_state(ctx.tx, match.id, MatchState.ACTIVE, ctx.now)
        write_audit(ctx.tx, f"person:{member.person.id}", "match.resume", f"match:{match.id}", ctx.now)
        # Only who wrote meanwhile knows that there was a break.
        if was_refused(ctx.tx, match.id, match.mentor_id, case.opened_at):
            tell(ctx, get_person(ctx.tx, match.mentor_id), "match-resumed-told", name=member.person.name)


def _stood_before(case: Case, ctx: Context) -> Mapping[int, str]:
    """How the matches stood before all were stopped, by their number."""
    noted = (str(entry.detail.get("stood", "")) for entry in entries_of(ctx.tx, case.id))
    pairs = (part.partition(":") for words in noted for part in words.split())
    return {int(number): how for number, _, how in pairs}
