"""Addresses: where people (and strangers) can be reached. Found by keyed hash, opened only to send."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, insert, select, update

from storage.hot import Hot
from storage.ids import AddressId, KeyId, PersonId
from storage.people import Person, person_from
from storage.schema import addresses, people
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
    # Why it can't be reached: an error's code; None for an active one.
    reason: str | None = None
    # Since when it is in its state, where that ever changed.
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote from an address: somebody whom the service knows, or a stranger (None)."""

    address: Address
    person: Person | None


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
    """Who has this address; None when nobody ever wrote from it."""
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
        row.address_reason,
        row.address_changed_at,
    )
    return Sender(found, None if row.person_id is None else person_from(tx, row, "person_"))


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


def give_address(tx: Transaction, address_id: AddressId, address: str, person: Person) -> None:
    """Make a stranger's address somebody's own."""
    hashed = tx.execute(select(addresses.c.lookup).where(addresses.c.id == address_id)).scalar_one()
    cell = tx.seal(person.key_id, _context(hashed), address)
    tx.execute(
        update(addresses)
        .where(addresses.c.id == address_id)
        .values(person_id=person.id, key_id=person.key_id, address_cell=cell, state=AddressState.ACTIVE, reason=None)
    )


def addresses_of(tx: Transaction, person_id: PersonId) -> list[Address]:
    """Where somebody can be reached, the oldest first."""
    rows = tx.execute(select(addresses).where(addresses.c.person_id == person_id).order_by(addresses.c.id))
    return [
        Address(
            AddressId(row.id),
            row.channel,
            AddressState(row.state),
            KeyId(row.key_id),
            reason=row.reason,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def find_address_on(tx: Transaction, person_id: PersonId, channel: str) -> Address | None:
    """Where somebody can be reached on one channel; None when nowhere."""
    return next((found for found in addresses_of(tx, person_id) if found.channel == channel), None)


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
    """Note whether something can be sent to it, why not (an error's code), and since when (None: as it was noted)."""
    values: dict[str, object] = {"state": state, "reason": reason}
    if now is not None:
        values["changed_at"] = now
    tx.execute(update(addresses).where(addresses.c.id == address_id).values(values))


def note_answered(tx: Transaction, address_id: AddressId, now: datetime) -> None:
    """Note that a stranger got the neutral answer."""
    tx.execute(update(addresses).where(addresses.c.id == address_id).values(answered_at=now))


def person_of(tx: Transaction, address_id: AddressId) -> PersonId | None:
    """Whose address it is; None for a stranger's."""
    found = tx.execute(select(addresses.c.person_id).where(addresses.c.id == address_id)).scalar_one()
    return None if found is None else PersonId(found)


def _context(hashed: bytes) -> str:
    # The keyed hash is the row's own name: unique, and known before the row has a number.
    return f"addresses:{hashed.hex()}:address"
