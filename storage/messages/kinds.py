"""What a message is: who speaks, what kind of message it is, and what became of it."""

from enum import StrEnum


class Direction(StrEnum):
    """Who speaks."""

    IN = "in"
    OUT = "out"


class Kind(StrEnum):
    """What a message is."""

    # From one side of a match to the other.
    RELAY = "relay"
    COMMAND = "command"
    # An answer to something that the service asked.
    ANSWER = "answer"
    # Words to the service outside of a match.
    OTHER = "other"
    STRANGER = "stranger"
    # An emoji on somebody's message.
    REACTION = "reaction"
    # Something that happened to the match, between what was said in it.
    MARKER = "marker"
    # The service tells something, asks something, raises an alarm.
    NOTICE = "notice"
    QUESTION = "question"
    ALERT = "alert"
    # The words of a case, shown to one coordinator in their own chat and taken away again.
    SHOWN = "shown"


class MessageState(StrEnum):
    """What became of a message; how far its delivery has come stands in the outbox."""

    RELAYED = "relayed"
    # Relayed with something taken out.
    CHANGED = "changed"
    # Waits until its sender says whom it is for.
    WAITING = "waiting"
    # Waits for the hours in which it may be passed on.
    DEFERRED = "deferred"
    # Waits for a coordinator.
    HELD = "held"
    # In the record only: a command, an answer, words to nobody.
    KEPT = "kept"
    # Not passed on; its sender was told why.
    REFUSED = "refused"
    # Said by the service.
    SAID = "said"
