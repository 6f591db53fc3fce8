"""What people type after a command or an option: numbers of people and matches, and days."""

from datetime import date
from typing import Annotated

import typer

# Larger ones don't fit the database's columns.
_LARGEST_ID = 2**63 - 1


def read_id(typed: str) -> int:
    """The number of a person or a match."""
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 20 else 0
    if not 1 <= number <= _LARGEST_ID:
        raise typer.BadParameter("that isn't the number of anybody or anything. The `list` commands show them.")
    return number


def read_day(typed: str) -> date:
    """A day, such as 2026-11-20."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise typer.BadParameter("that isn't a day. Write it like 2026-11-20.") from None


# The number of a person or a match as an argument.
Id = Annotated[int, typer.Argument(metavar="ID", parser=read_id, show_default=False)]
