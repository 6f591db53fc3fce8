"""What two contents find differently in the same texts, and the sums of it."""

from collections import Counter
from collections.abc import Iterator

from bot.cli.output import Document

_GRAVITY = ["concern", "high", "immediate"]
# What each engine's findings are told apart by.
_NAMED = {"contact_details": "kind", "safeguarding": "category"}


def difference(here: Document, there: Document, sums: Counter[str]) -> Document:
    """What differs between two judgements of one line; an empty object when nothing does.

    Findings are the same when they have the same kind or category and share a place: another rule, or a few words more
    or less, is no difference to anybody. The sums are added to.
    """
    found = {engine: _differing(engine, here[engine], there[engine]) for engine in _NAMED}
    sums["texts"] += 1
    sums["differ"] += any(found.values())
    for engine, ways in found.items():
        sums.update({f"{engine} {way}": len(findings) for way, findings in ways.items()})
    return {engine: ways for engine, ways in found.items() if ways}


def summary(sums: Counter[str]) -> str:
    """The sums in plain words."""
    bad = f" {sums['bad lines']} bad lines." if sums["bad lines"] else ""
    return (
        f"{sums['differ']} of {sums['texts']} texts differ. "
        f"Contact details: {sums['contact_details only_here']} only here, "
        f"{sums['contact_details only_there']} only there. "
        f"Safeguarding: {sums['safeguarding only_here']} only here, {sums['safeguarding only_there']} only there, "
        f"{sums['safeguarding other_severity']} with another severity.{bad}"
    )


def _differing(engine: str, here: list[Document], there: list[Document]) -> dict[str, list[Document]]:
    name = _NAMED[engine]
    ways = {
        "only_here": [one for one in here if not any(_same(one, other, name) for other in there)],
        "only_there": [one for one in there if not any(_same(one, other, name) for other in here)],
        "other_severity": list(_severities(here, there)) if engine == "safeguarding" else [],
    }
    return {way: findings for way, findings in ways.items() if findings}


def _same(one: Document, other: Document, name: str) -> bool:
    if (one["message"], one[name]) != (other["message"], other[name]):
        return False
    if one["start"] == other["start"]:
        return True
    return bool(one["start"] < other["end"] and other["start"] < one["end"])


def _severities(here: list[Document], there: list[Document]) -> Iterator[Document]:
    """Findings that both have, where the gravest of the other ones is graver or less grave than the gravest here."""
    for one in here:
        ours = _gravest(one, here)
        theirs = _gravest(one, there)
        # Of several here at one place the gravest speaks for all.
        if theirs and one["severity"] == ours and ours != theirs:
            yield {**one, "severity_there": theirs}


def _gravest(one: Document, findings: list[Document]) -> str | None:
    severities = [other["severity"] for other in findings if _same(one, other, "category")]
    return max(severities, key=_GRAVITY.index, default=None)
