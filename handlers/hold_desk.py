"""The hold desk: a coordinator looks at what is held, and then passes it on or refuses it. The first one decides."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from handlers import files
from handlers.context import Context
from handlers.errors import Refused
from handlers.events import Channel
from handlers.holding import REDACTED, RELEASE, WHOLE, after_looking, audience, before_looking
from handlers.outbound import Option
from handlers.replying import reply
from handlers.speakers import said_before
from handlers.speaking import speak, tell
from handlers.step import Member, Step
from storage.audit import read_audit, write_audit
from storage.ids import MessageId
from storage.media import MediaFile, files_of
from storage.messages.findings import findings_of
from storage.messages.held import HeldMessage, held_messages, with_its_album
from storage.messages.keeping import settle_message
from storage.messages.kinds import Kind, MessageState
from storage.messages.words import get_words, latest_words, versions_of
from storage.people import Person, Role, find_person, get_person

T = TypeVar("T")

_LOOK, _REFUSE = "hold.look", "hold.refuse"


class _NotDone(Exception):
    """Why a coordinator's choice has no effect."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Held:
    """A held message and its files."""

    message: HeldMessage
    sender: Person
    files: list[MediaFile]


# By button


def press(member: Member, message_id: int, choice: str, ctx: Context) -> Step:
    """A coordinator pressed a button of a notice about something that is held."""
    person = member.person
    parts = with_its_album(ctx.tx, message_id)
    if person.role is not Role.COORDINATOR:
        words = ctx.text("not-allowed", person)
    elif not parts or person.id not in {found.id for found in _audience(parts, ctx)}:
        words = ctx.text("held-unknown", person)
    else:
        return Step(Kind.ANSWER, MessageState.KEPT, lambda _: _act(member, MessageId(message_id), choice, ctx))
    return reply(member, words, ctx, kind=Kind.ANSWER)


def buttons_like(data: str, member: Member, ctx: Context) -> tuple[Option, ...]:
    """The buttons that there can be about the message of a button's data, for what is recorded of a press."""
    topic, _, rest = data.partition(":")
    if topic != "hold":
        return ()
    number = MessageId(int(rest.partition(":")[0]) if rest.partition(":")[0].isdecimal() else 0)
    looked = (after_looking(number, member.person, ctx, details=details) for details in (False, True))
    return before_looking(number, member.person, ctx) + tuple(option for options in looked for option in options)


def _act(member: Member, message_id: MessageId, choice: str, ctx: Context) -> None:
    person, actor = member.person, f"person:{member.person.id}"
    try:
        match choice:
            case "look":
                _show(member, _look(ctx, message_id, actor), ctx)
            case "release":
                _release(ctx, message_id, actor, how=REDACTED)
            case "whole":
                _release(ctx, message_id, actor, how=WHOLE)
            case "refuse":
                _refuse(ctx, message_id, actor)
    except _NotDone as reason:
        speak(ctx, person, _sentence(reason.why, message_id, person, ctx), address=member.address)


def _sentence(why: str, message_id: MessageId, person: Person, ctx: Context) -> str:
    match why:
        case "look-first":
            return ctx.text("held-look-first", person)
        case "not-ready":
            return ctx.text("held-not-ready", person)
        case "filter":
            return ctx.text("held-filter-fails", person)
    return ctx.text("held-already", person, name=_decider(ctx, message_id) or ctx.text("the-office", person))


def _decider(ctx: Context, message_id: MessageId) -> str | None:
    """The name of who decided about a message; None when nobody did by name."""
    for entry in read_audit(ctx.tx, subject=f"message:{message_id}"):
        if entry.act in {RELEASE, _REFUSE} and entry.actor.startswith("person:"):
            found = find_person(ctx.tx, int(entry.actor.partition(":")[2]))
            return None if found is None else found.name
    return None


def _show(member: Member, looked: list[Held], ctx: Context) -> None:
    """Show a coordinator, and nobody else, what is held; the buttons stand below the last of it."""
    person = member.person
    for number, held in enumerate(looked, start=1):
        message, own = held.message, held.files
        ids = tuple(file.id for file in own)
        if own and member.address.channel != Channel.TELEGRAM:
            words, ids = ctx.text("held-look-elsewhere", person, message=str(message.id)), ids[:0]
        elif message.original.strip():
            words = ctx.text("held-look", person, name=held.sender.name, words=message.original)
        else:
            words = ctx.text("file-from", person, name=held.sender.name)
        words = _with_earlier(words, held, person, ctx)
        details = any(files.is_held_for_details(one.message, ctx) for one in looked)
        options = after_looking(message.id, person, ctx, details=details) if number == len(looked) else ()
        speak(
            ctx,
            person,
            words,
            options=options,
            match_id=message.match_id,
            address=member.address,
            key_id=message.key_id,
            files=ids,
        )


def _with_earlier(words: str, held: Held, person: Person, ctx: Context) -> str:
    """What was found may have begun in earlier messages: then these stand behind it."""
    message = held.message
    back = max((found.reaches_back for found in findings_of(ctx.tx, [message.id]).get(message.id, [])), default=0)
    if not back:
        return words
    before = [said.words for said in said_before(ctx, get_words(ctx.tx, message.id))[-back:]]
    return f"{words}\n\n{ctx.text('held-look-before', person, words=chr(10).join(before))}"


# By whomever: the chat's buttons and the command line


