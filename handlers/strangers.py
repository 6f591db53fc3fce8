"""Somebody whom the service doesn't know: one neutral answer, and the coordinators are told."""

from datetime import timedelta

from handlers.context import Context
from handlers.speaking import speak_to_stranger, tell_coordinators
from handlers.step import Step
from storage.addresses import Address, note_answered
from storage.ids import MessageId
from storage.messages.kinds import Kind, MessageState
from storage.people import Person

# So long the neutral answer is not repeated to one address, nor are the coordinators told again.
ANSWER_AGAIN_AFTER = timedelta(hours=24)


def answer_stranger(
    address: Address, ctx: Context, *, wants_silence: bool = False, former: Person | None = None
) -> Step:
    """Keep the words; answer once a day in words that reveal nothing, and not at all to STOP.

    `former` is whose address it was before they moved: the coordinators learn it, whoever writes there now doesn't.
    """
    answered = address.answered_at
    if wants_silence or (answered is not None and ctx.now - answered < ANSWER_AGAIN_AFTER):
        return Step(Kind.STRANGER, MessageState.KEPT)
    return Step(Kind.STRANGER, MessageState.KEPT, lambda message_id: _answer(address, former, message_id, ctx))


def _answer(address: Address, former: Person | None, message_id: MessageId, ctx: Context) -> None:
    note_answered(ctx.tx, address.id, ctx.now)
    speak_to_stranger(ctx, address, ctx.text("stranger", None))
    if former is None:
        tell_coordinators(ctx, None, "notice-stranger", message=str(message_id))
    else:
        tell_coordinators(ctx, former.programme, "notice-old-address", name=former.name)
