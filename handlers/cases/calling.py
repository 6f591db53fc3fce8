"""Calling for somebody to take a case, again and again until one has it."""

from datetime import timedelta

from content.safeguarding import Severity
from handlers.cases.audience import audience
from handlers.cases.telling import tell_alert
from handlers.context import Context
from storage.cases import Case, CaseState, find_case
from storage.diary import enter, strike_out

# The diary's name for "nobody has said yet that they have this case".
UNANSWERED = "alert_unanswered"


def call(ctx: Context, case: Case) -> None:
    """Nobody has this case: tell those who are to hear of it, and come back to it in time."""
    strike_out(ctx.tx, UNANSWERED, case.id)
    tell_alert(ctx, case, audience(ctx, case))
    if case.severity != Severity.CONCERN.value:
        _repeat_later(ctx, case)


def stop_calling(ctx: Context, case: Case) -> None:
    """Somebody has it, or it is closed."""
    strike_out(ctx.tx, UNANSWERED, case.id)


def repeat_alert(ctx: Context, case_id: int) -> None:
    """Nobody has said that they have it: tell all coordinators again, and come back once more."""
    case = find_case(ctx.tx, case_id, lock=True)
    if case is None or case.state is not CaseState.OPEN:
        return
    tell_alert(ctx, case, audience(ctx, case), again=True)
    _repeat_later(ctx, case)


def _repeat_later(ctx: Context, case: Case) -> None:
    programme = ctx.content.programmes.get(case.programme or "")
    minutes = programme.alert_repeat_minutes if programme else _shortest_repeat(ctx)
    enter(ctx.tx, UNANSWERED, case.id, ctx.now + timedelta(minutes=minutes))


def _shortest_repeat(ctx: Context) -> int:
    return min(programme.alert_repeat_minutes for programme in ctx.content.programmes.values())
