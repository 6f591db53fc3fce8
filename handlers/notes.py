"""`/notes`: the last letters, calls and visits of a match, for its mentor. Never anybody's messages."""

from handlers import addressee
from handlers.context import Context
from handlers.replying import reply
from handlers.screening import screen
from handlers.speaking import speak
from handlers.step import Member, Step
from storage.audit import write_audit
from storage.contacts import Contact, contacts_of
from storage.ids import MatchId
from storage.matches import earlier_than, get_match, partners_of
from storage.messages.kinds import Kind, MessageState

# So many of the newest are shown.
_MOST = 5


def read_by_chat(rest: str, member: Member, ctx: Context) -> Step:
    """`/notes`, or `/notes Sam` of a mentor with several mentees."""
    partners = partners_of(ctx.tx, member.person.id)
    named = addressee.by_name(rest.rstrip(".:"), partners) if rest else None
    partner = partners[0] if len(partners) == 1 and not rest else named
    if partner is None:
        words = ctx.text("notes-usage" if partners else "no-match-yet", member.person)
        return reply(member, words, ctx)
    match_id, name = partner.match_id, partner.person.name

    def follow(_: object) -> None:
        write_audit(ctx.tx, f"person:{member.person.id}", "notes.read", f"match:{match_id}", ctx.now)
        lines = [_line(contact, member, ctx) for contact in visible_notes(match_id, ctx)[-_MOST:]]
        intro = ctx.text("notes-intro" if lines else "notes-none", member.person, name=name)
        speak(ctx, member.person, "\n".join([intro, *lines]), address=member.address)

    return Step(Kind.COMMAND, MessageState.KEPT, follow, match_id=match_id)


def visible_notes(match_id: MatchId, ctx: Context) -> list[Contact]:
    """The notes that the mentor of a match may read: its own, and of the time before as far as that is open to them."""
    match = get_match(ctx.tx, match_id)
    found, visible = [match.id], match.notes_visible
    for earlier in earlier_than(ctx.tx, match):
        if not visible:
            break
        found.append(earlier.id)
        visible = earlier.notes_visible
    return contacts_of(ctx.tx, found)


def _line(contact: Contact, member: Member, ctx: Context) -> str:
    found = contact.kind
    kind = ctx.text(f"log-kind-{found}", member.person)
    # A note may hold a number that the mentor must not have.
    words = screen(contact.note, (), ctx.content).deliverable or ""
    return ctx.text("notes-line", member.person, day=f"{contact.on_day:%-d %B %Y}", kind=kind, words=words)
