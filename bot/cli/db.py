"""`telementor db`: the database's schema."""

from bot.cli.apps import new_app
from bot.cli.opening import ready_settings
from bot.cli.output import AsJson, answer
from storage.database import DatabaseError
from storage.migrate import check_schema, upgrade_schema

app = new_app()


@app.callback()
def db() -> None:
    """Bring the database's schema up to date."""


@app.command()
def upgrade(as_json: AsJson = False) -> None:
    """Bring the schema to what this version needs. Stop the service and make a backup first."""
    url = ready_settings().database_url.get_secret_value()
    try:
        check_schema(url)
        changed = False
    except DatabaseError:
        # Behind, or empty; whatever else it is, the upgrade says so.
        changed = True
    version = upgrade_schema(url)
    document = {"schema": version, "changed": changed}
    answer(as_json, document, f"The database {'now has' if changed else 'had already'} schema {version}.")
