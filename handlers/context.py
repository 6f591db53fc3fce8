"""What every handler gets beside the event: the transaction, the time and the content."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from content.library import Content
from content.programme import Programme
from storage.ids import AddressId
from storage.people import Person
from storage.transaction import Transaction

# Texts for somebody whose language isn't known.
DEFAULT_LANGUAGE = "en-GB"


def common_language(people: Iterable[Person]) -> str | None:
    """The language that all of some people read; None where they differ, or there is nobody."""
    languages = {person.language for person in people}
    return languages.pop() if len(languages) == 1 else None


@dataclass(frozen=True, slots=True)
class Context:
    """One turn of work: everything that a decision may depend on."""

    tx: Transaction
    # When the turn began (aware): the only clock that a handler has.
    now: datetime
    content: Content
    # Where nothing but alerts is said in this turn, because too much was said there already (`handlers.guard`).
    muted: set[AddressId] = field(default_factory=set)

    def text(self, key: str, to: Person | None, **values: str | int) -> str:
        """A text of the content in the language of whom it is for (None: a stranger)."""
        return self.content.texts.say(key, to.language if to else DEFAULT_LANGUAGE, **values)

    def text_for_one_of(self, readers: Sequence[Person], key: str, **values: str | int) -> str:
        """A text for one of several people, nobody knows which: in their language if they have the same one."""
        return self.content.texts.say(key, common_language(readers) or DEFAULT_LANGUAGE, **values)

    def programme(self, person: Person) -> Programme:
        """The programme that somebody belongs to."""
        return self.content.programmes[person.programme]
