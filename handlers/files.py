"""Files on their way: which may be passed on, what happens once one is fetched or lost, and how one is let go."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from handlers import passing
from handlers.context import Context
from handlers.events import Channel, Inbound
from handlers.holding import announce
from handlers.screening import Screened, screen
from handlers.speakers import looked_at, speaker
from handlers.speaking import reachable_address, speak, tell
from handlers.step import Member, Step
from storage.addresses import AddressState, addresses_of
from storage.ids import MediaId, MessageId
from storage.matches import Partner, get_match, partners_of
from storage.media import MediaFile, MediaState, files_of, note_lost, note_ready
from storage.messages.held import HeldMessage, with_its_album
from storage.messages.keeping import set_delivered, settle_message
from storage.messages.kinds import Kind, MessageState
from storage.messages.words import latest_words
from storage.people import Person, get_person

# Kind and emoji of each file of a message.
Described = Sequence[tuple[str, str | None]]


def may_pass(inbound: Inbound, member: Member, ctx: Context) -> bool:
    """Whether a message has files and the programme refuses none of what came with it."""
    kinds = {file.kind for file in inbound.media}
    # Telegram writes an animation down as a document too.
    others = set(inbound.attachments) - kinds - ({"document"} if "animation" in kinds else set())
    policy = ctx.programme(member.person).media
    return bool(kinds) and not others and all(policy.of(kind) != "refuse" for kind in kinds)


def described(inbound: Inbound) -> Described:
    """What is to be known of the files of a message before they are fetched."""
    return [(file.kind, file.emoji) for file in inbound.media]


def pass_on(member: Member, partner: Partner, screened: Screened, files: Described, ctx: Context) -> Step:
    """The step for a message with files: it is held until they are fetched, and looked at where the policy says so."""
    step = passing.find_obstacle(member, partner, ctx)
    if step is None and screened.policy == "refuse":
        step = passing.stopped_by_policy(member, screened, ctx)
    if step is None and partner.address is not None and partner.address.channel != Channel.TELEGRAM:
        step = _without_files(member, partner, screened, files, ctx)
    if step is None:
        looks = _words_wait(screened, member.person, ctx) or partner.hold_case_id is not None
        looks = looks or _must_be_looked_at([kind for kind, _ in files], member.person, ctx)
        step = Step(
            Kind.RELAY,
            MessageState.HELD,
            lambda message_id: _wait(message_id, member, ctx, looks=looks),
            files=True,
        )
    return replace(step, match_id=partner.match_id, passed=step.passed or screened)


def _without_files(member: Member, partner: Partner, screened: Screened, files: Described, ctx: Context) -> Step:
    """Somebody reached by SMS gets no files: an allowed sticker becomes words, the rest is refused at once."""
    emoji = [emoji for kind, emoji in files if kind == "sticker" and emoji]
    if len(emoji) == len(files) and not _must_be_looked_at(["sticker"], member.person, ctx):
        words = " ".join(ctx.text("sticker-words", partner.person, words=_in_words(one)) for one in emoji)
        return passing.pass_on(member, partner, replace(screened, deliverable=words), ctx)
    words = ctx.text("file-not-by-sms", member.person)

    def follow(message_id: MessageId) -> None:
        if with_its_album(ctx.tx, message_id)[0].id == message_id:
            speak(ctx, member.person, words, address=member.address)

    return Step(Kind.RELAY, MessageState.REFUSED, follow)


def _in_words(emoji: str) -> str:
    """What an emoji is called (Unicode), for telephones that may not show it: "thumbs up sign"."""
    return unicodedata.name(emoji[0], "picture").lower()


def _words_wait(screened: Screened, sender: Person, ctx: Context) -> bool:
    """Whether a caption has to be looked at, whatever its file is."""
    return screened.deliverable is None or screened.policy == "hold" or passing.is_grave(screened, sender, ctx)


def _must_be_looked_at(kinds: Sequence[str], sender: Person, ctx: Context) -> bool:
    policy = ctx.programme(sender).media
    return any(policy.of(kind) != "allow" for kind in kinds)


def _wait(message_id: MessageId, member: Member, ctx: Context, *, looks: bool) -> None:
    if looks and with_its_album(ctx.tx, message_id)[0].id == message_id:
        # Of an album once.
        speak(ctx, member.person, ctx.text("held-file", member.person), address=member.address)
    # Where somebody was asked whom it is for, the files may be here already.
    _advance(message_id, ctx)


def take_file(ctx: Context, media_id: MediaId, mime: str, data: bytes) -> None:
    """A file was fetched and cleaned: its message is passed on, or a coordinator is asked to look at it."""
    message_id = note_ready(ctx.tx, media_id, mime, data)
    if message_id is not None:
        _advance(message_id, ctx)


def lose_file(ctx: Context, media_id: MediaId, error: str) -> None:
    """A file can't be fetched or can't be cleaned (`error` is a code): its sender is told."""
    message_id = note_lost(ctx.tx, media_id, error)
    if message_id is not None:
        _advance(message_id, ctx)


def _advance(message_id: MessageId, ctx: Context) -> None:
    """Let a held message go on as far as its files allow."""
    parts = with_its_album(ctx.tx, message_id)
    message = next((part for part in parts if part.id == message_id), None)
    if message is None:
        # Nobody has said yet who wrote it, on a telephone that several share.
        return
    files = files_of(ctx.tx, [part.id for part in parts])
    own = files.get(message_id, [])
    if message.state is not MessageState.HELD or any(file.state is MediaState.WANTED for file in own):
        return
    sender = get_person(ctx.tx, message.person_id)
    if any(file.state is MediaState.FAILED for file in own):
        settle_message(ctx.tx, message_id, MessageState.REFUSED)
        if not any(_is_lost(files.get(part.id, [])) for part in parts if part.id != message_id):
            tell(ctx, sender, "file-lost")
    elif _may_go_unseen(message, own, sender, ctx):
        let_go(message, ctx)
    elif not any(_waits_for_look(part, files) for part in parts if part.id != message_id):
        announce(message_id, sender, ctx, with_file=True)


def _may_go_unseen(message: HeldMessage, own: list[MediaFile], sender: Person, ctx: Context) -> bool:
    if _must_be_looked_at([file.kind for file in own], sender, ctx):
        return False
    if message.match_id is not None and get_match(ctx.tx, message.match_id).hold_case_id is not None:
        return False
    found = screened_again(message, ctx)
    return found is not None and not is_held_for_details(message, ctx) and not passing.is_grave(found, sender, ctx)


def _is_lost(files: list[MediaFile]) -> bool:
    return any(file.state is MediaState.FAILED for file in files)


def _waits_for_look(part: HeldMessage, files: dict[MessageId, list[MediaFile]]) -> bool:
    return part.state is MessageState.HELD and is_ready(files.get(part.id, []))


def is_ready(files: list[MediaFile]) -> bool:
    """Whether all files of a message are here."""
    return all(file.state is MediaState.READY for file in files)


def is_held_for_details(message: HeldMessage, ctx: Context) -> bool:
    """Whether a coordinator has to decide about contact details in a message's words, as they were changed last."""
    newest, sender = latest_words(ctx.tx, message.id), get_person(ctx.tx, message.person_id)
    who = speaker(ctx, sender, message.match_id, until=message.id)
    return screen(newest.original, (), ctx.content, who).policy == "hold"


