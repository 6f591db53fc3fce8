"""Files made anew: what people see and hear stays, what a file says of its maker doesn't; hostile ones are refused."""

import gzip
import io
import json
import zlib

import av
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from bot.channels.sms_files import is_kept_by_twilio, is_ours
from bot.channels.telegram_files import _PATH
from bot.media import images, speech
from bot.media.cleaning import CannotClean, clean
from bot.media.types import sniff
from bot.sandbox.samples import MAKER, photo, sample

LIMIT = 10_000_000
PLACE = "+51.4772-000.0000/"


def test_a_picture_says_nothing_of_its_place() -> None:
    """A JPEG as photo and as document: the maker, the place and the comment are gone, the picture is there."""
    for kind in ("photo", "document"):
        cleaned = clean(kind, photo(), LIMIT)
        assert cleaned.mime == "image/jpeg"
        assert MAKER.encode() not in cleaned.data
        image = Image.open(io.BytesIO(cleaned.data))
        assert image.size == (160, 120)
        assert not dict(image.getexif())
        assert "comment" not in image.info


def test_a_picture_is_turned_as_it_was_meant() -> None:
    """The orientation that stood in the EXIF is in the pixels afterwards."""
    out, image = io.BytesIO(), Image.new("RGB", (40, 20))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(out, "JPEG", exif=exif)
    assert Image.open(io.BytesIO(clean("photo", out.getvalue(), LIMIT).data)).size == (20, 40)


@pytest.mark.parametrize(("form", "mime"), [("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif")])
def test_documents_keep_their_format(form: str, mime: str) -> None:
    """A picture sent as a document stays what it is, also a moving one, without what stood in it."""
    frames = [Image.new("RGBA", (8, 8), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=form != "PNG", append_images=frames[1:], comment=MAKER.encode())
    cleaned = clean("document", out.getvalue(), LIMIT)
    assert cleaned.mime == mime
    assert MAKER.encode() not in cleaned.data
    assert getattr(Image.open(io.BytesIO(cleaned.data)), "n_frames", 1) == (1 if form == "PNG" else 2)


def test_a_decompression_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture of more pixels than allowed is refused by its header, and so is a moving one by all its frames."""
    monkeypatch.setattr(images, "_MOST_PIXELS", 100)
    out = io.BytesIO()
    Image.new("1", (11, 10)).save(out, "PNG")
    with pytest.raises(CannotClean, match="damaged"):
        clean("photo", out.getvalue(), LIMIT)
    out = io.BytesIO()
    monkeypatch.setattr(images, "_MOST_FRAME_PIXELS", 150)
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(CannotClean, match="damaged"):
        clean("document", out.getvalue(), LIMIT)


@pytest.mark.parametrize("form", ["mp4", "mov"])
def test_a_film_says_nothing_of_its_place(form: str) -> None:
    """The title and the place of an MP4 and a QuickTime are gone; its pictures are all there."""
    out = io.BytesIO()
    with av.open(io.BytesIO(sample("video")), "r") as source, av.open(out, "w", format=form) as result:
        result.metadata.update({"title": MAKER, "location": PLACE, "location-eng": PLACE})
        copy = result.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = copy
                result.mux(packet)
    assert MAKER.encode() in out.getvalue()
    cleaned = clean("video", out.getvalue(), LIMIT)
    assert cleaned.mime == "video/mp4"
    assert MAKER.encode() not in cleaned.data
    assert PLACE.encode() not in cleaned.data
    with av.open(io.BytesIO(cleaned.data), "r") as film:
        assert sum(1 for _ in film.decode(video=0)) == 5


# A second of silence: a header, and 50 frames of the slowest mode (RFC 4867, 5.1 and 5.3).
AMR = b"#!AMR\n" + (b"\x04" + bytes(12)) * 50
AMR_WB = b"#!AMR-WB\n" + (b"\x04" + bytes(17)) * 50


def _three_gp(source: bytes) -> bytes:
    """The first stream of a file in a 3GP, as a telephone records it."""
    out = io.BytesIO()
    with av.open(io.BytesIO(source), "r") as read, av.open(out, "w", format="3gp") as result:
        result.metadata.update({"title": MAKER, "location": PLACE})
        copy = result.add_stream_from_template(read.streams[0])
        for packet in read.demux(read.streams[0]):
            if packet.dts is not None:
                packet.stream = copy
                result.mux(packet)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["voice", "audio"])
@pytest.mark.parametrize("made", [AMR, AMR_WB, _three_gp(AMR)], ids=["amr", "amr-wb", "3gp"])
def test_speech_of_telephones_becomes_a_voice_message(kind: str, made: bytes) -> None:
    """What Telegram doesn't play is encoded anew as OGG Opus of the same length, with nothing else in it."""
    cleaned = clean(kind, made, LIMIT)
    assert (cleaned.mime, sniff(cleaned.data)) == ("audio/ogg", "audio/ogg")
    assert MAKER.encode() not in cleaned.data
    with av.open(io.BytesIO(cleaned.data), "r") as heard:
        assert len(heard.streams) == 1
        stream = heard.streams.audio[0]
        assert (stream.codec_context.name, stream.layout.name) == ("opus", "mono")
        seconds = sum(frame.samples for frame in heard.decode(stream)) / 48_000
    assert 0.98 <= seconds <= 1.05


def test_speech_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that would be decoded for longer than it is worth is refused; at the limit it is not."""
    monkeypatch.setattr(speech, "_LONGEST", 1)
    assert clean("voice", AMR, LIMIT).mime == "audio/ogg"
    with pytest.raises(CannotClean, match="damaged"):
        clean("voice", AMR + (b"\x04" + bytes(12)), LIMIT)


@pytest.mark.parametrize("made", [AMR[:6], _three_gp(sample("video"))], ids=["nothing in it", "a film without sound"])
def test_speech_in_which_nothing_is_said(made: bytes) -> None:
    """A file of the right type without sound is no voice message."""
    with pytest.raises(CannotClean, match="damaged"):
        clean("voice", made, LIMIT)


def test_a_film_of_an_older_telephone() -> None:
    """A 3GP becomes an MP4 with the same pictures."""
    cleaned = clean("video", _three_gp(sample("video")), LIMIT)
    assert cleaned.mime == "video/mp4"
    assert sniff(cleaned.data) == "video/mp4"
    assert MAKER.encode() not in cleaned.data
    with av.open(io.BytesIO(cleaned.data), "r") as film:
        assert sum(1 for _ in film.decode(video=0)) == 5


def test_a_pdf_keeps_its_pages_only() -> None:
    """Author, attachment and note are gone; the page is there. One with a password is refused."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": MAKER})
    writer.add_attachment("secret.txt", b"attached")
    writer.write(out)
    cleaned = clean("document", out.getvalue(), LIMIT)
    for gone in (MAKER.encode(), b"attached", b"secret.txt", b"/Author"):
        assert gone not in cleaned.data
    assert len(PdfReader(io.BytesIO(cleaned.data)).pages) == 1
    writer.encrypt("password", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    with pytest.raises(CannotClean, match="damaged"):
        clean("document", locked.getvalue(), LIMIT)


def test_animated_stickers() -> None:
    """The animation stays, its name goes; what unfolds too far, or is none, is refused."""
    packed = gzip.compress(json.dumps({"layers": [], "nm": MAKER}).encode())
    cleaned = clean("sticker", packed, LIMIT)
    assert json.loads(zlib.decompress(cleaned.data, 31)) == {"layers": []}
    for bad in (b"[]", b"{}", b'{"layers":[]' + b" " * 3_000_000 + b"}"):
        with pytest.raises(CannotClean, match="damaged"):
            clean("sticker", gzip.compress(bad), LIMIT)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("photo", b"%PDF-1.7"),
        ("document", b"MZ\x90\x00 a program"),
        ("document", b"PK\x03\x04 a zip"),
        ("document", b"<html>"),
        ("document", b""),
        ("voice", photo()),
        ("contact", photo()),
    ],
    ids=["pdf as photo", "program", "zip", "html", "empty", "photo as voice", "no file"],
)
def test_what_is_of_another_type_is_refused(kind: str, data: bytes) -> None:
    """The bytes decide, not what is said of them."""
    with pytest.raises(CannotClean, match="media:type"):
        clean(kind, data, LIMIT)


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"OggS", b"%PDF-1.7", b"\x00\x00\x00\x20ftypisom", b"\x1f\x8b"])
def test_what_is_damaged_is_refused(start: bytes) -> None:
    """The right beginning doesn't help a file that can't be read."""
    kind = "sticker" if start == b"\x1f\x8b" else "document"
    with pytest.raises(CannotClean, match="damaged"):
        clean(kind, start + b"nothing", LIMIT)


