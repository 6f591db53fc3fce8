"""Numbers of records in what people write and press."""

import zlib

# The largest that a column can hold.
_LARGEST = 2**63 - 1


def record_number(text: str) -> int:
    """The number that a text is; 0, which no record has, when it is none or too large to be one."""
    # Nineteen digits at most: Python refuses to read thousands of them.
    number = int(text) if text.isdecimal() and len(text) <= 19 else 0
    return number if number <= _LARGEST else 0


def programme_number(programme_id: str) -> int:
    """A number for a programme, since the diary numbers its subjects and a programme has a name only."""
    return zlib.crc32(programme_id.encode())
