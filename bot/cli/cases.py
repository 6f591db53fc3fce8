"""`telementor cases`: which cases there are, and their figures."""

import re
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.apps import new_app_with_default
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, Document, answer, cell
from content.safeguarding import Severity
from handlers.cases import office
from handlers.cases.figures import Figures, read_figures
from storage.cases import Case

app = new_app_with_default("Show the cases, and their figures. Alone it lists those that are open.", "list")


def read_month(typed: str) -> str:
    """A month, such as 2026-11."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", typed):
        raise typer.BadParameter("that isn't a month. Write it like 2026-11.")
    return typed


@app.command("list")
def list_all(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    programme: Annotated[str | None, typer.Option(help="Only those of this programme.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only those of this severity.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the cases that aren't closed, oldest first: what about and who has them, never the words."""
    wanted = None if severity is None else severity.value
    with opened() as core:
        found = core.act(lambda ctx: office.list_all(ctx, everything=everything, programme=programme, severity=wanted))
    table = Table("case", "since", "category", "severity", "state", "of", "match", "taken by", "programme")
    for case in found:
        row = (case.id, f"{case.opened_at:%Y-%m-%d %H:%M}", case.category, case.severity, case.state, case.person_id)
        table.add_row(*map(cell, (*row, case.match_id, case.acknowledged_by, case.programme)))
    answer(as_json, {"cases": [document(case) for case in found]}, table if found else "There are no such cases.")


@app.command("figures")
def show_figures(
    month: Annotated[
        str | None, typer.Option(metavar="MONTH", parser=read_month, help="Only this month, like 2026-11.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how soon cases were taken, what they were about and how many were false alarms, by programme and month."""
    with opened() as core:
        found = core.act(lambda ctx: read_figures(ctx, month, actor=OPERATOR))
    table = Table("programme", "month", "cases", "median min", "95 % min", "not taken", "false alarms", "categories")
    for one in found:
        minutes = (_minutes(one.median_minutes), _minutes(one.most_minutes))
        false = f"{one.false_alarms} ({one.false_share:.0%})"
        kinds = ", ".join(f"{name} {count}" for name, count in one.categories.items())
        table.add_row(
            *map(cell, (one.programme or "strangers", one.month, one.cases, *minutes, one.untaken, false, kinds))
        )
    answer(as_json, {"figures": [_figures(one) for one in found]}, table if found else "There are no cases to count.")


def document(case: Case) -> Document:
    """A case for programs: ids and codes only."""
    return {
        "case": case.id,
        "programme": case.programme,
        "category": case.category,
        "severity": case.severity,
        "source": case.source.value,
        "state": case.state.value,
        "person": case.person_id,
        "match": case.match_id,
        "about": case.about_id,
        "opened": case.opened_at.isoformat(),
        "last": case.last_at.isoformat(),
        "acknowledged_by": case.acknowledged_by,
        "outcome": case.outcome,
    }


def _figures(one: Figures) -> Document:
    return {
        "programme": one.programme,
        "month": one.month,
        "cases": one.cases,
        "categories": one.categories,
        "not_taken": one.untaken,
        "median_minutes": one.median_minutes,
        "p95_minutes": one.most_minutes,
        "false_alarms": one.false_alarms,
        "false_alarm_share": round(one.false_share, 3),
        "false_alarm_reasons": one.whys,
    }


def _minutes(minutes: float | None) -> str:
    return "" if minutes is None else f"{minutes:.1f}"
