"""What the engines make of one item: found or not, with the right name and severity; and how long it takes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from content import contact_details, safeguarding
from content.contact_details import find_contact_details
from content.library import Content
from content.safeguarding import find_safeguarding
from handlers.scanning import Judged, judge
from storage.messages.findings import Finding
from tests.rules.sets import Engine, Expected, Item

_RECORDED: dict[Engine, str] = {"contact_details": "contact", "safeguarding": "safeguarding"}
_GRAVITY = ["concern", "high", "immediate"]
_RUNS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing that must be found."""

    found: bool
    # By its own kind; always where it was found in safeguarding.
    right_kind: bool = False
    # Below 0: taken too lightly; above: too gravely. Of safeguarding, where it was found.
    severity: int = 0


def found_in(engine: Engine, item: Item, content: Content) -> list[list[Finding]]:
    """What an engine finds in each message, judged one after the other as the relay does."""
    judged = judge(item.messages, item.sender, content)
    return [_of(engine, message) for message in judged]


def _of(engine: Engine, message: Judged) -> list[Finding]:
    return [one.finding for one in message.findings if one.finding.engine == _RECORDED[engine]]


def outcome(item: Item, expected: Expected, found: Sequence[Sequence[Finding]]) -> Outcome:
    """A detail is found where a finding takes in some of its text; a concern in its message or a later one."""
    if expected.text:
        text = item.messages[expected.message]
        kinds = {one.kind for one in found[expected.message] if _overlaps(one, text, expected.text)}
        return Outcome(bool(kinds), expected.named in kinds)
    names = {expected.named, *expected.also}
    severities = [one.severity or "" for message in found[expected.message :] for one in message if one.kind in names]
    if not severities:
        return Outcome(found=False)
    gravest = max(map(_GRAVITY.index, severities))
    return Outcome(found=True, right_kind=True, severity=gravest - _GRAVITY.index(expected.severity))


def _overlaps(found: Finding, text: str, wanted: str) -> bool:
    start = text.find(wanted)
    while start >= 0:
        if found.start < start + len(wanted) and start < found.end:
            return True
        start = text.find(wanted, start + 1)
    return False


def microseconds(engine: Engine, item: Item, content: Content) -> list[float]:
    """What the engine takes for each message, asked as the relay asks: with the earlier ones where they may matter."""
    return [
        min(_once(engine, item, number, content) for _ in range(_RUNS)) / 1_000 for number in range(len(item.messages))
    ]


def _once(engine: Engine, item: Item, number: int, content: Content) -> int:
    text, earlier = item.messages[number], item.messages[max(0, number - content.window.messages) : number]
    begun = time.perf_counter_ns()
    if engine == "contact_details":
        rules = content.contact_rules
        find_contact_details(text, rules, earlier if contact_details.may_continue(text, rules) else ())
    else:
        lexicon = content.lexicon
        find_safeguarding(text, lexicon, item.sender, earlier if safeguarding.may_continue(text, lexicon) else ())
    return time.perf_counter_ns() - begun
