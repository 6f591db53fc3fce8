"""Sound and moving pictures, packed anew: the streams as they are, without titles, places and pictures about them."""

import io

import av

from bot.media import types

_FORMATS = {
    types.OGG: "ogg",
    types.MP3: "mp3",
    types.M4A: "ipod",
    types.FLAC: "flac",
    types.WAV: "wav",
    types.MP4: "mp4",
    types.WEBM: "webm",
}
# What FFmpeg may take a file for, so that none makes it read a playlist or another protocol.
_READ_AS = {
    types.OGG: "ogg",
    types.MP3: "mp3",
    types.M4A: "mov",
    types.FLAC: "flac",
    types.WAV: "wav",
    types.MP4: "mov",
    types.MOV: "mov",
    types.THREE_GP: "mov",
    types.WEBM: "matroska",
}


class NoStream(Exception):
    """A file in which there is nothing to see and nothing to hear."""


def clean_stream(data: bytes, mime: str) -> tuple[str, bytes]:
    """The streams of sound and pictures of a file in a new container; its type and bytes.

    A QuickTime and a 3GP become MP4s. Nothing is decoded, so it costs no more than copying. Subtitles, data tracks
    (where cameras keep places), cover pictures, chapters and tags stay behind. Raises whatever FFmpeg raises for a
    damaged one.
    """
    target = types.MP4 if mime in {types.MOV, types.THREE_GP} else mime
    out = io.BytesIO()
    # `bitexact` leaves out the name of the program and the time.
    options = {"fflags": "+bitexact"}
    with (
        av.open(io.BytesIO(data), "r", format=_READ_AS[mime]) as source,
        av.open(out, "w", format=_FORMATS[target], options=options) as result,
    ):
        wanted = [
            stream
            for stream in source.streams
            if stream.type in {"audio", "video"} and not stream.disposition & av.stream.Disposition.attached_pic
        ]
        if not wanted:
            raise NoStream
        copies = {}
        for stream in wanted:
            copy = copies[stream.index] = result.add_stream_from_template(stream)
            copy.metadata.clear()
        for packet in source.demux(wanted):
            # The last one of each stream is empty.
            if packet.dts is None:
                continue
            packet.stream = copies[packet.stream.index]
            result.mux(packet)
    return target, out.getvalue()
