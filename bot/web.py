"""The web server's surface: the webhooks of the channels and two questions about health. Nothing else answers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.hooks import Hook, HookRequest, WebChannel

log = structlog.get_logger(__name__)

_Endpoint = Callable[[Request], Awaitable[Response]]


class _TooLarge(Exception):
    """The body is larger than the settings allow."""


def build_web(channels: Sequence[WebChannel], ready: Callable[[], Awaitable[bool]], max_body: int) -> ASGIApp:
    """Build the web application: POST to the webhooks of `channels`, `/health/live` and `/health/ready`.

    `ready` tells whether the service itself (its database) is well; the channels are asked for themselves. A body of
    more than `max_body` bytes is refused with 413 as soon as that many have come, a wrong method with 405, any other
    path with 404. No answer says why.
    """
    hooks = {path: _endpoint(hook, max_body) for channel in channels for path, hook in channel.hooks().items()}
    routes = [Route("/health/live", _live), Route("/health/ready", _readiness(channels, ready))]
    # For any other method than POST.
    routes += [Route(path, hook, methods=["POST"]) for path, hook in hooks.items()]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _refuse, Exception: _fail})
    app.router.redirect_slashes = False
    return _before(app, hooks)


def _before(app: ASGIApp, hooks: Mapping[str, _Endpoint]) -> ASGIApp:
    """An application that answers the webhooks itself: each text begins here, and the way through `app` is long."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        hook = hooks.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if hook is None:
            await app(scope, receive, send)
        else:
            response = await hook(Request(scope, receive))
            await response(scope, receive, send)

    return answer


async def _live(_request: Request) -> Response:
    return JSONResponse({"live": True})


def _readiness(channels: Sequence[WebChannel], ready: Callable[[], Awaitable[bool]]) -> _Endpoint:
    async def answer(_request: Request) -> Response:
        try:
            database = await ready()
        except Exception:
            log.exception("readiness failed")
            database = False
        parts = {"database": database} | {str(channel.channel): channel.ready() for channel in channels}
        waiting = [name for name, is_ready in parts.items() if not is_ready]
        return JSONResponse({"ready": not waiting, "waiting_for": waiting}, 503 if waiting else 200)

    return answer


def _endpoint(hook: Hook, max_body: int) -> _Endpoint:
    async def answer(request: Request) -> Response:
        try:
            body = await _read(request, max_body)
        except _TooLarge:
            return Response(status_code=413, headers={"Connection": "close"})
        except ClientDisconnect:
            return Response(status_code=400)
        query = request.scope["query_string"].decode("latin-1")
        try:
            result = await hook(HookRequest(body, request.headers, query))
        except Exception:
            log.exception("webhook failed", path=request.scope["path"])
            return Response(status_code=500)
        return Response(result.body, result.status, media_type=result.media_type)

    return answer


async def _read(request: Request, max_body: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_body:
        raise _TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_body:
            raise _TooLarge
    return bytes(body)


async def _refuse(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    return Response(status_code=status, headers=headers)


async def _fail(_request: Request, _error: Exception) -> Response:
    return Response(status_code=500)
