"""Several concerns of one person within some days add up: one more case, which is for today."""

from dataclasses import replace
from datetime import timedelta

from content.safeguarding import Severity
from handlers.cases.opening import raise_case, raised_by_words
from handlers.context import Context
from handlers.step import Step
from storage.alerts import concerns_of
from storage.case_entries import EntryKind, add_entry
from storage.case_named import named_in
from storage.ids import MessageId
from storage.people import Person

# The category of a case that only the number of concerns opened.
SEVERAL = "several_concerns"


def add_up(ctx: Context, person: Person, step: Step, message_id: MessageId) -> None:
    """A concern was raised in somebody's words: with so many of them, one case of severity high, once in the window.

    The case names the earlier ones; figures of the content, `[accumulation]` in `engines.toml`.
    """
    rule = ctx.content.accumulation
    found, told = concerns_of(ctx.tx, person.id, SEVERAL, ctx.now - timedelta(days=rule.days))
    if told or len(found) < rule.concerns:
        return
    earlier = dict.fromkeys(alert.case_id for alert in found)
    raised = raised_by_words(SEVERAL, Severity.HIGH, person, step, message_id)
    case = raise_case(ctx, replace(raised, named=named_in(ctx.tx, earlier)))
    numbers = ", ".join(map(str, earlier))
    add_entry(ctx.tx, case, EntryKind.NOTE, ctx.now, words=ctx.text("several-concerns", None, cases=numbers))
