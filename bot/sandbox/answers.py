"""Answering a provider call, with the planned faults in between."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.faults import Fault, FaultPlan

# The name under which `running` hands each request the means to cut its connection.
CUT = "telementor.cut"


class CutConnection(Response):
    """Closes the connection without a byte. Needs a server started with `running`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        """Close, then wait until the server has seen it."""
        scope["extensions"][CUT]["abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass


class UnreadableError(Exception):
    """The request can't be read; nothing of it is repeated here."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a form of parts."""

    name: str
    data: bytes


async def fields(request: Request) -> dict[str, Any]:
    """The parameters of a call: query, form and JSON body together. Raises `UnreadableError`."""
    found: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if not body:
        return found
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            sent = json.loads(body)
            if not isinstance(sent, dict):
                raise UnreadableError
            return found | sent
        if kind == "application/x-www-form-urlencoded":
            return found | dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
        if kind == "multipart/form-data":
            return found | _parts(body, request.headers["content-type"])
    except ValueError:
        raise UnreadableError from None
    raise UnreadableError


def _parts(body: bytes, content_type: str) -> dict[str, Any]:
    """The parts of a form (RFC 7578): words, and files. Raises `ValueError`."""
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    found: dict[str, Any] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
        head, blank, content = part.partition(b"\r\n\r\n")
        named = re.search(r'; name="([^"]*)"(?:; filename="([^"]*)")?', head.decode())
        if not blank or named is None:
            raise ValueError
        found[named[1]] = content.decode() if named[2] is None else Upload(named[2], content)
    return found


async def with_faults(
    plan: FaultPlan,
    method: str,
    address: str | None,
    *,
    accept: Callable[[], Awaitable[Response]],
    refuse: Callable[[Fault], Response],
) -> Response:
    """Answer with `accept()`, unless a fault is planned for this call (see `Fault` for the order of events)."""
    fault = plan.take(method, address)
    if fault is None:
        return await accept()
    if fault.release is not None:
        await fault.release.wait()
    answer = await accept() if fault.accept else None
    if fault.cut:
        return CutConnection()
    if fault.body is not None:
        return Response(fault.body, fault.status or 200, media_type="text/html")
    if fault.status is not None:
        return refuse(fault)
    return answer or await accept()
