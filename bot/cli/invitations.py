"""How an invitation is handed over: a link, a code, or a text that is on its way."""

import asyncio

from bot.bootstrap import Core
from bot.channels.base import SendFailed
from bot.cli.output import Document
from bot.cli.zones import local, zone_of
from bot.settings import Settings
from handlers.events import Channel
from handlers.moving import Moving
from handlers.people import Invited


def handed_over(core: Core, invited: Invited | Moving) -> tuple[Document, list[str]]:
    """What is said of an invitation that was made: the document, and the sentences."""
    link, remark = None, ""
    if invited.code is not None:
        link, remark = _link(core.settings, invited.code)
    until = local(invited.expires_at, zone_of(core.content, invited.person.programme))
    document = {
        "person": invited.person.id,
        "channel": invited.channel.value,
        "code": invited.code,
        "link": link,
        "expires_at": until.isoformat(),
    }
    name, day = invited.person.name, f"{until:%-d %B %Y, %H:%M}"
    if invited.channel is Channel.SMS:
        return document, _texted(core.settings, name, day)
    if link is not None:
        return document, [f"Give this to {name}, and to nobody else. It works once, until {day}:", link]
    return document, [
        f"{remark} {name} opens the bot in Telegram and sends it this, until {day}:",
        f"/start {invited.code}",
        f"For a link instead, once Telegram answers: telementor invite {invited.person.id}",
    ]


def _link(settings: Settings, code: str) -> tuple[str | None, str]:
    """The deep link; or None, and why there is none."""
    if not settings.telegram_enabled:
        return None, "Telegram isn't set up yet (TELEMENTOR_TELEGRAM_BOT_TOKEN)."
    # The library of a channel is large, and a service without Telegram needs none of it.
    from bot.channels.telegram_link import deep_link  # noqa: PLC0415

    try:
        return asyncio.run(deep_link(settings, code)), ""
    except SendFailed as failed:
        return None, f"Telegram didn't tell the bot's name ({failed.code})."


def _texted(settings: Settings, name: str, day: str) -> list[str]:
    said = [f"A text to {name} is on its way. It asks for YES, until {day}. The running service sends it."]
    if not settings.sms_enabled:
        said.append("SMS isn't set up yet (the TELEMENTOR_TWILIO_… settings): the text waits until it is.")
    return said
