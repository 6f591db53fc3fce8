"""`telementor rota`: who is on call."""

from datetime import date
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.apps import new_app
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, Document, answer, cell
from bot.cli.values import Id, read_day
from bot.cli.zones import local, zone_of
from handlers.context import Context
from handlers.duty import rota_of
from handlers.rota_desk import put_on, take_off, watches
from storage.duties import Duty, DutyKind

app = new_app("Show and change who is on call, in working hours and out of hours.")

_Who = Annotated[str, typer.Argument(metavar="WHO", help="A coordinator's name or number.", show_default=False)]
_From = Annotated[
    date | None, typer.Option("--from", metavar="YYYY-MM-DD", parser=read_day, help="The first day; today by default.")
]
_To = Annotated[
    date | None, typer.Option("--to", metavar="YYYY-MM-DD", parser=read_day, help="The last day; no end by default.")
]


@app.command()
def show(
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days to look ahead.")] = 7, as_json: AsJson = False
) -> None:
    """Show the lines of the rota, and who is on call over the next days."""
    with opened() as core:
        found = core.act(lambda ctx: [_of_programme(ctx, name, days) for name in sorted(ctx.content.programmes)])
    lines = Table("line", "programme", "person", "kind", "hours", "from", "to")
    ahead = Table("programme", "from", "to", "on call")
    for one in found:
        for line in one["lines"]:
            lines.add_row(*map(cell, line.values()))
        for watch in one["watches"]:
            names = ", ".join(person["name"] for person in watch["people"]) or "nobody of the rota: alarms go to all"
            ahead.add_row(*map(cell, (one["programme"], watch["from"], watch["to"], names)))
    answer(as_json, {"days": days, "rota": found}, lines, ahead)


def _of_programme(ctx: Context, name: str, days: int) -> Document:
    programme = ctx.content.programmes[name]
    zone = zone_of(ctx.content, name)
    return {
        "programme": name,
        "lines": [_line(line) for line in rota_of(ctx, programme).lines],
        "watches": [
            {
                "from": local(one.since, zone).isoformat(timespec="minutes"),
                "to": local(one.until, zone).isoformat(timespec="minutes"),
                "people": [{"id": person.id, "name": person.name} for person in one.people],
            }
            for one in watches(ctx, programme, days)
        ],
    }


def _line(line: Duty) -> Document:
    return {
        "line": line.id,
        "programme": line.programme,
        "person": line.person_id,
        "kind": line.kind.value,
        "hours": line.hours or "always",
        "from": line.from_day.isoformat(),
        "to": None if line.to_day is None else line.to_day.isoformat(),
    }


@app.command()
def add(
    who: _Who,
    kind: Annotated[DutyKind, typer.Option(help="In working hours, which holidays close, or out of hours.")],
    hours: Annotated[str, typer.Option(help='Like "mon-fri 09:00-17:00"; always by default.')] = "",
    since: _From = None,
    until: _To = None,
    as_json: AsJson = False,
) -> None:
    """Put a coordinator on the rota."""
    _put_on(who, kind, hours, since, until, as_json=as_json)


@app.command()
def off(who: _Who, since: _From = None, until: _To = None, as_json: AsJson = False) -> None:
    """Take a coordinator off duty for some days, whatever the other lines say."""
    _put_on(who, DutyKind.OFF, "", since, until, as_json=as_json)


def _put_on(who: str, kind: DutyKind, hours: str, since: date | None, until: date | None, *, as_json: bool) -> None:
    with opened() as core:
        line = core.act(lambda ctx: put_on(ctx, who, kind, hours, since, until, actor=OPERATOR))
    said = f"Line {line.id} of the rota. To take it away: telementor rota remove {line.id}"
    answer(as_json, {"line": _line(line)}, said)


@app.command()
def remove(line_id: Id, as_json: AsJson = False) -> None:
    """Take a line out of the rota; its number stands in what show prints."""
    with opened() as core:
        line = core.act(lambda ctx: take_off(ctx, line_id, actor=OPERATOR))
    answer(as_json, {"line": _line(line)}, f"Line {line.id} is gone. To look at the hours: telementor check")
