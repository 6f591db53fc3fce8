"""The not-reached list: what did not arrive and who can't be reached; names, numbers and reasons, never words."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import reach
from handlers.context import Context
from handlers.speaking import is_on_duty
from storage.addresses import Address, addresses_of
from storage.outbox.rows import OutboxState
from storage.people import Person, PersonState, get_person, list_people
from storage.unreached import NotReached, not_reached

# What a coordinator is shown in the chat: of this time, and at most so many lines.
_WEEK = timedelta(days=7)
_MOST_LINES = 15


@dataclass(frozen=True, slots=True)
class Missed:
    """A message that did not, or may not, have arrived, with who wrote it and who was to get it."""

    message: NotReached
    sender: Person
    recipient: Person


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody who can't be reached, and the address that was lost last."""

    person: Person
    address: Address


def read_missed(ctx: Context, since: datetime) -> list[Missed]:
    """The messages since then that did not or may not have arrived, oldest first."""
    found = not_reached(ctx.tx, since)
    ids = {one.sender_id for one in found} | {one.recipient_id for one in found}
    people = {person_id: get_person(ctx.tx, person_id) for person_id in ids}
    return [Missed(one, people[one.sender_id], people[one.recipient_id]) for one in found]


def read_lost(ctx: Context, programme: str | None = None) -> list[Lost]:
    """Everybody (of a programme) who can't be reached at all, besides those who said STOP themselves."""
    found = []
    for person in list_people(ctx.tx, programme=programme):
        address = reach.unreachable_address(addresses_of(ctx.tx, person.id))
        if address is not None and (person.state is not PersonState.STOPPED or is_on_duty(ctx, person)):
            found.append(Lost(person, address))
    return found


def list_by_chat(coordinator: Person, ctx: Context) -> str:
    """The list of a coordinator's programme as it is said in the chat."""
    missed = [one for one in read_missed(ctx, ctx.now - _WEEK) if one.recipient.programme == coordinator.programme]
    lost = read_lost(ctx, coordinator.programme)
    counted = Counter((one.recipient.id, one.message.state) for one in missed)
    names = {one.recipient.id: one.recipient.name for one in missed}
    lines = [_lost_line(one, coordinator, ctx) for one in lost]
    for (person_id, state), count in counted.items():
        key = "unreached-failed" if state is OutboxState.FAILED else "unreached-uncertain"
        lines.append(ctx.text(key, coordinator, name=names[person_id], count=str(count)))
    if not lines:
        return ctx.text("unreached-none", coordinator)
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [ctx.text("unreached-more", coordinator)]
    return "\n".join([ctx.text("unreached-intro", coordinator), *lines])


def _lost_line(lost: Lost, coordinator: Person, ctx: Context) -> str:
    reason = reach.why(lost.address.reason)
    return ctx.text("unreached-person", coordinator, name=lost.person.name, why=ctx.text(f"why-{reason}", coordinator))
