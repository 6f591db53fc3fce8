"""Change of mentor, as a coordinator asks for it: the new one is asked, and the match goes on until they start."""

from dataclasses import dataclass

from handlers import matching
from handlers.context import Context
from handlers.errors import Refused
from handlers.people import require_person
from storage.audit import write_audit
from storage.matches import LIVE, Match, MatchState, find_match, matches_of
from storage.messages.waiting import unsettled_of
from storage.people import get_person


@dataclass(frozen=True, slots=True)
class Handover:
    """A change of mentor as it was begun."""

    earlier: Match
    match: Match
    # How many messages of the earlier match wait: they are refused when the new one starts, unless they go before.
    unsettled: int


def begin(
    ctx: Context, match_id: int, mentor_id: int, *, hide_notes: bool, mentee_agreed: bool, actor: str
) -> Handover:
    """Propose the same mentee to another mentor. Raises `Refused` when that can't be."""
    earlier = find_match(ctx.tx, match_id)
    if earlier is None:
        raise Refused(f"There is no match {match_id}. See: telementor match list")
    if earlier.state not in LIVE:
        raise Refused(f"Match {match_id} is {earlier.state}, so nobody can take it over. See: telementor match list")
    mentor, mentee = require_person(ctx, mentor_id), get_person(ctx.tx, earlier.mentee_id)
    if any(match.follows_id == earlier.id for match in matches_of(ctx.tx, mentee.id, (MatchState.PROPOSED,))):
        raise Refused(f"Somebody is being asked to take over match {match_id} already. See: telementor match list")
    match = matching.propose(
        ctx,
        mentor,
        mentee,
        earlier.agreement,
        actor=actor,
        mentee_agreed=mentee_agreed,
        follows=earlier,
        notes_visible=not hide_notes,
    )
    write_audit(ctx.tx, actor, "match.hand", f"match:{earlier.id}", ctx.now, to=match.id, notes=not hide_notes)
    return Handover(earlier, match, len(unsettled_of(ctx.tx, earlier.id)))
