"""TOML files as tables whose every value knows the file and line that it came from.

A service's own folder is laid over the shipped one key by key. What is wrong with a merged table is therefore reported
where that very value was written.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from content.mistakes import in_toml, in_values, not_lists
from content.problems import ContentError, Problem
from content.sources import read_source

Model = TypeVar("Model", bound=BaseModel)

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=""")
_SYNTAX_LINE = re.compile(r"\(at line (\d+),")


@dataclass(frozen=True, slots=True)
class Table:
    """The values of one table, and where the table and each of its values stand."""

    file: Path
    line: int
    values: Mapping[str, object]
    # Where each key was written.
    places: Mapping[str, tuple[Path, int]]

    def problem(self, key: str | None, sentence: str) -> Problem:
        """Make a problem that points at a key, or at the table's first line where the key isn't written."""
        file, line = self.places.get(key or "", (self.file, self.line))
        return Problem(file, line, sentence)

    def laid_over(self, other: "Table") -> "Table":
        """Lay this table over another: its keys win, the other's remain."""
        return Table(self.file, self.line, {**other.values, **self.values}, {**other.places, **self.places})


def toml_files(folder: Path) -> Iterator[Path]:
    """List the TOML files of a folder in the order of their names; a folder that isn't there has none."""
    yield from sorted(folder.glob("*.toml"))


def read_table(file: Path) -> Table:
    """Read a file whose keys stand at its top.

    Raises `ContentError` when the file isn't TOML in UTF-8.
    """
    data, lines = _read(file)
    return _table(file, 1, data, lines, ())


def read_section(file: Path, name: str) -> Table:
    """Read the table `[name]` of a file; an absent one is empty.

    Raises `ContentError` when the file isn't TOML in UTF-8, or the name isn't a table.
    """
    data, lines = _read(file)
    section = data.get(name, {})
    line = lines.get((name,), 1)
    if not isinstance(section, dict):
        raise ContentError([Problem(file, line, f"[{name}] must be a table.")])
    return _table(file, line, section, lines, (name,))


def section_names(file: Path) -> list[tuple[str, int]]:
    """List what stands at the top of a file, and on which line.

    Raises `ContentError` when the file isn't TOML in UTF-8.
    """
    data, lines = _read(file)
    return [(name, lines.get((name,), 1)) for name in data]


def read_list(file: Path, name: str) -> list[Table]:
    """Read all tables `[[name]]` of a file that holds nothing else.

    Raises `ContentError` when the file isn't TOML in UTF-8, or holds something else.
    """
    data, lines = _read(file)
    strangers = [
        Problem(file, lines.get((key,), 1), f'Unknown key "{key}": each entry begins with [[{name}]].')
        for key in data
        if key != name
    ]
    if strangers:
        raise ContentError(strangers)
    entries = data.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ContentError([Problem(file, lines.get((name,), 1), f"Write each entry under its own [[{name}]].")])
    return [
        _table(file, lines.get((name, index), 1), entry, lines, (name, index)) for index, entry in enumerate(entries)
    ]


def validate(model: type[Model], table: Table) -> Model:
    """Make a checked value of a table.

    Raises `ContentError` with a problem for each key that is wrong, missing or unknown.
    """
    mistakes = not_lists(model, table.values)
    # So that what else is wrong is told with it.
    instead = {key: ["a"] for key, _ in mistakes}
    try:
        checked = model.model_validate({**table.values, **instead})
    except ValidationError as error:
        mistakes += in_values(error, model, table.values)
    if mistakes:
        raise ContentError([table.problem(*mistake) for mistake in mistakes])
    return checked


def _table(
    file: Path,
    line: int,
    values: Mapping[str, object],
    lines: Mapping[tuple[str | int, ...], int],
    path: tuple[str | int, ...],
) -> Table:
    places = {key: (file, lines.get((*path, key), line)) for key in values}
    return Table(file, line, values, places)


def _read(file: Path) -> tuple[dict[str, object], dict[tuple[str | int, ...], int]]:
    source = read_source(file)
    try:
        return _parsed(source)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else source.count("\n") + 1
        raise ContentError([Problem(file, line, f"This isn't TOML: {in_toml(str(error))}.")]) from None


# A file of many sections is read once for each; nobody changes what is given.
@lru_cache(maxsize=4)
def _parsed(source: str) -> tuple[dict[str, object], dict[tuple[str | int, ...], int]]:
    return tomllib.loads(source), _lines(source.splitlines())


def forget_files() -> None:
    """Give back the memory of the files that were read last."""
    _parsed.cache_clear()


def _lines(source: Iterable[str]) -> dict[tuple[str | int, ...], int]:
    """Say on which line each table and key begins. `tomllib` keeps no places, and messages need nothing finer."""
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[str, int] = {}
    path: tuple[str | int, ...] = ()
    for number, text in enumerate(source, start=1):
        if header := _HEADER.match(text):
            name = header[2]
            path = (name,)
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                path = (name, counts[name])
            # Of "ladder.high" also the table that it is a part of.
            lines.setdefault((name.partition(".")[0],), number)
            lines.setdefault((name,), number)
            lines.setdefault(path, number)
        elif key := _KEY.match(text):
            lines.setdefault((*path, key[1] or key[2] or key[3]), number)
    return lines
