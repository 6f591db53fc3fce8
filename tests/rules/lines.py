"""The lines that the weights of words are learnt from, and the words that never get a weight."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from content.library import Content
from content.wording import Reading
from tests.rules.sets import read_items

_FOLDER = Path(__file__).parent
LINES = _FOLDER / "lines"
# Whose lines are the messages that the rules were written with, too.
WORK_HALF = "work half"
_UNWEIGHED = _FOLDER / "unweighed.toml"


@dataclass(frozen=True, slots=True)
class Line:
    """Plain words that somebody wrote, and what they are about."""

    author: str
    text: str
    words: tuple[str, ...]
    mentor: bool
    # The category first, then others that are right as well; nothing of an innocent line.
    categories: tuple[str, ...]
    severity: str


def read_lines(content: Content) -> list[Line]:
    """All lines to learn from."""
    return [*_written(content), *_of_work_half(content)]


def _written(content: Content) -> Iterator[Line]:
    for file in sorted(LINES.glob("*.jsonl")):
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            categories = (row["category"], *row.get("also", ())) if row["category"] else ()
            words = plain_words(row["text"], content)
            yield Line(
                file.stem, row["text"], words, row.get("sender") == "mentor", categories, row.get("severity", "")
            )


def _of_work_half(content: Content) -> Iterator[Line]:
    for item in read_items("safeguarding", "work"):
        words = tuple(word for text in item.messages for word in plain_words(text, content))
        categories = tuple(name for one in item.expected for name in (one.named, *one.also))
        severity = item.expected[0].severity if item.expected else ""
        yield Line(WORK_HALF, "\n".join(item.messages), words, item.sender == "mentor", categories, severity)


def plain_words(text: str, content: Content) -> tuple[str, ...]:
    """The words of a text as the engine weighs them: with everything seen through."""
    return tuple(Reading(content.lexicon.reader.read(text)[-1], content.lexicon.spelling).words)


def unweighed() -> frozenset[str]:
    """Words that never get a weight: what people are called, where they come from, what they are."""
    groups = tomllib.loads(_UNWEIGHED.read_text(encoding="utf-8"))
    return frozenset(word for group in groups.values() for word in group.split())


def digest() -> str:
    """Sixteen digits that change with whatever the weights are learnt from."""
    files = [_UNWEIGHED, *_FOLDER.glob("safeguarding.*.work.jsonl"), *LINES.glob("*.jsonl")]
    return sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:16]
