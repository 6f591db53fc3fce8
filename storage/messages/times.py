"""When something was said, and whether: without its words."""

from datetime import datetime

from sqlalchemy import select

from storage.ids import AddressId, MatchId, MessageId, PersonId
from storage.messages.kinds import Direction, Kind, MessageState
from storage.schema.messages import messages
from storage.transaction import Transaction


def received_at(tx: Transaction, message_id: MessageId) -> datetime:
    """When a message came. Raises `NoResultFound`."""
    at: datetime = tx.execute(select(messages.c.received_at).where(messages.c.id == message_id)).scalar_one()
    return at


def was_refused(tx: Transaction, match_id: MatchId, person_id: PersonId, since: datetime) -> bool:
    """Whether words of somebody in a match were not passed on since then."""
    own = (messages.c.match_id == match_id, messages.c.person_id == person_id, messages.c.received_at >= since)
    query = select(messages.c.id).where(*own, messages.c.state == MessageState.REFUSED.value).limit(1)
    return tx.execute(query).first() is not None


def last_said_at(tx: Transaction, address_id: AddressId, kind: Kind) -> datetime | None:
    """When the service last said something of this kind at an address, to nobody in particular; None if never."""
    there = (messages.c.address_id == address_id, messages.c.person_id.is_(None), messages.c.kind == kind)
    query = select(messages.c.received_at).where(*there, messages.c.direction == Direction.OUT)
    return tx.execute(query.order_by(messages.c.id.desc()).limit(1)).scalar_one_or_none()
