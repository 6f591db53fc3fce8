"""What commands print: text for people, or one JSON document for programs."""

import json
import re
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType
from rich.text import Text

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs, instead of text.")]
Document = dict[str, Any]

# What could steer a terminal or hide words on it: control characters except the line feed, halves of surrogate pairs,
# and the marks that turn the direction of writing (Unicode, UAX #9).
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def answer(as_json: bool, document: Document, *shown: RenderableType) -> None:
    """Print the document, or what is shown of it to people: sentences on lines of their own, and tables."""
    if as_json:
        # Only ASCII: whatever people wrote, no terminal and no pipe stumbles over it.
        typer.echo(json.dumps(document))
        return
    console = Console(markup=False, highlight=False, emoji=False)
    for part in shown:
        # Sentences are not cut into lines: a code or an address must be easy to copy.
        console.print(Text(printable(part)) if isinstance(part, str) else part, soft_wrap=isinstance(part, str | Text))


def printable(text: str) -> str:
    """A text as it may be shown in a terminal: what could steer it is replaced."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def cell(text: object) -> Text:
    """One cell of a table; nothing in it is lost when the table is narrow."""
    return Text("" if text is None else printable(str(text)), overflow="fold")
