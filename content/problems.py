"""What is wrong with a content file, and where: one line for each problem."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that somebody has to put right in a content file."""

    file: Path
    # Counted from 1.
    line: int
    # A sentence for the person who edits the file.
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class ContentError(Exception):
    """The content can't be used. Its message is one line for each problem: `file:line: sentence`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
