"""The shipped content, read once in a run: reading it takes longer than most tests."""

import shutil
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest

from content import library
from content.library import SHIPPED, Content, load_content, open_content

# The files of each part that takes long to read, by the function that reads it.
_FILES = {
    "load_texts": ("texts",),
    "load_contact_rules": ("contact_details.toml", "details"),
    "load_lexicon": ("lexicons", "words.toml", "texting.toml", "classifier.toml", "weights.toml"),
}
# Two files of the lexicon are enough to show what an own folder does to one.
_LEXICONS = ("bullying_severe.toml", "radicalisation.toml")


@cache
def shipped_content() -> Content:
    """Everything that is shipped."""
    return load_content()


# Few: each is some megabytes. A folder may be named from where a test stands: where that is counts.
@lru_cache(maxsize=4)
def _content_of(folder: Path, named: Path) -> Content:
    assert folder == named.resolve()
    return load_content(named)


def content_once(folder: Path | None) -> Content:
    """What `load_content` gives, read once for each folder: it is most of what a command or a service's start takes."""
    return shipped_content() if folder is None else _content_of(folder.resolve(), folder)


def content_opened_once(folder: Path | None) -> Content:
    """What `open_content` gives; the shipped one is read once."""
    return shipped_content() if folder is None else open_content(folder)


def ship_less(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Ship two lexicons and no weights, from `folder`; read each part once unless there are own files of it."""
    # First: whoever asks for all of it later must not be given less.
    shipped_content()
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("*.py", "contact", "lexicons", "__pycache__"))
    (folder / "lexicons").mkdir()
    for name in _LEXICONS:
        shutil.copyfile(SHIPPED / "lexicons" / name, folder / "lexicons" / name)
    (folder / "weights.toml").write_text("", encoding="utf-8")
    patch.setattr(library, "SHIPPED", folder)
    for part, files in _FILES.items():
        patch.setattr(library, part, _reading_once(getattr(library, part), files))


def _reading_once(load: Callable[..., Any], files: tuple[str, ...]) -> Callable[..., Any]:
    read_once = cache(load)

    def once(shipped: Path, own: Path | None) -> Any:  # noqa: ANN401 - each part has its own type
        if own and any((own / name).exists() for name in files):
            return load(shipped, own)
        return read_once(shipped, None)

    return once
