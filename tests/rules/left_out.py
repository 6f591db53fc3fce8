"""How well the scan does with writers from whom no weight was learnt: `python -m tests.rules.left_out`.

Each file of lines is by writers of their own. They are left out in turn, some together, and judged by the rules and by
what was learnt from all others: that is how the scan will do with people whom it has never read, as far as the rules
weren't written with these very lines (those in `earlier.jsonl` and `short_harm.jsonl` were).
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from content.classifier import Side
from content.lexicon import Lexicon, Severity
from content.library import load_content
from content.safeguarding import SafeguardingFinding, find_safeguarding
from content.weights import Scale
from tests.rules.lines import WORK_HALF, Line, read_lines
from tests.rules.training import Learnt, learn

# Authors are left out in so many groups: learning takes most of a minute.
_GROUPS = 6
# Ordinary messages of so many words are put around a harmful one.
_SHORT = range(5, 15)
# The rules were written with these.
_KNOWN = frozenset({"earlier", "short_harm", WORK_HALF})


def tell_of_each(lexicon: Lexicon, lines: Sequence[Line], tell: Callable[[str], object]) -> None:
    """Tell for each author what share of harmful lines is found, and of innocent ones raises an alarm."""
    ordinary = [line.text for line in lines if line.author.startswith("ordinary") and len(line.words) in _SHORT]
    authors = sorted({line.author for line in lines} - _KNOWN)
    for first in range(_GROUPS):
        group = authors[first::_GROUPS]
        learnt = _knowing(lexicon, [line for line in lines if line.author not in group])
        for author in group:
            told = [(line, _found(line.text, line, learnt)) for line in lines if line.author == author]
            told_among = [
                bool(_found(_among(line.text, ordinary, number), line, learnt))
                for number, (line, found) in enumerate(told)
                if line.categories and found
            ]
            tell(f"{author}: {'; '.join([*_shares(told), *_share_among(told_among)])}\n")


def _knowing(lexicon: Lexicon, lines: Sequence[Line]) -> Lexicon:
    """Give the lexicon with the weights of these lines alone."""
    scales = {name: _scale(learnt) for name, learnt in learn(lines).items()}
    if lexicon.classifier is None:
        return lexicon
    kinds = {kind: scales[kind] for kind in lexicon.classifier.kinds}
    classifier = replace(lexicon.classifier, harm=scales["harm"], urgency=scales["urgency"], of_kinds=kinds)
    return replace(lexicon, classifier=classifier)


def _scale(learnt: Learnt) -> Scale:
    singles = {feature: weight for feature, weight in learnt.weights.items() if " " not in feature}
    pairs = {_pair(feature): weight for feature, weight in learnt.weights.items() if " " in feature}
    return Scale(learnt.start, learnt.mentor, singles, pairs)


def _pair(feature: str) -> tuple[str, str]:
    one, other = feature.split()
    return one, other


def _found(text: str, line: Line, lexicon: Lexicon) -> tuple[SafeguardingFinding, ...]:
    """Find what a text says whose sender is that of a line."""
    side: Side = "mentor" if line.mentor else "mentee"
    return find_safeguarding(text, lexicon, side)


def _among(text: str, ordinary: Sequence[str], number: int) -> str:
    """Put a text between two ordinary ones."""
    before, behind = (ordinary[(2 * number + step) % len(ordinary)] for step in (0, 1))
    return ". ".join(one.rstrip(". ") for one in (before, text, behind))


def _share_among(flags: Sequence[bool]) -> Iterator[str]:
    if flags:
        yield f"{_share(flags)} of those found also between two ordinary ones"


def _shares(told: Sequence[tuple[Line, tuple[SafeguardingFinding, ...]]]) -> Iterator[str]:
    harmful = [(line, found) for line, found in told if line.categories]
    innocent = [found for line, found in told if not line.categories]
    if harmful:
        right = [not {one.category for one in found}.isdisjoint(line.categories) for line, found in harmful]
        grave = [found[0].severity == line.severity for line, found in harmful if found]
        yield f"{_share([bool(found) for _, found in harmful])} of {len(harmful)} found"
        yield f"{_share(right)} with the right category"
        yield f"{_share(grave)} of those found with the right severity"
    if innocent:
        at_once = [bool(found) and found[0].severity != Severity.CONCERN for found in innocent]
        yield f"{_share([bool(found) for found in innocent])} of {len(innocent)} innocent lines told"
        yield f"{_share(at_once)} at once"


def _share(flags: Sequence[bool]) -> str:
    return f"{sum(flags) / max(len(flags), 1):.1%}"


def main() -> int:
    """Tell of each author; return the exit status."""
    content = load_content()
    tell_of_each(content.lexicon, read_lines(content), sys.stdout.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
