"""Tests of the settings."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.settings import PREFIX, SECRETS, Settings, SettingsError, TelegramMode, load_settings

TOKEN = "7000000001:invented-token-of-a-test"
SMS = {
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
    "TWILIO_AUTH_TOKEN": "invented-auth-token",
    "TWILIO_FROM": "+441632960000",
    "PUBLIC_URL": "https://bot.example.org",
}
WEBHOOK = {
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "TELEGRAM_MODE": "webhook",
    "TELEGRAM_WEBHOOK_SECRET": "invented_secret-1",
    "PUBLIC_URL": "https://bot.example.org/mentoring/",
}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test."""
    import os  # noqa: PLC0415 - only here

    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def settings_of(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> Settings:
    """Load settings with these variables set."""
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name, value)
    return load_settings()


def error_of(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> str:
    """The sentence that these variables are refused with."""
    with pytest.raises(SettingsError) as caught:
        settings_of(monkeypatch, values)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_nothing_set_leaves_every_channel_out() -> None:
    """Without any setting the service can start, with no channel."""
    settings = load_settings()
    assert not settings.telegram_enabled
    assert not settings.sms_enabled
    assert settings.database_url.get_secret_value().startswith("sqlite:///")
    assert settings.secrets() == ["sqlite:///telementor.db"]


def test_every_setting_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables with the prefix set the channels; addresses lose the slash at their end; durations may be short."""
    settings = settings_of(monkeypatch, WEBHOOK | SMS | {"PUBLIC_URL": WEBHOOK["PUBLIC_URL"], "RETRY_FIRST": "0.01"})
    assert settings.telegram_enabled
    assert settings.sms_enabled
    assert settings.telegram_mode is TelegramMode.WEBHOOK
    assert settings.public_url == "https://bot.example.org/mentoring"
    assert settings.retry_first == 0.01
    assert set(settings.secrets()) >= {TOKEN, "invented_secret-1", "invented-auth-token"}


def test_an_env_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`.env` in the working folder gives settings; a variable of the same name outranks it; empty means not set."""
    (tmp_path / ".env").write_text(f"{PREFIX}HTTP_PORT=1234\n{PREFIX}HTTP_HOST=::1\n{PREFIX}TWILIO_FROM=\n")
    settings = settings_of(monkeypatch, {"HTTP_PORT": "4321"})
    assert (settings.http_port, settings.http_host) == (4321, "::1")


def test_an_env_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    """Bytes that are no text in `.env` are refused without a traceback."""
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(SettingsError, match=r"\.env can't be read"):
        load_settings()


@pytest.mark.parametrize("name", SECRETS)
def test_each_secret_also_from_a_file(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`…_FILE` names a file whose stripped content is the secret."""
    values = WEBHOOK | SMS | {"TWILIO_API_KEY": "SK1", "TWILIO_API_KEY_SECRET": "invented", "DATABASE_URL": "sqlite://"}
    upper = name.upper()
    path = tmp_path / "secret"
    path.write_text(f"  {values.pop(upper)}-2\n")
    settings = settings_of(monkeypatch, values | {f"{upper}_FILE": str(path)})
    secret = getattr(settings, name)
    assert isinstance(secret, SecretStr)
    assert secret.get_secret_value().endswith("-2")
    assert secret.get_secret_value() not in repr(settings)


@pytest.mark.parametrize(
    ("content", "also", "reason"),
    [
        (TOKEN, TOKEN, "both set"),
        (None, "", "can't be read"),
        (" \n", "", "is empty"),
    ],
)
def test_a_secret_file_at_fault_is_named(
    content: str | None, also: str, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    """A secret set twice, an unreadable file and an empty one are each refused by the setting's name."""
    path = tmp_path / "secret"
    if content is not None:
        path.write_text(content)
    values = {"TELEGRAM_BOT_TOKEN_FILE": str(path), "TELEGRAM_BOT_TOKEN": also}
    sentence = error_of(monkeypatch, values)
    assert f"{PREFIX}TELEGRAM_BOT_TOKEN" in sentence
    assert reason in sentence


def _without(values: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if name not in names}


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        (_without(WEBHOOK, "TELEGRAM_BOT_TOKEN"), ["TELEGRAM_BOT_TOKEN"]),
        ({"TELEGRAM_API_URL": "https://api.example.org"}, ["TELEGRAM_BOT_TOKEN"]),
        (_without(WEBHOOK, "TELEGRAM_WEBHOOK_SECRET"), ["TELEGRAM_WEBHOOK_SECRET"]),
        (_without(WEBHOOK, "PUBLIC_URL", "TELEGRAM_WEBHOOK_SECRET"), ["TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL"]),
        (_without(SMS, "TWILIO_ACCOUNT_SID"), ["TWILIO_ACCOUNT_SID"]),
        (_without(SMS, "TWILIO_AUTH_TOKEN"), ["TWILIO_AUTH_TOKEN"]),
        (_without(SMS, "PUBLIC_URL"), ["PUBLIC_URL"]),
        (_without(SMS, "TWILIO_FROM"), ["TWILIO_FROM", "TWILIO_MESSAGING_SERVICE_SID"]),
        (SMS | {"TWILIO_MESSAGING_SERVICE_SID": "MG1"}, ["TWILIO_FROM", "TWILIO_MESSAGING_SERVICE_SID"]),
        (SMS | {"TWILIO_API_KEY": "SK1"}, ["TWILIO_API_KEY_SECRET"]),
        (SMS | {"TWILIO_API_KEY_SECRET": "invented"}, ["TWILIO_API_KEY"]),
    ],
)
def test_a_half_set_channel_names_what_is_missing(
    values: dict[str, str], missing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of a channel's settings is refused with the names of the others, and no value is shown."""
    sentence = error_of(monkeypatch, values)
    for name in missing:
        assert re.search(rf"{PREFIX}{name}\b", sentence)
    assert all(value not in sentence for value in values.values() if value != "webhook")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PORT", "65536"),
        ("HTTP_PORT", "many"),
        ("SEND_TIMEOUT", "0"),
        ("SEND_TIMEOUT", "-1"),
        ("RETRY_FIRST", "nan"),
        ("RETRY_MAX", "inf"),
        ("SENDS_AT_ONCE", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("TELEGRAM_MODE", "carrier-pigeon"),
        ("TELEGRAM_BOT_TOKEN", "7000000001:with/slash"),
        ("TELEGRAM_WEBHOOK_SECRET", "with space"),
        ("TELEGRAM_WEBHOOK_SECRET", "x" * 257),
        ("PUBLIC_URL", "http://bot.example.org"),
        ("PUBLIC_URL", "http://10.0.0.1"),
        ("PUBLIC_URL", "ftp://bot.example.org"),
        ("PUBLIC_URL", "bot.example.org"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://user:pass@bot.example.org"),
        ("PUBLIC_URL", "https://bot.example.org/?a=b"),
        ("PUBLIC_URL", "https://bot.example.org/#a"),
        ("PUBLIC_URL", "https://bot.example.org:99999"),
        ("TWILIO_API_URL", "https://[::1"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong value is one sentence that names the setting and not the value."""
    sentence = error_of(monkeypatch, {name: value})
    assert PREFIX + name in sentence
    assert value not in sentence.replace("https://", "", 1) or len(value) < 3 or value == "https://"
    assert "\n" not in sentence


@pytest.mark.parametrize("value", ["http://127.0.0.1:8080", "http://localhost:1/x", "http://[::1]:8080"])
def test_plain_http_is_accepted_on_this_machine(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback needs no TLS: the sandbox and tests use it."""
    assert settings_of(monkeypatch, {"PUBLIC_URL": value}).public_url == value


def test_the_longest_pause_is_not_shorter_than_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """RETRY_MAX below RETRY_FIRST is a mistake that names both."""
    sentence = error_of(monkeypatch, {"RETRY_FIRST": "2", "RETRY_MAX": "1"})
    assert f"{PREFIX}RETRY_FIRST" in sentence
    assert f"{PREFIX}RETRY_MAX" in sentence


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=12, max_size=60))
def test_no_refusal_shows_the_value(value: str) -> None:
    """Whatever stands where a token should, the sentence does not repeat it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(f"{PREFIX}TELEGRAM_BOT_TOKEN", value)
        patch.setenv(f"{PREFIX}HTTP_PORT", f"x{value}")
        with pytest.raises(SettingsError) as caught:
            load_settings(None)
    assert value not in str(caught.value)


def test_env_example_and_class_agree() -> None:
    """`.env.example` lists every setting once, each below a one-line comment, and its values are accepted."""
    lines = (Path(__file__).parents[2] / ".env.example").read_text().splitlines()
    listed = [line.partition("=")[0] for line in lines if line.startswith(PREFIX)]
    assert sorted(listed) == sorted(PREFIX + name.upper() for name in Settings.model_fields)
    for number, line in enumerate(lines):
        if line.startswith(PREFIX):
            assert re.match(r"# \S", lines[number - 1]), line
    example = Path(__file__).parents[2] / ".env.example"
    assert load_settings(example) == load_settings(None)
