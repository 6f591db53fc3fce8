"""PAUSE and RESUME: one word by either side takes a break, or ends the break that the same person asked for."""

from handlers import addressee
from handlers.context import Context
from handlers.events import Inbound
from handlers.replying import reply
from handlers.speaking import speak, tell, tell_coordinators
from handlers.step import Member, Step
from storage.audit import write_audit
from storage.ids import MatchId
from storage.matches import Match, MatchState, get_match, partners_of, set_match_state
from storage.messages.kinds import Kind, MessageState
from storage.people import Role, get_person


def take_word(inbound: Inbound, member: Member, ctx: Context) -> Step | None:
    """The step for PAUSE or RESUME without a slash; None when it is just a word in a sentence."""
    # The word alone, or with the name of the other side; people end it with a full stop.
    word, _, name = inbound.text.strip().rstrip(".! ").partition(" ")
    word = word.casefold()
    if word not in {"pause", "resume"} or inbound.attachments or member.person.role is Role.COORDINATOR:
        return None
    known = not name or addressee.by_name(name, partners_of(ctx.tx, member.person.id))
    # Who was there before is none of the business of who is there now: that isn't passed on either.
    if not known and addressee.ended_called(name, member.person, ctx) is None:
        return None
    return change(word, name, member, ctx)


def change(word: str, name: str, member: Member, ctx: Context) -> Step:
    """`/pause` and `/resume`, for all of somebody's matches or for the one with somebody of this name."""
    partners = partners_of(ctx.tx, member.person.id)
    if name:
        partner = addressee.by_name(name.rstrip(".!"), partners)
        if partner is None:
            return _answer(ctx.text("pause-unknown", member.person, name=name[:30]), member, ctx)
        partners = [partner]
    if not partners:
        return _answer(ctx.text("no-match-yet", member.person), member, ctx)
    meant = [partner.match_id for partner in partners]
    match_id = meant[0] if len(meant) == 1 else None
    follow = _pause if word == "pause" else _resume
    return Step(Kind.COMMAND, MessageState.KEPT, lambda _: follow(meant, member, ctx), match_id=match_id)


def _answer(words: str, member: Member, ctx: Context) -> Step:
    return reply(member, words, ctx)


def _pause(match_ids: list[MatchId], member: Member, ctx: Context) -> None:
    person = member.person
    found = [get_match(ctx.tx, match_id, lock=True) for match_id in match_ids]
    for match in found:
        if match.state is MatchState.ACTIVE:
            set_match_state(ctx.tx, match.id, MatchState.PAUSED, ctx.now, paused_by=person.id)
            write_audit(ctx.tx, f"person:{person.id}", "match.pause", f"match:{match.id}", ctx.now)
            tell(ctx, get_person(ctx.tx, match.other(person.id)), "match-paused-told")
            _tell_coordinators(match, "notice-paused", member, ctx)
        elif match.paused_by == match.other(person.id):
            # Both want it now: no word of one of them may end it against the wish of the other.
            set_match_state(ctx.tx, match.id, MatchState.PAUSED, ctx.now)
            write_audit(ctx.tx, f"person:{person.id}", "match.pause", f"match:{match.id}", ctx.now)
            _tell_coordinators(match, "notice-paused-both", member, ctx)
    own = any(get_match(ctx.tx, match_id).paused_by == person.id for match_id in match_ids)
    words = ctx.text("pause-done" if own else "pause-already", person)
    speak(ctx, person, words, address=member.address)


def _resume(match_ids: list[MatchId], member: Member, ctx: Context) -> None:
    person = member.person
    paused = [
        match
        for match in (get_match(ctx.tx, match_id, lock=True) for match_id in match_ids)
        if match.state is MatchState.PAUSED
    ]
    own = [match for match in paused if match.paused_by == person.id]
    for match in own:
        set_match_state(ctx.tx, match.id, MatchState.ACTIVE, ctx.now)
        write_audit(ctx.tx, f"person:{person.id}", "match.resume", f"match:{match.id}", ctx.now)
        other = get_person(ctx.tx, match.other(person.id))
        tell(ctx, other, "match-resumed-told", name=person.name)
        words = ctx.text("match-resumed-told", person, name=other.name)
        speak(ctx, person, words, address=member.address)
        _tell_coordinators(match, "notice-resumed", member, ctx)
    if not own:
        words = ctx.text("resume-not-yours" if paused else "resume-not-needed", person)
        speak(ctx, person, words, address=member.address)


def _tell_coordinators(match: Match, key: str, member: Member, ctx: Context) -> None:
    other = get_person(ctx.tx, match.other(member.person.id))
    tell_coordinators(ctx, match.programme, key, name=member.person.name, other=other.name)
