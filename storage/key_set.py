"""The keys of the service as they are in memory: what look-ups and audit entries are made with, and the master keys."""

import os
from collections import Counter
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, field_validator

from storage.crypto import KEY_LENGTH


def _from_hex(value: object) -> object:
    """Bytes of hexadecimal digits; anything else is left for the field to judge."""
    return bytes.fromhex(value) if isinstance(value, str) else value


# 32 secret bytes, written as 64 hexadecimal digits in the file and left out of every repr.
_Key = Annotated[
    bytes,
    BeforeValidator(_from_hex),
    PlainSerializer(bytes.hex),
    Field(min_length=KEY_LENGTH, max_length=KEY_LENGTH, repr=False),
]
_STRICT = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class MasterKey(BaseModel):
    """A key that wraps data keys."""

    model_config = _STRICT

    # From 1, never used again.
    id: Annotated[int, Field(ge=1)]
    created: AwareDatetime
    key: _Key


class KeySet(BaseModel):
    """What a key file holds, in the file's own layout."""

    model_config = _STRICT

    # Layout of the file.
    format: Literal[1]
    # Makes the keyed hashes that look-ups use. It doesn't rotate: the hashes in the database would no longer match.
    index_key: _Key
    # Authenticates audit entries. It doesn't rotate either: old entries must stay checkable.
    audit_key: _Key
    # The one with the highest id is active: new wraps are made under it.
    masters: Annotated[tuple[MasterKey, ...], Field(min_length=1)]

    @field_validator("masters")
    @classmethod
    def _check_ids_differ(cls, masters: tuple[MasterKey, ...]) -> tuple[MasterKey, ...]:
        if max(Counter(master.id for master in masters).values()) > 1:
            raise ValueError("two master keys have the same id")
        return masters

    @property
    def active(self) -> MasterKey:
        """The master key that new wraps are made under."""
        return max(self.masters, key=lambda master: master.id)


def create_master(master_id: int, now: datetime) -> MasterKey:
    """A fresh random master key; raises ValueError when `now` is naive."""
    return MasterKey(id=master_id, created=now, key=os.urandom(KEY_LENGTH))


def create_key_set(now: datetime) -> KeySet:
    """Fresh random keys with one master key; raises ValueError when `now` is naive."""
    return KeySet(
        format=1, index_key=os.urandom(KEY_LENGTH), audit_key=os.urandom(KEY_LENGTH), masters=(create_master(1, now),)
    )
