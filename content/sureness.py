"""How sure a rule is of what it found. A coordinator reads it; nothing is decided by it alone."""

from enum import StrEnum


class Sure(StrEnum):
    """How sure a rule is."""

    # It can hardly be anything else.
    CERTAIN = "certain"
    LIKELY = "likely"
    # Worth a look.
    POSSIBLE = "possible"
