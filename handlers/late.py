"""Words that come after a match has ended: kept, answered kindly, put before the coordinator; they reopen nothing."""

from datetime import timedelta

from handlers.context import Context
from handlers.speaking import speak, tell_coordinators
from handlers.step import Member, Step
from storage.diary import note_once
from storage.ids import MessageId
from storage.matches import Match, MatchState, matches_of
from storage.messages.kinds import Kind, MessageState
from storage.people import Person, get_person

# The diary's name for "somebody was told that their match is over".
LATE = "late_answered"
# So long the answer is not repeated to somebody.
_ANSWER_AGAIN_AFTER = timedelta(hours=24)


def last_ended(person: Person, ctx: Context) -> Match | None:
    """The match of somebody that ended last, of those that had begun; None when none has."""
    ended = [match for match in matches_of(ctx.tx, person.id, (MatchState.ENDED,)) if match.started_at is not None]
    return max(ended, key=lambda match: (match.ended_at or match.created_at, match.id), default=None)


def keep_late(member: Member, match: Match, ctx: Context) -> Step:
    """The step for words that belong to a match that is over: its sender is answered once a day."""

    def follow(_: MessageId) -> None:
        person, other = member.person, get_person(ctx.tx, match.other(member.person.id))
        if note_once(ctx.tx, LATE, person.id, ctx.now, since=ctx.now - _ANSWER_AGAIN_AFTER):
            contact = ctx.programme(person).coordinator_contact
            words = ctx.text("late-after-ending", person, name=other.name, coordinator=contact)
            speak(ctx, person, words, address=member.address)
        tell_coordinators(ctx, person.programme, "notice-late", name=person.name, other=other.name)

    return Step(Kind.OTHER, MessageState.KEPT, follow, match_id=match.id)
