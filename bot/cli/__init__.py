"""The command line: one more door to the functions that the chat's commands and the diary call."""

from bot.cli.commands import app


def main() -> None:
    """Run one command, and end the process with its status: 0, 1 refused, 2 wrongly typed, 70 a fault of ours."""
    app()
