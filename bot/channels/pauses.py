"""How long to wait before something that failed is tried again."""

from collections.abc import Iterator


def pauses(first: float, longest: float) -> Iterator[float]:
    """Pauses in seconds, without end: `first`, then each twice as long as the one before, at most `longest`."""
    pause = min(first, longest)
    while True:
        yield pause
        pause = min(pause * 2, longest)
