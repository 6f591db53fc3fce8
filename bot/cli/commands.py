"""Which commands there are, and what stands before all of them."""

from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli.apps import HELP_STYLE
from bot.cli.door import Door

app = typer.Typer(
    cls=Door,
    add_completion=False,
    rich_markup_mode=HELP_STYLE,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    invoke_without_command=True,
    epilog="Settings come from variables named TELEMENTOR_… or a file .env. "
    "Every command explains itself with --help, and speaks to programs with --json.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"telementor {version('telementor')}")
        raise typer.Exit


@app.callback()
def telementor(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """The bot in the middle of a tele-mentoring service: it relays, records and watches over what is said.

    To look at it, without any account: telementor demo.

    To set up a service: telementor init, then check, then run.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
