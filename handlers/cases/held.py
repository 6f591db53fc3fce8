"""Whether the messages of a pair are held for the sake of a case."""

from handlers.context import Context
from storage.cases import Case
from storage.matches import find_match


def holds(ctx: Context, case: Case) -> bool:
    """Whether a pair's messages are held for the sake of this case."""
    match = None if case.match_id is None else find_match(ctx.tx, case.match_id)
    return match is not None and match.hold_case_id == case.id
