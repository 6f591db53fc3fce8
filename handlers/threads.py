"""Which message on the other side is meant by one on this side: for replies and reactions."""

from handlers.context import Context
from handlers.events import Channel
from storage.addresses import Address
from storage.ids import AddressId, MatchId
from storage.messages.kinds import Direction
from storage.messages.words import find_incoming, get_words, versions_of
from storage.outbox.by_message import provider_ref_at
from storage.outbox.deliveries import find_delivery


def counterpart(ref: str | None, here: AddressId, match_id: MatchId, there: Address, ctx: Context) -> str | None:
    """What the provider calls at `there` the message that it calls `ref` at `here`, somebody's own address.

    For words of the partner that is their own message, for one's own earlier message its delivery. None where there is
    none, where it belongs to another match, and where the channel has no threads.
    """
    if ref is None or there.channel != Channel.TELEGRAM:
        return None
    delivery = find_delivery(ctx.tx, ref, here)
    if delivery is not None:
        if delivery.direction != Direction.IN or delivery.match_id != match_id:
            return None
        theirs = get_words(ctx.tx, delivery.message_id)
        return theirs.provider_ref if theirs.address_id == there.id else None
    own = find_incoming(ctx.tx, ref, here)
    if own is None:
        return None
    versions = versions_of(ctx.tx, own)
    return provider_ref_at(ctx.tx, [one.id for one in versions if one.match_id == match_id], there.id)
