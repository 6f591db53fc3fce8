"""`telementor audit`: who did what, and whether the trail of it is whole."""

import re
from typing import Annotated

import typer

from bot.cli.apps import new_app
from bot.cli.opening import opened
from bot.cli.output import AsJson, Document, answer, printable
from handlers.context import Context
from storage.audit import AuditEntry, AuditState, has_seal, read_audit, seal_audit, verify_audit

app = new_app()

# The MAC of a seal (HMAC-SHA256) in hexadecimal.
_HEAD = re.compile(r"[0-9a-f]{64}")


@app.callback()
def audit() -> None:
    """Read the audit trail, or check that it is whole."""


@app.command()
def show(
    subject: Annotated[
        str | None,
        typer.Option(metavar="KIND:ID", help="What it says of one thing, such as match:1, person:3 or alert:2."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print who did what, and when: who was added, who read a transcript, who took an alert. Ids only, never words."""
    with opened() as core:
        entries = core.act(lambda ctx: read_audit(ctx.tx, subject=subject))
    document: Document = {
        "entries": [
            {"at": one.at.isoformat(), "actor": one.actor, "act": one.act, "subject": one.subject, "detail": one.detail}
            for one in entries
        ]
    }
    nothing = "The trail says nothing of that." if subject else "The trail is empty."
    answer(as_json, document, *([_line(one) for one in entries] or [nothing]))


def _line(entry: AuditEntry) -> str:
    detail = "".join(f" {name}={value}" for name, value in entry.detail.items())
    return printable(f"{entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.actor}  {entry.act}  {entry.subject}{detail}")


@app.command()
def verify(
    noted: Annotated[
        str | None, typer.Option(metavar="HEAD", help="A head that was noted earlier: is it still in the trail?")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every entry of the trail, and print its head.

    Note the head somewhere else. Given back later with --noted it shows whether the end of the trail was cut off or
    replaced since then, which the trail itself can't show.
    """
    if noted is not None and not _HEAD.fullmatch(noted):
        raise typer.BadParameter("a head is 64 digits and letters from a to f.", param_hint="--noted")

    def work(ctx: Context) -> AuditState:
        seal_audit(ctx.tx, ctx.now)
        return verify_audit(ctx.tx)

    with opened() as core:
        state = core.act(work)
        lost = noted is not None and not core.act(lambda ctx: has_seal(ctx.tx, noted))
    problems = [
        *state.problems,
        *(["The head that was noted is not in the trail: its end was replaced."] if lost else []),
    ]
    document = {
        "ok": not problems,
        "entries": state.entries,
        "seals": state.seals,
        "head": state.head,
        "problems": problems,
    }
    answer(
        as_json,
        document,
        f"Entries: {state.entries}. Seals: {state.seals}. The audit trail is {'NOT ' if problems else ''}whole.",
        *problems,
        f"Head, to note down: {state.head}",
    )
    if problems:
        raise typer.Exit(1)
