"""Whether somebody can be reached at all: who learns that they can't, in which words, and that they can again."""

from collections.abc import Sequence

from handlers.context import Context
from handlers.speaking import tell, tell_coordinators
from storage.addresses import Address, AddressState, addresses_of, set_address_state
from storage.ids import AddressId
from storage.matches import MatchState, partners_of
from storage.outbox.waiting import make_due
from storage.people import Person, PersonState

# What the provider said when a telephone was off or out of reach (Twilio docs, error 30003).
HANDSET_OFF = "twilio:30003"

# What an error's code means for people: the end of a text's key.
_WHY = {
    "telegram:blocked": "blocked",
    "telegram:403": "blocked",
    "telegram:400": "account",
    "twilio:21211": "number",
    "twilio:21614": "number",
    HANDSET_OFF: "off",
    "twilio:30004": "blocked",
    "twilio:30005": "number",
    "twilio:30006": "number",
    "twilio:21610": "stop",
    "stop": "stop",
}
WHYS = (*sorted(set(_WHY.values())), "unknown")


def why(reason: str | None) -> str:
    """The family of reasons that an error's code belongs to, one of `WHYS`."""
    return _WHY.get(reason or "", "unknown")


def lose(
    address_id: AddressId,
    state: AddressState,
    reason: str,
    users: Sequence[Person],
    ctx: Context,
    *,
    besides: Person | None = None,
) -> None:
    """An address can't be reached. Of each user without another the coordinators learn why, the other side that.

    `besides` is somebody of the other side who is told in other words. Nobody is told of one who said STOP.
    """
    before = [person for person in users if _is_reachable(person, ctx)]
    set_address_state(ctx.tx, address_id, state, reason=reason, now=ctx.now)
    for person in before:
        if person.state is PersonState.STOPPED or _is_reachable(person, ctx):
            continue
        _tell_coordinators(person, why(reason), ctx)
        for partner in partners_of(ctx.tx, person.id):
            told_already = besides is not None and partner.person.id == besides.id
            if partner.match_state is MatchState.ACTIVE and not told_already:
                tell(ctx, partner.person, "partner-unreachable", name=person.name)


def _is_reachable(person: Person, ctx: Context) -> bool:
    return unreachable_address(addresses_of(ctx.tx, person.id)) is None


def _tell_coordinators(owner: Person, reason: str, ctx: Context) -> None:
    words = ctx.text(f"why-{reason}", None)
    tell_coordinators(ctx, owner.programme, "notice-unreachable", leave_out=[owner], name=owner.name, why=words)


def unreachable_address(addresses: list[Address]) -> Address | None:
    """Of somebody who has addresses and can be reached at none of them: the one that was lost last; else None."""
    open_ones = [address for address in addresses if address.state is not AddressState.CLOSED]
    if not open_ones or any(address.state is AddressState.ACTIVE for address in open_ones):
        return None
    return max(open_ones, key=lambda address: (address.changed_at is not None, address.changed_at, address.id))


def find_again(address: Address, users: Sequence[Person], ctx: Context) -> None:
    """A sign of life: what waits for this address may go at once. What failed is not sent again by itself.

    The coordinators learn it of each user who could not be reached anywhere.
    """
    before = [person for person in users if not _is_reachable(person, ctx)]
    set_address_state(ctx.tx, address.id, AddressState.ACTIVE, now=ctx.now)
    make_due(ctx.tx, address.id, ctx.now)
    for person in before:
        # Of one who said STOP they are told that they are back, when they are.
        if person.state is not PersonState.STOPPED:
            tell_coordinators(ctx, person.programme, "notice-reachable", leave_out=[person], name=person.name)
