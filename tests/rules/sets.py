"""The sets of messages: what a line of them is, and which half is for what."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from content.safeguarding import Side

Engine = Literal["contact_details", "safeguarding"]
ENGINES: tuple[Engine, ...] = ("contact_details", "safeguarding")
# The half to work with, and the half that nobody looks at: it is only for the figure.
HALVES = ("work", "held_out")

_FOLDER = Path(__file__).parent
# How an item was written, by the letters that its id begins with: plainly, as most people would put it; as different
# and as indirect as people can be; and those of the first sets, between the two.
_MANNERS = {
    "h": "plain",
    "p": "plain",
    "sf": "older",
    "sp": "older",
    **dict.fromkeys(("ga", "gb", "gc", "gd"), "indirect"),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing that must be found in an item."""

    message: int
    # A kind of contact details, or a category.
    named: str
    # Categories that are right as well.
    also: tuple[str, ...] = ()
    # The detail itself, of contact details.
    text: str = ""
    # Of safeguarding.
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Successive messages of one sender; nothing is expected of a near miss."""

    id: str
    sender: Side
    messages: tuple[str, ...]
    expected: tuple[Expected, ...]
    # What a near miss comes near to.
    near: str = ""

    @property
    def manner(self) -> str:
        """How it was written, of safeguarding; otherwise nothing."""
        return _MANNERS.get(re.split(r"[^a-z]", self.id)[0], "")


def read_items(engine: Engine, half: str) -> list[Item]:
    """All items of one half for an engine: what must be found, and near misses."""
    return [item for what in ("find", "pass") for item in _items(_FOLDER / f"{engine}.{what}.{half}.jsonl")]


def _items(file: Path) -> Iterator[Item]:
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        expected = tuple(map(_expected, row["expect"]))
        yield Item(row["id"], row["sender"], tuple(row["messages"]), expected, row.get("near", ""))


def _expected(row: dict[str, Any]) -> Expected:
    named = row["kind"] if "kind" in row else row["category"]
    return Expected(row["message"], named, tuple(row.get("also", ())), row.get("text", ""), row.get("severity", ""))
