"""The door of the command line: it loads a command when it is used, and turns whatever goes wrong into a sentence."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the help. The command itself is `app` in the module of this package that has its name."""

    name: str
    panel: str
    line: str


_SETTING_UP, _PEOPLE, _RECORD, _CARE = "Setting up and running", "People and matches", "The record", "Looking after it"

_ENTRIES = (
    _Entry("init", _SETTING_UP, "Make the keys and the database, and invite the first coordinator."),
    _Entry("check", _SETTING_UP, "Check settings, keys, content, database, coordinators and providers."),
    _Entry("run", _SETTING_UP, "Run the service until it is told to stop."),
    _Entry("demo", _SETTING_UP, "Show a made-up programme on this computer, without any account."),
    _Entry("person", _PEOPLE, "Add and show people, change where they are reached, record a parent's consent."),
    _Entry("invite", _PEOPLE, "Invite somebody to join."),
    _Entry("match", _PEOPLE, "Match a mentor and a mentee; hand over, pause, resume or end a match."),
    _Entry("transcript", _RECORD, "Read back what was said in a match, or by and to a person."),
    _Entry("unreached", _RECORD, "Show what did not arrive, and who can't be reached."),
    _Entry("held", _RECORD, "Look at what is held, and pass it on or refuse it."),
    _Entry("cases", _RECORD, "Show the cases, and their figures."),
    _Entry("case", _RECORD, "Show a case, and write into it."),
    _Entry("log", _RECORD, "Write down a letter, call, visit or video call."),
    _Entry("boundaries", _RECORD, "Show who writes late, far more than usual, or tries to pass contact details."),
    _Entry("rota", _RECORD, "Show and change who is on call, in working hours and out of hours."),
    _Entry("audit", _RECORD, "Check that the audit trail is whole."),
    _Entry("scan", _CARE, "Try the rules for contact details and safeguarding on texts; compare two sets of rules."),
    _Entry("db", _CARE, "Bring the database's schema up to date."),
    _Entry("keys", _CARE, "Change the master key that the data are locked with."),
)


class Door(TyperGroup):
    """All commands. The help needs none of them loaded, so it comes at once."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - typer's own
        super().__init__(**given)
        for entry in _ENTRIES:
            self.add_command(TyperCommand(entry.name, help=entry.line, rich_help_panel=entry.panel))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer keeps these types to itself
        """Find the command that is to be run, and load it."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, get_command(import_module(f"bot.cli.{name}").app), rest

    def main(self, args: Sequence[str] | None = None, *more: Any, **given: Any) -> Any:  # noqa: ANN401 - typer's own
        """Run a command, and end the process with its status. Nothing that goes wrong is shown as a traceback."""
        words = list(sys.argv[1:] if args is None else args)
        try:
            status = super().main(words, *more, **given | {"standalone_mode": False})
        except Exception as error:  # noqa: BLE001 - whatever it is, people get a sentence
            status = _report(error, as_json="--json" in words)
        sys.exit(status)


def _report(error: Exception, *, as_json: bool) -> int:
    """Say what went wrong in one sentence, and return the exit status."""
    if isinstance(error, typer.TyperException):
        sentence, status = _usage(error), error.exit_code
    else:
        # Knowing every error means loading every part, which is only worth it when something went wrong.
        from bot.cli.failures import describe  # noqa: PLC0415

        sentence, status = describe(error)
    typer.echo(sentence, err=True)
    if as_json:
        typer.echo(json.dumps({"error": sentence}))
    return status


def _usage(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" See: {context.command_path} --help" if context is not None else ""
    # The library puts the name of a class into sentences for people, and breaks lists of choices into lines.
    message = " ".join(error.format_message().replace("Value error, ", "").split())
    return message + ("" if message.endswith((".", "?")) else ".") + hint
