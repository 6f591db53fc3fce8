"""Whom an alert calls that nobody has taken yet, rung by rung."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

# Whom a rung calls: who is on call now, every coordinator of the programme, these and the safeguarding leads, or the
# out-of-hours duty.
Whom = Literal["on_duty", "everybody", "everybody+lead", "out_of_hours"]
# By which way: on everything that somebody has, where they would rather be reached, or by SMS where they have it.
Ways = Literal["all", "preferred", "sms"]
_Minutes = Annotated[int, Field(ge=1, le=1440)]


class Rung(BaseModel):
    """One rung: so many minutes after the first one, or, for the last, again and again without an end."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    after: Annotated[int, Field(ge=0, le=1440)] | None = None
    every: _Minutes | None = None
    to: Whom
    channels: Ways = "all"

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.after is None) is (self.every is None):
            raise ValueError('a rung has either "after" or "every", in minutes')
        return self


def _checked(rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    if len(rungs) < 2 or rungs[0].after != 0:
        raise ValueError('the first rung has "after = 0", and at least one follows')
    if rungs[-1].every is None or any(rung.after is None for rung in rungs[:-1]):
        raise ValueError('the last rung, and no other one, has "every": it calls until somebody has the alert')
    times = [rung.after for rung in rungs[:-1] if rung.after is not None]
    if times != sorted(set(times)):
        raise ValueError('each "after" is larger than the one before it')
    return rungs


class Ladder(BaseModel):
    """The rungs for each severity that calls at once. Concerns have none: they are told in the digest."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    immediate: Annotated[tuple[Rung, ...], Field(strict=False)] = (
        Rung(after=0, to="on_duty"),
        Rung(after=5, to="everybody+lead"),
        Rung(after=15, to="out_of_hours", channels="sms"),
        Rung(every=15, to="everybody+lead"),
    )
    high: Annotated[tuple[Rung, ...], Field(strict=False)] = (
        Rung(after=0, to="on_duty"),
        Rung(after=30, to="everybody+lead"),
        Rung(every=30, to="everybody+lead"),
    )

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        for name in ("immediate", "high"):
            try:
                _checked(getattr(self, name))
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        return self

    def rung(self, severity: str, climbed: int) -> Rung:
        """The rung that comes after so many; anything but `immediate` climbs as `high` does."""
        rungs = self._rungs(severity)
        return rungs[min(climbed, len(rungs) - 1)]

    def wait(self, severity: str, climbed: int) -> int:
        """Minutes from the rung that comes after so many to the next one."""
        this, following = self.rung(severity, climbed), self.rung(severity, climbed + 1)
        if following.after is None or this.after is None:
            return following.every or 1
        return following.after - this.after

    def _rungs(self, severity: str) -> tuple[Rung, ...]:
        return self.immediate if severity == "immediate" else self.high
