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
    """Show how soon cases were taken, what alarmed and how many were false alarms, by programme and month."""
    with opened() as core:
        found = core.act(lambda ctx: read_figures(ctx, month, actor=OPERATOR))
    documents: Document = {"figures": [_figures(one) for one in found]}
    if found:
        answer(as_json, documents, _waits(found), _counts(found))
    else:
        answer(as_json, documents, "There are no cases to count.")


def _waits(found: list[Figures]) -> Table:
    """How soon cases were taken: by severity, since concerns wait for the digest."""
    table = Table("programme", "month", "severity", "cases", "median min", "95 % min", "not taken")
    for one in found:
        for severity, taken in one.taken.items():
            minutes = (_minutes(taken.median_minutes), _minutes(taken.most_minutes))
            row = (one.programme or "strangers", one.month, severity, taken.cases, *minutes, taken.untaken)
            table.add_row(*map(cell, row))
    return table


def _counts(found: list[Figures]) -> Table:
    table = Table("programme", "month", "cases", "false alarms", "alarms by category")
    for one in found:
        false = f"{one.false_alarms} ({one.false_share:.0%})"
        kinds = ", ".join(f"{name} {count}" for name, count in one.categories.items())
        table.add_row(*map(cell, (one.programme or "strangers", one.month, one.cases, false, kinds)))
    return table


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
        "severities": {
            severity: {
                "cases": taken.cases,
                "not_taken": taken.untaken,
                "median_minutes": taken.median_minutes,
                "p95_minutes": taken.most_minutes,
            }
            for severity, taken in one.taken.items()
        },
        "false_alarms": one.false_alarms,
        "false_alarm_share": round(one.false_share, 3),
        "false_alarm_reasons": one.whys,
    }


def _minutes(minutes: float | None) -> str:
    return "" if minutes is None else f"{minutes:.1f}"
