"""A telephone that several people use: who is writing is asked, never guessed.

Words wait until somebody says whose they are, but for STOP and START, which are the telephone's, and for the alarm and
the emergency numbers, which wait for nobody.
"""

from dataclasses import replace
from datetime import timedelta

from content.safeguarding import Severity
from handlers import boundaries, late_findings, stopping, unsigned
from handlers.accumulation import add_up
from handlers.context import Context
from handlers.errors import Refused
from handlers.events import Channel, Inbound, MediaRef
from handlers.outbound import Option
from handlers.people import require_person
from handlers.routing import route
from handlers.screening import gravest_of, screen
from handlers.speakers import speaker
from handlers.speaking import speak, speak_to_stranger, tell
from handlers.step import Member, Step
from storage.addresses import Address, Sender, add_sharer, find_address_on, find_sender, share_address, sharers_of
from storage.audit import write_audit
from storage.cases import name_subject
from storage.conversations import Topic, close_about, open_about, open_conversation
from storage.ids import MessageId
from storage.media import files_of
from storage.messages.findings import findings_of
from storage.messages.kinds import Kind, MessageState
from storage.messages.unattributed import Unattributed, attribute, unattributed_at
from storage.people import Person, PersonState, Role

# So long what comes from a telephone is taken as written by whoever said that they are writing. It doesn't grow with
# each message: whoever picks the telephone up later is asked.
CHOICE_HOLDS = timedelta(minutes=15)
# So much of a waiting message is quoted in the question about it, in characters.
_QUOTE = 40


def writer_at(sender: Sender, ctx: Context) -> Person | None:
    """Who has lately said that they are writing; None when that has to be asked, or nobody shares the address."""
    if not sender.sharers:
        return None
    for _, person_id, since in reversed(open_about(ctx.tx, (Topic.WRITER,), sender.address.id)):
        if ctx.now - since < CHOICE_HOLDS:
            return next((one for one in sender.sharers if one.id == person_id), None)
    return None


def take(inbound: Inbound, sender: Sender, writer: Person | None, ctx: Context) -> Step | None:
    """The step for what concerns the telephone itself, or can't be attributed yet; None for words of the writer."""
    stopped = [one for one in sender.sharers if one.state is PersonState.STOPPED]
    if stopping.means_stop(inbound):
        return Step(Kind.COMMAND, MessageState.KEPT, lambda _: _stop(inbound, sender, ctx))
    if stopped and stopping.means_start(inbound):
        return Step(Kind.COMMAND, MessageState.KEPT, lambda _: _start(inbound, sender, ctx))
    if len(stopped) == len(sender.sharers):
        return _keep_from_stopped(inbound, sender, ctx)
    call = unsigned.call_of(inbound, sender, ctx) if writer is None else None
    waiting = unattributed_at(ctx.tx, sender.address.id)
    chosen = _chosen(inbound, sender, asked=bool(waiting))
    if chosen is not None:
        return Step(Kind.ANSWER, MessageState.KEPT, lambda _: _settle(chosen, sender, waiting, ctx))
    if writer is None:
        asks = Step(Kind.OTHER, MessageState.WAITING, lambda number: _ask_in_turn(call, number, sender, waiting, ctx))
        return replace(asks, files=bool(inbound.media), about_id=call.about_id if call else None)
    return None


def _keep_from_stopped(inbound: Inbound, sender: Sender, ctx: Context) -> Step:
    """Everybody on it has stopped: what opens a case is heard all the same, other words are kept and scanned."""
    call = unsigned.call_of(inbound, sender, ctx)
    if call is not None:
        heard = Step(Kind.COMMAND, MessageState.KEPT, lambda number: unsigned.hear(call, sender, number, ctx))
        return replace(heard, about_id=call.about_id)
    words = ctx.text_for_one_of(sender.sharers, "stopped-still")
    return Step(Kind.OTHER, MessageState.KEPT, lambda _: speak_to_stranger(ctx, sender.address, words))


def _chosen(inbound: Inbound, sender: Sender, *, asked: bool) -> Person | None:
    """Who says that they are writing: by name at any time, by number when it was asked."""
    word = inbound.text.strip().rstrip(".!)").strip().casefold()
    for number, person in enumerate(sender.sharers, start=1):
        if word == person.name.casefold() or (asked and word == str(number)):
            return person
    return None


def _ask_in_turn(
    call: unsigned.Call | None, message_id: MessageId, sender: Sender, earlier: list[Unattributed], ctx: Context
) -> None:
    """Ask who wrote, one message at a time; after a while without an answer ask again. A call is heard at once."""
    if call is not None:
        unsigned.hear(call, sender, message_id, ctx)
    if earlier and ctx.now - earlier[0].received_at < CHOICE_HOLDS:
        speak_to_stranger(ctx, sender.address, ctx.text_for_one_of(sender.sharers, "writer-waiting"))
    else:
        _ask(sender, unattributed_at(ctx.tx, sender.address.id)[0], ctx)


def _ask(sender: Sender, waited: Unattributed, ctx: Context) -> None:
    quote = waited.delivered if len(waited.delivered) <= _QUOTE else f"{waited.delivered[: _QUOTE - 3]}..."
    words = ctx.text_for_one_of(sender.sharers, "writer-ask", words=quote)
    options = tuple(Option(person.name, f"writer:{person.id}") for person in sender.sharers)
    speak_to_stranger(ctx, sender.address, words, kind=Kind.QUESTION, options=options)


