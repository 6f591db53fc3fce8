"""Passing words on to the other side of a match, or saying why that can't be done now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from content.cleaning import is_blank
from handlers import threads
from handlers.context import Context
from handlers.deferring import defer
from handlers.events import Channel
from handlers.guard import brake
from handlers.holding import announce
from handlers.hours import wait_for
from handlers.outbound import CAPTION_LIMIT, text_length, text_limit
from handlers.replying import reply
from handlers.screening import Screened
from handlers.speaking import dispatch, speak, tell_coordinators
from handlers.step import Member, Step
from storage.addresses import Address, AddressState
from storage.ids import AddressId, MatchId, MessageId
from storage.matches import MatchState, Partner
from storage.media import MediaFile
from storage.messages.kinds import Kind, MessageState
from storage.messages.words import versions_of
from storage.outbox.by_message import Changeable, changeable_delivery
from storage.outbox.queueing import Parcel
from storage.people import Person, PersonState

# Bot API: sendSticker and sendVideoNote have no caption.
_WITHOUT_CAPTION = frozenset({"sticker", "video_note"})


@dataclass(frozen=True, slots=True)
class Change:
    """Words that take the place of earlier ones to the same partner."""

    # The delivery that they change; None where it can't be changed, so that they go as a new text with a mark.
    delivery: Changeable | None

    @property
    def of_caption(self) -> bool:
        """Whether it can be the caption of the file that is there."""
        return self.delivery is not None and self.delivery.caption


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes along with words that are passed on, or what they are about."""

    # The message that they answer, by its name in the sender's chat, and which chat that is if it isn't the one in
    # which they are answered now.
    reply_to: str | None = None
    reply_at: AddressId | None = None
    # The earlier words that they take the place of.
    change: Change | None = None
    # Files that are ready.
    files: tuple[MediaFile, ...] = ()
    # True once a coordinator has looked and lets them go.
    looked: bool = False


_NOTHING = Beside()


def pass_on(member: Member, partner: Partner, screened: Screened, ctx: Context, beside: Beside = _NOTHING) -> Step:
    """The step that passes words on to one partner, or says why that can't be done now."""
    return replace(_pass_on(member, partner, screened, ctx, beside), match_id=partner.match_id, passed=screened)


def _pass_on(member: Member, partner: Partner, screened: Screened, ctx: Context, beside: Beside) -> Step:
    words = screened.deliverable
    if words is None:
        return Step(Kind.RELAY, MessageState.HELD, lambda message_id: _hold(member, message_id, ctx))
    obstacle, address = find_obstacle(member, partner, ctx), partner.address
    if obstacle is not None or address is None:
        return obstacle or refuse(member, "other-not-reachable", ctx)
    if not beside.looked and (stopped := _stopped(member, partner, screened, ctx)) is not None:
        return stopped
    if beside.files and address.channel != Channel.TELEGRAM:
        return refuse(member, "file-not-by-sms", ctx)
    wait = wait_for(partner, ctx)
    if wait is not None or partner.deferred:
        return defer(member, partner, wait, ctx)

    def follow(message_id: MessageId) -> None:
        parcel = _parcel(message_id, member, partner, address, words, ctx, beside)
        captioned = all(file.kind not in _WITHOUT_CAPTION for file in beside.files)
        dispatch(ctx, address, parcel, [file.id for file in beside.files], captioned=captioned)
        if screened.removed:
            _tell_removed(member, screened.removed, ctx)

    return Step(Kind.RELAY, MessageState.CHANGED if screened.removed else MessageState.RELAYED, follow)


def _parcel(
    message_id: MessageId,
    member: Member,
    partner: Partner,
    address: Address,
    words: str,
    ctx: Context,
    beside: Beside,
) -> Parcel:
    """What goes to the partner at this address."""
    person, name = partner.person, member.person.name
    due_at = brake(ctx, member.person, message_id)
    if (beside.files or (beside.change is not None and beside.change.of_caption)) and is_blank(words):
        line = ctx.text("file-from", person, name=name)
    else:
        line = ctx.text(f"relay-{partner.person.role}", person, name=name, words=words)
    programme = ctx.programme(member.person)
    parcel = Parcel(
        message_id=message_id,
        key_id=member.person.key_id,
        text=line,
        due_at=due_at,
        expires_at=(due_at or ctx.now) + timedelta(hours=programme.message_life_hours),
    )
    if beside.change is not None:
        marked = ctx.text(f"changed-{partner.person.role}", person, name=name, words=words)
        return _changing(parcel, beside.change, marked, address)
    answers = threads.counterpart(beside.reply_to, beside.reply_at or member.address.id, partner.match_id, address, ctx)
    receipt = member.address.channel == Channel.TELEGRAM and programme.show_sent
    return replace(parcel, reply_to_ref=answers, receipt=receipt)


