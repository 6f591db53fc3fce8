"""What all commands have in common as the library sees them."""

from typing import Any, Final

import typer
from typer.core import TyperGroup

# In the help of a command its paragraphs are broken into lines anew, for the width of the terminal.
HELP_STYLE: Final = "markdown"


def new_app(explanation: str | None = None) -> typer.Typer:
    """A command, or with `explanation` a group of them, still empty."""
    return typer.Typer(help=explanation, add_completion=False, rich_markup_mode=HELP_STYLE)


def new_app_with_default(explanation: str, default: str) -> typer.Typer:
    """A group of commands of which one may go unnamed: `telementor case 12` is `telementor case show 12`."""

    class Group(TyperGroup):
        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer keeps this type to itself
            named = bool(args) and (args[0] in self.commands or args[0] in {"--help", "-h"})
            return super().parse_args(ctx, args if named else [default, *args])

    return typer.Typer(cls=Group, help=explanation, add_completion=False, rich_markup_mode=HELP_STYLE)
