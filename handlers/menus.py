"""Who may use which command of the chat, and the menus that chat clients show of them."""

from collections.abc import Mapping

from content.library import Content
from handlers.context import DEFAULT_LANGUAGE, Context
from storage.people import Person, Role

_EVERYBODY = frozenset(Role)
_PAIR = frozenset({Role.MENTOR, Role.MENTEE})
_COORDINATORS = frozenset({Role.COORDINATOR})

# In the order of the menus. Each has a text "menu-…" that says what it does.
WHO_MAY: Mapping[str, frozenset[Role]] = {
    "help": _EVERYBODY,
    "about": _EVERYBODY,
    "to": _PAIR,
    "log": frozenset({Role.MENTOR, Role.COORDINATOR}),
    "quiet": _PAIR,
    "away": _PAIR,
    "back": _PAIR,
    "pause": _PAIR,
    "resume": _PAIR,
    "concern": frozenset({Role.MENTOR, Role.COORDINATOR}),
    "complaint": _EVERYBODY,
    "prefer": _EVERYBODY,
    "notes": frozenset({Role.MENTOR}),
    "have": _COORDINATORS,
    "cases": _COORDINATORS,
    "case": _COORDINATORS,
    "note": _COORDINATORS,
    "action": _COORDINATORS,
    "referral": _COORDINATORS,
    "letgo": _COORDINATORS,
    "close": _COORDINATORS,
    "reopen": _COORDINATORS,
    "unreached": _COORDINATORS,
}
# What a chat shows of which nobody knows yet whose it is.
_FOR_ANYBODY = ("help", "about")


def menu(person: Person, ctx: Context) -> tuple[tuple[str, str], ...]:
    """The commands that somebody may use, each with what it does: for the menu that their chat client shows."""
    return tuple((name, ctx.text(f"menu-{name}", person)) for name, roles in WHO_MAY.items() if person.role in roles)


def menu_for_anybody(content: Content) -> tuple[tuple[str, str], ...]:
    """The commands for a chat of which nobody knows yet whose it is."""
    return tuple((name, content.texts.say(f"menu-{name}", DEFAULT_LANGUAGE)) for name in _FOR_ANYBODY)
