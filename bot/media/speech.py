"""Sound as telephones send it by MMS, encoded anew as what Telegram plays as a voice message."""

import io

import av

from bot.media import types

# What FFmpeg may take a file for.
_READ_AS = {types.AMR: "amr", types.AMR_WB: "amr", types.THREE_GP: "mov"}
# Opus is always decoded at this rate (RFC 7845, 5.1), and speech needs no more than this, in bits a second.
_RATE, _BITS = 48_000, 24_000
# A small file can be decoded to days of silence, in seconds.
_LONGEST = 3600


class NoSound(Exception):
    """A file in which there is nothing to hear."""


class TooLong(Exception):
    """A file that it would take too long to decode."""


def clean_speech(data: bytes, mime: str) -> tuple[str, bytes]:
    """The sound of a file as OGG Opus, in mono, without anything else that was in it; its type and bytes.

    Raises `NoSound`, `TooLong`, or whatever FFmpeg raises for a damaged one.
    """
    out = io.BytesIO()
    # `bitexact` leaves out the name of the program and the time.
    options = {"fflags": "+bitexact"}
    with (
        av.open(io.BytesIO(data), "r", format=_READ_AS[mime]) as source,
        av.open(out, "w", format="ogg", options=options) as result,
    ):
        if not source.streams.audio:
            raise NoSound
        stream = result.add_stream("libopus", rate=_RATE, layout="mono")
        stream.bit_rate = _BITS
        heard = 0
        for frame in source.decode(source.streams.audio[0]):
            heard += frame.samples
            if heard > _LONGEST * frame.sample_rate:
                raise TooLong
            result.mux(stream.encode(frame))
        if not heard:
            raise NoSound
        result.mux(stream.encode(None))
    return types.OGG, out.getvalue()