def screened_again(message: HeldMessage, ctx: Context, *, whole: bool = False) -> Screened | None:
    """What may be passed on of a held message now: the filter may have failed before. None when it still fails.

    `whole`: with the contact details for whose sake it was held.
    """
    # As its sender changed them last.
    newest, sender = latest_words(ctx.tx, message.id), get_person(ctx.tx, message.person_id)
    who = looked_at(speaker(ctx, sender, message.match_id, until=message.id), passes=whole)
    first = screen(newest.original, (), ctx.content, who)
    found = screen(newest.delivered, (), ctx.content, who)
    return None if found.deliverable is None else replace(found, removed=first.removed)


def let_go(message: HeldMessage, ctx: Context, *, whole: bool = False) -> MessageState:
    """Pass on a held message as things are now; what became of it. Of a refusal its sender is told why.

    `whole` as in `screened_again`.
    """
    sender = get_person(ctx.tx, message.person_id)
    own = [found for found in addresses_of(ctx.tx, sender.id) if found.state is not AddressState.CLOSED]
    address = next((found for found in own if found.id == message.address_id), None)
    address = address or reachable_address(ctx, sender)
    partner = next((found for found in partners_of(ctx.tx, sender.id) if found.match_id == message.match_id), None)
    screened = screened_again(message, ctx, whole=whole)
    if partner is None or address is None or screened is None:
        settle_message(ctx.tx, message.id, MessageState.REFUSED)
        tell(ctx, sender, "other-not-reachable")
        return MessageState.REFUSED
    files = tuple(files_of(ctx.tx, [message.id]).get(message.id, []))
    change = passing.change_of(message.id, partner, ctx)
    beside = passing.Beside(message.reply_to_ref, message.address_id, change, files, looked=True)
    step = passing.pass_on(Member(sender, address), partner, screened, ctx, beside)
    settle_message(ctx.tx, message.id, step.state)
    if screened.deliverable is not None and screened.deliverable != message.delivered:
        set_delivered(ctx.tx, message.id, message.key_id, screened.deliverable)
    step.follow(message.id)
    return step.state
