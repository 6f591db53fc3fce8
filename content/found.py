"""What the safeguarding scan says that it found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from content.lexicon import Category, Severity
from content.sureness import Sure

# The gravest first.
GRAVITY = {severity: number for number, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class SafeguardingFinding:
    """One rule that found something."""

    category: Category
    severity: Severity
    # Where, in the original text: `text[start:end]`.
    start: int
    end: int
    # The rule's id.
    rule: str
    sure: Sure = Sure.CERTAIN
    # Why, in one plain line for a coordinator.
    why: str = ""
    # So many messages back it begins; 0: it stands in this text alone.
    back: int = 0


@dataclass(frozen=True, slots=True)
class FoundByRule:
    """What a rule found, and what tells how much of it counts."""

    finding: SafeguardingFinding
    # Its words, with a few around them.
    around: Sequence[str] = field(repr=False)
    # Gives its whole sentence, which few need.
    sentence: Callable[[], Sequence[str]] = field(repr=False)
    # Whether it stands in talk that makes such words innocent, as of a game: it counts where they weigh all the same.
    framed: bool
