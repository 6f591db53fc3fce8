"""Addresses: where people (and strangers) can be reached. Found by keyed hash, opened only to send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, delete, insert, or_, select, update

from storage.hot import Hot
from storage.ids import AddressId, KeyId, PersonId
from storage.people import Person, get_person, person_from
from storage.schema.people import address_sharers, addresses, people
from storage.transaction import Transaction


class AddressState(StrEnum):
    """Whether something can be sent to it."""

    ACTIVE = "active"
    # The provider says that nobody is there; a sign of life ends it.
    UNREACHABLE = "unreachable"
    # The provider itself keeps us away, because the person told it STOP.
    OPTED_OUT = "opted_out"
    # Its owner has moved to another: nothing personal is said there any more.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is reached, without the address itself."""

    id: AddressId
    channel: str
    state: AddressState
    key_id: KeyId
    # When a stranger was last answered, else None.
    answered_at: datetime | None = None
    # Who of several is meant, where a telephone is shared; None for an address of one's own.
    sharer: Person | None = None
    # Why it can't be reached: an error's code; None for an active one.
    reason: str | None = None
    # Since when it is in its state, where that ever changed.
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote from an address: somebody whom the service knows, or (None) nobody who can be told from it alone."""

    address: Address
    person: Person | None
    # Whose address it was, until they moved. Whoever writes from it now is a stranger.
    former: Person | None = None
    # Everybody who uses it, where several do: one of them wrote, and which one has to be asked.
    sharers: tuple[Person, ...] = ()

    @property
    def programme(self) -> str | None:
        """Whose coordinators are told of what comes from it; None when that can't be said."""
        known = self.person or self.former or next(iter(self.sharers), None)
        return known.programme if known else None


def lookup(tx: Transaction, channel: str, address: str) -> bytes:
    """The keyed hash that finds an address."""
    return tx.vault.blind_index(f"address:{channel}", address)


# Joined with the person in one select, since every message begins with it.
_SENDER = Hot(
    select(
        *(column.label(f"person_{column.name}") for column in people.c),
        *(column.label(f"address_{column.name}") for column in addresses.c if column.name != "address_cell"),
    )
    .select_from(addresses)
    .outerjoin(people, people.c.id == addresses.c.person_id)
    .where(addresses.c.channel == bindparam("channel"), addresses.c.lookup == bindparam("hashed"))
)


def find_sender(tx: Transaction, channel: str, address: str) -> Sender | None:
    """Who has this address; None when nobody ever wrote from it. People who share it cost one more statement."""
    rows = _SENDER.rows(tx, {"channel": str(channel), "hashed": lookup(tx, channel, address)})
    if not rows:
        return None
    row = rows[0]
    found = Address(
        AddressId(row.address_id),
        row.address_channel,
        AddressState(row.address_state),
        KeyId(row.address_key_id),
        row.address_answered_at,
        reason=row.address_reason,
        changed_at=row.address_changed_at,
    )
    if row.person_id is None:
        return Sender(found, None, sharers=sharers_of(tx, found.id))
    person = person_from(tx, row, "person_")
    return Sender(found, None, former=person) if found.state is AddressState.CLOSED else Sender(found, person)


def add_address(tx: Transaction, channel: str, address: str, now: datetime, *, person: Person | None = None) -> Address:
    """Store an address: a person's under the person's key, a stranger's under one of its own."""
    key_id = person.key_id if person else tx.new_key(now)
    hashed = lookup(tx, channel, address)
    values = {
        "person_id": person.id if person else None,
        "channel": channel,
        "lookup": hashed,
        "address_cell": tx.seal(key_id, _context(hashed), address),
        "key_id": key_id,
        "state": AddressState.ACTIVE,
        "created_at": now,
    }
    address_id = tx.execute(insert(addresses).values(values).returning(addresses.c.id)).scalar_one()
    return Address(AddressId(address_id), channel, AddressState.ACTIVE, KeyId(key_id))


def stranger_address(tx: Transaction, channel: str, address: str, now: datetime) -> Address:
    """An address that nobody has (any more): stored if it wasn't known, else as it is."""
    known = find_sender(tx, channel, address)
    return add_address(tx, channel, address, now) if known is None else known.address


def give_address(tx: Transaction, address_id: AddressId, address: str, person: Person) -> None:
    """Make a stranger's address somebody's own, or one that was closed; nobody shares it from now on."""
    hashed = tx.execute(select(addresses.c.lookup).where(addresses.c.id == address_id)).scalar_one()
    cell = tx.seal(person.key_id, _context(hashed), address)
    tx.execute(
        update(addresses)
        .where(addresses.c.id == address_id)
        .values(person_id=person.id, key_id=person.key_id, address_cell=cell, state=AddressState.ACTIVE, reason=None)
    )
    tx.execute(delete(address_sharers).where(address_sharers.c.address_id == address_id))


