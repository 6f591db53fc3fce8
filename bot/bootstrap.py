"""The wiring: everything that the parts need is made here, from the settings, and handed to them."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.clock import Clock, real_clock
from bot.settings import Settings
from content.library import Content, load_content, open_content
from handlers.context import Context
from handlers.failures import Backoff
from storage.database import Database, open_database
from storage.key_file import load_key_file
from storage.migrate import check_schema
from storage.transaction import Transaction
from storage.vault import Vault

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Core:
    """What the service and the command line both stand on."""

    settings: Settings
    content: Content
    database: Database
    now: Clock

    def act(self, work: Callable[[Context], T]) -> T:
        """Run one act of the command line in a transaction, and wait for its commit."""
        return self.database.write(lambda tx: work(self.context(tx))).result()

    def context(self, tx: Transaction) -> Context:
        """What a handler gets in a transaction that begins now."""
        return Context(tx, self.now(), self.content)


@contextlib.contextmanager
def opened_core(settings: Settings, *, now: Clock = real_clock, whole: bool = True) -> Iterator[Core]:
    """Content (checked as a `whole`, or as far as it is asked for), keys and database, closed at the end.

    Raises `ContentError`, `KeyFileError` or `DatabaseError` with a sentence that says what to do.
    """
    content = (load_content if whole else open_content)(settings.content_dir)
    vault = Vault(load_key_file(settings.key_file))
    url = settings.database_url.get_secret_value()
    check_schema(url)
    database = open_database(url, vault)
    try:
        yield Core(settings, content, database, now)
    finally:
        database.close()


def backoff_for_sending(settings: Settings) -> Backoff:
    """How long the sender waits between tries, as the settings say."""
    return Backoff(timedelta(seconds=settings.retry_first), timedelta(seconds=settings.retry_max), settings.retry_limit)


def lease(settings: Settings) -> timedelta:
    """After so long a delivery that was not finished belongs to a process that died: well above any send."""
    return timedelta(seconds=5 * settings.send_timeout + 10)
