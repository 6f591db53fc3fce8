"""What two contents find differently in the same texts, and the sums of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from bot.cli.output import Document

# What each engine's findings are called by.
_NAMED = {"contact_details": "kind", "safeguarding": "category"}
_Likeness = Callable[[Document, Document], bool]


def difference(messages: Sequence[str], here: Document, there: Document, sums: Counter[str]) -> Document:
    """What differs between two judgements of the messages of one line; an empty object when nothing does.

    A finding that both have, by the same rule or of the same kind or category, and at the same words or some of them,
    is `changed`: it stands as it is here, with what is otherwise `there`. The sums are added to.
    """
    found: Document = {engine: _differing(engine, messages, here[engine], there[engine]) for engine in _NAMED}
    delivered = [
        {"message": number, "here": ours, "there": theirs}
        for number, (ours, theirs) in enumerate(zip(here["delivered"], there["delivered"], strict=True))
        if ours != theirs
    ]
    differs = {name: what for name, what in {**found, "delivered": delivered}.items() if what}
    sums.update({"texts": 1, "differ": int(bool(differs)), "delivered": int(bool(delivered))})
    for engine, ways in found.items():
        sums.update({f"{engine} {way}": len(findings) for way, findings in ways.items()})
        sums["severity"] += sum("severity" in one["there"] for one in ways.get("changed", ()))
    return differs


def summary(sums: Counter[str]) -> str:
    """The sums in plain words."""
    details, concerns = (
        ", ".join(
            f"{sums[f'{engine} {way}']} {way.replace('_', ' ')}" for way in ("only_here", "only_there", "changed")
        )
        for engine in _NAMED
    )
    bad = f" {sums['bad lines']} bad lines." if sums["bad lines"] else ""
    return (
        f"{sums['differ']} of {sums['texts']} texts differ, {sums['delivered']} in what is delivered. "
        f"Contact details: {details}. Safeguarding: {concerns} ({sums['severity']} in severity).{bad}"
    )


def _differing(
    engine: str, messages: Sequence[str], here: Sequence[Document], there: Sequence[Document]
) -> dict[str, list[Document]]:
    ways: dict[str, list[Document]] = {"only_here": [], "only_there": [], "changed": []}
    ours, theirs = _by_message(here), _by_message(there)
    for number in sorted({*ours, *theirs}):
        rest, others = _without_same(ours[number], theirs[number])
        for like in _likenesses(engine):
            for one, other in _paired(rest, others, like):
                otherwise = {key: value for key, value in other.items() if value != one[key]}
                if {"start", "end"} & set(otherwise):
                    otherwise["words"] = _words(messages, other)
                ways["changed"].append({**one, "words": _words(messages, one), "there": otherwise})
        ways["only_here"] += [{**one, "words": _words(messages, one)} for one in rest]
        ways["only_there"] += [{**one, "words": _words(messages, one)} for one in others]
    return {way: findings for way, findings in ways.items() if findings}


def _by_message(findings: Sequence[Document]) -> defaultdict[int, list[Document]]:
    grouped: defaultdict[int, list[Document]] = defaultdict(list)
    for one in findings:
        grouped[one["message"]].append(one)
    return grouped


def _without_same(here: Sequence[Document], there: Sequence[Document]) -> tuple[list[Document], list[Document]]:
    """The findings of each that the other hasn't just so."""
    ours, theirs = ({tuple(one.values()): one for one in findings} for findings in (here, there))
    return [one for key, one in ours.items() if key not in theirs], [
        one for key, one in theirs.items() if key not in ours
    ]


def _likenesses(engine: str) -> Iterator[_Likeness]:
    """What makes two findings at a place one that has changed, the surest sign first."""
    yield lambda one, other: bool(one["rule"] == other["rule"])
    name = _NAMED[engine]
    yield lambda one, other: bool(one[name] == other[name])
    if engine == "contact_details":
        # Of a detail only one thing can be taken out; grave words may well be grave in two ways.
        yield lambda _one, _other: True


def _paired(here: list[Document], there: list[Document], like: _Likeness) -> Iterator[tuple[Document, Document]]:
    """Take out of both lists, and give, the findings that are alike and share a place."""
    for one in [*here]:
        found = next((other for other in there if _meet(one, other) and like(one, other)), None)
        if found:
            here.remove(one)
            there.remove(found)
            yield one, found


def _meet(one: Document, other: Document) -> bool:
    return bool(one["start"] == other["start"] or (one["start"] < other["end"] and other["start"] < one["end"]))


def _words(messages: Sequence[str], found: Document) -> str:
    return messages[found["message"]][found["start"] : found["end"]]