def _changing(parcel: Parcel, change: Change, marked: str, address: Address) -> Parcel:
    """The parcel that changes the earlier delivery, or the marked text where that can't be changed."""
    channel = Channel(address.channel)
    limit = CAPTION_LIMIT if change.of_caption else text_limit(channel)
    if channel is not Channel.TELEGRAM or change.delivery is None or text_length(channel, parcel.text) > limit:
        return replace(parcel, text=marked)
    return replace(parcel, edits_id=change.delivery.id, otherwise=marked)


def change_of(message_id: MessageId, partner: Partner, ctx: Context) -> Change | None:
    """What a message in the record changes, if it is a later version of one; None when it is the first."""
    ids = [version.id for version in versions_of(ctx.tx, message_id)]
    return None if ids[0] == message_id else what_changes(ids, partner, ctx)


def what_changes(versions: Sequence[MessageId], partner: Partner, ctx: Context) -> Change:
    """What a further version than these changes on the other side."""
    return Change(None if partner.address is None else changeable_delivery(ctx.tx, versions, partner.address.id))


def find_obstacle(member: Member, partner: Partner, ctx: Context) -> Step | None:
    """The step that says why nothing can be passed on to a partner now; None when it can."""
    if partner.match_state is MatchState.PAUSED:
        return refuse(member, "match-is-paused", ctx)
    address = partner.address
    if address is None and partner.person.state is PersonState.ADDED:
        return Step(Kind.RELAY, MessageState.REFUSED, lambda _: _no_phone(member, partner, ctx))
    if partner.person.state is not PersonState.JOINED or address is None or address.state is not AddressState.ACTIVE:
        return Step(Kind.RELAY, MessageState.REFUSED, lambda _: _not_reachable(member, partner, ctx))
    return None


def _stopped(member: Member, partner: Partner, screened: Screened, ctx: Context) -> Step | None:
    """The step for words that don't go before a coordinator has looked, or don't go at all; None for others."""
    stopped = stopped_by_policy(member, screened, ctx)
    if stopped is None and partner.hold_case_id is not None:
        return Step(Kind.RELAY, MessageState.HELD, lambda message_id: _hold(member, message_id, ctx))
    return stopped


def stopped_by_policy(member: Member, screened: Screened, ctx: Context) -> Step | None:
    """The step for words that the programme refuses, or holds until a coordinator has looked; None for others."""
    policy = ctx.programme(member.person).contact_details
    if screened.policy == "refuse":
        kinds = _listed(screened.decided_by(policy, "refuse"), member, ctx)
        words = ctx.text("details-refused", member.person, kinds=kinds)
        return reply(member, words, ctx, kind=Kind.RELAY, state=MessageState.REFUSED)
    if screened.policy == "hold":
        kinds = _listed(screened.decided_by(policy, "hold"), member, ctx)
        words = ctx.text("held-details", member.person, kinds=kinds)
        return Step(Kind.RELAY, MessageState.HELD, lambda message_id: _hold(member, message_id, ctx, words))
    if is_grave(screened, member.person, ctx):
        return Step(Kind.RELAY, MessageState.HELD, lambda message_id: _hold(member, message_id, ctx))
    return None


def is_grave(screened: Screened, sender: Person, ctx: Context) -> bool:
    """Whether the programme wants a coordinator to look at words with such findings before they are delivered."""
    wanted = ctx.programme(sender).hold_on
    return bool(wanted) and any(
        found.engine == "safeguarding" and (found.severity in wanted or found.kind in wanted)
        for found in screened.findings
    )


def _tell_removed(member: Member, removed: tuple[str, ...], ctx: Context) -> None:
    words = ctx.text("removed-notice", member.person, kinds=_listed(removed, member, ctx))
    speak(ctx, member.person, words, address=member.address)


def _listed(found: Sequence[str], member: Member, ctx: Context) -> str:
    kinds = [ctx.text(f"kind-{kind}", member.person) for kind in found]
    comma, last = ctx.text("list-comma", member.person), ctx.text("list-and", member.person)
    return last.join(filter(None, (comma.join(kinds[:-1]), kinds[-1])))


def refuse(member: Member, key: str, ctx: Context, match_id: MatchId | None = None) -> Step:
    """Not passed on: the sender is told why, and what to do."""
    words = ctx.text(key, member.person)
    return reply(member, words, ctx, kind=Kind.RELAY, state=MessageState.REFUSED, match_id=match_id)


def _hold(member: Member, message_id: MessageId, ctx: Context, words: str | None = None) -> None:
    words = words or ctx.text("held-notice", member.person)
    speak(ctx, member.person, words, address=member.address)
    announce(message_id, member.person, ctx, with_file=False)


def _no_phone(member: Member, partner: Partner, ctx: Context) -> None:
    """The other side has no phone, as in custody: a letter, a call or a visit is the way, and stands in the record."""
    words = ctx.text("other-has-no-phone", member.person, name=partner.person.name)
    speak(ctx, member.person, words, address=member.address)


def _not_reachable(member: Member, partner: Partner, ctx: Context) -> None:
    speak(ctx, member.person, ctx.text("other-not-reachable", member.person), address=member.address)
    tell_coordinators(ctx, member.person.programme, "notice-not-delivered", name=partner.person.name)
