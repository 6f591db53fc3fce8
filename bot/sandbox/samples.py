"""Files as telephones make them, with what they say about their maker: so that one can see that it doesn't arrive."""

import io
from functools import cache

# What a camera writes into each picture: a maker, and a place (the Greenwich meridian).
MAKER = "Sandbox Camera of Sam"
_PLACE = {1: "N", 2: (51.0, 28.0, 38.0), 3: "W", 4: (0.0, 0.0, 5.0)}
_GPS, _MAKE = 0x8825, 0x010F


@cache
def sample(kind: str) -> bytes:
    """A small file of a kind, as a telephone sends it; of a kind that has none, a few bytes of no type."""
    make = {"photo": photo, "document": _document, "voice": _voice, "video": _video, "sticker": _sticker}.get(kind)
    return b"something else" if make is None else make()


def photo() -> bytes:
    """A JPEG of a goal on a football pitch, with a maker and a place in it."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - loaded when somebody sends a picture

    image = Image.new("RGB", (160, 120), "#a9d3ee")
    draw = ImageDraw.Draw(image)
    draw.ellipse((118, 10, 142, 34), fill="#ffe08a")
    draw.rectangle((0, 70, 160, 120), fill="#4f9a4a")
    draw.line((0, 84, 160, 84), fill="#e9f4e6", width=2)
    draw.line([(42, 84), (42, 42), (110, 42), (110, 84)], fill="#ffffff", width=4)
    draw.ellipse((84, 92, 100, 108), fill="#ffffff", outline="#27313b", width=2)
    exif = image.getexif()
    exif[_MAKE] = MAKER
    exif.get_ifd(_GPS).update(_PLACE)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=MAKER.encode())
    return out.getvalue()


def _sticker() -> bytes:
    from PIL import Image  # noqa: PLC0415

    out = io.BytesIO()
    Image.radial_gradient("L").resize((128, 128)).convert("RGBA").save(out, "WEBP")
    return out.getvalue()


def _document() -> bytes:
    from pypdf import PdfWriter  # noqa: PLC0415

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": MAKER})
    writer.write(out)
    return out.getvalue()


def _video() -> bytes:
    import av  # noqa: PLC0415

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as result:
        result.metadata["title"] = MAKER
        stream = result.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(5):
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts = number
            result.mux(stream.encode(frame))
        result.mux(stream.encode(None))
    return out.getvalue()


def _voice() -> bytes:
    import av  # noqa: PLC0415

    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as result:
        result.metadata["title"] = MAKER
        stream = result.add_stream("libopus", rate=48_000)
        for number in range(10):
            frame = av.AudioFrame(format="s16", layout="stereo", samples=960)
            frame.sample_rate, frame.pts = 48_000, number * 960
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            result.mux(stream.encode(frame))
        result.mux(stream.encode(None))
    return out.getvalue()
