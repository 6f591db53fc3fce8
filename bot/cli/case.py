"""`telementor case`: one case, and what an operator writes into it."""

from typing import Annotated

import typer
from rich.table import Table

from bot.cli.apps import new_app_with_default
from bot.cli.cases import document
from bot.cli.opening import OPERATOR, opened
from bot.cli.output import AsJson, answer, cell
from bot.cli.values import Id, read_id
from handlers.cases import office
from handlers.cases.office import CaseRecord
from handlers.cases.outcomes import Outcome
from storage.case_entries import CaseEntry, EntryKind

app = new_app_with_default("Show a case, and write into it. The word `show` may be left out.", "show")

Written = Annotated[str, typer.Argument(metavar="WORDS", help="What is written down.", show_default=False)]


@app.command()
def show(
    case_id: Id,
    words: Annotated[
        bool, typer.Option("--words", help="Also its messages. The case notes that you saw them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a case and what was done about it. The audit trail notes that you did."""
    with opened() as core:
        record = core.act(lambda ctx: office.read_case(ctx, case_id, words=words, actor=OPERATOR))
    case = record.case
    entries = [
        {"at": one.at.isoformat(), "kind": one.kind.value, "by": one.by_person_id, **one.detail, "words": one.words}
        for one in record.entries
    ]
    table = Table("when", "who", "what", "words")
    for entry in record.entries:
        table.add_row(*map(cell, _row(entry, record)))
    holder = "nobody" if case.acknowledged_by is None else record.names[case.acknowledged_by]
    head = f"Case {case.id}: {case.category}, {case.severity}, {case.state}. Taken by: {holder}."
    since = f"Since {case.opened_at:%Y-%m-%d %H:%M}; alerts: {len(record.alerts)}{_before(record.before)}."
    found = {**document(case), "alerts": len(record.alerts), "messages_before": record.before, "entries": entries}
    if words:
        found["messages"] = record.words
    answer(as_json, found, head, since, *record.words, table if entries else "Nothing is written into it yet.")


def _before(count: int) -> str:
    """Where the words of an alert alone were not enough."""
    if not count:
        return ""
    return ", with the message before" if count == 1 else f", with the {count} messages before"


def _row(entry: CaseEntry, record: CaseRecord) -> tuple[str, str, str, str]:
    who = "office" if entry.by_person_id is None else record.names[entry.by_person_id]
    what = " ".join([entry.kind.value, *map(str, entry.detail.values())])
    return f"{entry.at:%Y-%m-%d %H:%M}", who, what, entry.words


@app.command()
def take(
    case_id: Id,
    by: Annotated[int, typer.Option(metavar="ID", parser=read_id, help="The coordinator who has it.")],
    as_json: AsJson = False,
) -> None:
    """Write down that a coordinator has a case who said so in another way: nobody is called any more."""
    with opened() as core:
        core.act(lambda ctx: office.take(ctx, case_id, by, actor=OPERATOR))
    answer(as_json, {"case": case_id, "acknowledged_by": by}, f"Case {case_id} is taken.")


@app.command()
def note(case_id: Id, words: Written, as_json: AsJson = False) -> None:
    """Write a note into a case."""
    _write(case_id, EntryKind.NOTE, words, as_json=as_json)


@app.command()
def action(case_id: Id, words: Written, as_json: AsJson = False) -> None:
    """Write into a case what was done."""
    _write(case_id, EntryKind.ACTION, words, as_json=as_json)


@app.command()
def referral(case_id: Id, words: Written, as_json: AsJson = False) -> None:
    """Write into a case whom it was referred to, and the reference."""
    _write(case_id, EntryKind.REFERRAL, words, as_json=as_json)


@app.command()
def close(
    case_id: Id,
    words: Written,
    outcome: Annotated[Outcome, typer.Option(help="How it ended.")],
    as_json: AsJson = False,
) -> None:
    """Close a case that somebody has, with its outcome and the reason. A hold of the pair for its sake ends."""
    _require_words(words)
    with opened() as core:
        core.act(lambda ctx: office.close(ctx, case_id, outcome, words, actor=OPERATOR))
    answer(as_json, {"case": case_id, "outcome": outcome.value}, f"Case {case_id} is closed.")


def _write(case_id: int, kind: EntryKind, words: str, *, as_json: bool) -> None:
    _require_words(words)
    with opened() as core:
        core.act(lambda ctx: office.write_down(ctx, case_id, kind, words, actor=OPERATOR))
    answer(as_json, {"case": case_id, "entry": kind.value}, f"It is written into case {case_id}.")


def _require_words(words: str) -> None:
    if not words.strip():
        raise typer.BadParameter("write down what it is.", param_hint="WORDS")
