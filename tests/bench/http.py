"""Just enough HTTP/1.1 for both ends of a benchmark: messages with a `Content-Length`, connections kept alive."""

import re

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def take_message(buffer: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Split head, body and rest off a buffer; None while the first message in it is still incomplete."""
    end = buffer.find(_HEAD_END)
    if end < 0:
        return None
    length = _LENGTH.search(buffer, 0, end)
    start = end + len(_HEAD_END)
    stop = start + (int(length[1]) if length else 0)
    if len(buffer) < stop:
        return None
    return buffer[:end], buffer[start:stop], buffer[stop:]