def _settle(person: Person, sender: Sender, waiting: list[Unattributed], ctx: Context) -> None:
    """Take what waits as written by who says so: what came together, since an answer is about what was asked."""
    address = replace(sender.address, sharer=person)
    close_about(ctx.tx, Topic.WRITER, address.id, ctx.now)
    together = [one for one in waiting if one.received_at - waiting[0].received_at < CHOICE_HOLDS]
    left = waiting[len(together) :]
    if not left:
        open_conversation(ctx.tx, person, Topic.WRITER, ctx.now, subject=address.id)
        speak(ctx, person, ctx.text("writer-noted", person, name=person.name), address=address)
    for waited in together:
        _take_up(waited, person, address, ctx)
    if left:
        _ask(sender, left[0], ctx)


def _take_up(waited: Unattributed, person: Person, address: Address, ctx: Context) -> None:
    """Do now with a message what would have been done at once, had it been known who wrote it."""
    files = files_of(ctx.tx, [waited.id]).get(waited.id, [])
    inbound = Inbound(
        channel=Channel(address.channel),
        event_id="",
        sender="",
        text=waited.original,
        message_ref=waited.provider_ref,
        reply_to=waited.reply_to_ref,
        attachments=waited.attachments,
        # They are fetched already, or will be: nothing is asked of the channel again.
        media=tuple(MediaRef(kind=file.kind, ref="", emoji=file.emoji) for file in files),
        at=waited.at,
    )
    # Screened again rather than remembered: the word lists may have changed while it waited.
    screened = screen(inbound.text, (), ctx.content, speaker(ctx, person, until=waited.id))
    told = unsigned.taken_up(waited.id, Member(person, address), ctx)
    step = told or route(inbound, person, address, screened, ctx)
    passed = step.passed or screened
    held = step.state is MessageState.HELD and passed.whole is not None
    words = passed.whole if held else passed.deliverable
    attribute(
        ctx.tx,
        waited,
        person.id,
        person.key_id,
        kind=step.kind,
        state=step.state,
        match_id=step.match_id,
        delivered=words if words != waited.original else None,
    )
    name_subject(ctx.tx, waited.id, person.id, step.match_id)
    # Found when nobody knew whose it is: now it counts as theirs.
    known = gravest_of(findings_of(ctx.tx, [waited.id]).get(waited.id, []))
    if known is not None and known.severity == Severity.CONCERN.value:
        add_up(ctx, person, step, waited.id)
    late_findings.record(waited.id, passed, Member(person, address), step, ctx, words=waited.original)
    if step.kind is Kind.RELAY:
        boundaries.mind_details(ctx, person, waited.id, step, screened.findings)
    step.follow(waited.id)


def _stop(inbound: Inbound, sender: Sender, ctx: Context) -> None:
    """The network stops a number, whoever uses it: so everybody on it has stopped."""
    going = [one for one in sender.sharers if one.state is not PersonState.STOPPED]
    for person in sender.sharers:
        stopping.stop(inbound, Member(person, sender.address), ctx, answered=False)
    if going and inbound.opt_out is None:
        speak_to_stranger(ctx, sender.address, ctx.text_for_one_of(sender.sharers, "stopped-shared"))


def _start(inbound: Inbound, sender: Sender, ctx: Context) -> None:
    back = [one for one in sender.sharers if one.state is PersonState.STOPPED]
    if inbound.opt_out is None:
        speak_to_stranger(ctx, sender.address, ctx.text_for_one_of(sender.sharers, "started-shared"))
    for person in back:
        stopping.start(inbound, Member(person, sender.address), ctx, answered=False)


def share(ctx: Context, person_id: int, with_id: int, *, actor: str) -> Person:
    """Let somebody use the telephone of another one, or of several who share it. Raises `Refused`."""
    person, owner = require_person(ctx, person_id), require_person(ctx, with_id)
    address = find_address_on(ctx.tx, owner.id, Channel.SMS)
    if address is None:
        raise Refused(f"{owner.name} has no telephone here that could be shared. See: telementor person show {with_id}")
    on_it = sharers_of(ctx.tx, address.id) or (owner,)
    _check(ctx, person, on_it)
    if address.sharer is None:
        share_address(ctx.tx, address.id, owner, person, ctx.now)
    else:
        add_sharer(ctx.tx, address.id, person)
    write_audit(ctx.tx, actor, "address.share", f"person:{person.id}", ctx.now, with_person=owner.id)
    for one in on_it:
        if one.state is PersonState.JOINED:
            tell(ctx, one, "shared-told")
    return person


def share_number(ctx: Context, person: Person, number: str, *, actor: str) -> None:
    """As `share`, with whoever has a number. Raises `Refused` when nobody has."""
    sender = find_sender(ctx.tx, Channel.SMS, number)
    others = () if sender is None else ((sender.person,) if sender.person else sender.sharers)
    if not others:
        raise Refused("Nobody in the service has that number yet, so it can't be shared. Leave --shares out.")
    share(ctx, person.id, others[0].id, actor=actor)


def _check(ctx: Context, person: Person, on_it: tuple[Person, ...]) -> None:
    if any(one.id == person.id for one in on_it):
        raise Refused(f"{person.name} uses that telephone already.")
    if find_address_on(ctx.tx, person.id, Channel.SMS) is not None:
        raise Refused(f"{person.name} has a number already. See: telementor person move {person.id}")
    if person.role is Role.COORDINATOR or any(one.role is not person.role for one in on_it):
        raise Refused("Only mentees, or only mentors, can share a telephone: they must not read each other's messages.")
    if any(one.programme != person.programme for one in on_it):
        raise Refused("Only people of one programme can share a telephone: its coordinators are told of what comes.")
    if any(one.name.casefold() == person.name.casefold() for one in on_it):
        raise Refused(f"Somebody called {person.name} uses that telephone already: use another name.")
