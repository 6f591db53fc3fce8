"""`telementor transcript`: what was said, read back."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from bot.cli.apps import new_app
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, Document, answer, printable
from bot.cli.values import read_id
from bot.cli.zones import local, zone_of
from handlers.context import Context
from handlers.people import require_person
from handlers.transcripts import Line, read_transcript
from storage.matches import find_match
from storage.messages.findings import Finding
from storage.people import get_person
from storage.transcripts import DeliveryLine

app = new_app()

# In these states nobody got the words.
_NOT_DELIVERED = {"waiting", "held", "kept", "refused"}


@dataclass(frozen=True, slots=True)
class _Transcript:
    title: str
    zone: ZoneInfo
    lines: list[Line]


@app.command()
def transcript(
    match: Annotated[int | None, typer.Option(metavar="ID", parser=read_id, help="Of this match.")] = None,
    person: Annotated[
        int | None, typer.Option(metavar="ID", parser=read_id, help="Of this person, in all their matches.")
    ] = None,
    with_earlier: Annotated[
        bool,
        typer.Option("--with-earlier", help="Also of the time with an earlier mentor, which the match goes on from."),
    ] = False,
    original: Annotated[
        bool, typer.Option("--original/--delivered", help="The words as they were written, or as they were passed on.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Read back what was said in a match, or by and to a person: every message, in every state.

    Each line says when (on the programme's clock), who, the words, what was found in them and what became of them.
    The audit trail notes that you read it.
    """
    if (match is None) == (person is None):
        raise typer.BadParameter("say either of which match or of which person.", param_hint="--match / --person")

    if with_earlier and match is None:
        raise typer.BadParameter("only a match has earlier ones. Say which: --match ID", param_hint="--with-earlier")

    def work(ctx: Context) -> _Transcript:
        lines = read_transcript(ctx, actor=OPERATOR, match_id=match, person_id=person, with_earlier=with_earlier)
        title, programme = _subject(ctx, match, person)
        return _Transcript(title, zone_of(ctx.content, programme), lines)

    with opened() as core:
        found = core.act(work)
    document = {
        "match": match,
        "person": person,
        "words": "original" if original else "delivered",
        "time_zone": found.zone.key,
        "lines": [_document(line, found.zone, original=original) for line in found.lines],
    }
    which = "as they were written" if original else "as they were passed on"
    title = f"{found.title}. Times of {found.zone.key}; the words {which}."
    shown = [_shown(line, found.zone, original=original) for line in found.lines]
    answer(as_json, document, title, *(shown or [Text("Nothing was said yet.")]))


def _subject(ctx: Context, match_id: int | None, person_id: int | None) -> tuple[str, str]:
    """What a transcript is headed with, and the programme that it belongs to."""
    match = None if match_id is None else find_match(ctx.tx, match_id)
    if match is not None:
        mentor, mentee = get_person(ctx.tx, match.mentor_id), get_person(ctx.tx, match.mentee_id)
        return f"Match {match.id}: {mentor.name} (mentor) and {mentee.name} (mentee), {match.state}", match.programme
    person = require_person(ctx, person_id or 0)
    return f"Person {person.id}: {person.name} ({person.role}), {person.state}", person.programme


def _words(line: Line, *, original: bool) -> str | None:
    """The words that were asked for; None when nobody got them."""
    if original:
        return line.original
    return None if line.state in _NOT_DELIVERED else line.delivered


def _document(line: Line, zone: ZoneInfo, *, original: bool) -> Document:
    return {
        "at": local(line.at, zone).isoformat(),
        "who": line.who,
        "side": line.side,
        "to": line.to,
        "kind": line.kind,
        "state": line.state,
        "words": _words(line, original=original),
        "match": line.match_id,
        "attachments": (line.attachments or "").split(),
        "findings": [asdict(finding) for finding in line.findings],
        "deliveries": [_delivery_document(delivery, zone) for delivery in line.deliveries],
        "cases": line.cases,
    }


def _delivery_document(delivery: DeliveryLine, zone: ZoneInfo) -> Document:
    return {
        "state": delivery.state,
        "attempts": delivery.attempts,
        "error": delivery.error,
        "sent_at": None if delivery.sent_at is None else local(delivery.sent_at, zone).isoformat(),
        "reports": [
            {"status": report.status, "error": report.error, "at": local(report.at, zone).isoformat()}
            for report in delivery.reports
        ],
    }


def _shown(line: Line, zone: ZoneInfo, *, original: bool) -> Text:
    """One line of the transcript for people: who and when, the words, and below them what is known of them."""
    to = f" to {line.to}" if line.to is not None else ""
    side = "" if line.side == line.who else f" ({line.side})"
    text = Text(f"\n{local(line.at, zone):%a %d %b %Y %H:%M}  ", style="dim")
    text.append(printable(f"{line.who}{side}{to}"), style="bold not dim")
    text.append(f"  {line.kind}, {line.state}")
    words = _words(line, original=original)
    for part in ("(nobody got these words)" if words is None else printable(words)).split("\n"):
        text.append(f"\n    {part}", style="not dim")
    for remark in _remarks(line, zone):
        text.append(f"\n    - {printable(remark)}")
    return text


def _remarks(line: Line, zone: ZoneInfo) -> Iterator[str]:
    if line.attachments:
        yield f"came with: {line.attachments}"
    for finding in line.findings:
        yield _found(finding)
    for case in line.cases:
        yield f"alert: case {case}"
    for delivery in line.deliveries:
        yield _delivered(delivery, zone)


def _found(finding: Finding) -> str:
    what = finding.kind.replace("_", " ") + (f", {finding.severity}" if finding.severity else "")
    before = f", with the {finding.reaches_back} messages before" if finding.reaches_back > 1 else ""
    before = ", with the message before" if finding.reaches_back == 1 else before
    return f"found: {what}{before} (characters {finding.start} to {finding.end}, {finding.rule})"


def _delivered(delivery: DeliveryLine, zone: ZoneInfo) -> str:
    """How far a delivery came: "delivery: delivered, sent 09:31; delivered 09:32"."""
    state = "may not have arrived" if delivery.state == "uncertain" else delivery.state
    said = [state + (f" ({delivery.error})" if delivery.error else "")]
    if delivery.attempts:
        said.append(f"tried {delivery.attempts + 1} times")
    if delivery.sent_at is not None:
        said.append(f"sent {local(delivery.sent_at, zone):%H:%M}")
    reports = (
        f"; {report.status}{f' ({report.error})' if report.error else ''} {local(report.at, zone):%H:%M}"
        for report in delivery.reports
    )
    return f"delivery: {', '.join(said)}{''.join(reports)}"
