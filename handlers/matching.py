"""Matching: proposed by a coordinator, agreed by the mentor, then by the mentee; paused, resumed and ended."""

from handlers import succession
from handlers.context import Context
from handlers.errors import Refused
from handlers.outbound import Option
from handlers.speaking import speak, tell, tell_coordinators
from handlers.step import Member, Step
from storage.audit import write_audit
from storage.conversations import Topic, close_about, open_conversation, open_conversations
from storage.ids import MatchId
from storage.matches import (
    LIVE,
    Agreement,
    Match,
    MatchState,
    add_match,
    find_match,
    get_match,
    matches_of,
    record_answer,
    set_match_state,
)
from storage.messages.kinds import Kind, MessageState
from storage.people import Person, PersonState, Role, get_person


def propose(  # noqa: PLR0913 - who, and on what terms
    ctx: Context,
    mentor: Person,
    mentee: Person,
    agreement: Agreement,
    *,
    actor: str,
    mentee_agreed: bool = False,
    follows: Match | None = None,
    notes_visible: bool = True,
) -> Match:
    """Propose a pair, and ask the mentor. `mentee_agreed`: the mentee has no phone and said yes to the coordinator.

    `follows` is the match that this one will take the place of, with its earlier notes visible to the mentor or not.
    Raises `Refused` when the two can't be paired.
    """
    if mentor.role is not Role.MENTOR or mentee.role is not Role.MENTEE:
        raise Refused("A match needs a mentor and a mentee, in this order.")
    if mentor.programme != mentee.programme:
        raise Refused("The mentor and the mentee are in different programmes.")
    known = matches_of(ctx.tx, mentor.id, (*LIVE, MatchState.PROPOSED))
    if any(match.mentee_id == mentee.id for match in known):
        raise Refused("These two are matched already, or have been asked. See: telementor match list")
    _check_names(ctx, mentor, mentee, besides=follows)
    match = add_match(ctx.tx, mentor, mentee, agreement, ctx.now, follows=follows, notes_visible=notes_visible)
    write_audit(ctx.tx, actor, "match.propose", f"match:{match.id}", ctx.now, mentor=mentor.id, mentee=mentee.id)
    if mentee_agreed:
        record_answer(ctx.tx, match, mentee.id, yes=True)
    advance(match.id, ctx)
    return get_match(ctx.tx, match.id)


def _check_names(ctx: Context, mentor: Person, mentee: Person, *, besides: Match | None) -> None:
    """Whom words are for is told by name: nobody may get a second partner of the same one. Raises `Refused`.

    `besides` is a match that ends before the new one begins.
    """
    for one, other in ((mentor, mentee), (mentee, mentor)):
        for match in matches_of(ctx.tx, one.id, (*LIVE, MatchState.PROPOSED)):
            known = get_person(ctx.tx, match.other(one.id)).name.casefold()
            if known == other.name.casefold() and (besides is None or match.id != besides.id):
                raise Refused(f"{one.name} is matched with somebody called {other.name} already: use another name.")


def advance_all(person: Person, ctx: Context) -> int:
    """Take every proposed match of somebody a step further, after something about them changed; how many there are."""
    proposed = matches_of(ctx.tx, person.id, (MatchState.PROPOSED,))
    for match in proposed:
        advance(match.id, ctx)
    return len(proposed)


def advance(match_id: MatchId, ctx: Context) -> None:
    """Ask whoever has to be asked next; start the match when both have agreed and nothing stands against it."""
    match = get_match(ctx.tx, match_id, lock=True)
    if match.state is not MatchState.PROPOSED:
        return
    mentor, mentee = get_person(ctx.tx, match.mentor_id), get_person(ctx.tx, match.mentee_id)
    if match.mentor_yes is None:
        _ask(match, mentor, mentee, ctx)
    elif mentee.waits_for_parent:
        return
    elif match.mentee_yes is None:
        _ask(match, mentee, mentor, ctx)
    else:
        _start(match, mentor, mentee, ctx)


def _ask(match: Match, person: Person, other: Person, ctx: Context) -> None:
    """Ask one side, once and about one match at a time; somebody who has not joined yet is asked when they have."""
    asked = any(found.topic is Topic.MATCH for found in open_conversations(ctx.tx, person.id))
    if asked or person.state is not PersonState.JOINED:
        return
    options = (
        Option(ctx.text("option-yes", person), f"match:{match.id}:yes"),
        Option(ctx.text("option-no", person), f"match:{match.id}:no"),
    )
    open_conversation(ctx.tx, person, Topic.MATCH, ctx.now, subject=match.id, options=options)
    words = ctx.text(f"match-ask-{person.role}", person, name=other.name)
    if match.follows_id is not None:
        words = ctx.text(f"handover-ask-{person.role}", person, name=other.name)
    speak(ctx, person, words, kind=Kind.QUESTION, options=options, match_id=match.id)


