"""`telementor init`: keys, database and the first coordinator of a new service."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot.bootstrap import opened_core
from bot.cli.apps import new_app
from bot.cli.invitations import handed_over
from bot.cli.numbers import to_e164
from bot.cli.opening import OPERATOR, ready_settings
from bot.cli.output import AsJson, Document, answer
from bot.cli.people_shown import person_document
from bot.clock import real_clock
from bot.settings import Settings
from content.library import load_content
from handlers.context import DEFAULT_LANGUAGE, Context
from handlers.errors import Refused
from handlers.people import Invited, enrol, invite
from storage.key_file import create_key_file
from storage.migrate import EmptyDatabase, check_schema, holds_data, needed_version, upgrade_schema
from storage.people import NewPerson, Person, Role, list_people

app = new_app()

_WHO = "say who the first coordinator is."


@dataclass(frozen=True, slots=True)
class _First:
    """The first coordinator, and their invitation if they were added just now."""

    person: Person
    invited: Invited | None


@app.command()
def init(
    name: Annotated[str | None, typer.Option(help="The first coordinator's name.")] = None,
    programme: Annotated[str, typer.Option(help="The programme that they run.")] = "mentoring",
    sms: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Text the invitation to this number, instead of a link.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the key file, the database and the first coordinator, and print their invitation.

    What is there already stays as it is, so this can be run again at any time.
    """
    number = None if sms is None else to_e164(sms)
    settings = ready_settings()
    # What is wrong with the content is said before anything is made.
    load_content(settings.content_dir)
    keys_made = _make_keys(settings, name)
    schema_made = _make_schema(settings.database_url.get_secret_value())
    with opened_core(settings, whole=False) as core:
        first = core.act(lambda ctx: _first_coordinator(ctx, name, programme, number))
        invitation, said = (None, []) if first.invited is None else handed_over(core, first.invited)
    document: Document = {
        "keys": {"file": str(settings.key_file), "made": keys_made},
        "database": {"schema": needed_version(), "made": schema_made},
        "coordinator": person_document(first.person) | {"made": first.invited is not None},
        "invitation": invitation,
    }
    answer(
        as_json,
        document,
        _keys_line(settings.key_file, made=keys_made),
        f"Database: {'made' if schema_made else 'there already'} (schema {needed_version()}).",
        _coordinator_line(first),
        *said,
        "Next: telementor check, then telementor run.",
    )


def _make_keys(settings: Settings, name: str | None) -> bool:
    """Make the key file unless there is one; False when there is."""
    if settings.key_file.exists():
        return False
    if holds_data(settings.database_url.get_secret_value()):
        raise Refused(
            f"The database holds data, but the key file {settings.key_file} that opens them isn't there: "
            "restore it from its backup. New keys would not open them."
        )
    if name is None:
        # Said before anything is made: a second try would be silent about what the first one made.
        raise typer.BadParameter(_WHO, param_hint="--name")
    create_key_file(settings.key_file, real_clock())
    return True


def _make_schema(url: str) -> bool:
    """Make the schema of an empty database; False when it has one."""
    try:
        check_schema(url)
    except EmptyDatabase:
        upgrade_schema(url)
        return True
    return False


def _first_coordinator(ctx: Context, name: str | None, programme: str, number: str | None) -> _First:
    there = list_people(ctx.tx, programme=programme, role=Role.COORDINATOR)
    if there:
        return _First(there[0], None)
    if name is None:
        raise typer.BadParameter(_WHO, param_hint="--name")
    new = NewPerson(programme=programme, role=Role.COORDINATOR, name=name, language=DEFAULT_LANGUAGE)
    person = enrol(ctx, new, number=number, actor=OPERATOR)
    return _First(person, invite(ctx, person.id, actor=OPERATOR))


def _keys_line(file: Path, *, made: bool) -> str:
    if not made:
        return f"Keys: {file}, there already."
    return f"Keys: made {file}. Keep a copy elsewhere, apart from the database's backups: nothing can replace it."


def _coordinator_line(first: _First) -> str:
    person = first.person
    line = f"Coordinator of {person.programme}: {person.name} (person {person.id})"
    if first.invited is not None:
        return f"{line}, added."
    again = f" For a new invitation: telementor invite {person.id}" if person.state == "added" else ""
    return f"{line}, there already ({person.state}).{again}"
