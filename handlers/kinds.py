"""What somebody sent beside or instead of words: which text refuses it, and what of it stands in the record."""

from collections.abc import Mapping

from handlers import passing
from handlers.context import Context
from handlers.events import Inbound
from handlers.step import Member, Step
from storage.ids import MatchId

# What is never passed on, by the text that says so. Files are not among it.
_GROUPS: Mapping[str, str] = {
    "contact": "contact",
    "location": "place",
    "venue": "place",
    "poll": "poll",
    "checklist": "poll",
    "dice": "game",
    "game": "game",
    "story": "story",
}


def refuse_kind(member: Member, attachments: tuple[str, ...], ctx: Context, match_id: MatchId | None) -> Step:
    """What came with these can't be passed on: the sender is told what to do instead, for the first of them."""
    group = _GROUPS.get(attachments[0], "kind")
    return passing.refuse(member, f"cannot-relay-{group}", ctx, match_id)


def words_of_card(inbound: Inbound) -> str:
    """The words of a card, a poll or the like, for the record alone; empty for everything that can be passed on."""
    is_card = any(kind in _GROUPS for kind in inbound.attachments)
    return "\n".join(inbound.beside) if is_card else ""


def recorded(inbound: Inbound) -> tuple[str, ...]:
    """What the record says that came beside the words, and how they came."""
    came = (("edit", inbound.edited), ("forward", inbound.forwarded))
    return (*(name for name, so in came if so), *inbound.marks, *inbound.attachments)
