"""`telementor audit`: whether the trail of who did what is whole."""

import re
from typing import Annotated

import typer

from bot.cli.apps import new_app
from bot.cli.opening import opened
from bot.cli.output import AsJson, answer
from handlers.context import Context
from storage.audit import AuditState, has_seal, seal_audit, verify_audit

app = new_app()

# The MAC of a seal (HMAC-SHA256) in hexadecimal.
_HEAD = re.compile(r"[0-9a-f]{64}")


@app.callback()
def audit() -> None:
    """Check that the audit trail is whole."""


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
