"""Documents and animated stickers, written anew with what people see and nothing else."""

import gzip
import io
import json
import zlib

# A sticker unpacked: Telegram's own limit is 64 KB packed.
_MOST_STICKER = 2_000_000
# What runs, leads somewhere, or brings other files along (PDF 2.0, 7.7.2, 12.6 and 7.11.4).
_OF_THE_WHOLE = ("/AA", "/OpenAction", "/Names", "/AF", "/Metadata", "/PieceInfo", "/AcroForm", "/Collection")
_OF_A_PAGE = ("/AA", "/Annots", "/AF", "/Metadata", "/PieceInfo", "/Thumb")


class NotASticker(Exception):
    """What was packed isn't an animation."""


class Locked(Exception):
    """A document that opens only with a password."""


def clean_pdf(data: bytes) -> bytes:
    """The pages of a PDF without its information, XMP, attachments, scripts, forms and notes.

    Raises `Locked`, or whatever pypdf raises for a damaged one.
    """
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - loaded when needed
    from pypdf.generic import NameObject  # noqa: PLC0415

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise Locked
    writer = PdfWriter()
    for page in reader.pages:
        for name in _OF_A_PAGE:
            page.pop(NameObject(name), None)
        writer.add_page(page)
    root = writer.root_object
    for name in _OF_THE_WHOLE:
        root.pop(NameObject(name), None)
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def clean_tgs(data: bytes) -> bytes:
    """An animated sticker (JSON, packed) without the packer's file name and time and without names in the animation.

    Raises `NotASticker`, or whatever reading a damaged one raises.
    """
    unpacker = zlib.decompressobj(wbits=31)
    plain = unpacker.decompress(data, _MOST_STICKER)
    if unpacker.unconsumed_tail:
        raise NotASticker
    animation = json.loads(plain)
    if not isinstance(animation, dict) or "layers" not in animation:
        raise NotASticker
    for name in ("nm", "meta"):
        animation.pop(name, None)
    return gzip.compress(json.dumps(animation, separators=(",", ":")).encode(), mtime=0)
