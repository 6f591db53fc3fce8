"""`telementor scan`: both rule engines over texts that come in, line by line; nothing of them is kept."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.cli.apps import new_app
from bot.cli.comparing import difference, summary
from bot.cli.opening import ready_settings
from bot.cli.output import Document
from content.library import Content, load_content
from content.safeguarding import Side
from handlers.scanning import Explained, judge

# In bytes. So much of a line is held; a longer one is let go by in pieces.
LONGEST_LINE = 1_000_000
# Only a scan that fails has no reason of its own.
_NO_REASON = "The scan itself failed on this message: somebody has to read it."

app = new_app()


class _Line(BaseModel):
    """One line of the input; what else stands in it is nobody's concern here."""

    model_config = ConfigDict(strict=True)

    messages: list[str]
    sender: Side | None = None


class _BadLineError(Exception):
    """A line that can't be judged; the text is the sentence to answer with, and holds nothing of the line."""


@app.command()
def scan(
    compare: Annotated[
        Path | None,
        typer.Option(
            metavar="OTHER_CONTENT", help="Another folder of content: show only what is found differently with it."
        ),
    ] = None,
    _as_json: Annotated[bool, typer.Option("--json", help="Changes nothing: the answers are always JSON.")] = False,
) -> None:
    """Try both engines on texts: JSON lines from standard input, one JSON line for each, at once and in order.

    A line is {"messages": ["…", "…"], "sender": "mentee"}: successive messages of one sender, "mentee" or "mentor", or
    nobody said. Each is judged as the relay would, with the ones before it. No keys or database are needed; nothing is
    kept.

    With --compare the answer is what is found "only_here" (with the content in use), "only_there" (with the other), or
    otherwise ("changed"), and what would be "delivered" otherwise; the sums come at the end, on standard error.
    """
    here = load_content(ready_settings().content_dir)
    there = None if compare is None else load_content(compare)
    sums: Counter[str] = Counter()
    for raw in _lines(sys.stdin.buffer):
        sys.stdout.write(json.dumps(_answer(raw, here, there, sums)) + "\n")
        sys.stdout.flush()
    if there is not None:
        typer.echo(summary(sums), err=True)


def _lines(source: BinaryIO) -> Iterator[bytes | None]:
    """The lines as they come; None for one that is too long, of which no more than the limit is ever held."""
    while line := source.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = source.readline(LONGEST_LINE + 1)
        yield None


def _answer(raw: bytes | None, here: Content, there: Content | None, sums: Counter[str]) -> Document:
    try:
        line = _read(raw)
    except _BadLineError as error:
        sums["bad lines"] += 1
        return {"error": str(error)}
    found = _judged(line, here)
    return found if there is None else difference(line.messages, found, _judged(line, there), sums)


def _read(raw: bytes | None) -> _Line:
    if raw is None:
        raise _BadLineError(f"This line is longer than {LONGEST_LINE:,} bytes: split it into several.")
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _BadLineError("This line isn't UTF-8: save the file in that encoding.") from None
    except (ValueError, RecursionError):
        raise _BadLineError('This line isn\'t JSON: write {"messages": ["…"], "sender": "mentee"}.') from None
    try:
        return _Line.model_validate(document)
    except ValidationError as error:
        raise _BadLineError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    """What is wrong with a line, without anything of what stands in it."""
    place = error.errors(include_input=False, include_url=False, include_context=False)[0]["loc"]
    match place:
        case ("sender", *_):
            return '"sender" must be "mentee" or "mentor", or be left out.'
        case ("messages", *_):
            return '"messages" must be a list of texts.'
    return 'This line must be an object with "messages", a list of texts.'


def _judged(line: _Line, content: Content) -> Document:
    judged = list(judge(line.messages, line.sender, content))
    found = [(number, one) for number, message in enumerate(judged) for one in message.findings]
    return {
        "contact_details": [_contact(number, one) for number, one in found if one.finding.severity is None],
        "safeguarding": [_concern(number, one) for number, one in found if one.finding.severity is not None],
        "delivered": [message.delivered for message in judged],
    }


def _contact(number: int, one: Explained) -> Document:
    return {**_place(number, one), "kind": one.finding.kind, **_rule(one)}


def _concern(number: int, one: Explained) -> Document:
    return {
        **_place(number, one),
        "category": one.finding.kind,
        "severity": one.finding.severity,
        **_rule(one),
    }


def _place(number: int, one: Explained) -> Document:
    return {"message": number, "start": one.finding.start, "end": one.finding.end}


def _rule(one: Explained) -> Document:
    return {"rule": one.finding.rule, "sure": one.finding.sure, "why": one.why or _NO_REASON}
