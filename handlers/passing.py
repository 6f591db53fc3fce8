"""Passing words on to the other side of a match, or saying why that can't be done now."""

from dataclasses import replace

from handlers.context import Context
from handlers.events import Channel
from handlers.holding import announce
from handlers.screening import Screened
from handlers.speaking import Parcel, dispatch, speak, tell_coordinators
from handlers.step import Member, Step
from storage.addresses import AddressState
from storage.ids import MatchId, MessageId
from storage.matches import MatchState, Partner
from storage.media import MediaFile
from storage.messages import Kind, MessageState
from storage.people import PersonState

# Bot API: sendSticker and sendVideoNote have no caption.
_WITHOUT_CAPTION = frozenset({"sticker", "video_note"})


def pass_on(
    member: Member, partner: Partner, screened: Screened, ctx: Context, files: tuple[MediaFile, ...] = ()
) -> Step:
    """The step that passes words on to one partner, or says why that can't be done now. `files` are ready."""
    return replace(_pass_on(member, partner, screened, ctx, files), match_id=partner.match_id, passed=screened)


def _pass_on(member: Member, partner: Partner, screened: Screened, ctx: Context, files: tuple[MediaFile, ...]) -> Step:
    words, removed = screened.deliverable, screened.removed
    if words is None:
        return Step(Kind.RELAY, MessageState.HELD, lambda message_id: _hold(member, message_id, ctx))
    obstacle = find_obstacle(member, partner, ctx)
    address = partner.address
    if obstacle is not None or address is None:
        return obstacle or refuse(member, "other-not-reachable", ctx)
    if files and address.channel != Channel.TELEGRAM:
        return refuse(member, "file-not-by-sms", ctx)

    def follow(message_id: MessageId) -> None:
        if files and not words.strip():
            line = ctx.text("file-from", partner.person, name=member.person.name)
        else:
            line = ctx.text(f"relay-{partner.person.role}", partner.person, name=member.person.name, words=words)
        captioned = all(file.kind not in _WITHOUT_CAPTION for file in files)
        parcel = Parcel(
            message_id, member.person.key_id, line, files=tuple(file.id for file in files), captioned=captioned
        )
        dispatch(ctx, address, parcel)
        if removed:
            _tell_removed(member, removed, ctx)

    state = MessageState.CHANGED if removed else MessageState.RELAYED
    return Step(Kind.RELAY, state, follow)


def find_obstacle(member: Member, partner: Partner, ctx: Context) -> Step | None:
    """The step that says why nothing can be passed on to a partner now; None when it can."""
    if partner.match_state is MatchState.PAUSED:
        return refuse(member, "match-is-paused", ctx)
    address = partner.address
    if partner.person.state is not PersonState.JOINED or address is None or address.state is not AddressState.ACTIVE:
        return Step(Kind.RELAY, MessageState.REFUSED, lambda _: _not_reachable(member, partner, ctx))
    return None


def _tell_removed(member: Member, removed: tuple[str, ...], ctx: Context) -> None:
    kinds = [ctx.text(f"kind-{kind}", member.person) for kind in removed]
    comma, last = ctx.text("list-comma", member.person), ctx.text("list-and", member.person)
    listed = last.join(filter(None, (comma.join(kinds[:-1]), kinds[-1])))
    speak(ctx, member.person, ctx.text("removed-notice", member.person, kinds=listed), address=member.address)


def refuse(member: Member, key: str, ctx: Context, match_id: MatchId | None = None) -> Step:
    """Not passed on: the sender is told why, and what to do."""
    words = ctx.text(key, member.person)
    return Step(
        Kind.RELAY,
        MessageState.REFUSED,
        lambda _: speak(ctx, member.person, words, address=member.address),
        match_id=match_id,
    )


def _hold(member: Member, message_id: MessageId, ctx: Context) -> None:
    speak(ctx, member.person, ctx.text("held-notice", member.person), address=member.address)
    announce(message_id, member.person, ctx, with_file=False)


def _not_reachable(member: Member, partner: Partner, ctx: Context) -> None:
    speak(ctx, member.person, ctx.text("other-not-reachable", member.person), address=member.address)
    tell_coordinators(ctx, member.person.programme, "notice-not-delivered", name=partner.person.name)
