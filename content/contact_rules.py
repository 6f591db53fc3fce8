"""The rules of the contact-details filter: `contact_details.toml` read, checked and made ready to search with."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from content.folding import Folded
from content.patterns import Pattern, compile_pattern
from content.problems import ContentError, Problem
from content.tables import Table, read_section, section_names, validate

FILE = "contact_details.toml"

Kind = Literal["bank", "email", "url", "phone", "handle", "postcode", "address", "platform_move"]
# Where findings overlap, the one that stands first here names the whole.
KINDS: tuple[Kind, ...] = get_args(Kind)

Mark = Annotated[str, Field(pattern=r"^\[[a-zA-Z ]{1,40}\]$")]
Words = Annotated[tuple[str, ...], BeforeValidator(tuple), Field(min_length=1)]
Digits = Annotated[str, Field(pattern=r"^[0-9][0-9 ]*$")]
Host = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]

# The two sides of a mailbox.
_LOCAL = r"[\pL\pN._%+'-]*[\pL\pN_%+'-]"
_LABEL = r"[\pL\pN-]+"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Marks(_Section):
    """What stands in place of each kind."""

    phone: Mark
    email: Mark
    url: Mark
    handle: Mark
    postcode: Mark
    platform_move: Mark
    address: Mark
    bank: Mark


class _Helplines(RootModel[Mapping[Digits, str]]):
    """Numbers that may pass, and whose they are."""


class _Hosts(RootModel[Mapping[Host, Literal[True]]]):
    """Hosts, each switched on."""


class _Endings(_Section):
    always: Words
    with_path: Words


class _Postcodes(_Section):
    areas: Words


class _Platforms(RootModel[Mapping[str, Words]]):
    """What people call each platform."""


class _Usernames(_Section):
    labels: Words
    titles: Words
    verbs: Words
    places: Words
    everyday: Words


class ContactFile(_Section):
    """The whole file."""

    marks: _Marks
    helplines: _Helplines
    domains: _Hosts
    hosts: _Hosts
    endings: _Endings
    postcodes: _Postcodes
    platforms: _Platforms
    usernames: _Usernames


_SECTIONS: Mapping[str, type[BaseModel]] = get_type_hints(ContactFile)


@dataclass(frozen=True, slots=True)
class UsernamePattern:
    """One way to write "this is my name there"; group 1 is the name."""

    pattern: Pattern
    # True when only a name with a digit, underline or dot inside counts.
    strict: bool


@dataclass(frozen=True, slots=True)
class ContactRules:
    """The file made ready. All words are in plain form (`content.folding`); patterns run over plain text."""

    marks: Mapping[str, str]
    # The marks in plain form: what a text that was filtered looks like to the rules.
    plain_marks: Mapping[str, str]
    # Digits only.
    helplines: frozenset[str]
    domains: frozenset[str]
    hosts: frozenset[str]
    endings: frozenset[str]
    endings_with_path: frozenset[str]
    # Postcode areas, lower case.
    areas: frozenset[str]
    # What people call a platform -> the platform.
    platforms: Mapping[str, str]
    places: frozenset[str]
    everyday: frozenset[str]
    # Found in every text that has anything to find.
    trigger: Pattern
    mailbox: Pattern
    # With spaces around "@" and dots.
    spaced_mailbox: Pattern
    usernames: tuple[UsernamePattern, ...]


def load_contact_rules(shipped: Path, own: Path | None) -> ContactRules:
    """Read `contact_details.toml` of both folders, the service's own laid over key by key; false takes a key away.

    Raises `ContentError` with every problem.
    """
    files = [folder / FILE for folder in (shipped, own) if folder and (folder / FILE).exists()]
    problems: list[Problem] = []
    sections: dict[str, Table] = {}
    for file in files:
        for name, line in section_names(file):
            if name not in ContactFile.model_fields:
                problems.append(Problem(file, line, f'Unknown table "{name}".'))
                continue
            table = read_section(file, name)
            sections[name] = table.laid_over(sections[name]) if name in sections else table
    checked: dict[str, object] = {}
    for name, table in sections.items():
        try:
            checked[name] = _checked(name, table)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return compile_contact_rules(ContactFile.model_validate(checked))


def _checked(name: str, table: Table) -> object:
    """Check one section. Raises `ContentError` that points at the keys."""
    kept = Table(table.file, table.line, {k: v for k, v in table.values.items() if v is not False}, table.places)
    return validate(_SECTIONS[name], kept)


def compile_contact_rules(file: ContactFile) -> ContactRules:
    """Make a checked file ready to search with."""
    platforms = {_plain(word): platform for platform, words in file.platforms.root.items() for word in words}
    endings = frozenset(file.endings.always)
    return ContactRules(
        marks=file.marks.model_dump(),
        plain_marks={kind: _plain(mark) for kind, mark in file.marks.model_dump().items()},
        helplines=frozenset(number.replace(" ", "") for number in file.helplines.root),
        domains=frozenset(file.domains.root),
        hosts=frozenset(file.hosts.root),
        endings=endings,
        endings_with_path=frozenset(file.endings.with_path),
        areas=frozenset(area.lower() for area in file.postcodes.areas),
        platforms=platforms,
        places=frozenset(map(_plain, file.usernames.places)),
        everyday=frozenset(map(_plain, file.usernames.everyday)),
        trigger=compile_pattern(
            rf"[0-9@]|[^ .]\.[^ .]|://|\b{_any(platforms)}\b|\bmy +{_any(file.usernames.titles)}\b"
        ),
        mailbox=compile_pattern(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})+"),
        # With spaces only an ending from the list makes a mailbox: "home @ 5. bring food" is none.
        spaced_mailbox=compile_pattern(
            rf"{_LOCAL} {{0,2}}@ {{0,2}}{_LABEL}(?: {{0,2}}\. {{0,2}}{_LABEL})*? {{0,2}}\. {{0,2}}{_any(endings)}\b"
        ),
        usernames=_usernames(platforms, file),
    )


def _usernames(platforms: Iterable[str], file: ContactFile) -> tuple[UsernamePattern, ...]:
    platform = rf"\b{_any(platforms)}\b"
    title = _any(file.usernames.titles)
    label = _any([*file.usernames.labels, *file.usernames.titles])
    labels = rf"(?: *\b{label}\b| *@){{0,2}}"
    verb = rf"\b{_any(file.usernames.verbs)}"
    name = r"@?([\pL\pN_](?:[\pL\pN_.-]{0,38}[\pL\pN_])?)"
    equals = r"(?: *[:=~>@]+ *| +- *| *-> *)"
    means = rf"(?:{equals}| +(?:is|its|it's|as|under)(?:{equals}| +))"
    loose = (
        # As in "snap: name", "insta is name", "ig name is name".
        rf"{platform}{labels}{means}{name}",
        # As in "my gamertag is name".
        rf"\bmy +{title}{means}{name}",
        # As in "add me on snap name", "hmu on insta - name".
        rf"{verb}(?: +me)?(?: +up)? +on +(?:my +)?{platform}(?: *[:=-]+ *| +){name}",
        # As in "im name on insta".
        rf"\b(?:im|i'm|i am) +{name} +on +(?:my +)?{platform}",
    )
    strict = (
        # As in "snap name_1".
        rf"{platform}{labels}(?: *- *| +){name}",
        # As in "name_1 on snap".
        rf"\b{name} +on +(?:my +)?{platform}",
    )
    return tuple(
        UsernamePattern(compile_pattern(expression), strict=is_strict)
        for expressions, is_strict in ((loose, False), (strict, True))
        for expression in expressions
    )


def _plain(word: str) -> str:
    return Folded(word).text


def _any(words: Iterable[str]) -> str:
    """Match any of the words; a longer one first, since RE2 takes the first that fits."""
    chosen = sorted(map(_plain, words), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", " +") for word in chosen) + ")"
