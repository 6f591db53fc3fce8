"""What waits for a coordinator: who is asked to look at it, and asked again while nobody has."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.cases.audience import left_out
from handlers.context import Context
from handlers.events import Channel
from handlers.outbound import Option
from handlers.speaking import coordinators, reachable_address, speak
from storage.alerts import alerts_of
from storage.audit import read_audit
from storage.diary import enter, is_entered
from storage.ids import MessageId
from storage.messages.held import with_its_album
from storage.messages.kinds import MessageState
from storage.messages.words import versions_of
from storage.people import Person, PersonState, get_person

# The diary's name for "look whether a message is still held".
HELD = "held"
# After the first time coordinators are reminded once a day.
_DAILY = timedelta(hours=24)

# The audit trail's name for "it was passed on", and what it says of how much.
RELEASE = "hold.release"
WHOLE, REDACTED = "whole", "redacted"


def audience(sender: Person, message_ids: Sequence[MessageId], ctx: Context) -> list[Person]:
    """Who may look at what somebody sent and decide about it: the programme's coordinators, never the sender.

    Nor, as long as there is another one, who is left out of a case that one of the messages raised: they would read in
    it what is told of them.
    """
    found = coordinators(ctx, sender.programme, besides=sender.id)
    # Those of another programme hear alarms where there is nobody else; they don't get to see files.
    own = [person for person in found if person.programme == sender.programme]
    besides = {number for _, case in alerts_of(ctx.tx, list(message_ids)) for number in left_out(ctx, case)}
    return [person for person in own if person.id not in besides] or own


def announce(message_id: MessageId, sender: Person, ctx: Context, *, with_file: bool) -> None:
    """Ask the coordinators to look at something that is held. The notice names the sender and holds no words.

    While nobody has decided they are asked again: first after the programme's time for that, then daily.
    """
    _ask(message_id, sender, ctx, with_file=with_file)
    hours = ctx.programme(sender).held_reminder_hours
    if hours:
        enter(ctx.tx, HELD, message_id, ctx.now + timedelta(hours=hours))


def remind(ctx: Context, subject: int) -> None:
    """Ask again about a message, or what is left of its album, if nobody has decided yet; come back tomorrow."""
    left = [part for part in with_its_album(ctx.tx, subject) if part.state is MessageState.HELD]
    if not left or (left[0].id != subject and is_entered(ctx.tx, HELD, left[0].id)):
        # It has an entry of its own.
        return
    _ask(left[0].id, get_person(ctx.tx, left[0].person_id), ctx, still=True)
    enter(ctx.tx, HELD, left[0].id, ctx.now + _DAILY)


def _ask(message_id: MessageId, sender: Person, ctx: Context, *, with_file: bool = False, still: bool = False) -> None:
    parts = [part.id for part in with_its_album(ctx.tx, message_id)] or [message_id]
    for person in audience(sender, parts, ctx):
        address = reachable_address(ctx, person)
        if address is None or person.state is PersonState.STOPPED:
            continue
        on_telegram = address.channel == Channel.TELEGRAM
        values = {"name": sender.name, "message": str(message_id)}
        if not on_telegram:
            words = ctx.text("notice-held-elsewhere", person, **values)
        elif still:
            words = ctx.text("notice-held-still", person, **values)
        elif with_file:
            words = ctx.text("notice-held-file", person, **values)
        else:
            words = ctx.text("notice-held", person, **values)
        options = before_looking(message_id, person, ctx) if on_telegram else ()
        speak(ctx, person, words, options=options, address=address)


def released(message_id: MessageId, ctx: Context) -> str | None:
    """How much of a message, as it was changed last, a coordinator let go; None when nobody did."""
    changed = versions_of(ctx.tx, message_id)[-1].received_at
    trail = read_audit(ctx.tx, subject=f"message:{message_id}")
    found = [entry for entry in trail if entry.act == RELEASE and entry.at >= changed]
    return str(found[-1].detail.get("how", REDACTED)) if found else None


def before_looking(message_id: MessageId, person: Person, ctx: Context) -> tuple[Option, ...]:
    """The buttons of a notice: nothing is passed on before somebody has looked."""
    return (
        Option(ctx.text("option-look", person), f"hold:{message_id}:look"),
        Option(ctx.text("option-refuse", person), f"hold:{message_id}:refuse"),
    )


def after_looking(message_id: MessageId, person: Person, ctx: Context, *, details: bool) -> tuple[Option, ...]:
    """The buttons below what was looked at; `details`: for contact details, which may pass or be taken out."""
    refuse = Option(ctx.text("option-refuse", person), f"hold:{message_id}:refuse")
    if not details:
        return (Option(ctx.text("option-release", person), f"hold:{message_id}:release"), refuse)
    return (
        Option(ctx.text("option-release-whole", person), f"hold:{message_id}:whole"),
        Option(ctx.text("option-release-redacted", person), f"hold:{message_id}:release"),
        refuse,
    )
