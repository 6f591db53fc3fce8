"""The buttons of a case: below an alert, and for what comes next."""

from handlers.cases.held import holds
from handlers.cases.outcomes import FalseAlarm
from handlers.context import Context
from handlers.outbound import Option
from storage.cases import Case, CaseState
from storage.people import Person


def below_alert(case: Case, person: Person, ctx: Context) -> tuple[Option, ...]:
    """What can be done about an alert at once."""
    return (
        Option(ctx.text("option-have-this", person), f"have:{case.id}"),
        Option(ctx.text("option-show-words", person), f"case:{case.id}:show"),
        *_holding(case, person, ctx),
        Option(ctx.text("option-false-alarm", person), f"case:{case.id}:false"),
    )


def what_is_next(case: Case, person: Person, ctx: Context) -> tuple[Option, ...]:
    """What can be done about a case as it stands; nothing about a closed one but to reopen it in words."""
    if case.state is CaseState.CLOSED:
        return ()
    if case.state is CaseState.OPEN:
        return below_alert(case, person, ctx)
    own = case.acknowledged_by == person.id
    return (
        Option(ctx.text("option-case-note", person), f"case:{case.id}:note"),
        Option(ctx.text("option-case-action", person), f"case:{case.id}:action"),
        Option(ctx.text("option-case-referral", person), f"case:{case.id}:referral"),
        Option(ctx.text("option-show-words", person), f"case:{case.id}:show"),
        *_holding(case, person, ctx),
        Option(ctx.text("option-case-close", person), f"case:{case.id}:close"),
        *((Option(ctx.text("option-case-let-go", person), f"case:{case.id}:letgo"),) if own else ()),
    )


def why_false(case: Case, person: Person, ctx: Context) -> tuple[Option, ...]:
    """The reasons of a false alarm."""
    return tuple(Option(ctx.text(f"false-{why}", person), f"case:{case.id}:why-{why}") for why in FalseAlarm)


def like(case: Case, person: Person, ctx: Context) -> tuple[Option, ...]:
    """Every button that there can be about a case, for what is recorded of a press."""
    return (
        *below_alert(case, person, ctx),
        Option(ctx.text("option-hold-pair", person), f"case:{case.id}:hold"),
        Option(ctx.text("option-free-pair", person), f"case:{case.id}:free"),
        Option(ctx.text("option-case-note", person), f"case:{case.id}:note"),
        Option(ctx.text("option-case-action", person), f"case:{case.id}:action"),
        Option(ctx.text("option-case-referral", person), f"case:{case.id}:referral"),
        Option(ctx.text("option-case-close", person), f"case:{case.id}:close"),
        Option(ctx.text("option-case-let-go", person), f"case:{case.id}:letgo"),
        *why_false(case, person, ctx),
    )


def _holding(case: Case, person: Person, ctx: Context) -> tuple[Option, ...]:
    if case.match_id is None:
        return ()
    if holds(ctx, case):
        return (Option(ctx.text("option-free-pair", person), f"case:{case.id}:free"),)
    return (Option(ctx.text("option-hold-pair", person), f"case:{case.id}:hold"),)
