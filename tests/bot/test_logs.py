"""Tests of the logs."""

import io
import json
import logging
import sys

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import configure_logs, redact
from tests.bot.providers import captured_logs

TOKEN = "7000000001:AAinvented-token-that-is-long-enough"


@pytest.mark.parametrize(
    "private",
    [
        TOKEN,
        "07700 900123",
        "07700900123",
        "(020) 7946 0123",
        "01632-960-123",
        "+447700900123",
        "+44 7700 900123",
        "%2B447700900123",
        "kim@mail.example.org",
        "bot:pass-word@",
    ],
)
def test_what_looks_private_is_cut_out(private: str) -> None:
    """Tokens, numbers, e-mail addresses and passwords in addresses don't survive, wherever they stand."""
    found = redact(f"before https://{private} after") if private.endswith("@") else redact(f"before {private} after")
    assert private not in found
    assert found.startswith("before ")
    assert found.endswith(" after")


def test_the_token_in_an_address_is_cut_out() -> None:
    """An address of the Bot API loses its token, of whatever form, and keeps its method."""
    assert redact("POST http://127.0.0.1:1/bot1:x/sendMessage") == "POST http://127.0.0.1:1/bot[removed]/sendMessage"


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-03-02T09:30:00.123456Z",
        "2026-03-02T09:30:00+00:00",
        "SM0123456789abcdef0123456789abcdef",
        "127.0.0.1:8080",
        "event 700000001 of outbox 12",
        "twilio:21610",
        "telegram:403",
        "bot/sandbox/app.py:12",
    ],
)
def test_ids_and_times_stay(harmless: str) -> None:
    """Near misses: what a log needs to be of use is left alone."""
    assert redact(harmless) == harmless


@given(
    st.integers(0, 999), st.sampled_from(["07700 900{:03}", "07700900{:03}", "+44 7700 900{:03}", "+447700900{:03}"])
)
def test_any_mobile_number_is_cut_out(number: int, form: str) -> None:
    """Every number of the drama range, in each way of writing it, is removed; cutting twice changes nothing."""
    text = f"x {form.format(number)} y"
    once = redact(text)
    assert "900" not in once
    assert redact(once) == once


def test_known_secrets_are_cut_out_of_every_depth() -> None:
    """A secret given to `configure_logs` is removed from nested values and keys; numbers and ids stay as they are."""
    stream = io.StringIO()
    with captured_logs():
        configure_logs(secrets=["invented-secret", "abc"], stream=stream)
        structlog.get_logger("test").info(
            "abc", deep={"list": ["invented-secret"], "invented-secret": (1, None)}, id=447700900123, ok=True
        )
    line = json.loads(stream.getvalue())
    assert line["deep"] == {"list": ["[removed]"], "[removed]": [1, None]}
    assert line["event"] == "abc"
    assert (line["id"], line["ok"], line["level"], line["logger"]) == (447700900123, True, "info", "test")


def test_an_exception_shows_its_type_and_places_only() -> None:
    """The text of an exception may hold words of a person: the log names its type and where it came from."""
    with captured_logs("secret words") as stream:
        try:
            int("secret words")
        except ValueError as error:
            structlog.get_logger("test").exception("failed")
            structlog.get_logger("test").error("failed", exc_info=error)
            logging.getLogger("library").exception("failed")
    for line in map(json.loads, stream.getvalue().splitlines()):
        assert line["error"] == "ValueError"
        assert line["trace"][0].startswith("test_logs.py:")
        assert line["trace"][0].endswith("test_an_exception_shows_its_type_and_places_only")


def test_exc_info_without_an_exception_is_left_out() -> None:
    """`exc_info=True` outside of an exception adds nothing and breaks nothing."""
    with captured_logs() as stream:
        structlog.get_logger("test").error("failed", exc_info=True)
    assert "error" not in json.loads(stream.getvalue())


def test_libraries_that_log_addresses_are_silent() -> None:
    """Loggers that write addresses with the token, or payloads, say nothing at any level."""
    with captured_logs(TOKEN, "words") as stream:
        for name in ("telegram.Bot", "httpx", "httpcore.http11", "aiohttp.access", "twilio", "uvicorn.access"):
            logging.getLogger(name).critical("https://api.telegram.org/bot%s words", TOKEN)
        logging.getLogger("apscheduler.scheduler").info("words")
    assert not stream.getvalue()


def test_other_libraries_are_redacted_too() -> None:
    """A line of a library that is allowed to speak passes the same net, on one line."""
    with captured_logs("07700 900123") as stream:
        logging.getLogger("uvicorn.error").warning("call from %s\nagain", "07700 900123")
    assert stream.getvalue().count("\n") == 1


def test_the_level_holds() -> None:
    """Lines below the level aren't written."""
    stream = io.StringIO()
    with captured_logs():
        configure_logs("WARNING", stream=stream)
        structlog.get_logger("test").info("quiet")
        structlog.get_logger("test").warning("loud")
    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()


def test_configuring_twice_writes_each_line_once() -> None:
    """A second call replaces the first and leaves other handlers alone."""
    stream = io.StringIO()
    with captured_logs():
        others = [handler for handler in logging.getLogger().handlers if type(handler).__module__ != "bot.logs"]
        configure_logs(stream=stream)
        configure_logs(stream=stream)
        structlog.get_logger("test").info("once")
        assert all(handler in logging.getLogger().handlers for handler in others)
    assert stream.getvalue().count("once") == 1


def test_people_at_a_terminal_get_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, and without a stream on standard error, lines are for reading."""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", terminal)
    with captured_logs():
        configure_logs()
        structlog.get_logger("test").info("hello", id=7)
    assert "hello" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
