"""The words of a case, shown to one coordinator in their own chat, noted as an access, and taken away again."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from content.safeguarding import find_safeguarding
from handlers.cases.acts import NotDone
from handlers.cases.audience import rules_for
from handlers.cases.listing import local
from handlers.context import Context
from handlers.events import Channel
from handlers.speakers import Said, said_before, side_of
from handlers.speaking import speak
from handlers.step import Member
from storage.audit import write_audit
from storage.case_entries import EntryKind, add_entry
from storage.cases import Case, alerts_in
from storage.diary import enter
from storage.ids import MessageId
from storage.messages import Finding, Kind, Words, findings_of, get_words
from storage.outbox import NewDelivery, OutboxState, enqueue, note_failed, rows_of
from storage.people import Person

# The diary's name for "words that were shown are taken away".
SHOWN = "words_shown"
# What was shown and is on its way at that very moment is looked at again after so long.
_AGAIN = timedelta(minutes=1)
_TAKEN_BACK = "taken back"


def show(member: Member, case: Case, ctx: Context) -> None:
    """Show all messages of a case to a coordinator who asked in a chat of their own.

    Raises `NotDone` on a channel on which words don't go, and for a case that began without words.
    """
    person, address = member.person, member.address
    # Telegram's adapter lets nothing through but private chats; a telephone that several share isn't one.
    if address.channel != Channel.TELEGRAM or address.sharer is not None:
        raise NotDone("not-here")
    words = words_of(ctx, case, person)
    if not words:
        raise NotDone("no-words")
    note_access(ctx, case, person, f"person:{person.id}")
    life = timedelta(minutes=rules_for(ctx, case).words_shown_minutes)
    minutes = life // timedelta(minutes=1)
    text = "\n\n".join([*words, ctx.text("case-shown-for", person, count=minutes)])
    said = speak(
        ctx, person, text, kind=Kind.SHOWN, match_id=case.match_id, address=address, key_id=case.key_id, life=life
    )
    if said is not None:
        enter(ctx.tx, SHOWN, said, ctx.now + life)


def note_access(ctx: Context, case: Case, person: Person | None, actor: str) -> None:
    """Note that the words of a case were shown, and to whom."""
    add_entry(ctx.tx, case, EntryKind.SHOWN, ctx.now, by=None if person is None else person.id)
    write_audit(ctx.tx, actor, "case.shown", f"case:{case.id}", ctx.now)


def words_of(ctx: Context, case: Case, to: Person | None) -> list[str]:
    """The messages of a case, oldest first, each with its time and what was found in it in a plain line.

    Before them stand the earlier messages of the same person without which it would not have been found.
    """
    ids = list(dict.fromkeys(alert.message_id for alert in alerts_in(ctx.tx, case.id) if alert.message_id is not None))
    found = findings_of(ctx.tx, ids)
    shown: dict[MessageId, str] = {}
    for message_id in ids:
        words = get_words(ctx.tx, message_id)
        serious = [one for one in found.get(message_id, []) if one.engine == "safeguarding"]
        before = said_before(ctx, words) if any(one.reaches_back for one in serious) else []
        back = max((one.reaches_back for one in serious), default=0)
        for said in before[len(before) - back :]:
            shown.setdefault(said.id, f"{local(said.at, case, ctx)} {said.words}")
        lines = [f"{local(words.received_at, case, ctx)} {words.original}", *_found(ctx, words, serious, before, to)]
        shown[message_id] = "\n".join(lines)
    return list(shown.values())


def _found(
    ctx: Context, words: Words, serious: Sequence[Finding], before: Sequence[Said], to: Person | None
) -> Iterator[str]:
    """What was found in a message, each with its reason: the record keeps none, so the engine is asked again."""
    asked = find_safeguarding(words.original, ctx.content.lexicon, side_of(ctx, words), [said.words for said in before])
    whys = {one.rule: one.why for one in asked}
    for one in serious:
        category = ctx.text(f"category-{one.kind}", to)
        line = ctx.text("case-found", to, category=category, why=whys.get(one.rule) or one.rule)
        more = [ctx.text("alert-before", to, count=one.reaches_back)] if one.reaches_back else []
        yield " ".join([line, *more])


def take_away(ctx: Context, message_id: int) -> None:
    """Take words that were shown out of the chat again; what has not gone yet doesn't go any more."""
    rows = rows_of(ctx.tx, MessageId(message_id))
    if any(row.state is OutboxState.SENDING for row in rows):
        enter(ctx.tx, SHOWN, message_id, ctx.now + _AGAIN)
        return
    for row in rows:
        if row.state is OutboxState.QUEUED:
            note_failed(ctx.tx, row.id, _TAKEN_BACK)
    key_id = get_words(ctx.tx, MessageId(message_id)).key_id
    for number, row in enumerate(row for row in rows if row.provider_ref):
        gone = NewDelivery(
            message_id=MessageId(message_id),
            address_id=row.address_id,
            key_id=key_id,
            text=ctx.text("case-words-gone", None),
            part=len(rows) + number,
            edits_id=row.id,
            deletes=True,
        )
        enqueue(ctx.tx, gone, ctx.now)
