"""A new mentor takes over: the earlier match ends when the new one starts, and the history goes on."""

from handlers.context import Context
from handlers.speaking import tell
from storage.audit import write_audit
from storage.conversations import Topic, close_about
from storage.diary import hand_on
from storage.ids import MatchId
from storage.matches import LIVE, Match, MatchState, get_match, set_match_state
from storage.messages.keeping import NewMessage, add_message, settle_message
from storage.messages.kinds import Direction, Kind, MessageState
from storage.messages.waiting import unsettled_of
from storage.people import Person, get_person

# Kinds of diary entries whose subject is a match begin so: they move to the match that goes on from it.
OF_A_MATCH = "match_"


def take_over(match: Match, mentor: Person, mentee: Person, earlier_id: MatchId, ctx: Context) -> None:
    """End the match that a new one goes on from; both sides and the one who leaves are told."""
    earlier = get_match(ctx.tx, earlier_id, lock=True)
    before = get_person(ctx.tx, earlier.mentor_id)
    if earlier.state in LIVE:
        set_match_state(ctx.tx, earlier.id, MatchState.ENDED, ctx.now)
        close_about(ctx.tx, Topic.NEXT, earlier.id, ctx.now)
        write_audit(ctx.tx, "service", "match.handover", f"match:{earlier.id}", ctx.now, to=match.id)
        _refuse_unsettled(earlier, ctx)
        hand_on(ctx.tx, OF_A_MATCH, earlier.id, match.id)
        for one in (earlier, match):
            _mark(one, ctx)
        tell(ctx, before, "handover-done-before", name=mentee.name)
    tell(ctx, mentee, "handover-done-mentee", name=mentor.name, before=before.name)


def _mark(match: Match, ctx: Context) -> None:
    """The change stands between what was said before and after it."""
    new = NewMessage(
        direction=Direction.OUT,
        kind=Kind.MARKER,
        state=MessageState.SAID,
        key_id=match.key_id,
        at=ctx.now,
        received_at=ctx.now,
        original=ctx.text("marker-handover", None),
        match_id=match.id,
    )
    add_message(ctx.tx, new)


def _refuse_unsettled(earlier: Match, ctx: Context) -> None:
    """What waited in the match that ended is for nobody any more: its senders are told."""
    for message_id, person_id in unsettled_of(ctx.tx, earlier.id):
        settle_message(ctx.tx, message_id, MessageState.REFUSED)
        tell(ctx, get_person(ctx.tx, person_id), "handover-refused")
