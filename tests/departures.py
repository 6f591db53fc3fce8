"""Everything that left a service during a run of the tests, so that one test at the end can look through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from bot.sandbox.stage import Stage
from bot.sandbox.world import World


@dataclass(slots=True)
class Departures:
    """The worlds that services of this run spoke to, and what these services logged."""

    worlds: list[World] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)

    def register(self, world: World) -> None:
        """Look through this world at the end; twice is once."""
        if not any(known is world for known in self.worlds):
            self.worlds.append(world)


@contextmanager
def every_stage_registered(departures: Departures) -> Iterator[None]:
    """Register the world of every stage that is set up while the block runs, whoever does it."""
    set_up = Stage.__init__

    def set_up_and_register(stage: Stage, *given: object, **changes: object) -> None:
        set_up(stage, *given, **changes)  # type: ignore[arg-type]  # handed through as they came
        departures.register(stage.world)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stage, "__init__", set_up_and_register)
        yield
