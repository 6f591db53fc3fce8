"""A service's own files laid over the shipped ones: sections key by key, rules by their ids."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from content.problems import ContentError, Problem
from content.tables import Table, read_list, read_section, section_names, validate

Section = TypeVar("Section", bound=BaseModel)


def own_over_shipped(name: str, shipped: Path, own: Path | None) -> list[Path]:
    """List the files of this name that there are: the shipped one, and the one that is laid over it."""
    return [folder / name for folder in (shipped, own) if folder and (folder / name).exists()]


def lay_sections(files: Iterable[Path], known: Collection[str]) -> tuple[dict[str, Table], list[Problem]]:
    """Read the sections of files, a later file's keys laid over an earlier's, and what is wrong with their names.

    Raises `ContentError` for a file that can't be read.
    """
    sections: dict[str, Table] = {}
    problems: list[Problem] = []
    for file in files:
        for name, line in section_names(file):
            if name not in known:
                problems.append(Problem(file, line, f'Unknown table "{name}".'))
                continue
            table = read_section(file, name)
            sections[name] = table.laid_over(sections[name]) if name in sections else table
    return sections, problems


def checked_section(
    model: type[Section], name: str, sections: Mapping[str, Table], problems: list[Problem]
) -> Section | None:
    """Make a checked value of a section, or of the defaults; None, with problems added, where it is wrong."""
    try:
        return validate(model, sections[name]) if name in sections else model()
    except ContentError as error:
        problems.extend(error.problems)
        return None


def lay_rules(folders: Iterable[Iterable[Path]]) -> tuple[list[Table], list[Problem]]:
    """Read the tables `[[rule]]` of the files of each folder, and what is wrong with them.

    A later folder's keys are laid over those of the earlier rule with the same id; twice in one folder is a mistake.
    """
    rules: dict[str, Table] = {}
    problems: list[Problem] = []
    for files in folders:
        here: set[str] = set()
        for file in files:
            try:
                entries = read_list(file, "rule")
            except ContentError as error:
                problems += error.problems
                continue
            for table in entries:
                name = str(table.values.get("id", f"{file}:{table.line}"))
                if name in here:
                    problems.append(table.problem("id", f'The rule "{name}" stands here twice.'))
                here.add(name)
                rules[name] = table.laid_over(rules[name]) if name in rules else table
    return list(rules.values()), problems