def answer(member: Member, match_id: int, *, yes: bool, ctx: Context) -> Step:
    """One side said yes or no. A question that isn't open to them is none: nothing follows."""
    open_here = [
        found
        for found in open_conversations(ctx.tx, member.person.id)
        if found.topic is Topic.MATCH and found.subject == match_id
    ]
    if not open_here:
        return Step(Kind.ANSWER, MessageState.KEPT)
    found = MatchId(match_id)
    return Step(Kind.ANSWER, MessageState.KEPT, lambda _: _settle(member, found, yes=yes, ctx=ctx), match_id=found)


def _settle(member: Member, match_id: MatchId, *, yes: bool, ctx: Context) -> None:
    person = member.person
    match = get_match(ctx.tx, match_id, lock=True)
    close_about(ctx.tx, Topic.MATCH, match_id, ctx.now)
    record_answer(ctx.tx, match, person.id, yes=yes)
    write_audit(ctx.tx, f"person:{person.id}", "match.answer", f"match:{match_id}", ctx.now, yes=yes)
    if yes:
        advance(match_id, ctx)
        if get_match(ctx.tx, match_id).state is MatchState.PROPOSED:
            speak(ctx, person, ctx.text("match-yes-thanks", person), address=member.address)
    else:
        # Only the coordinator learns who declined.
        set_match_state(ctx.tx, match_id, MatchState.DECLINED, ctx.now)
        speak(ctx, person, ctx.text("match-declined-thanks", person), address=member.address)
        side = ctx.text(f"side-{person.role}", None)
        tell_coordinators(ctx, match.programme, "notice-match-declined", name=person.name, side=side)
    advance_all(person, ctx)


def _start(match: Match, mentor: Person, mentee: Person, ctx: Context) -> None:
    set_match_state(ctx.tx, match.id, MatchState.ACTIVE, ctx.now)
    write_audit(ctx.tx, "service", "match.start", f"match:{match.id}", ctx.now)
    tell(ctx, mentor, "match-started", name=mentee.name)
    if match.follows_id is None:
        tell(ctx, mentee, "match-started", name=mentor.name)
    else:
        succession.take_over(match, mentor, mentee, match.follows_id, ctx)
    tell_coordinators(ctx, match.programme, "notice-match-started", mentor=mentor.name, mentee=mentee.name)


# What a coordinator may do with a match: from which states, to which, and what both sides are told.
_CHANGES = {
    "pause": ((MatchState.ACTIVE,), MatchState.PAUSED, "match-paused-told"),
    "resume": ((MatchState.PAUSED,), MatchState.ACTIVE, "match-resumed-told"),
    "end": ((MatchState.ACTIVE, MatchState.PAUSED, MatchState.PROPOSED), MatchState.ENDED, "match-ended-told"),
}


def change_match(ctx: Context, match_id: int, change: str, *, actor: str) -> Match:
    """Pause, resume or end a match, and tell both sides. Raises `Refused` when it isn't in a state for that."""
    match = find_match(ctx.tx, match_id)
    if match is None:
        raise Refused(f"There is no match {match_id}. See: telementor match list")
    match = get_match(ctx.tx, match.id, lock=True)
    allowed, state, key = _CHANGES[change]
    if match.state not in allowed:
        raise Refused(f"Match {match_id} is {match.state}, so it can't {change}. See: telementor match list")
    set_match_state(ctx.tx, match.id, state, ctx.now)
    close_about(ctx.tx, Topic.MATCH, match.id, ctx.now)
    write_audit(ctx.tx, actor, f"match.{change}", f"match:{match_id}", ctx.now)
    mentor, mentee = get_person(ctx.tx, match.mentor_id), get_person(ctx.tx, match.mentee_id)
    if match.state is MatchState.PROPOSED:
        # Whoever was being asked about it can be asked about another one.
        advance_all(mentor, ctx)
        advance_all(mentee, ctx)
    else:
        tell(ctx, mentor, key, name=mentee.name)
        tell(ctx, mentee, key, name=mentor.name)
    return get_match(ctx.tx, match.id)
