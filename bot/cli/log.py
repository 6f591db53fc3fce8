"""`telementor log`: contacts outside of the relay."""

from datetime import date
from typing import Annotated

import typer

from bot.cli.apps import new_app
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, answer
from bot.cli.values import read_day, read_id
from handlers.logbook import log_contact
from storage.contacts import ContactKind

app = new_app()


@app.command()
def log(
    kind: Annotated[ContactKind, typer.Argument(help="How they were in touch.", show_default=False)],
    words: Annotated[list[str], typer.Argument(help="What is worth keeping, in a few words.", show_default=False)],
    match: Annotated[int, typer.Option(metavar="ID", parser=read_id, help="The match that it belongs to.")],
    on: Annotated[
        date | None,
        typer.Option(metavar="YYYY-MM-DD", parser=read_day, help="The day that it took place; today unless given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write down a letter, call, visit or video call of a match; it stands in the transcript from then on."""
    with opened() as core:
        number, contact = core.act(lambda ctx: log_contact(ctx, match, kind, on, " ".join(words), actor=OPERATOR))
    document = {"contact": number, "match": match, "kind": kind.value, "on": contact.on_day.isoformat()}
    answer(as_json, document, f"The {kind} of {contact.on_day:%-d %B %Y} is in the record of match {match}.")
