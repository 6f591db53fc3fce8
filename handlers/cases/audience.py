"""Who hears of a case, may look at it and may take it."""

from content.programme import Programme
from handlers.context import Context
from handlers.duty import everybody
from handlers.speaking import coordinators, is_reachable
from storage.case_named import named_in
from storage.cases import Case
from storage.ids import PersonId
from storage.people import Person, Role


def audience(ctx: Context, case: Case) -> list[Person]:
    """The coordinators of its programme but those who are left out of it.

    A stranger's case goes to those of every programme, and so does one of which nobody else is left who can be reached:
    an alarm that nobody gets is worse.
    """
    besides = left_out(ctx, case)
    everyones = [person for person in coordinators(ctx, None) if person.id not in besides]
    own = [person for person in everyones if person.programme == case.programme]
    return own if any(is_reachable(ctx, one) for one in own) else everyones


def left_out(ctx: Context, case: Case) -> frozenset[PersonId | None]:
    """Who doesn't hear of a case: never whose words it began with, nor whom somebody said that it is about.

    Nor a coordinator whom its words name, as long as somebody else can be called: of "Morgan hit me" and "I told
    Morgan" nobody can say for certain which is which. An alarm that nobody else would get they get all the same.
    """
    never = frozenset({case.person_id, case.about_id})
    named = named_in(ctx.tx, [case.id]) - never
    others = everybody(ctx, case.programme, besides=never | named) if named else []
    return never | named if any(is_reachable(ctx, one) for one in others) else never


def is_in_audience(ctx: Context, case: Case, person: Person) -> bool:
    """Whether somebody may see a case and act on it: who has it too, though those of its own programme are back."""
    if person.role is not Role.COORDINATOR:
        return False
    has_it = person.id == case.acknowledged_by and person.id not in left_out(ctx, case)
    return has_it or person.id in {found.id for found in audience(ctx, case)}


def rules_for(ctx: Context, case: Case) -> Programme:
    """The programme whose figures count for a case; see `rules_of`."""
    return rules_of(ctx, case.programme)


def rules_of(ctx: Context, programme: str | None) -> Programme:
    """A programme by its name. For no programme, and for one that is gone, the figures of the first by name count.

    Only figures (minutes, the ladder, the clock): the people who hear of it are those of every programme.
    """
    programmes = ctx.content.programmes
    return programmes.get(programme or "") or programmes[min(programmes)]
