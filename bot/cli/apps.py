"""What all commands have in common as the library sees them."""

from typing import Final

import typer

# In the help of a command its paragraphs are broken into lines anew, for the width of the terminal.
HELP_STYLE: Final = "markdown"


def new_app(explanation: str | None = None) -> typer.Typer:
    """A command, or with `explanation` a group of them, still empty."""
    return typer.Typer(help=explanation, add_completion=False, rich_markup_mode=HELP_STYLE)
