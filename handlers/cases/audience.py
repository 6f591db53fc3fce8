"""Who hears of a case, may look at it and may take it."""

from content.programme import Programme
from handlers.context import Context
from handlers.speaking import coordinators
from storage.cases import Case
from storage.people import Person, Role


def audience(ctx: Context, case: Case) -> list[Person]:
    """The coordinators of its programme, never whose words they are nor whom it is about.

    A stranger's case goes to those of every programme, and so does one of which nobody else is left to hear: an alarm
    that nobody gets is worse.
    """
    left_out = {case.person_id, case.about_id}
    everybody = [person for person in coordinators(ctx, None) if person.id not in left_out]
    own = [person for person in everybody if person.programme == case.programme]
    return own or everybody


def is_in_audience(ctx: Context, case: Case, person: Person) -> bool:
    """Whether somebody may see a case and act on it."""
    return person.role is Role.COORDINATOR and person.id in {found.id for found in audience(ctx, case)}


def rules_for(ctx: Context, case: Case) -> Programme:
    """The programme whose figures count for a case; see `rules_of`."""
    return rules_of(ctx, case.programme)


def rules_of(ctx: Context, programme: str | None) -> Programme:
    """A programme by its name. For no programme, and for one that is gone, the figures of the first by name count.

    Only figures (minutes, the ladder, the clock): the people who hear of it are those of every programme.
    """
    programmes = ctx.content.programmes
    return programmes.get(programme or "") or programmes[min(programmes)]
