"""How sure a rule is of what it found: a coordinator reads it, and the words around count more the less sure it is."""

from enum import StrEnum


class Sure(StrEnum):
    """How sure a rule is."""

    # It can hardly be anything else.
    CERTAIN = "certain"
    LIKELY = "likely"
    # Worth a look.
    POSSIBLE = "possible"

    @property
    def less(self) -> "Sure":
        """One step less sure: what was said in pieces, or in the words of somebody else."""
        return Sure.LIKELY if self is Sure.CERTAIN else Sure.POSSIBLE


# The surest first.
SURENESS = {sure: number for number, sure in enumerate(Sure)}
