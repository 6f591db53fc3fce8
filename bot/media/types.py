"""The type of a file by its own first bytes, whatever anybody says of it."""

import re
from collections.abc import Callable

JPEG, PNG, GIF, WEBP, PDF = "image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"
OGG, MP3, M4A, FLAC, WAV = "audio/ogg", "audio/mpeg", "audio/mp4", "audio/flac", "audio/wav"
AMR, AMR_WB, THREE_GP = "audio/amr", "audio/amr-wb", "video/3gpp"
MP4, MOV, WEBM, TGS = "video/mp4", "video/quicktime", "video/webm", "application/x-tgsticker"

IMAGES = frozenset({JPEG, PNG, GIF, WEBP})
STREAMS = frozenset({OGG, MP3, M4A, FLAC, WAV, MP4, MOV, WEBM, THREE_GP})
# Codecs of telephones that Telegram doesn't play (RFC 4867; 3GPP TS 26.244).
SPEECH = frozenset({AMR, AMR_WB})

_MP3 = re.compile(rb"ID3|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xfb]")
_SIGNS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    (JPEG, lambda head: head.startswith(b"\xff\xd8\xff")),
    (PNG, lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    (GIF, lambda head: head.startswith((b"GIF87a", b"GIF89a"))),
    (WEBP, lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP"),
    (PDF, lambda head: head.startswith(b"%PDF-")),
    (OGG, lambda head: head.startswith(b"OggS")),
    (FLAC, lambda head: head.startswith(b"fLaC")),
    (WAV, lambda head: head.startswith(b"RIFF") and head[8:12] == b"WAVE"),
    (MOV, lambda head: head[4:12] == b"ftypqt  "),
    (M4A, lambda head: head[4:12] in {b"ftypM4A ", b"ftypM4B "}),
    (THREE_GP, lambda head: head[4:10] in {b"ftyp3g", b"ftypmm"}),
    (AMR, lambda head: head.startswith(b"#!AMR\n")),
    (AMR_WB, lambda head: head.startswith(b"#!AMR-WB\n")),
    (MP4, lambda head: head[4:8] == b"ftyp"),
    (WEBM, lambda head: head.startswith(b"\x1a\x45\xdf\xa3")),
    (TGS, lambda head: head.startswith(b"\x1f\x8b")),
    (MP3, lambda head: _MP3.match(head) is not None),
)


def sniff(data: bytes) -> str | None:
    """The media type of a file; None for one that isn't of a known type."""
    head = data[:64]
    return next((mime for mime, fits in _SIGNS if fits(head)), None)
