"""Words that waited for their hours go on, in order; whatever changed while they waited counts."""

from dataclasses import replace

from handlers import reacting
from handlers.addressee import named_before
from handlers.context import Context
from handlers.deferring import DEFERRED
from handlers.holding import WHOLE, released
from handlers.hours import wait_for
from handlers.passing import Beside, change_of, is_grave, pass_on
from handlers.screening import Screened, screen
from handlers.speakers import looked_at, speaker
from handlers.speaking import reachable_address, tell, tell_coordinators
from handlers.step import Member
from storage.addresses import addresses_of
from storage.diary import enter
from storage.ids import MatchId, MessageId, PersonId
from storage.matches import Partner, find_match, get_match, matches_of, partners_of
from storage.media import files_of
from storage.messages.findings import findings_of
from storage.messages.keeping import set_delivered, settle_message
from storage.messages.kinds import Kind, MessageState
from storage.messages.waiting import Deferred, deferred_messages, matches_with_deferred
from storage.messages.words import get_words, latest_words
from storage.people import Person, PersonState, get_person


def look_again(ctx: Context, match_id: MatchId) -> None:
    """The hours of a match changed: what waits in it may go at once, if it may."""
    enter(ctx.tx, DEFERRED, match_id, ctx.now)


def look_again_for(ctx: Context, person: Person) -> None:
    """Somebody's quiet hours changed, or they are back: the same for all their matches."""
    for match in matches_of(ctx.tx, person.id):
        look_again(ctx, match.id)


def look_again_everywhere(ctx: Context) -> None:
    """The service starts: a programme's hours may have changed, and what waits must not depend on an old entry."""
    for match_id in matches_with_deferred(ctx.tx):
        look_again(ctx, match_id)


def resume(ctx: Context, match_id: int) -> None:
    """Pass on what waits in a match, in both directions; what must still wait gets its next time in the diary."""
    found = find_match(ctx.tx, match_id)
    if found is None:
        return
    match = get_match(ctx.tx, found.id, lock=True)
    waits: set[PersonId] = set()
    told: set[PersonId] = set()
    for one in deferred_messages(ctx.tx, match.id):
        if one.person_id in waits:
            continue
        state = _go_on(ctx, match.id, one)
        if state is MessageState.DEFERRED:
            waits.add(one.person_id)
        elif state is MessageState.REFUSED and one.person_id not in told:
            told.add(one.person_id)
            _tell_refused(ctx, get_person(ctx.tx, one.person_id))


def _go_on(ctx: Context, match_id: MatchId, waiting: Deferred) -> MessageState:
    """Decide anew about one message that waited, and do it; what became of it. A refusal is left to be told."""
    sender = get_person(ctx.tx, waiting.person_id)
    address = reachable_address(ctx, sender) or next(iter(addresses_of(ctx.tx, sender.id)), None)
    partner = _partner(ctx, sender, match_id)
    if partner is None or address is None or sender.state is not PersonState.JOINED:
        # Nobody is told of a reaction.
        state = MessageState.KEPT if waiting.kind is Kind.REACTION else MessageState.REFUSED
        settle_message(ctx.tx, waiting.id, state)
        return state
    wait = wait_for(partner, ctx)
    if wait is not None:
        enter(ctx.tx, DEFERRED, match_id, wait.until)
        return MessageState.DEFERRED
    if waiting.kind is Kind.REACTION:
        return reacting.go_on(waiting, partner, ctx)
    screened, looked = _screened(ctx, sender, partner, waiting.id)
    change = change_of(waiting.id, partner, ctx)
    files = tuple(files_of(ctx.tx, [waiting.id]).get(waiting.id, []))
    beside = Beside(waiting.reply_to_ref, waiting.address_id, change, files, looked=looked)
    step = pass_on(Member(sender, address), replace(partner, deferred=False), screened, ctx, beside)
    settle_message(ctx.tx, waiting.id, step.state)
    if step.state is not MessageState.REFUSED:
        step.follow(waiting.id)
    return step.state


def _partner(ctx: Context, sender: Person, match_id: MatchId) -> Partner | None:
    return next((found for found in partners_of(ctx.tx, sender.id) if found.match_id == match_id), None)


def _screened(ctx: Context, sender: Person, partner: Partner, message_id: MessageId) -> tuple[Screened, bool]:
    """The words as they may be delivered now: they, or the rules, may have changed while they waited.

    And whether a coordinator has looked at them already and let them go.
    """
    words, newest = get_words(ctx.tx, message_id), latest_words(ctx.tx, message_id)
    who = speaker(ctx, sender, partner.match_id, until=message_id)
    looked = False
    if newest.original == words.original:
        screened = screen(words.delivered, (), ctx.content, who)
        is_looked_at = partner.hold_case_id is not None or is_grave(screened, sender, ctx)
        if screened.policy in {"hold", "refuse"} or is_looked_at:
            decision = released(message_id, ctx)
            looked = decision is not None
            if decision is not None:
                who = looked_at(who, passes=decision == WHOLE)
                screened = screen(words.delivered, (), ctx.content, who)
    else:
        named = named_before(newest.original, partners_of(ctx.tx, sender.id))
        screened = screen(newest.original, (), ctx.content, who, start=named[1] if named else 0)
    if screened.deliverable is not None and screened.deliverable != words.delivered:
        set_delivered(ctx.tx, message_id, words.key_id, screened.deliverable)
    found = findings_of(ctx.tx, [message_id]).get(message_id, [])
    before = [finding.kind for finding in found if finding.engine == "contact"]
    taken = [kind for kind in before if who.policy.of(kind) != "allow"]
    return replace(screened, removed=tuple(dict.fromkeys([*taken, *screened.removed]))), looked


def _tell_refused(ctx: Context, sender: Person) -> None:
    tell(ctx, sender, "deferred-refused", coordinator=ctx.programme(sender).coordinator_contact)
    tell_coordinators(ctx, sender.programme, "notice-deferred-refused", name=sender.name)
