"""The figures of cases: how soon somebody had them, what alarmed, and how many were false alarms."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median
from zoneinfo import ZoneInfo

from content.safeguarding import Severity
from handlers.cases.outcomes import Outcome
from handlers.context import Context
from storage.audit import write_audit
from storage.case_figures import Alarm, CaseFacts, alarms, case_facts

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
    """The cases of one programme that were opened in one month, and its alarms of that month."""

    # None: strangers'.
    programme: str | None
    # "2026-11", on the programme's clock.
    month: str
    cases: int
    # Alarms by category, the most frequent first: what was found in each message that raised or joined a case.
    categories: dict[str, int]
    # By severity, the gravest first; of those that there were.
    taken: dict[str, Taken]
    false_alarms: int
    # Why they were, where somebody said so.
    whys: dict[str, int]

    @property
    def false_share(self) -> float:
        """The share of false alarms, from 0 to 1."""
        return self.false_alarms / self.cases if self.cases else 0


def figures(facts: Iterable[CaseFacts], alarms: Iterable[Alarm], zones: Mapping[str, ZoneInfo]) -> list[Figures]:
    """Count by programme and month. `zones` are the programmes' clocks; strangers' cases are counted in UTC."""
    opened: dict[tuple[str, str], list[CaseFacts]] = defaultdict(list)
    raised: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def group(programme: str | None, at: datetime) -> tuple[str, str]:
        name = programme or ""
        return name, f"{at.astimezone(zones.get(name, _UTC)):%Y-%m}"

    for one in facts:
        opened[group(one.programme, one.opened_at)].append(one)
    for alarm in alarms:
        raised[group(alarm.programme, alarm.at)][alarm.category] += 1
    return [
        _count(name or None, month, opened[name, month], raised[name, month])
        for name, month in sorted({*opened, *raised})
    ]


def _count(programme: str | None, month: str, own: list[CaseFacts], raised: Counter[str]) -> Figures:
    found = {severity.value: [one for one in own if one.severity == severity.value] for severity in Severity}
    false = [one for one in own if one.outcome == Outcome.FALSE_ALARM.value]
    return Figures(
        programme,
        month,
        len(own),
        dict(raised.most_common()),
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
    found = figures(case_facts(ctx.tx), alarms(ctx.tx), zones)
    return [one for one in found if month in {None, one.month}]
