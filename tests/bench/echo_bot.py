"""The anchor: a bare echo bot as users of `python-telegram-bot` write it, run as a process of its own.

Default HTTP client and connection pool, concurrent updates, a Starlette webhook under uvicorn, nothing stored. No
access log and no log of ours: the anchor is to be as cheap as such a bot can be without changing its habits.

Usage: `python -m tests.bench.echo_bot API_URL`. It prints its port and a line end once it listens.
"""

import socket
import sys

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.bench.fake_bot_api import TOKEN


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Send the words back to where they came from."""
    assert update.message is not None
    assert update.message.text is not None
    await update.message.reply_text(update.message.text)


async def main(api_url: str) -> None:
    """Serve the bot until the process is told to end."""
    builder = Application.builder().token(TOKEN).base_url(f"{api_url}/bot").updater(None)
    application = builder.concurrent_updates(256).build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))

    async def telegram(request: Request) -> Response:
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return Response()

    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    webserver = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Route("/telegram", telegram, methods=["POST"])]),
            loop="uvloop",
            http="httptools",
            access_log=False,
            log_level="warning",
        )
    )
    async with application:
        await application.bot.set_webhook(f"{url}/telegram")
        await application.start()
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        await webserver.serve(sockets=[listener])
        await application.stop()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
