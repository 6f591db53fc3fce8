"""The provider side of Telegram: calls by HTTP, and files to be fetched."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.answers import UnreadableError, fields, with_faults
from bot.sandbox.faults import Fault
from bot.sandbox.telegram_feed import TelegramFeed
from bot.sandbox.telegram_methods import CONFLICT_POLL, METHODS
from bot.sandbox.telegram_parameters import RefusalError
from bot.sandbox.world import World
from handlers.events import Channel

_USUAL = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: CONFLICT_POLL,
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
# Parameters that a form carries as JSON text.
_NESTED = ("reply_markup", "reply_parameters", "allowed_updates", "reaction", "commands", "scope")
# Calls that say nothing to anybody and come all the time.
_NOT_NOTED = frozenset({"getUpdates"})


def telegram_routes(world: World, feed: TelegramFeed) -> list[Route]:
    """`/bot<token>/<method>`, for GET and POST."""

    async def call(request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["method"]
        if not hmac.compare_digest(token.encode(), world.telegram.token.encode()):
            return _error(401, "Unauthorized")
        method = METHODS.get(name.lower())
        if method is None:
            return _error(404, "Not Found: method not found")
        try:
            sent = _unnest(await fields(request))
        except UnreadableError:
            return _error(400, "Bad Request: can't parse the request")
        chat = str(sent["chat_id"]) if "chat_id" in sent else None
        if name not in _NOT_NOTED:
            text = str(sent.get("text") or sent.get("caption") or "")
            world.note_call(Channel.TELEGRAM, name, sent, address=chat, text=text)

        async def accept() -> Response:
            try:
                result = await method(world, feed, sent)
            except RefusalError as refusal:
                return _error(refusal.code, refusal.description)
            return JSONResponse({"ok": True, "result": result})

        return await with_faults(world.faults, name, chat, accept=accept, refuse=_refuse)

    return [
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
        Route("/file/bot{token}/files/{name}", _file_route(world)),
    ]


def _file_route(world: World) -> Callable[[Request], Awaitable[Response]]:
    """`/file/bot<token>/<path>`: what `getFile` pointed at."""

    async def file(request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["name"]
        if not hmac.compare_digest(token.encode(), world.telegram.token.encode()):
            return _error(401, "Unauthorized")

        async def accept() -> Response:
            data = world.file(Channel.TELEGRAM, name)
            return _error(404, "Not Found") if data is None else Response(data)

        return await with_faults(world.faults, "file", None, accept=accept, refuse=_refuse)

    return file


def _error(code: int, description: str, parameters: dict[str, Any] | None = None) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    headers = {}
    if parameters:
        body["parameters"] = parameters
        headers["Retry-After"] = str(parameters["retry_after"])
    return JSONResponse(body, code, headers=headers)


def _refuse(fault: Fault) -> Response:
    status = fault.status or 500
    description = fault.description or _USUAL.get(status, "Error")
    if fault.retry_after is None:
        return _error(status, description)
    return _error(status, f"{description}: retry after {fault.retry_after}", {"retry_after": fault.retry_after})


def _unnest(sent: dict[str, Any]) -> dict[str, Any]:
    for name in _NESTED:
        if isinstance(sent.get(name), str):
            try:
                sent[name] = json.loads(sent[name])
            except ValueError:
                raise UnreadableError from None
    return sent
