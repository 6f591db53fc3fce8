"""The shipped content, read once in a run: reading it takes longer than most tests."""

from functools import cache
from pathlib import Path

import pytest

from content import library
from content.lexicon import Lexicon, load_lexicon
from content.library import SHIPPED, Content, load_content

# Where the lexicon's words stand.
_LEXICON = ("lexicons", "words.toml", "texting.toml")


@cache
def shipped_content() -> Content:
    """Everything that is shipped."""
    return load_content()


def read_shipped_lexicon_once(patch: pytest.MonkeyPatch) -> None:
    """Give folders that have nothing of the lexicon the shipped one as it was read before."""

    def load(shipped: Path, own: Path | None) -> Lexicon:
        if shipped != SHIPPED or (own and any((own / name).exists() for name in _LEXICON)):
            return load_lexicon(shipped, own)
        return shipped_content().lexicon

    shipped_content()
    patch.setattr(library, "load_lexicon", load)
