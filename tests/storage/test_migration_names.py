"""The versions that files are named after are Alembic's own."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

import storage
from storage.migrate import needed_version


def test_the_version_read_from_the_names_is_alembics() -> None:
    """The service reads the needed version from file names; Alembic's chain of migrations ends at the same one."""
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [needed_version()]
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")
