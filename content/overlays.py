"""A service's own files laid over the shipped ones: sections key by key, rules by their ids."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from content.mistakes import nearest
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
                problems.append(Problem(file, line, f'Unknown table "{name}": {_tables(name, known)}'))
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

    A later folder's keys are laid over those of the earlier rule with the same id; twice in one folder is a mistake,
    and so is a rule of a later folder that neither changes one nor has phrases of its own.
    """
    rules: dict[str, Table] = {}
    problems: list[Problem] = []
    for number, files in enumerate(folders):
        here: set[str] = set()
        before = [*rules]
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
                if number and name not in rules and "id" in table.values and "phrases" not in table.values:
                    problems.append(table.problem("id", _nothing_to_change(name, before)))
                    continue
                rules[name] = table.laid_over(rules[name]) if name in rules else table
    return list(rules.values()), problems


def _tables(name: str, known: Collection[str]) -> str:
    if meant := nearest(name, known):
        return f'did you mean "{meant}"?'
    return f"keys stand under one of {', '.join(f'[{one}]' for one in sorted(known))}."


def _nothing_to_change(name: str, known: Collection[str]) -> str:
    meant = nearest(name, known)
    asked = f' (did you mean "{meant}"?)' if meant else ""
    return f'There is no shipped rule "{name}" to change{asked}, and a new one needs "phrases".'
