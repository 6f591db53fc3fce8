"""Settings: every choice of a deployment, from environment variables with the prefix `TELEMENTOR_` or a `.env` file."""

import ipaddress
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "TELEMENTOR_"
SECRETS = (
    "database_url",
    "telegram_bot_token",
    "telegram_webhook_secret",
    "twilio_auth_token",
    "twilio_api_key_secret",
)
# Telegram Bot API, setWebhook, secret_token: 1-256 characters of A-Z, a-z, 0-9, _ and -.
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
# A token becomes part of an address, so nothing may stand in it that would change the address.
_BOT_TOKEN = re.compile(r"[A-Za-z0-9:_-]+")


class SettingsError(Exception):
    """The settings can't be used. The text is one sentence for the person who sets them; it never holds a value."""


class TelegramMode(StrEnum):
    """How updates reach the service: it asks for them, or Telegram calls."""

    POLLING = "polling"
    WEBHOOK = "webhook"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _web_address(address: str) -> str:
    """Check an http(s) base address and return it without a slash at its end."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("it isn't a web address") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("it must begin with https:// (or http:// on this machine) and name a host")
    if "@" in parts.netloc or "?" in address or "#" in address:
        raise ValueError("it must not hold a user name, a question mark or a #")
    return address.rstrip("/")


def _public_address(address: str) -> str:
    checked = _web_address(address)
    parts = urlsplit(checked)
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        raise ValueError("it must begin with https://, because anything but this machine itself is reached over it")
    return checked


def _matching(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(secret: SecretStr) -> SecretStr:
        if not pattern.fullmatch(secret.get_secret_value()):
            raise ValueError(what)
        return secret

    return AfterValidator(check)


Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
PublicAddress = Annotated[str, AfterValidator(_public_address)]
BotToken = Annotated[SecretStr, _matching(_BOT_TOKEN, "it isn't a token as BotFather gives them")]
WebhookSecret = Annotated[
    SecretStr, _matching(_WEBHOOK_SECRET, "it must be 1 to 256 letters, digits, underscores or hyphens")
]


class Settings(BaseSettings):
    """Every setting. Durations are in seconds and may be below one; a secret can be given as the path of a file too.

    A channel of which nothing is set is left out. A channel of which only a part is set is an error.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    # Where the data is: a SQLAlchemy address. It may hold a password, so it is a secret.
    database_url: SecretStr = SecretStr("sqlite:///telementor.db")
    database_url_file: Path | None = None
    # The file with the keys that open the data. Keep a copy elsewhere, never beside the database's backups.
    key_file: Path = Path("telementor.keys")
    # The service's own folder of texts, forms and programmes, laid over those that come with the program.
    content_dir: Path | None = None

    # Where the web server listens.
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    # The address under which providers reach the web server. Only source of webhook and signature addresses.
    public_url: PublicAddress | None = None

    telegram_bot_token: BotToken | None = None
    telegram_bot_token_file: Path | None = None
    telegram_mode: TelegramMode = TelegramMode.POLLING
    telegram_webhook_secret: WebhookSecret | None = None
    telegram_webhook_secret_file: Path | None = None
    # The base to which `/bot<token>/…` and `/file/bot<token>/…` are added.
    telegram_api_url: WebAddress = "https://api.telegram.org"

    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_auth_token_file: Path | None = None
    twilio_api_key: str | None = None
    twilio_api_key_secret: SecretStr | None = None
    twilio_api_key_secret_file: Path | None = None
    twilio_from: str | None = None
    twilio_messaging_service_sid: str | None = None
    twilio_api_url: WebAddress = "https://api.twilio.com"

    # How far back texts whose webhook failed are looked for at the start.
    twilio_look_back: Seconds = 259_200.0
    # How often they are looked for while the service runs.
    twilio_catch_up: Seconds = 300.0
    # How long after sending a text without a final report Twilio is asked what became of it.
    twilio_ask_after: Seconds = 3600.0

    # How long one call to a provider may take.
    send_timeout: Seconds = 10.0
    # How long Telegram may hold a poll open when there is nothing new; below one second it is asked that often.
    poll_timeout: Seconds = 30.0
    # The first pause after a failure, doubled each time up to the longest one.
    retry_first: Seconds = 1.0
    retry_max: Seconds = 600.0
    # How many times a message is tried before its sender and a coordinator are told that it didn't go.
    retry_limit: int = Field(default=15, ge=1)
    # How often the sender looks for waiting messages of its own accord (a commit wakes it at once).
    outbox_poll: Seconds = 5.0
    # How often the diary is looked through for what is due.
    sweep_interval: Seconds = 10.0
    # How many messages may be on their way to providers at the same time.
    sends_at_once: int = Field(default=64, ge=1, le=1000)
    # Most messages a second that the bot sends, and to one chat, of which so many may go at once after a lull; 0: no
    # limit but Telegram's own (Bots FAQ: about 30 a second, and no more than one a second in one chat, short bursts
    # aside).
    telegram_rate: float = Field(default=30.0, ge=0, allow_inf_nan=False)
    telegram_chat_rate: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    telegram_chat_burst: int = Field(default=3, ge=1, le=100)
    # Most texts a second from the number. Twilio would queue what is beyond, and an alert would stand behind all of it.
    # A long number sends one a second in most countries; 0: no limit.
    twilio_rate: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    # The largest file that is fetched, in bytes, and how long fetching or sending one may take.
    media_max: int = Field(default=10_000_000, ge=1000, le=50_000_000)
    media_timeout: Seconds = 30.0
    # The largest request that the web server reads, in bytes.
    max_body: int = Field(default=1_000_000, ge=1000)
    # The least important kind of log line that is written: DEBUG, INFO, WARNING or ERROR.
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @property
    def telegram_enabled(self) -> bool:
        """Whether Telegram is one of the channels."""
        return self.telegram_bot_token is not None

    @property
    def sms_enabled(self) -> bool:
        """Whether SMS is one of the channels."""
        return self.twilio_account_sid is not None

    def secrets(self) -> list[str]:
        """The values of all secrets that are set, for the log's last net."""
        found = (getattr(self, name) for name in SECRETS)
        return [secret.get_secret_value() for secret in found if secret is not None]

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        return values | {
            name: _read_secret(name, Path(values[f"{name}_file"]), already=values.get(name) is not None)
            for name in SECRETS
            if values.get(f"{name}_file")
        }

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        if self.retry_max < self.retry_first:
            msg = f"{PREFIX}RETRY_MAX must not be shorter than {PREFIX}RETRY_FIRST"
            raise ValueError(msg)
        self._check_telegram()
        self._check_sms()
        return self

    def _check_telegram(self) -> None:
        if self.telegram_enabled:
            if self.telegram_mode is TelegramMode.WEBHOOK:
                self._need("Telegram's webhook", "telegram_webhook_secret", "public_url")
        elif self._any_set("telegram_"):
            self._need("Telegram", "telegram_bot_token")

    def _check_sms(self) -> None:
        if not self._any_set("twilio_"):
            return
        self._need("SMS", "twilio_account_sid", "twilio_auth_token", "public_url")
        if (self.twilio_api_key is None) != (self.twilio_api_key_secret is None):
            self._need("A Twilio API key", "twilio_api_key", "twilio_api_key_secret")
        if (self.twilio_from is None) == (self.twilio_messaging_service_sid is None):
            both = f"{PREFIX}TWILIO_FROM and {PREFIX}TWILIO_MESSAGING_SERVICE_SID"
            msg = f"SMS needs exactly one of {both}"
            raise ValueError(msg)

    def _any_set(self, start: str) -> bool:
        # A figure, a rate say, sets up nothing by itself.
        given = {name: getattr(self, name) for name in self.model_fields_set if name.startswith(start)}
        return any(value is not None and not isinstance(value, int | float) for value in given.values())

    def _need(self, what: str, *names: str) -> None:
        missing = [PREFIX + name.upper() for name in names if getattr(self, name) is None]
        if missing:
            msg = f"{what} needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not set"
            raise ValueError(msg)


def _read_secret(name: str, path: Path, *, already: bool) -> str:
    setting = PREFIX + name.upper()
    if already:
        msg = f"{setting} and {setting}_FILE are both set; set only one of them"
        raise ValueError(msg)
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        msg = f"the file that {setting}_FILE names can't be read"
        raise ValueError(msg) from None
    if not secret:
        msg = f"the file that {setting}_FILE names is empty"
        raise ValueError(msg)
    return secret


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings from the environment and, where it says nothing, from `env_file` if that exists.

    Raises `SettingsError` with one sentence that names every setting at fault.
    """
    source: dict[str, Any] = {"_env_file": env_file, "_env_file_encoding": "utf-8"}
    try:
        return Settings(**source)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        sentence = "; ".join(_fault(fault["loc"], fault["msg"]) for fault in faults)
    except (OSError, UnicodeDecodeError):
        sentence = f"the file {env_file} can't be read"
    msg = f"The settings can't be used: {sentence}."
    raise SettingsError(msg)


def _fault(place: tuple[int | str, ...], message: str) -> str:
    reason = message.removeprefix("Value error, ")
    return f"{PREFIX}{str(place[0]).upper()}: {reason}" if place else reason
