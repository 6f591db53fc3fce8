"""Making a new file of one that came in: the same to look at or to hear, without what it says about its maker.

Everything here is work for a worker thread. The libraries are large and loaded only when a file comes.
"""

from dataclasses import dataclass

from bot.media import types
from bot.media.types import sniff

# Each kind, and what it may turn out to be. What else a file turns out to be, its kind is a lie.
_ALLOWED = {
    "photo": types.IMAGES,
    "voice": frozenset({types.OGG, types.MP3, types.M4A, types.THREE_GP}) | types.SPEECH,
    "audio": frozenset({types.OGG, types.MP3, types.M4A, types.FLAC, types.WAV, types.THREE_GP}) | types.SPEECH,
    "video": frozenset({types.MP4, types.MOV, types.WEBM, types.THREE_GP}),
    "video_note": frozenset({types.MP4}),
    "animation": frozenset({types.MP4, types.GIF}),
    "sticker": frozenset({types.WEBP, types.PNG, types.TGS, types.WEBM}),
    "document": types.IMAGES | types.STREAMS | types.SPEECH | {types.PDF},
}


class CannotClean(Exception):
    """A file of this type can't be made clean, or it isn't what it says. `code` is a short stable name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file that can be passed on."""

    mime: str
    data: bytes


def clean(kind: str, data: bytes, limit: int) -> Cleaned:
    """A new file of at most `limit` bytes with nothing in it but what people see and hear.

    Raises `CannotClean` when the file isn't of a type that its kind can be, is damaged, or comes out too large.
    """
    mime = sniff(data)
    if mime is None or mime not in _ALLOWED.get(kind, frozenset()):
        raise CannotClean("media:type")
    try:
        cleaned = _clean(kind, mime, data)
    except CannotClean:
        raise
    except Exception:  # noqa: BLE001 - whatever a library says of a hostile file, it isn't passed on
        raise CannotClean("media:damaged") from None
    if not cleaned.data or len(cleaned.data) > limit:
        raise CannotClean("media:too_large")
    return cleaned


def _clean(kind: str, mime: str, data: bytes) -> Cleaned:
    if mime in types.IMAGES:
        from bot.media.images import clean_image  # noqa: PLC0415 - loaded when needed

        return Cleaned(*clean_image(data, types.JPEG if kind == "photo" else mime))
    if mime in types.SPEECH or (mime == types.THREE_GP and kind in {"voice", "audio"}):
        from bot.media.speech import clean_speech  # noqa: PLC0415

        return Cleaned(*clean_speech(data, mime))
    if mime in types.STREAMS:
        from bot.media.streams import clean_stream  # noqa: PLC0415

        return Cleaned(*clean_stream(data, mime))
    if mime == types.PDF:
        from bot.media.documents import clean_pdf  # noqa: PLC0415

        return Cleaned(mime, clean_pdf(data))
    from bot.media.documents import clean_tgs  # noqa: PLC0415

    return Cleaned(mime, clean_tgs(data))
