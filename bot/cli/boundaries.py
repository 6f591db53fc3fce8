"""`telementor boundaries`: who writes late at night, far more than usual, or tries to pass contact details."""

from typing import Annotated

import typer
from rich.table import Table

from bot.cli.apps import new_app
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, Document, answer, cell
from handlers.boundaries import Habits, read_habits

app = new_app()


@app.command()
def boundaries(
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days to look back.")] = 28,
    as_json: AsJson = False,
) -> None:
    """Show how everybody writes in the matches that go on: counts, never words. The audit trail notes it.

    Coordinators are told by message when a count crosses the figures of the programme, under [boundaries] in its file.
    """
    with opened() as core:
        found = core.act(lambda ctx: read_habits(ctx, days, actor=OPERATOR))
    documents = [_document(one) for one in found]
    table = Table("match", "person", "role", "messages", "most in a day", "late at night", "contact details")
    for one, document in zip(found, documents, strict=True):
        counts = (document[key] for key in ("messages", "most_in_a_day", "late_at_night", "contact_details"))
        row = (one.match.id, f"{one.person.name} ({one.person.id})", one.person.role, *counts)
        table.add_row(*map(cell, row))
    answer(as_json, {"days": days, "boundaries": documents}, table if found else f"Nobody wrote in {days} days.")


def _document(one: Habits) -> Document:
    return {
        "match": one.match.id,
        "person": {"id": one.person.id, "name": one.person.name, "role": one.person.role.value},
        "messages": one.days.total(),
        "most_in_a_day": max(one.days.values()),
        "late_at_night": one.late.total(),
        "contact_details": one.details,
    }
