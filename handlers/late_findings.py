"""What is found in words only once it is known whom they are for: with what was written to the same person before."""

from handlers import boundaries
from handlers.alerting import raise_alert
from handlers.context import Context
from handlers.screening import Screened, gravest_of
from handlers.step import Member, Step
from storage.addresses import Sender
from storage.ids import MessageId
from storage.messages.findings import add_findings, findings_of
from storage.messages.kinds import Kind


def record(message_id: MessageId, screened: Screened, member: Member, step: Step, ctx: Context, *, words: str) -> None:
    """Keep what a further look found in a message in the record; raise the alarm where it is graver than was known.

    `step` is what becomes of the message now, `words` are what was looked at. What was found before stays: it was
    found in the same words.
    """
    known = findings_of(ctx.tx, [message_id]).get(message_id, [])
    new = [found for found in screened.findings if found not in known]
    if not new:
        return
    add_findings(ctx.tx, message_id, new)
    gravest = gravest_of([*known, *new])
    if gravest is not None and gravest in new and not step.case_work:
        raise_alert(ctx, gravest, message_id, member, step, Sender(member.address, member.person), words=words)
    if step.kind is Kind.RELAY:
        boundaries.mind_details(ctx, member.person, message_id, step, new)
