"""Invitations: single-use codes that expire."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from storage.ids import InvitationId, PersonId
from storage.schema.people import invitations, people
from storage.transaction import Transaction

# 15 random bytes: 120 bits, 20 characters of the alphabet that Telegram allows in a deep link (A-Z a-z 0-9 _ -).
_CODE_BYTES = 15


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that can still be used."""

    id: InvitationId
    person_id: PersonId
    channel: str
    expires_at: datetime


def add_invitation(tx: Transaction, person_id: PersonId, channel: str, now: datetime, expires_at: datetime) -> str:
    """Make a code for somebody; earlier ones of theirs are void from now on. Returns the code: it is kept nowhere."""
    # Of two invitations at the same time the second one must see the first, to make it void.
    tx.execute(select(people.c.id).where(people.c.id == person_id).with_for_update(key_share=True))
    tx.execute(
        update(invitations)
        .where(
            invitations.c.person_id == person_id, invitations.c.used_at.is_(None), invitations.c.revoked_at.is_(None)
        )
        .values(revoked_at=now)
    )
    code = secrets.token_urlsafe(_CODE_BYTES)
    tx.execute(
        insert(invitations).values(
            person_id=person_id,
            channel=channel,
            code_hash=tx.vault.token_hash(code),
            created_at=now,
            expires_at=expires_at,
        )
    )
    return code


def find_invitation(tx: Transaction, code: str, now: datetime) -> Invitation | None:
    """The invitation that a code opens; None when it is unknown, used, void or expired."""
    return _usable(tx, invitations.c.code_hash == tx.vault.token_hash(code), now)


def find_invitation_of(tx: Transaction, person_id: PersonId, now: datetime) -> Invitation | None:
    """The invitation that somebody can still use: for SMS, where the number stands for the code."""
    return _usable(tx, invitations.c.person_id == person_id, now)


def use_invitation(tx: Transaction, invitation_id: InvitationId, now: datetime) -> None:
    """Use it up."""
    tx.execute(update(invitations).where(invitations.c.id == invitation_id).values(used_at=now))


def _usable(tx: Transaction, which: ColumnElement[bool], now: datetime) -> Invitation | None:
    row = tx.execute(
        select(invitations)
        .where(
            which,
            invitations.c.used_at.is_(None),
            invitations.c.revoked_at.is_(None),
            invitations.c.expires_at > now,
        )
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        return None
    return Invitation(InvitationId(row.id), PersonId(row.person_id), row.channel, row.expires_at)
