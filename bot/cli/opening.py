"""What every command begins with: the settings, the logs, and the parts that it works on."""

import contextlib
from collections.abc import Iterator

from bot.bootstrap import Core, opened_core
from bot.logs import configure_logs
from bot.settings import Settings, load_settings

# Who acts, in the audit trail: whoever has the keys and the database in their hands. Their login name stays out of it.
OPERATOR = "operator"


def ready_settings() -> Settings:
    """The settings, with the logs set up as they say. Raises `SettingsError`."""
    settings = load_settings()
    configure_logs(settings.log_level, secrets=settings.secrets())
    return settings


@contextlib.contextmanager
def opened(*, whole: bool = False) -> Iterator[Core]:
    """Settings, content, keys and database. Raises what `ready_settings` and `opened_core` raise."""
    with opened_core(ready_settings(), whole=whole) as core:
        yield core