def list_held(ctx: Context) -> list[Held]:
    """All that is held, oldest first, with the names of who sent it and without the words' being looked at."""
    found = held_messages(ctx.tx)
    own = files_of(ctx.tx, [message.id for message in found])
    return [Held(message, get_person(ctx.tx, message.person_id), own.get(message.id, [])) for message in found]


def look(ctx: Context, message_id: int, *, actor: str) -> list[Held]:
    """Look at something that is held and the other parts of its album. The access is written into the audit trail.

    Raises `Refused` when it isn't held, or its files are not here yet.
    """
    return _for_operator(lambda: _look(ctx, MessageId(message_id), actor))


def release(ctx: Context, message_id: int, *, actor: str, whole: bool = False) -> None:
    """Pass on what `actor` has looked at; its sender and the coordinators are told. Raises `Refused`.

    `whole`: with the contact details for whose sake it was held; else they are taken out.
    """
    _for_operator(lambda: _release(ctx, MessageId(message_id), actor, how=WHOLE if whole else REDACTED))


def refuse(ctx: Context, message_id: int, *, actor: str) -> None:
    """Don't pass it on; its sender and the coordinators are told. Raises `Refused` when it isn't held."""
    _for_operator(lambda: _refuse(ctx, MessageId(message_id), actor))


_SENTENCES = {
    "already": "This message is not held, or not any more. See: telementor held list",
    "look-first": "Look at it first: telementor held show ID --to FOLDER",
    "not-ready": "Its file is still being fetched. Please try again in a moment.",
    "filter": "The filter fails on these words, so they can't be passed on. They can be refused.",
}


def _for_operator(act: Callable[[], T]) -> T:
    try:
        return act()
    except _NotDone as reason:
        raise Refused(_SENTENCES[reason.why]) from None


def _look(ctx: Context, message_id: MessageId, actor: str) -> list[Held]:
    parts = _held(ctx, message_id)
    own = files_of(ctx.tx, [part.id for part in parts])
    ready = [part for part in parts if files.is_ready(own.get(part.id, []))]
    if not ready:
        raise _NotDone("not-ready")
    for part in ready:
        write_audit(ctx.tx, actor, _LOOK, f"message:{part.id}", ctx.now)
    sender = get_person(ctx.tx, ready[0].person_id)
    return [Held(_as_changed_last(ctx, part), sender, own.get(part.id, [])) for part in ready]


def _as_changed_last(ctx: Context, part: HeldMessage) -> HeldMessage:
    newest = latest_words(ctx.tx, part.id)
    return replace(part, original=newest.original, delivered=newest.delivered)


def _release(ctx: Context, message_id: MessageId, actor: str, *, how: str) -> None:
    # Of an album only what was seen: a part that came later is looked at by itself.
    looked = [part for part in _held(ctx, message_id) if _has_looked(ctx, part, actor)]
    if not looked:
        raise _NotDone("look-first")
    if any(files.screened_again(part, ctx) is None for part in looked):
        raise _NotDone("filter")
    became = set()
    for part in looked:
        became.add(files.let_go(part, ctx, whole=how == WHOLE))
        write_audit(ctx.tx, actor, RELEASE, f"message:{part.id}", ctx.now, how=how)
    sender = get_person(ctx.tx, looked[0].person_id)
    # Of what was refused now the sender was told why.
    if became & {MessageState.RELAYED, MessageState.CHANGED}:
        tell(ctx, sender, "held-released")
    elif MessageState.DEFERRED in became:
        tell(ctx, sender, "held-later")
    for person in _audience(looked, ctx):
        tell(ctx, person, "held-done-release", name=_name(ctx, actor, person), sender=sender.name)


def _refuse(ctx: Context, message_id: MessageId, actor: str) -> None:
    parts = _held(ctx, message_id)
    for part in parts:
        settle_message(ctx.tx, part.id, MessageState.REFUSED)
        write_audit(ctx.tx, actor, _REFUSE, f"message:{part.id}", ctx.now)
    sender = get_person(ctx.tx, parts[0].person_id)
    tell(ctx, sender, "held-refused")
    for person in _audience(parts, ctx):
        tell(ctx, person, "held-done-refuse", name=_name(ctx, actor, person), sender=sender.name)


def _held(ctx: Context, message_id: MessageId) -> list[HeldMessage]:
    """The parts that are held, of a message that is. Whoever comes first has locked them."""
    parts = with_its_album(ctx.tx, message_id)
    held = [part for part in parts if part.state is MessageState.HELD]
    if message_id not in {part.id for part in held}:
        raise _NotDone("already")
    return held


def _has_looked(ctx: Context, part: HeldMessage, actor: str) -> bool:
    # What its sender changed since has not been seen.
    changed = versions_of(ctx.tx, part.id)[-1].received_at
    trail = read_audit(ctx.tx, subject=f"message:{part.id}")
    return any((entry.act, entry.actor) == (_LOOK, actor) and entry.at >= changed for entry in trail)


def _audience(parts: list[HeldMessage], ctx: Context) -> list[Person]:
    return audience(get_person(ctx.tx, parts[0].person_id), [part.id for part in parts], ctx)


def _name(ctx: Context, actor: str, to: Person) -> str:
    kind, _, number = actor.partition(":")
    found = find_person(ctx.tx, int(number)) if kind == "person" else None
    return ctx.text("the-office", to) if found is None else found.name
