"""Messages that wait: for whom they are for, or for the hours in which they may be passed on."""

from dataclasses import dataclass, fields

from sqlalchemy import literal_column, select

from storage.ids import AddressId, MatchId, MessageId, PersonId
from storage.messages.cells import open_words
from storage.messages.kinds import Kind, MessageState
from storage.schema.messages import messages
from storage.transaction import Transaction


def waiting_messages(tx: Transaction, person_id: PersonId) -> list[MessageId]:
    """The messages of somebody that wait for an addressee, oldest first."""
    query = select(messages.c.id).where(messages.c.person_id == person_id, messages.c.state == "waiting")
    return [MessageId(row.id) for row in tx.execute(query.order_by(messages.c.id))]


@dataclass(frozen=True, slots=True)
class Deferred:
    """A message, or a reaction, that waits for the hours in which it may be passed on."""

    id: MessageId
    person_id: PersonId
    address_id: AddressId
    kind: Kind
    # The message that it answers or is on, by its name at that address.
    reply_to_ref: str | None


def deferred_messages(tx: Transaction, match_id: MatchId) -> list[Deferred]:
    """The messages of a match that wait for its hours, oldest first."""
    columns = [messages.c[field.name] for field in fields(Deferred)]
    waits = (messages.c.match_id == match_id, messages.c.state == literal_column("'deferred'"))
    return [
        Deferred(
            MessageId(row.id), PersonId(row.person_id), AddressId(row.address_id), Kind(row.kind), row.reply_to_ref
        )
        for row in tx.execute(select(*columns).where(*waits).order_by(messages.c.id))
    ]


def reaction_that_stands(tx: Transaction, on: Deferred) -> str:
    """The emoji that was passed on last for the message that a reaction is on, "" when there is none."""
    there = (messages.c.address_id == on.address_id, messages.c.reply_to_ref == on.reply_to_ref)
    passed = (messages.c.kind == Kind.REACTION.value, messages.c.state == MessageState.RELAYED.value)
    query = select(messages).where(messages.c.person_id == on.person_id, *there, *passed)
    row = tx.execute(query.order_by(messages.c.id.desc()).limit(1)).one_or_none()
    return "" if row is None else open_words(tx, row)[0]


def matches_with_deferred(tx: Transaction) -> list[MatchId]:
    """The matches in which messages wait for their hours."""
    query = select(messages.c.match_id).where(messages.c.state == literal_column("'deferred'")).distinct()
    return [MatchId(row.match_id) for row in tx.execute(query.order_by(messages.c.match_id))]


def unsettled_of(tx: Transaction, match_id: MatchId) -> list[tuple[MessageId, PersonId]]:
    """The words of a match that wait for their hours or for a coordinator, with who wrote them; oldest first."""
    waits = messages.c.state.in_([MessageState.DEFERRED.value, MessageState.HELD.value])
    query = select(messages.c.id, messages.c.person_id).where(
        messages.c.match_id == match_id,
        messages.c.person_id.is_not(None),
        messages.c.kind != Kind.REACTION.value,
        waits,
    )
    return [(MessageId(row.id), PersonId(row.person_id)) for row in tx.execute(query.order_by(messages.c.id))]
