"""The relay: words from one side of a match to the other, built fresh from what the engines let through."""

from content.cleaning import is_blank
from handlers import addressee, files, kinds, late, passing
from handlers.context import Context
from handlers.events import Inbound
from handlers.screening import Screened, screen_inbound
from handlers.speakers import speaker
from handlers.speaking import speak, tell_coordinators
from handlers.step import Member, Step
from storage.ids import MessageId
from storage.matches import Partner, only_match, partners_of
from storage.messages.kinds import Kind, MessageState


def relay(  # noqa: PLR0911 - one return for each reason
    inbound: Inbound, member: Member, screened: Screened, ctx: Context
) -> Step:
    """Decide what becomes of somebody's words that are not a command and not an answer."""
    partners = partners_of(ctx.tx, member.person.id)
    if not partners:
        return _keep_unmatched(member, ctx)
    if files.may_pass(inbound, member, ctx):
        return _relay_files(inbound, member, partners, screened, ctx)
    only = only_match(partners)
    if inbound.attachments:
        return kinds.refuse_kind(member, inbound.attachments, ctx, only)
    if is_blank(screened.deliverable):
        return passing.refuse(member, "empty-text", ctx, only)
    found = addressee.find(inbound, member, partners, ctx)
    if found is None:
        ended = addressee.ended_match(inbound, member, partners, ctx)
        if ended is not None:
            return late.keep_late(member, ended, ctx)
        return Step(
            Kind.RELAY, MessageState.WAITING, lambda message_id: addressee.wait(message_id, member, partners, ctx)
        )
    partner = found[0]
    words = _for_partner(inbound, member, partners, found, screened, ctx)
    if is_blank(words.deliverable):
        return passing.refuse(member, "empty-text", ctx, partner.match_id)
    return passing.pass_on(member, partner, words, ctx, passing.Beside(reply_to=inbound.reply_to))


def _relay_files(inbound: Inbound, member: Member, partners: list[Partner], screened: Screened, ctx: Context) -> Step:
    """Files go to whom words would go; what stands before the caption may say whom they are for."""
    found = addressee.find(inbound, member, partners, ctx)
    if found is None:
        ended = addressee.ended_match(inbound, member, partners, ctx)
        if ended is not None:
            return late.keep_late(member, ended, ctx)
        return Step(
            Kind.RELAY,
            MessageState.WAITING,
            lambda message_id: addressee.wait(message_id, member, partners, ctx),
            files=True,
        )
    partner = found[0]
    words = _for_partner(inbound, member, partners, found, screened, ctx)
    return files.pass_on(member, partner, words, files.described(inbound), ctx)


def _for_partner(
    inbound: Inbound,
    member: Member,
    partners: list[Partner],
    found: tuple[Partner, int],
    screened: Screened,
    ctx: Context,
) -> Screened:
    """The words without whose name stands before them, judged with what was written before to the same partner."""
    partner, start = found
    if not start and len(partners) == 1:
        return screened
    who = speaker(ctx, member.person, partner.match_id, ref=inbound.message_ref)
    return screen_inbound(inbound, ctx.content, who, start=start)


def _keep_unmatched(member: Member, ctx: Context) -> Step:
    """Words from somebody without a match: kept, and the coordinators know that they wait to be read."""
    ended = late.last_ended(member.person, ctx)
    if ended is not None:
        return late.keep_late(member, ended, ctx)

    def follow(_: MessageId) -> None:
        speak(ctx, member.person, ctx.text("no-match-yet", member.person), address=member.address)
        tell_coordinators(ctx, member.person.programme, "notice-unmatched", name=member.person.name)

    return Step(Kind.OTHER, MessageState.KEPT, follow)
