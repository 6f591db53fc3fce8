"""The step for a message that is only answered: nothing else becomes of it."""

from handlers.context import Context
from handlers.speaking import speak
from handlers.step import Member, Step
from storage.ids import MatchId
from storage.messages.kinds import Kind, MessageState


def reply(
    member: Member,
    words: str,
    ctx: Context,
    *,
    kind: Kind = Kind.COMMAND,
    state: MessageState = MessageState.KEPT,
    match_id: MatchId | None = None,
) -> Step:
    """Answer somebody where they wrote from. Their message is of this kind, and stays in this state."""
    return Step(kind, state, lambda _: speak(ctx, member.person, words, address=member.address), match_id=match_id)
