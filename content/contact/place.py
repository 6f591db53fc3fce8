"""What a detector hands back: a kind, a place in the plain text that it was given, and the rule that found it."""

from typing import Literal, NamedTuple, get_args

Kind = Literal["bank", "email", "url", "phone", "handle", "postcode", "address", "platform_move"]
# Where findings overlap, the one that stands first here names the whole.
KINDS: tuple[Kind, ...] = get_args(Kind)


class Place(NamedTuple):
    """A detail in a text: `text[start:end]`."""

    kind: Kind
    start: int
    end: int
    # The id of the rule in `details/*.toml`.
    rule: str
