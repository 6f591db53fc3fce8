"""The figures of cases: how soon somebody had them, what they were about, and how many were false alarms."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from statistics import median
from zoneinfo import ZoneInfo

from content.safeguarding import Severity
from handlers.cases.outcomes import Outcome
from handlers.context import Context
from storage.audit import write_audit
from storage.case_figures import CaseFacts, case_facts

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Taken:
    """How soon cases of one severity were taken: concerns wait for the digest, and would hide how alerts fare."""

    cases: int
    # Cases that nobody ever had.
    untaken: int
    # Minutes from the alert until somebody had it; None where nobody ever had one.
    median_minutes: float | None
    # Of all that somebody had, 95 in 100 were taken within so many minutes (nearest rank).
    most_minutes: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The cases of one programme that were opened in one month."""

    # None: strangers'.
    programme: str | None
    # "2026-11", on the programme's clock.
    month: str
    cases: int
    # Cases by category, the most frequent first.
    categories: dict[str, int]
    # By severity, the gravest first; of those that there were.
    taken: dict[str, Taken]
    false_alarms: int
    # Why they were, where somebody said so.
    whys: dict[str, int]

    @property
    def false_share(self) -> float:
        """The share of false alarms, from 0 to 1."""
        return self.false_alarms / self.cases


def figures(facts: Iterable[CaseFacts], zones: Mapping[str, ZoneInfo]) -> list[Figures]:
    """Count by programme and month. `zones` are the programmes' clocks; strangers' cases are counted in UTC."""

    def group(one: CaseFacts) -> tuple[str, str]:
        name = one.programme or ""
        return name, f"{one.opened_at.astimezone(zones.get(name, _UTC)):%Y-%m}"

    return [_count(name or None, month, list(own)) for (name, month), own in groupby(sorted(facts, key=group), group)]


def _count(programme: str | None, month: str, own: list[CaseFacts]) -> Figures:
    found = {severity.value: [one for one in own if one.severity == severity.value] for severity in Severity}
    false = [one for one in own if one.outcome == Outcome.FALSE_ALARM.value]
    return Figures(
        programme,
        month,
        len(own),
        dict(Counter(one.category for one in own).most_common()),
        {severity: _taken(some) for severity, some in found.items() if some},
        len(false),
        dict(Counter(one.why for one in false if one.why is not None).most_common()),
    )


def _taken(own: list[CaseFacts]) -> Taken:
    minutes = sorted((one.acknowledged_at - one.since).total_seconds() / 60 for one in own if one.acknowledged_at)
    if not minutes:
        return Taken(len(own), len(own), None, None)
    return Taken(len(own), len(own) - len(minutes), median(minutes), minutes[ceil(len(minutes) * 0.95) - 1])


def read_figures(ctx: Context, month: str | None, *, actor: str) -> list[Figures]:
    """The figures of all programmes, of one month ("2026-11") or of all. The access is written into the audit trail."""
    write_audit(ctx.tx, actor, "cases.figures", "service", ctx.now)
    zones = {name: ZoneInfo(programme.time_zone) for name, programme in ctx.content.programmes.items()}
    return [one for one in figures(case_facts(ctx.tx), zones) if month in {None, one.month}]
