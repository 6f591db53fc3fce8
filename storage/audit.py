"""The audit trail: who did what to what, in ids, so that tampering shows.

Each entry carries a MAC under the audit key. Entries are written without looking at one another, so writers never
queue; a sealing, some moments later, takes all new ones into a chain of seals, each bound to the one before. Taking an
entry out, changing one, or adding one under a false date breaks a MAC or a digest.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, text, update

from storage.parts import in_parts
from storage.schema.keeping import audit, audit_seals
from storage.transaction import Transaction

# Any number will do, as long as nothing else in this database locks it: PostgreSQL's advisory locks are numbers.
_SEALING_LOCK = 7_364_501


def write_audit(
    tx: Transaction, actor: str, act: str, subject: str, now: datetime, **detail: str | int | bool | None
) -> None:
    """Note one act. `detail` carries ids and codes, never words, names or numbers of people."""
    entry_id = tx.new_id()
    kept = json.dumps(detail, sort_keys=True)
    mac = tx.vault.mac(_entry(entry_id, now, actor, act, subject, kept))
    values = {"id": entry_id, "at": now, "actor": actor, "act": act, "subject": subject, "detail": kept, "mac": mac}
    tx.execute(insert(audit), values)


def seal_audit(tx: Transaction, now: datetime) -> int:
    """Take the entries that are not in the chain yet into it. Returns how many there were."""
    if tx.connection.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SEALING_LOCK})
    fresh = tx.execute(select(audit.c.id, audit.c.mac).where(audit.c.seal_id.is_(None)).order_by(audit.c.id)).all()
    if not fresh:
        return 0
    last = tx.execute(select(audit_seals).order_by(audit_seals.c.id.desc()).limit(1)).one_or_none()
    number, previous = (1, b"") if last is None else (last.id + 1, last.mac)
    digest = _digest([row.mac for row in fresh])
    mac = tx.vault.mac(_seal(number, now, len(fresh), digest, previous))
    tx.execute(
        insert(audit_seals).values(id=number, at=now, entries=len(fresh), digest=digest, mac=mac),
    )
    for part in in_parts([row.id for row in fresh]):
        tx.execute(update(audit).where(audit.c.id.in_(part)).values(seal_id=number))
    return len(fresh)


@dataclass(frozen=True, slots=True)
class AuditState:
    """What a check of the trail found."""

    entries: int
    unsealed: int
    seals: int
    # The MAC of the last seal in hexadecimal: noted somewhere else, it shows if the end was cut off. Empty at first.
    head: str
    # One sentence for each thing that is wrong.
    problems: tuple[str, ...]


def verify_audit(tx: Transaction) -> AuditState:
    """Check every entry and every seal of the trail."""
    problems: list[str] = []
    macs: dict[int | None, list[bytes]] = {}
    entries = 0
    for row in tx.execute(select(audit).order_by(audit.c.id)):
        entries += 1
        macs.setdefault(row.seal_id, []).append(row.mac)
        if row.mac != tx.vault.mac(_entry(row.id, row.at, row.actor, row.act, row.subject, row.detail)):
            problems.append(f"Entry {row.id} was changed.")
    previous, last = b"", 0
    seals = tx.execute(select(audit_seals).order_by(audit_seals.c.id)).all()
    for seal in seals:
        own = macs.pop(seal.id, [])
        if len(own) != seal.entries or _digest(own) != seal.digest:
            problems.append(f"Entries under seal {seal.id} are missing, were added or were changed.")
        if seal.id != last + 1:
            problems.append(f"Before seal {seal.id} others are missing.")
        elif seal.mac != tx.vault.mac(_seal(seal.id, seal.at, seal.entries, seal.digest, previous)):
            problems.append(f"Seal {seal.id} was changed.")
        previous, last = seal.mac, seal.id
    unsealed = len(macs.pop(None, []))
    problems.extend(f"Seal {number} is missing." for number in macs)
    return AuditState(entries, unsealed, len(seals), previous.hex(), tuple(problems))


def has_seal(tx: Transaction, head: str) -> bool:
    """Whether a head that was noted earlier (`AuditState.head`) is still one of the seals."""
    query = select(audit_seals.c.id).where(audit_seals.c.mac == bytes.fromhex(head))
    return tx.execute(query).first() is not None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of the trail."""

    at: datetime
    actor: str
    act: str
    subject: str
    detail: dict[str, str | int | bool | None]


def read_audit(tx: Transaction, *, subject: str | None = None) -> list[AuditEntry]:
    """The trail, or what it says of one subject, oldest first."""
    query = select(audit).order_by(audit.c.at, audit.c.id)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    return [AuditEntry(row.at, row.actor, row.act, row.subject, json.loads(row.detail)) for row in tx.execute(query)]


def _entry(entry_id: int, at: datetime, actor: str, act: str, subject: str, detail: str) -> bytes:
    return json.dumps(["entry", entry_id, at.timestamp(), actor, act, subject, detail]).encode()


def _seal(number: int, at: datetime, entries: int, digest: bytes, previous: bytes) -> bytes:
    return json.dumps(["seal", number, at.timestamp(), entries, digest.hex(), previous.hex()]).encode()


def _digest(macs: list[bytes]) -> bytes:
    return hashlib.sha256(b"".join(macs)).digest()
