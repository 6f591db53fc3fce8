"""What both engines are asked with besides the words, as a file that a coordinator can edit."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from content.overlays import checked_section, lay_sections, own_over_shipped
from content.problems import ContentError

FILE = "engines.toml"


class Window(BaseModel):
    """Which earlier messages of the same sender in the same match belong to the question."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    messages: Annotated[int, Field(ge=1, le=50)] = 12
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
    window = checked_section(Window, "window", tables, problems)
    accumulation = checked_section(Accumulation, "accumulation", tables, problems)
    if window is None or accumulation is None or problems:
        raise ContentError(problems)
    return Engines(window, accumulation)
