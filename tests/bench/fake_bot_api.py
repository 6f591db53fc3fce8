"""A fake Telegram Bot API, run as a process of its own: it answers at once and reports when each message arrived.

It prints its port and a line end to standard output, then one `RECORD` for each `sendMessage` that carries a marker.
A bare protocol instead of a web framework: it must stay far cheaper than what is measured beside it.
"""

import asyncio
import itertools
import os
import re
import struct
import sys
import time
from typing import cast

import uvloop

from tests.bench.http import take_message
from tests.bench.texts import MARKER, MARKER_SIZE, sentence

# A marker and the time (`time.monotonic`, which all processes of a Linux machine share) at which it arrived.
RECORD = struct.Struct(f"<{MARKER_SIZE}sd")

# The bot that this server knows (invented), and the token that goes with it.
BOT = '{"id":7001,"is_bot":true,"first_name":"Relay","username":"relay_bench_bot","can_join_groups":false}'
TOKEN = "7001:bench"

_CHAT = re.compile(rb'\bchat_id"?[=:] *"?(-?\d+)')


class _Connection(asyncio.Protocol):
    """One client's connection: requests are answered in the order they come."""

    def __init__(self, message_ids: "itertools.count[int]") -> None:
        self._message_ids = message_ids
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (message := take_message(self._buffer)) is not None:
            head, body, self._buffer = message
            self._transport.write(_response(self._result(head.split(b" ", 2)[1], body)))

    def _result(self, path: bytes, body: bytes) -> str:
        """What the method of the Bot API named by `path` returns, as JSON."""
        method = path.rpartition(b"/")[2]
        if method == b"sendMessage":
            _report(body)
            return _sent(body, next(self._message_ids))
        return BOT if method == b"getMe" else "true"


def _report(body: bytes) -> None:
    """Tell the driver when the marker in this message arrived; a message without one is nobody's business."""
    if found := MARKER.search(body):
        os.write(sys.stdout.fileno(), RECORD.pack(found[0], time.monotonic()))


def _sent(body: bytes, message_id: int) -> str:
    """A whole `Message`, as large as the real one; its words are always the same, so that they cost nothing here."""
    chat = _CHAT.search(body)
    chat_id = chat[1].decode() if chat else "0"
    return (
        f'{{"message_id":{message_id},"from":{BOT},"chat":{{"id":{chat_id},"first_name":"Robin","type":"private"}},'
        f'"date":{int(time.time())},"text":"{_WORDS}"}}'
    )


def _response(result: str) -> bytes:
    """The provider's envelope round a result."""
    content = b'{"ok":true,"result":%b}' % result.encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        len(content),
        content,
    )


_WORDS = sentence(0)


async def serve() -> None:
    """Listen on a free port of loopback until the process is ended."""
    message_ids = itertools.count(1)
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(message_ids), "127.0.0.1", 0)
    os.write(sys.stdout.fileno(), b"%d\n" % server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
