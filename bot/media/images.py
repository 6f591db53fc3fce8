"""Pictures, painted anew: the pixels, turned as they were meant to be seen, and nothing else."""

import io

from PIL import Image, ImageOps, ImageSequence

from bot.media import types

# A small file can unfold to gigabytes; this is more than the cameras of telephones make by default.
_MOST_PIXELS = 50_000_000
# Of all frames of a moving picture together.
_MOST_FRAME_PIXELS = 100_000_000
_FORMATS = {types.JPEG: "JPEG", types.PNG: "PNG", types.GIF: "GIF", types.WEBP: "WEBP"}


class TooManyPixels(Exception):
    """A picture that would fill the memory."""


def clean_image(data: bytes, mime: str) -> tuple[str, bytes]:
    """A picture in the format `mime` without EXIF, XMP, comments, profiles and thumbnails; its type and bytes.

    Raises `TooManyPixels`, or whatever Pillow raises for a damaged one.
    """
    with Image.open(io.BytesIO(data), formats=list(_FORMATS.values())) as image:
        # Before anything is unpacked: the size stands in the header.
        if image.width * image.height > _MOST_PIXELS:
            raise TooManyPixels
        if getattr(image, "is_animated", False) and mime in {types.GIF, types.WEBP}:
            return mime, _moving(image, mime)
        return mime, _still(image, mime)


def _still(image: Image.Image, mime: str) -> bytes:
    upright = ImageOps.exif_transpose(image)
    out = io.BytesIO()
    if mime == types.JPEG:
        _bare(upright.convert("RGB")).save(out, "JPEG", quality=88)
    else:
        mode = "RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"
        _bare(upright.convert(mode)).save(out, _FORMATS[mime])
    return out.getvalue()


def _moving(image: Image.Image, mime: str) -> bytes:
    if image.width * image.height * getattr(image, "n_frames", 1) > _MOST_FRAME_PIXELS:
        raise TooManyPixels
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        frames.append(_bare(frame.convert("RGBA")))
        durations.append(int(frame.info.get("duration", 100)))
    out = io.BytesIO()
    frames[0].save(out, _FORMATS[mime], save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return out.getvalue()


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone: Pillow writes some of what it keeps in `info` of its own accord."""
    image.info = {}
    return image
