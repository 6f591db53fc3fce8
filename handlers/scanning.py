"""Successive messages of one sender judged as the relay judges them, without a service around."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from content.contact_details import find_contact_details
from content.library import Content
from content.safeguarding import Side, find_safeguarding
from handlers.screening import Speaker, screen
from storage.messages.findings import Finding


@dataclass(frozen=True, slots=True)
class Explained:
    """One finding of either engine, and why, in one plain line; "" where the rule is all there is to say."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one message."""

    findings: tuple[Explained, ...]
    # The text as the other side would get it under the default policy; None where the filter failed and it is held.
    delivered: str | None


def judge(messages: Sequence[str], side: Side | None, content: Content) -> Iterator[Judged]:
    """Judge messages one after the other, each with those before it in the window of the content, as written.

    None of them has a time, so that the window's hours don't count. Never raises for what the engines do.
    """
    for number, text in enumerate(messages):
        before = messages[max(0, number - content.window.messages) : number]
        screened = screen(text, (), content, Speaker(side, earlier=partial(tuple, before)))
        reasons = _reasons(text, side, before, content) if screened.findings else {}
        explained = (Explained(found, reasons.get((found.rule, found.start), "")) for found in screened.findings)
        yield Judged(tuple(explained), screened.deliverable)


def _reasons(text: str, side: Side | None, before: Sequence[str], content: Content) -> dict[tuple[str, int], str]:
    """Why each rule found what it did, by rule and place: the record keeps no reasons, so the engines are asked again.

    An engine that fails has none: its failure is a finding already.
    """
    found: dict[tuple[str, int], str] = {}
    with suppress(Exception):
        found |= {(one.rule, one.start): one.why for one in find_safeguarding(text, content.lexicon, side, before)}
    with suppress(Exception):
        found |= {(one.rule, one.start): one.why for one in find_contact_details(text, content.contact_rules, before)}
    return found