def test_what_comes_out_too_large_is_refused() -> None:
    """The limit holds for the new file too."""
    with pytest.raises(CannotClean, match="too_large"):
        clean("photo", photo(), 100)


def test_types_by_their_bytes() -> None:
    """The samples are what they are."""
    assert [sniff(sample(kind)) for kind in ("photo", "voice", "video", "sticker", "document", "other")] == [
        "image/jpeg", "audio/ogg", "video/mp4", "image/webp", "application/pdf", None,
    ]  # fmt: skip


API, ACCOUNT = "https://api.twilio.com", "AC00000000000000000000000000000001"
OURS = f"{API}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        (OURS, True),
        (OURS.replace("https", "http"), False),
        (OURS.replace("api.twilio.com", "api.twilio.com.example.org"), False),
        (OURS.replace("https://", "https://api.twilio.com@"), False),
        (OURS.replace(ACCOUNT, "AC2"), False),
        (f"{OURS}/../../x", False),
        (f"{OURS}?x=1", False),
        (f"{OURS}\n", False),
        ("http://169.254.169.254/latest", False),
    ],
)
def test_only_our_account_at_twilio_is_asked(url: str, ours: bool) -> None:  # noqa: FBT001 - a table
    """The password goes to one host and one path."""
    assert is_ours(url, API, ACCOUNT) is ours


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://media.twiliocdn.com/x", True),
        ("https://media.twiliocdn.com:443/x", True),
        ("http://media.twiliocdn.com/x", False),
        ("https://twiliocdn.com.example.org/x", False),
        ("https://eviltwiliocdn.com/x", False),
        ("https://media.twiliocdn.com:8443/x", False),
        ("https://a@media.twiliocdn.com/x", False),
        ("https://[/x", False),
        ("/x", False),
        ("", False),
    ],
)
def test_redirects_lead_to_twilios_store_only(url: str, kept: bool) -> None:  # noqa: FBT001 - a table
    """Anything but https to a host of the store is no place to go."""
    assert is_kept_by_twilio(url) is kept


@pytest.mark.parametrize(
    ("path", "good"),
    [
        ("photos/file_1.jpg", True),
        ("a/../b", False),
        ("/etc/passwd", False),
        ("a?b", False),
        ("a//b", False),
        ("", False),
    ],
)
def test_paths_of_telegram(path: str, good: bool) -> None:  # noqa: FBT001 - a table
    """A path that could change the address is not asked for."""
    assert (_PATH.fullmatch(path) is not None) is good
