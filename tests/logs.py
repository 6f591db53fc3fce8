"""How a test's own log lines look, and how logs are put back to that."""

import contextlib
import logging
from collections.abc import Iterator

import structlog

from bot.logs import describe_exception


def plain_logs() -> None:
    """Write what is logged outside of a configured log as one line each, without the values of variables.

    Left to itself the library draws every frame of an error with all its local variables: words and numbers in a
    test's output, and minutes of drawing where coverage is measured.
    """
    structlog.reset_defaults()
    structlog.configure(
        processors=[structlog.processors.add_log_level, describe_exception, structlog.processors.JSONRenderer()]
    )


@contextlib.contextmanager
def kept_logs() -> Iterator[None]:
    """Put the logs back to how they were before the block set them up, perhaps for a stream that is closed by then."""
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    try:
        yield
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]
        plain_logs()
