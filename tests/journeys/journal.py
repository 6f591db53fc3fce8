"""What a service logged during a journey."""

import json
from dataclasses import dataclass, field
from io import StringIO
from typing import Any


@dataclass(slots=True)
class Journal:
    """The log of one journey. A line of an error that the journey did not expect fails it."""

    stream: StringIO = field(default_factory=StringIO)
    # The events ("handler failed", …) that this journey brings about on purpose.
    expected: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """All of it."""
        return self.stream.getvalue()

    def lines(self) -> list[dict[str, Any]]:
        """Its lines, oldest first."""
        return [json.loads(line) for line in self.text.splitlines()]

    def unexpected(self) -> list[dict[str, Any]]:
        """The errors that nobody expected."""
        return [
            line
            for line in self.lines()
            if line["level"] in {"error", "critical"} and line["event"] not in self.expected
        ]
