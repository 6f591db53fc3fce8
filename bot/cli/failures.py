"""What went wrong, as one sentence for the person at the terminal, with the status that the process ends with."""

import logging

from sqlalchemy.exc import DBAPIError

from bot.settings import SettingsError
from content.problems import ContentError
from handlers.errors import Refused
from storage.crypto import CannotOpen
from storage.database import DatabaseError
from storage.key_file import KeyFileError

# Refused, or something around the program is not as it must be.
REFUSED = 1
# A fault of ours: EX_SOFTWARE of sysexits.h.
FAULT = 70

_log = logging.getLogger(__name__)


def describe(error: Exception) -> tuple[str, int]:
    """The sentence for an error, and the exit status. Never the text of an error that isn't ours: it may hold words."""
    match error:
        case Refused() | SettingsError() | KeyFileError() | DatabaseError():
            return str(error), REFUSED
        case ContentError():
            return _content(error), REFUSED
        case CannotOpen():
            return (
                "The data can't be opened: the key file belongs to another database, or the data were altered.",
                REFUSED,
            )
        case DBAPIError():
            name = type(error).__name__
            return f"The database can't do that now ({name}): is it whole, and may this account write?", REFUSED
        case OSError():
            return f"The system does not allow that: {error.strerror or type(error).__name__}.", REFUSED
    # Only its kind and the places that it came through are logged (see `bot.logs`).
    _log.debug("command failed", exc_info=error)
    name = type(error).__name__
    return f"This is a fault in telementor ({name}). TELEMENTOR_LOG_LEVEL=DEBUG shows where it happened.", FAULT


def _content(error: ContentError) -> str:
    first, *others = error.problems
    more = f" ({len(others)} more like this; `telementor check` lists all)" if others else ""
    return f"The content can't be used: {first}{more}"
