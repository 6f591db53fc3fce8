"""Changed messages: a later version of what somebody sent takes its place, on the other side as well."""

from content.cleaning import is_blank
from handlers import addressee, commands, passing
from handlers.context import Context
from handlers.events import Inbound
from handlers.screening import screen_inbound
from handlers.speakers import speaker
from handlers.step import Member, Step
from storage.matches import partners_of
from storage.messages.kinds import Kind, MessageState
from storage.messages.words import Words, find_incoming, versions_of

_WENT = frozenset({MessageState.RELAYED, MessageState.CHANGED})
# It will go later, or when somebody lets it: then in the newest version (`storage.messages.words.latest_words`).
_TO_GO = frozenset({MessageState.WAITING, MessageState.DEFERRED, MessageState.HELD})


def take_edit(inbound: Inbound, member: Member, ctx: Context) -> Step | None:
    """The step for a changed version; None when it is to be treated like a message that was never sent before.

    That is when its first version never came here, or was refused: then the change is perhaps the way out.
    """
    first = None if inbound.message_ref is None else find_incoming(ctx.tx, inbound.message_ref, member.address.id)
    if first is None:
        return None
    versions = versions_of(ctx.tx, first)
    kind = versions[0].kind
    if inbound.text == versions[-1].original:
        # A preview, a button, a file: no words were changed. Telegram tells of more changes than people make.
        return Step(kind, MessageState.KEPT, match_id=versions[0].match_id)
    standing = next((one for one in reversed(versions) if one.state in _WENT | _TO_GO), None)
    if standing is not None and standing.state in _WENT and kind is Kind.RELAY:
        return _change(inbound, standing, versions, member, ctx)
    if standing is None and versions[0].state is MessageState.REFUSED:
        return None
    match_id = None if standing is None else standing.match_id
    return Step(kind, MessageState.KEPT, match_id=match_id)


def _change(inbound: Inbound, standing: Words, versions: list[Words], member: Member, ctx: Context) -> Step:
    """The step for a new version of what was passed on."""
    partners = partners_of(ctx.tx, member.person.id)
    partner = next((one for one in partners if one.match_id == standing.match_id), None)
    if partner is None:
        return passing.refuse(member, "edited-not-relayed", ctx, standing.match_id)
    named = addressee.named_before(inbound.text, partners) or commands.words_behind_to(inbound.text, partners)
    if named is not None and named[0] is not partner:
        # What was said to one mentee can't be taken back and given to another, whose name is nobody's business.
        return passing.refuse(member, "edited-for-another", ctx, standing.match_id)
    who = speaker(ctx, member.person, partner.match_id, ref=inbound.message_ref)
    screened = screen_inbound(inbound, ctx.content, who, start=named[1] if named else 0)
    change = passing.what_changes([one.id for one in versions], partner, ctx)
    # A picture is something to see without its caption too.
    if is_blank(screened.deliverable) and not change.of_caption:
        return passing.refuse(member, "edited-to-nothing", ctx, standing.match_id)
    return passing.pass_on(member, partner, screened, ctx, passing.Beside(change=change))
