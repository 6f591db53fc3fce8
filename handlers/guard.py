"""The guard against machines that talk to each other, and the brake for floods: both slow down, neither drops words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.context import Context
from handlers.speaking import tell_coordinators
from handlers.step import Step
from storage.addresses import Address
from storage.diary import enter, stands
from storage.ids import MessageId
from storage.messages.kinds import Kind, MessageState
from storage.people import Person
from storage.rhythm import count_answered, count_answered_at, newest_words, rhythm

# So many of somebody's messages are answered by the service itself in this time: more is no conversation, but perhaps a
# telephone that answers each answer.
_ANSWERS = 8
_WINDOW = timedelta(minutes=10)
# So often the same words in that time are a machine's ("I am driving and will reply later"), if they are so many
# letters long: people say "ok" five times.
_REPEATS = 5
_SENTENCE = 12
_MINUTE = timedelta(minutes=1)
# So long the coordinators are not told the same thing again.
_QUIET = timedelta(hours=1)
# The diary's names for "the coordinators were told": it stands there until they may be told again.
TOLD = {trouble: f"told_{trouble}" for trouble in ("loop", "repeats", "flood")}


def mind_loop(
    ctx: Context, person: Person | None, address: Address, step: Step, sharers: Sequence[Person] = ()
) -> None:
    """Answer somebody's words no more when there were too many answers lately; coordinators are told once an hour.

    To be called when the message is recorded and before what follows from it. The words themselves are kept, scanned
    and passed on as always, and the numbers of help for somebody in danger go out (`Context.muted`). Strangers are
    answered once a day as it is; `sharers` use a telephone from which nobody knows yet who wrote.
    """
    ctx.muted.discard(address.id)
    if step.kind in {Kind.COMMAND, Kind.ANSWER} or step.state is MessageState.RELAYED:
        return
    since, whose = ctx.now - _WINDOW, [person] if person else list(sharers)
    if not whose:
        return
    answered = count_answered(ctx.tx, person.id, since) if person else count_answered_at(ctx.tx, address.id, since)
    if answered > _ANSWERS:
        ctx.muted.add(address.id)
        _tell_once(ctx, whose[0], "loop", name=" / ".join(one.name for one in whose))


def brake(ctx: Context, person: Person, message_id: MessageId) -> datetime | None:
    """When a recorded message may be passed on, if its sender writes too much or always the same; None: at once.

    More than `flood_per_minute` of the programme: one after the other, spread so that they come at that pace. It never
    waits longer than a minute, because what others send to the same person stands behind it. Alerts don't.
    """
    programme = ctx.content.programmes.get(person.programme)
    most = programme.flood_per_minute if programme else 0
    found = rhythm(
        ctx.tx,
        person.id,
        message_id,
        short=ctx.now - _MINUTE,
        long=ctx.now - _WINDOW,
        # Twice what is allowed makes the delay a minute: there is no need to count further.
        most=max(2 * most, 4 * _REPEATS),
    )
    if found.as_long >= _REPEATS and _repeats(ctx, person):
        _tell_once(ctx, person, "repeats")
        return ctx.now + _MINUTE
    over = found.lately - most
    if not most or over <= 0:
        return None
    _tell_once(ctx, person, "flood")
    return ctx.now + min(over * _MINUTE / most, _MINUTE)


def lapse(ctx: Context, subject: int) -> None:
    """The hour is over: from now on the coordinators may be told again."""


def _repeats(ctx: Context, person: Person) -> bool:
    """Whether the newest words of somebody are a sentence that came again and again."""
    newest, *before = newest_words(ctx.tx, person.id, ctx.now - _WINDOW, 4 * _REPEATS)
    return len(newest) >= _SENTENCE and 1 + before.count(newest) >= _REPEATS


def _tell_once(ctx: Context, person: Person, trouble: str, *, name: str = "") -> None:
    if stands(ctx.tx, TOLD[trouble], person.id, ctx.now):
        return
    enter(ctx.tx, TOLD[trouble], person.id, ctx.now + _QUIET)
    tell_coordinators(ctx, person.programme, f"notice-{trouble}", leave_out=[person], name=name or person.name)
