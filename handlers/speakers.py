"""Whose words are screened: their side, their programme's policies, and what they wrote before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from content.programme import ContactPolicy
from content.safeguarding import Side
from handlers.context import Context
from handlers.screening import Speaker
from storage.earlier import Earlier, open_earlier, written_at, written_by
from storage.ids import AddressId, MatchId, MessageId
from storage.messages import Words, received_at
from storage.people import Person, Role, find_person

_SIDES: dict[Role, Side] = {Role.MENTEE: "mentee", Role.MENTOR: "mentor"}
# So many versions are read for each message of the window: people change what they wrote.
_VERSIONS = 4


def speaker(
    ctx: Context,
    person: Person,
    match_id: MatchId | None = None,
    *,
    until: MessageId | None = None,
    ref: str | None = None,
) -> Speaker:
    """Somebody who writes to the other side of a match; None: nobody knows yet to whom, or to nobody.

    What they wrote before is what was written before `until`, a message that is in the record; `ref` is what a
    message that isn't yet is called by its provider: earlier versions of either are left out.
    """

    @cache
    def earlier() -> Sequence[str]:
        most = ctx.content.window.messages * _VERSIONS
        return _opened(ctx, _earlier(ctx, written_by(ctx.tx, person.id, most, until=until), match_id, until, ref))

    programme = ctx.content.programmes.get(person.programme)
    policy = programme.contact_details if programme else ContactPolicy()
    return Speaker(_SIDES.get(person.role), policy, earlier)


def unknown_speaker(ctx: Context, address_id: AddressId, *, ref: str | None = None) -> Speaker:
    """Somebody of whom nobody knows who they are, at an address."""

    @cache
    def earlier() -> Sequence[str]:
        most = ctx.content.window.messages * _VERSIONS
        return _opened(ctx, _earlier(ctx, written_at(ctx.tx, address_id, most), None, None, ref))

    return Speaker(earlier=earlier)


def looked_at(who: Speaker, *, passes: bool) -> Speaker:
    """The same once a coordinator has decided about what was held: it passes as it is, or redacted."""
    return replace(who, policy=who.policy.decided(passes=passes))


@dataclass(frozen=True, slots=True)
class Said:
    """Something that somebody wrote."""

    id: MessageId
    at: datetime
    words: str


def said_before(ctx: Context, message: Words) -> list[Said]:
    """What its writer had written before a message that is in the record, as the engines were asked with it."""
    most = ctx.content.window.messages * _VERSIONS
    if message.person_id is not None:
        found = written_by(ctx.tx, message.person_id, most, until=message.id)
    elif message.address_id is not None:
        found = written_at(ctx.tx, message.address_id, most, until=message.id)
    else:
        return []
    kept = _earlier(ctx, found, message.match_id, message.id, None)
    return [Said(one.id, one.received_at, words) for one, words in zip(kept, _opened(ctx, kept), strict=True)]


def side_of(ctx: Context, message: Words) -> Side | None:
    """Whose words a message has, as the engines are asked."""
    person = None if message.person_id is None else find_person(ctx.tx, message.person_id)
    return None if person is None else _SIDES.get(person.role)


def _earlier(
    ctx: Context, found: Sequence[Earlier], match_id: MatchId | None, until: MessageId | None, ref: str | None
) -> list[Earlier]:
    """The newest version of each message within the window, oldest first.

    The window ends with the message that is asked about, however late: a piece of a number doesn't become harmless
    because the rest of it waited for a coordinator.
    """
    window, end = ctx.content.window, ctx.now if until is None else received_at(ctx.tx, until)
    own = {one.first_id for one in found if one.id == until or (ref is not None and one.provider_ref == ref)}
    newest: dict[MessageId, Earlier] = {}
    for one in found:
        newest.setdefault(one.first_id, one)
    since = end - timedelta(hours=window.hours)
    meant = [one for one in newest.values() if one.first_id not in own and one.received_at >= since]
    return sorted(_of_match(meant, match_id), key=lambda one: one.first_id)[-window.messages :]


def _opened(ctx: Context, kept: Iterable[Earlier]) -> tuple[str, ...]:
    return tuple(open_earlier(ctx.tx, one) for one in kept)


def _of_match(found: Iterable[Earlier], match_id: MatchId | None) -> list[Earlier]:
    """What belongs to a match, or may: where it isn't said which, what somebody wrote is for the only one."""
    rows = list(found)
    matches = {one.match_id for one in rows if one.match_id is not None}
    if match_id is None and len(matches) == 1:
        return rows
    return [one for one in rows if one.match_id is None or one.match_id == match_id]
