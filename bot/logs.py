"""Logs: one line for each event on standard error, with ids only. Words, names, numbers and secrets stay out."""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

# They write addresses that hold the bot token, or whole payloads, even in their error lines.
_SILENCED = ("telegram", "httpx", "httpcore", "aiohttp", "twilio", "uvicorn.access", "urllib3")
# They have something to say when it is wrong, and a line for every step when it is not.
_QUIETENED = ("asyncio", "apscheduler", "sqlalchemy", "alembic", "uvicorn")

_GONE = "[removed]"
# The last net. What is caught here should not have been logged in the first place.
_TELLTALES = (
    re.compile(r"(?<=/bot)[^/\s\"']+"),  # the token inside an address of the Bot API
    re.compile(r"\b\d{5,}:[\w-]{20,}"),  # a bot token by itself
    re.compile(r"(?<=://)[^/\s@]+@"),  # name and password inside an address
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),  # an e-mail address
    re.compile(r"(?:\+|%2B)[ ]?\d(?:[ ().-]{0,2}\d){6,14}", re.IGNORECASE),  # an international number
    re.compile(r"(?<![\w.:-])\(?0\d(?:[ ().-]{0,2}\d){8,9}(?![\w:])"),  # a British number as it is dialled
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Cut out of a text the given secrets and whatever looks like a token, a password, a number or an address."""
    for secret in secrets:
        text = text.replace(secret, _GONE)
    for telltale in _TELLTALES:
        text = telltale.sub(_GONE, text)
    return text


def _redacted(value: object, secrets: tuple[str, ...]) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {redact(str(key), secrets): _redacted(inner, secrets) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(inner, secrets) for inner in value]
    return redact(str(value), secrets)


def redactor(secrets: Iterable[str]) -> Processor:
    """The processor that redacts every text of an event, however deep it lies."""
    # Short values ("a") would be found everywhere; they are no secrets.
    known = tuple(secret for secret in secrets if len(secret) >= 6)

    def process(_logger: object, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
        return {key: _redacted(value, known) for key, value in event.items()}

    return process


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def describe_exception(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and the places it came through: its text may hold a person's words."""
    info = event.pop("exc_info", None)
    if not info:
        return event
    if isinstance(info, BaseException):
        error: BaseException | None = info
    else:
        error = info[1] if isinstance(info, tuple) else sys.exc_info()[1]
    if error is not None:
        event["error"] = type(error).__name__
        event["trace"] = _places(error.__traceback__)
    return event


def _drop_record(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event


class _Handler(logging.StreamHandler[TextIO]):
    """Ours, so that configuring twice replaces it and leaves the handlers of others alone."""


def configure_logs(
    level: str = "INFO", *, secrets: Iterable[str] = (), stream: TextIO | None = None, json: bool | None = None
) -> None:
    """Send all logs, ours and the libraries', to `stream` (standard error unless given), one line each.

    `level` is the least important kind that is written. `secrets` are values to cut out wherever they turn up.
    `json` chooses between JSON and lines for people; left out, people get theirs when the stream is a terminal.
    """
    stream = stream or sys.stderr
    as_json = not stream.isatty() if json is None else json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[_drop_record, describe_exception, redactor(secrets), last],
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    _hand_over_to(handler, level)


def _hand_over_to(handler: _Handler, level: str) -> None:
    """Let this handler, in the place of an earlier one of ours, write what all loggers have to say."""
    root = logging.getLogger()
    root.handlers[:] = [other for other in root.handlers if not isinstance(other, _Handler)] + [handler]
    root.setLevel(level)
    for name in _SILENCED:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    for name in _QUIETENED:
        logging.getLogger(name).setLevel(logging.WARNING)
