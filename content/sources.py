"""Content files as text, and what else stands in a service's own folder."""

import os
from collections.abc import Iterator, Mapping
from errno import EACCES
from pathlib import Path

from content.problems import ContentError, Problem

# What a service's own folder may hold: these files, and folders with files of an ending.
FILES = ("classifier.toml", "contact_details.toml", "engines.toml", "texting.toml", "weights.toml", "words.toml")
FOLDERS: Mapping[str, str] = {"details": ".toml", "lexicons": ".toml", "programmes": ".toml", "texts": ".ftl"}
# What is meant as content by its name, however it is spelt; some editors add an ending of their own.
_MEANT = (".toml", ".ftl", ".toml.txt", ".ftl.txt")


def read_source(file: Path) -> str:
    """Read a file; a mark of the encoding at its start is left out.

    Raises `ContentError` when it can't be read, or isn't written in UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        sentence = "The file isn't written in UTF-8 from here on: save it again in that encoding."
        raise ContentError([Problem(file, line, sentence)]) from None
    except OSError as error:
        raise ContentError([Problem(file, 1, f"The file can't be read ({error.strerror}).")]) from None


def unread(folder: Path) -> list[Problem]:
    """List what stands in a service's own folder and has no effect though somebody meant it to.

    Hidden files and those that don't look like content (notes, pictures) may stand anywhere. Raises `ContentError` for
    a folder that isn't there or can't be opened.
    """
    if not os.path.isdir(folder):  # noqa: PTH112 - a `Path` would raise where it may not look
        raise ContentError([Problem(folder, 1, "There is no such folder.")])
    closed: list[Problem] = []

    def note(error: OSError) -> None:
        closed.append(Problem(Path(error.filename), 1, f"The folder can't be opened ({error.strerror})."))

    problems: list[Problem] = []
    for path, below, names in os.walk(folder, onerror=note):
        below[:] = [name for name in below if not name.startswith(".")]
        if os.access(path, os.X_OK):
            problems += _unread(folder, Path(path), names)
        else:
            note(PermissionError(EACCES, os.strerror(EACCES), path))
    if closed:
        raise ContentError(closed)
    return problems


def _unread(folder: Path, path: Path, names: list[str]) -> Iterator[Problem]:
    ending = FOLDERS.get(path.name) if path.parent == folder else None
    for name in names:
        if path == folder and name in FOLDERS:
            yield Problem(path / name, 1, "This must be a folder.")
        if name.startswith(".") or not name.lower().endswith(_MEANT):
            continue
        if (path == folder and name in FILES) or (ending and name.endswith(ending)):
            continue
        yield Problem(path / name, 1, f"Nothing reads this file: {_advice(folder, path, ending)}")


def _advice(folder: Path, path: Path, ending: str | None) -> str:
    if ending:
        return f'its name must end in "{ending}".'
    above = next((name for name in path.relative_to(folder).parts if name in FOLDERS), None)
    if above:
        return f"it must stand in {above}/ itself."
    folders = ", ".join(f"{name}/*{its}" for name, its in FOLDERS.items())
    return f"what is read is {', '.join(FILES)} and {folders}."
