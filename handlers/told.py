"""What people tell the service themselves: what opens a case for it, and how a question about it is put."""

from content.safeguarding import Severity
from handlers.cases.opening import Raised
from handlers.context import Context
from handlers.outbound import Option
from handlers.speaking import speak
from storage.addresses import Address, Sender
from storage.cases import Source
from storage.conversations import Topic, open_conversation
from storage.ids import MatchId, MessageId, PersonId
from storage.messages.kinds import Kind
from storage.people import Person

# Categories of cases that no scan opened.
CONCERN, COMPLAINT, HELP, ABOUT_MENTOR = "concern_told", "complaint", "help_asked", "about_mentor"
_SOURCES = {CONCERN: Source.CONCERN, COMPLAINT: Source.COMPLAINT, HELP: Source.HELP, ABOUT_MENTOR: Source.HELP}
TOLD = tuple(_SOURCES)


def raised(
    person: Person,
    category: str,
    message_id: MessageId | None,
    *,
    severity: Severity = Severity.HIGH,
    match_id: MatchId | None = None,
    about_id: PersonId | None = None,
) -> Raised:
    """What somebody told, as it raises a case or joins one: of severity high unless more is known.

    They took the trouble to tell it.
    """
    return Raised(
        category=category,
        severity=severity.value,
        source=_SOURCES[category],
        programme=person.programme,
        person_id=person.id,
        key_id=person.key_id,
        match_id=match_id,
        about_id=about_id,
        message_id=message_id,
    )


def raised_unsigned(sender: Sender, category: str, message_id: MessageId) -> Raised:
    """The same for what came from a telephone that several use, when nobody knows which of them it was."""
    return Raised(
        category=category,
        severity=Severity.HIGH.value,
        source=_SOURCES[category],
        programme=sender.programme,
        person_id=None,
        key_id=sender.address.key_id,
        message_id=message_id,
    )


def ask(
    person: Person,
    words: str,
    topic: Topic,
    options: tuple[Option, ...],
    ctx: Context,
    *,
    address: Address | None = None,
    subject: int | None = None,
) -> None:
    """Put one question, where somebody wrote from or (None) where they can be reached."""
    open_conversation(ctx.tx, person, topic, ctx.now, subject=subject, options=options)
    speak(ctx, person, words, kind=Kind.QUESTION, options=options, address=address)
