"""Which channels there are: one line for each."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.channels.base import Receive
from bot.channels.hooks import WebChannel
from bot.settings import Settings


def build_channels(
    settings: Settings, receive: Receive, now: Callable[[], datetime], menu: Sequence[tuple[str, str]] = ()
) -> list[WebChannel]:
    """The channels that the settings name, not yet started. `now` gives the present time (aware).

    `menu` is what a client shows of commands where it isn't known who somebody is.
    """
    # Each import stands with its channel, because the libraries are large and a channel left out needs none.
    channels: list[WebChannel] = []
    if settings.telegram_enabled:
        from bot.channels.telegram import TelegramChannel  # noqa: PLC0415

        channels.append(TelegramChannel(settings, receive, now, menu))
    if settings.sms_enabled:
        from bot.channels.sms import SmsChannel  # noqa: PLC0415

        channels.append(SmsChannel(settings, receive, now))
    return channels
