"""What both engines are asked with besides the words, as a file that a coordinator can edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from content.overlays import lay_sections, own_over_shipped
from content.problems import ContentError, Problem
from content.tables import Table, validate

FILE = "engines.toml"

Section = TypeVar("Section", bound=BaseModel)


class Window(BaseModel):
    """Which earlier messages of the same sender in the same match belong to the question."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    messages: Annotated[int, Field(ge=1, le=50)] = 8
    hours: Annotated[int, Field(ge=1, le=168)] = 24


class Accumulation(BaseModel):
    """How many concerns of one person within how many days add up to `high`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    concerns: Annotated[int, Field(ge=2, le=100)] = 3
    days: Annotated[int, Field(ge=1, le=90)] = 7


@dataclass(frozen=True, slots=True)
class Engines:
    """The whole file."""

    window: Window
    accumulation: Accumulation


def load_engines(shipped: Path, own: Path | None) -> Engines:
    """Read `engines.toml` of both folders, the service's own laid over key by key.

    Raises `ContentError` with every problem.
    """
    tables, problems = lay_sections(own_over_shipped(FILE, shipped, own), Engines.__dataclass_fields__)
    window = _checked(Window, "window", tables, problems)
    accumulation = _checked(Accumulation, "accumulation", tables, problems)
    if window is None or accumulation is None or problems:
        raise ContentError(problems)
    return Engines(window, accumulation)


def _checked(model: type[Section], name: str, tables: Mapping[str, Table], problems: list[Problem]) -> Section | None:
    try:
        return validate(model, tables[name]) if name in tables else model()
    except ContentError as error:
        problems.extend(error.problems)
        return None