def share_address(tx: Transaction, address_id: AddressId, owner: Person, other: Person, now: datetime) -> None:
    """Let two people use one telephone. It is nobody's own from now on, and locked with a key of its own."""
    hashed = tx.execute(select(addresses.c.lookup).where(addresses.c.id == address_id)).scalar_one()
    address, key_id = open_address(tx, address_id), tx.new_key(now)
    cell = tx.seal(key_id, _context(hashed), address)
    this = update(addresses).where(addresses.c.id == address_id)
    tx.execute(this.values(person_id=None, key_id=key_id, address_cell=cell))
    for person in (owner, other):
        add_sharer(tx, address_id, person)


def add_sharer(tx: Transaction, address_id: AddressId, person: Person) -> None:
    """One more uses a telephone that is shared."""
    tx.execute(insert(address_sharers).values(address_id=address_id, person_id=person.id))


def leave_shared(tx: Transaction, address_id: AddressId, person: Person) -> None:
    """Somebody uses a shared telephone no more; when one is left, it is theirs alone."""
    this = (address_sharers.c.address_id == address_id, address_sharers.c.person_id == person.id)
    tx.execute(delete(address_sharers).where(*this))
    left = sharers_of(tx, address_id)
    if len(left) == 1:
        give_address(tx, address_id, open_address(tx, address_id), left[0])


def sharers_of(tx: Transaction, address_id: AddressId) -> tuple[Person, ...]:
    """Who shares an address, those that were added first before the others; nobody when it isn't shared."""
    query = select(people).join(address_sharers, address_sharers.c.person_id == people.c.id).order_by(people.c.id)
    return tuple(person_from(tx, row) for row in tx.execute(query.where(address_sharers.c.address_id == address_id)))


def addresses_of(tx: Transaction, person_id: PersonId) -> list[Address]:
    """The addresses of somebody in every state, the oldest first, also those that they share."""
    shared = select(address_sharers.c.address_id).where(address_sharers.c.person_id == person_id)
    mine = or_(addresses.c.person_id == person_id, addresses.c.id.in_(shared))
    return [
        Address(
            AddressId(row.id),
            row.channel,
            AddressState(row.state),
            KeyId(row.key_id),
            sharer=get_person(tx, person_id) if row.person_id is None else None,
            reason=row.reason,
            changed_at=row.changed_at,
        )
        for row in tx.execute(select(addresses).where(mine).order_by(addresses.c.id))
    ]


def best_address(candidates: Sequence[Address], preferred: str | None) -> Address | None:
    """Where somebody is reached: by the channel that they prefer, else wherever something can be sent.

    When nothing can be sent anywhere, it is one that says why; None when there is none at all.
    """
    active = [address for address in candidates if address.state is AddressState.ACTIVE]
    return next(
        (address for address in active if address.channel == preferred), next(iter([*active, *candidates]), None)
    )


def find_address_on(tx: Transaction, person_id: PersonId, channel: str) -> Address | None:
    """The address of somebody on one channel that isn't closed; None when there is none."""
    found = (address for address in addresses_of(tx, person_id) if address.state is not AddressState.CLOSED)
    return next((address for address in found if address.channel == channel), None)


def open_address(tx: Transaction, address_id: AddressId) -> str:
    """The address itself: for the sender, and for nobody else."""
    row = tx.execute(select(addresses).where(addresses.c.id == address_id)).one()
    return tx.open(row.key_id, _context(row.lookup), row.address_cell)


def open_address_cell(tx: Transaction, key_id: int, hashed: bytes, cell: bytes) -> str:
    """As `open_address`, from columns that are already there."""
    return tx.open(key_id, _context(hashed), cell)


def set_address_state(
    tx: Transaction,
    address_id: AddressId,
    state: AddressState,
    *,
    reason: str | None = None,
    now: datetime | None = None,
) -> None:
    """Note whether something can be sent to it, why not (an error's code), and since when (None: as it was noted).

    One that is closed stays so, until it is given to somebody.
    """
    values: dict[str, object] = {"state": state, "reason": reason}
    if now is not None:
        values["changed_at"] = now
    this = (addresses.c.id == address_id, addresses.c.state != AddressState.CLOSED.value)
    tx.execute(update(addresses).where(*this).values(values))


def close_address(tx: Transaction, address_id: AddressId, now: datetime) -> None:
    """Its owner has moved: nothing personal is said there from now on."""
    values = {"state": AddressState.CLOSED, "changed_at": now}
    tx.execute(update(addresses).where(addresses.c.id == address_id).values(values))


def note_answered(tx: Transaction, address_id: AddressId, now: datetime) -> None:
    """Note that a stranger got the neutral answer."""
    tx.execute(update(addresses).where(addresses.c.id == address_id).values(answered_at=now))


def _context(hashed: bytes) -> str:
    # The keyed hash is the row's own name: unique, and known before the row has a number.
    return f"addresses:{hashed.hex()}:address"
