"""Files that came with messages: wanted first, then ready or failed; their bytes are encrypted like words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select, update

from storage.ids import KeyId, MediaId, MessageId
from storage.parts import in_parts
from storage.schema.messages import media, messages
from storage.transaction import Transaction


class MediaState(StrEnum):
    """How far a file has come."""

    # It is to be fetched from its provider.
    WANTED = "wanted"
    # It was fetched and cleaned.
    READY = "ready"
    # It can't be fetched or can't be cleaned.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MediaFile:
    """What is known of a file, without its bytes."""

    id: MediaId
    message_id: MessageId
    kind: str
    state: MediaState
    mime: str | None
    size: int | None
    # The emoji that a sticker stands for.
    emoji: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to be fetched now."""

    id: MediaId
    channel: str
    kind: str
    # What the provider calls it.
    ref: str
    # How often it was tried before.
    attempts: int


def add_media(
    tx: Transaction, message_id: MessageId, key_id: KeyId, *, kind: str, ref: str, emoji: str | None, now: datetime
) -> MediaId:
    """Note a file that is to be fetched. Its name at the provider is encrypted under `key_id`, as the file will be."""
    media_id = MediaId(tx.new_id())
    values = {
        "id": media_id,
        "message_id": message_id,
        "kind": kind,
        "state": MediaState.WANTED,
        "ref_cell": tx.seal(key_id, _context(media_id, "ref"), json.dumps([ref, emoji])),
        "key_id": key_id,
        "created_at": now,
        "due_at": now,
    }
    tx.execute(insert(media), values)
    return media_id


def take_wanted(tx: Transaction, now: datetime, again_at: datetime, most: int) -> list[Wanted]:
    """Take at most `most` files that are to be fetched now, oldest first.

    What isn't noted as ready, failed or put off until `again_at` can be taken again: its process died.
    """
    query = (
        select(media, messages.c.channel)
        .join(messages, messages.c.id == media.c.message_id)
        .where(media.c.state == MediaState.WANTED.value, media.c.due_at <= now)
        .order_by(media.c.due_at, media.c.id)
        .limit(most)
        .with_for_update(of=media, skip_locked=True)
    )
    rows = tx.execute(query).all()
    for row in rows:
        tx.execute(update(media).where(media.c.id == row.id).values(due_at=again_at, attempts=row.attempts + 1))
    return [Wanted(MediaId(row.id), row.channel, row.kind, _ref(tx, row)[0] or "", row.attempts) for row in rows]


def note_ready(tx: Transaction, media_id: MediaId, mime: str, data: bytes) -> MessageId | None:
    """Keep a file that was fetched and cleaned; returns its message, None when it was settled before."""
    key_id = tx.execute(select(media.c.key_id).where(media.c.id == media_id)).scalar_one()
    cell = tx.seal_bytes(key_id, _context(media_id, "data"), data)
    return _settle(tx, media_id, state=MediaState.READY, mime=mime, size=len(data), data_cell=cell, error=None)


def note_lost(tx: Transaction, media_id: MediaId, error: str) -> MessageId | None:
    """A file won't come; `error` is a code. Returns its message, None when it was settled before."""
    return _settle(tx, media_id, state=MediaState.FAILED, error=error[:80])


def _settle(tx: Transaction, media_id: MediaId, **values: object) -> MessageId | None:
    statement = update(media).where(media.c.id == media_id, media.c.state == MediaState.WANTED.value)
    found = tx.execute(statement.values(values).returning(media.c.message_id)).scalar_one_or_none()
    return None if found is None else MessageId(found)


def put_off(tx: Transaction, media_id: MediaId, error: str, due_at: datetime) -> None:
    """A file could not be fetched now; it is tried again at `due_at`."""
    statement = update(media).where(media.c.id == media_id, media.c.state == MediaState.WANTED.value)
    tx.execute(statement.values(due_at=due_at, error=error[:80]))


def files_of(tx: Transaction, message_ids: Sequence[MessageId]) -> dict[MessageId, list[MediaFile]]:
    """The files of these messages, by message, in the order in which they came."""
    columns = [column for column in media.c if column.name != "data_cell"]
    found: dict[MessageId, list[MediaFile]] = {}
    for part in in_parts(message_ids):
        for row in tx.execute(select(*columns).where(media.c.message_id.in_(part)).order_by(media.c.id)):
            file = MediaFile(
                MediaId(row.id),
                MessageId(row.message_id),
                row.kind,
                MediaState(row.state),
                row.mime,
                row.size,
                _ref(tx, row)[1],
            )
            found.setdefault(file.message_id, []).append(file)
    return found


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file with its bytes."""

    kind: str
    mime: str
    data: bytes


def open_file(tx: Transaction, media_id: MediaId) -> OpenFile | None:
    """Open a file that is ready; None for any other."""
    row = tx.execute(select(media).where(media.c.id == media_id)).one_or_none()
    if row is None or row.state != MediaState.READY:
        return None
    return OpenFile(row.kind, row.mime, tx.open_bytes(row.key_id, _context(media_id, "data"), row.data_cell))


def _ref(tx: Transaction, row: object) -> tuple[str | None, str | None]:
    ref, emoji = json.loads(tx.open(row.key_id, _context(row.id, "ref"), row.ref_cell))  # type: ignore[attr-defined]  # a row
    return ref, emoji


def _context(media_id: int, column: str) -> str:
    return f"media:{media_id}:{column}"
