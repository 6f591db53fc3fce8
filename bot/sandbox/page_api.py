"""The endpoints of the page: its files, its state, and what a visitor may do.

Only a page from this very server on loopback may use them: a website that is open in the same browser must neither
read the phones nor type on them.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox.page_state import SandboxClock, Transcript, next_monday, page_state, picture_type
from bot.sandbox.phones import Changes
from bot.sandbox.posting import is_loopback
from bot.sandbox.world import World
from handlers.events import Channel
from handlers.outbound import text_length, text_limit

Endpoint = Callable[[Request], Awaitable[Response]]
# Does what a visitor did on the phone with this id, with what the page sent.
Act = Callable[[World, str, dict[str, Any]], Response]

_FILES = {
    "index.html": "text/html",
    "page.css": "text/css",
    "phones.css": "text/css",
    "page.js": "text/javascript",
    "phones.js": "text/javascript",
    "attached.js": "text/javascript",
    "transcript.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# What the page offers to react with.
_EMOJI = ("👍", "❤", "🔥", "👏", "🎉")
_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


def page_routes(world: World, transcript: Transcript, clock: SandboxClock) -> list[BaseRoute]:
    """All endpoints of the page."""

    async def state(_request: Request) -> Response:
        return JSONResponse(page_state(world, await transcript(), clock.now()))

    async def changes(_request: Request) -> Response:
        return StreamingResponse(_versions(world.changes), media_type="text/event-stream")

    async def show_picture(request: Request) -> Response:
        return _picture(world, request.path_params["id"], request.path_params["message"])

    async def move_clock(request: Request) -> Response:
        step = (await _body(request)).get("by")
        if step == "monday":
            await clock.move_to(next_monday(clock.now()))
        elif step in _STEPS:
            await clock.move_on(_STEPS[step])
        else:
            return _refused(400, "The clock moves by an hour, a day, or to Monday.")
        world.changes.bump()
        return JSONResponse({"now": clock.now().isoformat()})

    return [
        Route("/", _guarded(_file("index.html"))),
        *(Route(f"/{name}", _guarded(_file(name))) for name in _FILES if name != "index.html"),
        Route("/state", _guarded(state)),
        Route("/changes", _guarded(changes)),
        *(
            Route(f"/phones/{{id}}/{name}", _guarded(_doing(world, act)), methods=["POST"])
            for name, act in _ACTS.items()
        ),
        Route("/phones/{id}/pictures/{message}", _guarded(show_picture)),
        Route("/clock", _guarded(move_clock), methods=["POST"]),
    ]


def _guarded(endpoint: Endpoint) -> Endpoint:
    """The endpoint, with the page's headers, closed to everybody but a page of this server on loopback."""

    async def checked(request: Request) -> Response:
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        answer: Response
        if not is_loopback(urlsplit(f"//{host}").hostname):
            answer = _refused(403, "The sandbox is only for this computer.")
        elif origin is not None and urlsplit(origin).netloc != host:
            answer = _refused(403, "Another page may not use the sandbox.")
        elif request.method == "POST" and request.headers.get("content-type") != "application/json":
            # A page from elsewhere can't send this type without asking first, and nobody answers that question.
            answer = _refused(415, "Send JSON.")
        else:
            answer = await endpoint(request)
        answer.headers.update(_HEADERS)
        return answer

    return checked


def _doing(world: World, act: Act) -> Endpoint:
    async def answer(request: Request) -> Response:
        return act(world, request.path_params["id"], await _body(request))

    return answer


def _file(name: str) -> Endpoint:
    content = resources.files("bot.sandbox").joinpath("page", name).read_bytes()

    async def answer(_request: Request) -> Response:
        return Response(content, media_type=_FILES[name])

    return answer


async def _versions(changes: Changes) -> AsyncIterator[str]:
    """Server-sent events: the number of the newest change, at once and after each change."""
    yield "retry: 1000\n\n"
    version = -1
    while not changes.closed:
        version = await changes.after(version)
        yield f"data: {version}\n\n"


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent; empty when it isn't one."""
    try:
        sent = json.loads(await request.body())
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


def _refused(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status)


def _typed(world: World, phone_id: str, sent: dict[str, Any]) -> Response:
    try:
        phone = world.phone(phone_id)
    except KeyError:
        return _refused(404, "There is no such phone.")
    text, reply_to = sent.get("text"), sent.get("reply_to")
    if not isinstance(text, str) or not text.strip():
        return _refused(400, "Type some words first.")
    if text_length(phone.channel, text) > text_limit(phone.channel):
        return _refused(400, "That is too long for one message.")
    if reply_to is not None and phone.message(str(reply_to)) is None:
        return _refused(404, "The message to reply to is gone.")
    message = world.send_from_phone(phone_id, text, reply_to=None if reply_to is None else str(reply_to))
    return JSONResponse({"id": message.id}, 201)


def _pictured(world: World, phone_id: str, _sent: dict[str, Any]) -> Response:
    """Send the sandbox's own picture: no file of the visitor's is ever taken."""
    try:
        message = world.send_from_phone(phone_id, "", attachments=("photo",))
    except KeyError:
        return _refused(404, "There is no such phone.")
    return JSONResponse({"id": message.id}, 201)


def _picture(world: World, phone_id: str, message_id: str) -> Response:
    """A picture as it came to a phone, or left it; its type is read from its bytes, so that nothing else is served."""
    try:
        message = world.phone(phone_id).message(message_id)
    except KeyError:
        message = None
    if message is None or (found := picture_type(message)) is None:
        return _refused(404, "The picture is gone.")
    return Response(message.data, media_type=found)


def _pressed(world: World, phone_id: str, sent: dict[str, Any]) -> Response:
    try:
        press = world.press(phone_id, str(sent.get("message")), int(sent.get("option", -1)))
    except (KeyError, IndexError, TypeError, ValueError):
        return _refused(404, "That button is gone.")
    return JSONResponse({"id": press}, 201)


def _reacted(world: World, phone_id: str, sent: dict[str, Any]) -> Response:
    emoji = sent.get("emoji")
    if emoji is not None and emoji not in _EMOJI:
        return _refused(400, "That is no reaction.")
    try:
        _on_telegram(world, phone_id)
        world.react_from_phone(phone_id, str(sent.get("message")), emoji)
    except KeyError:
        return _refused(404, "The message is gone.")
    return JSONResponse({}, 201)


def _changed(world: World, phone_id: str, sent: dict[str, Any]) -> Response:
    text = sent.get("text")
    if (
        not isinstance(text, str)
        or not text.strip()
        or text_length(Channel.TELEGRAM, text) > text_limit(Channel.TELEGRAM)
    ):
        return _refused(400, "Type some words, not too many.")
    try:
        _on_telegram(world, phone_id)
        world.edit_from_phone(phone_id, str(sent.get("message")), text)
    except KeyError:
        return _refused(404, "The message is gone.")
    return JSONResponse({}, 201)


def _on_telegram(world: World, phone_id: str) -> None:
    """Raise `KeyError` for a phone whose channel has neither reactions nor changes."""
    if world.phone(phone_id).channel is not Channel.TELEGRAM:
        raise KeyError(phone_id)


_ACTS: dict[str, Act] = {
    "messages": _typed,
    "pictures": _pictured,
    "presses": _pressed,
    "reactions": _reacted,
    "changes": _changed,
}
