"""The commonest words of English, as `frequency.toml` lists them."""

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "frequency.toml"


@cache
def commonest_words() -> tuple[str, ...]:
    """Give them, the commonest first."""
    return tuple(tomllib.loads(_FILE.read_text(encoding="utf-8"))["words"])
