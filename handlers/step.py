"""What is decided about one message: what it is, what becomes of it, and what follows."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.screening import Screened
from storage.addresses import Address
from storage.ids import MatchId, MessageId, PersonId
from storage.messages.kinds import Kind, MessageState
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who wrote, and where they wrote from."""

    person: Person
    address: Address


def nothing(message_id: MessageId) -> None:
    """Nothing follows."""


@dataclass(frozen=True, slots=True)
class Step:
    """First the message is recorded as this says, then `follow` runs with its id, in the same transaction."""

    kind: Kind
    state: MessageState
    follow: Callable[[MessageId], object] = nothing
    match_id: MatchId | None = None
    # What is passed on, where that isn't the whole message: without the name of whom it is for.
    passed: Screened | None = None
    # True when the files that came with it are to be fetched.
    files: bool = False
    # What is recorded of a pressed button: the words on it.
    pressed: str | None = None
    # True for what is said of a case, or opens one: it speaks of harm, and raises no alarm of its own.
    case_work: bool = False
    # Whom it is about, where that was said: they hear of nothing that is raised because of it.
    about_id: PersonId | None = None
    # Who became a member by it, when the sender was none before.
    joined_as: Member | None = None
