"""Tests of `telementor held`."""

from pathlib import Path

from bot.bootstrap import opened_core
from bot.settings import load_settings
from handlers import files
from handlers.context import Context
from handlers.events import Channel, MediaRef
from storage.media import take_wanted
from tests.bot.cli_fixtures import cli, pair, pair_folder
from tests.bot.cli_tools import NUMBER, Cli

__all__ = ["cli", "pair", "pair_folder"]


def _mms(pair: Cli) -> str:
    """Sam sends a picture, which is fetched; the number of its message."""
    pair.arrive(Channel.SMS, NUMBER, "look", attachments=("photo",), media=(MediaRef(kind="photo", ref="x"),))

    def work(ctx: Context) -> None:
        for one in take_wanted(ctx.tx, ctx.now, ctx.now, 9):
            files.take_file(ctx, one.id, "image/jpeg", b"picture")

    with opened_core(load_settings()) as core:
        core.act(work)
    return str(pair.json("held", "list")["held"][0]["message"])


def test_a_picture_is_looked_at_and_passed_on(pair: Cli, tmp_path: Path) -> None:
    """The list names it without its words; release wants a look first; the file is saved for its owner only."""
    assert "Nothing is held." in pair("held", "list").stdout
    number = _mms(pair)
    listed = pair("held", "list").stdout
    assert "photo" in listed
    assert "look" not in listed
    assert "Look at it first" in pair.error("held", "release", number)
    shown = pair.json("held", "show", number, "--to", str(tmp_path))
    [message] = shown["messages"]
    assert message["words"] == "look"
    saved = Path(message["files"][0])
    assert (saved.name, saved.read_bytes()) == (f"{number}-1-picture.jpeg", b"picture")
    assert saved.stat().st_mode & 0o777 == 0o600
    assert "is passed on" in pair("held", "release", number).stdout
    assert "not held" in pair.error("held", "release", number)
    acts = [entry["act"] for entry in pair.json("audit", "show", "--subject", f"message:{number}")["entries"]]
    assert acts == ["hold.look", "hold.release"]


def test_a_picture_is_refused(pair: Cli) -> None:
    """Refusing needs no look; what is refused is held no longer. A folder that isn't there is said before anything."""
    number = _mms(pair)
    assert "no such folder" in pair.error("held", "show", number, "--to", "nowhere", status=2)
    assert "(no words)" not in pair("held", "show", number).stdout
    assert "is not passed on" in pair("held", "refuse", number).stdout
    assert pair.json("held", "list") == {"held": []}
