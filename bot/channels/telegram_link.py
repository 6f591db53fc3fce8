"""The address that opens the chat with the bot and hands over an invitation."""

from bot.channels.telegram_bot import LeanBot
from bot.channels.telegram_errors import send_failed
from bot.channels.telegram_request import AiohttpRequest
from bot.settings import Settings


async def deep_link(settings: Settings, code: str) -> str:
    """The deep link for `code` (Telegram docs, "Deep linking": `?start=` and at most 64 of A-Z, a-z, 0-9, _ and -).

    Asks Telegram for the bot's name. Raises `SendFailed` when it doesn't say, ValueError when Telegram isn't set up.
    """
    if settings.telegram_bot_token is None:
        raise ValueError("Telegram is not in the settings")
    request = AiohttpRequest(timeout=settings.send_timeout, connections=1)
    bot = LeanBot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        request=request,
        get_updates_request=request,
    )
    await request.initialize()
    try:
        name = (await bot.get_me()).username
    except Exception as error:  # noqa: BLE001 - as the channel's port promises: one kind of error, without its text
        failure = send_failed(error)
    else:
        return f"https://t.me/{name}?start={code}"
    finally:
        await request.shutdown()
    raise failure
