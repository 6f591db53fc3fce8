"""Commands in the chat: what a word with a slash does, and for whom."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from content.cleaning import is_blank
from handlers import (
    about,
    absence,
    addressee,
    complaints,
    concerns,
    files,
    helping,
    kinds,
    logbook,
    notes,
    passing,
    pausing,
    preferring,
    rota_desk,
    told,
    unreached,
)
from handlers.cases import desk
from handlers.cases.listing import list_by_chat
from handlers.cases.taking import acknowledge_step, number_meant, number_taken
from handlers.context import Context
from handlers.events import Channel, Inbound
from handlers.menus import WHO_MAY
from handlers.numbers import record_number
from handlers.replying import reply
from handlers.screening import Screened, screen_inbound
from handlers.speakers import speaker
from handlers.step import Member, Step
from storage.matches import Partner, partners_of
from storage.messages.kinds import Kind, MessageState
from storage.people import Person, Role

# It gets what stands behind the command, the whole message, and who wrote it.
_Command = Callable[[str, Inbound, Member, Context], Step]
# "/to Sam hello", also as "/to@bridge_bot Sam hello"; on a phone without the habit of slashes, "HAVE 12".
_COMMAND = re.compile(r"\s*/(?P<name>[a-z_]+)(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL | re.IGNORECASE)

# As it is texted: "concern", or "Concern: she has bruises". Without the colon it is a word like any other.
_CONCERN = re.compile(r"\s*concern(?:[\s.!]*|\s*:(?P<rest>.*))", re.DOTALL | re.IGNORECASE)

# Of a name: it has at most 30 characters.
_MOST_WORDS = 15


def take_command(inbound: Inbound, member: Member, screened: Screened, ctx: Context) -> Step | None:  # noqa: ARG001
    """The step for a command; None when the message isn't one. One that isn't for this role does nothing."""
    if inbound.edited or inbound.button is not None:
        return None
    name, rest = _parts(inbound, member.person.role)
    if not name and member.person.role is Role.COORDINATOR and (have := number_taken(inbound.text)):
        name, rest = "have", have
    # A mentee tells a concern of their own by what HELP ME offers.
    if calls_for_help(inbound, member.person.role):
        return helping.help_me(member, ctx)
    if name == "complain":
        name = "complaint"
    if inbound.text.strip().casefold() == "help" or _asks_for_help(inbound.text):
        name = "help"
    if not name:
        return pausing.take_word(inbound, member, ctx)
    command = _COMMANDS.get(name)
    if command is None:
        return _say("command-unknown", member, ctx)
    if member.person.role not in WHO_MAY[name]:
        return _say("not-allowed", member, ctx)
    return command(rest.strip(), inbound, member, ctx)


def take_call(inbound: Inbound, member: Member, ctx: Context) -> Step | None:
    """HELP ME, a concern or a complaint of somebody who has stopped or has not joined; None for anything else.

    It opens a case at once, like everybody's; nothing is asked, since their answers would not be taken.
    """
    match call_in(inbound, member.person.role):
        case (told.HELP, _):
            return helping.called_from_outside(member, ctx)
        case (told.CONCERN, words):
            return concerns.told_from_outside(words, member, ctx)
        case (told.COMPLAINT, words):
            return complaints.complain_by_chat(words, member, ctx)
    return None


def call_in(inbound: Inbound, role: Role) -> tuple[str, str] | None:
    """HELP ME, a concern or a complaint, as the category of its case, and the words behind it; or None."""
    if inbound.edited or inbound.button is not None:
        return None
    name, rest = _parts(inbound, role)
    words = rest.strip()
    if calls_for_help(inbound, role):
        return told.HELP, words
    if name == "concern" and role in WHO_MAY[name]:
        return told.CONCERN, words
    if name in {"complaint", "complain"}:
        return told.COMPLAINT, words
    return None


def calls_for_help(inbound: Inbound, role: Role) -> bool:
    """Whether a mentee calls for help: by HELP ME, or as mentors tell a concern."""
    return role is Role.MENTEE and (_parts(inbound, role)[0] == "concern" or _asks_for_help(inbound.text))


def _parts(inbound: Inbound, role: Role) -> tuple[str, str]:
    """The name of a command and what stands behind it; "" for what isn't one."""
    written = _COMMAND.fullmatch(inbound.text)
    if written is not None:
        return written["name"].lower(), written["rest"] or ""
    if role is Role.MENTOR and inbound.channel is Channel.SMS and (told := _CONCERN.fullmatch(inbound.text)):
        return "concern", told["rest"] or ""
    return "", ""


def _asks_for_help(text: str) -> bool:
    return text.strip().rstrip(".! ").casefold() in {"help me", "/helpme"}


def _say(key: str, member: Member, ctx: Context) -> Step:
    words = ctx.text(key, member.person)
    return reply(member, words, ctx)


def _help(_rest: str, _inbound: Inbound, member: Member, ctx: Context) -> Step:
    if member.person.role is Role.MENTEE:
        return helping.show_help(member, ctx)
    return _say(f"help-{member.person.role}", member, ctx)


def _to(rest: str, inbound: Inbound, member: Member, ctx: Context) -> Step:  # noqa: PLR0911 - one return for each way to write it
    """`/to Sam` chooses whom the next message is for; `/to Sam see you at four` sends it at once."""
    partners = partners_of(ctx.tx, member.person.id)
    if not partners:
        return _say("no-match-yet", member, ctx)
    if not rest:
        return _say("to-usage", member, ctx)
    found = _partner_first(rest, partners)
    if found is None:
        unknown = ctx.text("addressee-unknown", member.person, name=rest.split(maxsplit=1)[0][:30])
        return reply(member, unknown, ctx)
    partner, words = found
    start = len(inbound.text.rstrip()) - len(words)
    if files.may_pass(inbound, member, ctx):
        who = speaker(ctx, member.person, partner.match_id)
        caption = screen_inbound(inbound, ctx.content, who, start=start)
        return files.pass_on(member, partner, caption, files.described(inbound), ctx)
    if inbound.attachments:
        return kinds.refuse_kind(member, inbound.attachments, ctx, partner.match_id)
    if not words:
        return Step(Kind.COMMAND, MessageState.KEPT, lambda _: addressee.choose_next(member, partner, ctx))
    return _send(inbound, start, member, partner, ctx)


def _send(inbound: Inbound, start: int, member: Member, partner: Partner, ctx: Context) -> Step:
    who = speaker(ctx, member.person, partner.match_id)
    screened = screen_inbound(inbound, ctx.content, who, start=start)
    if is_blank(screened.deliverable):
        return passing.refuse(member, "empty-text", ctx, partner.match_id)
    return passing.pass_on(member, partner, screened, ctx, passing.Beside(reply_to=inbound.reply_to))


def words_behind_to(text: str, partners: list[Partner]) -> tuple[Partner, int] | None:
    """Whom `/to Sam see you at four` is for, and where the words for them begin; None for anything else."""
    written = _COMMAND.fullmatch(text)
    if written is None or written["name"].lower() != "to":
        return None
    found = _partner_first((written["rest"] or "").strip(), partners)
    return None if found is None else (found[0], len(text.rstrip()) - len(found[1]))


def _partner_first(text: str, partners: list[Partner]) -> tuple[Partner, str] | None:
    """The partner whose name a text begins with (names may have blanks: the longest counts), and what follows it."""
    words = text.split(maxsplit=_MOST_WORDS)
    for length in range(len(words), 0, -1):
        partner = addressee.by_name(" ".join(words[:length]).rstrip(":"), partners)
        if partner is not None:
            return partner, "".join(text.split(maxsplit=length)[length:])
    return None


def _have(rest: str, _inbound: Inbound, member: Member, ctx: Context) -> Step:
    words = f"have {rest}"
    number = number_taken(words)
    near = None if number else number_meant(words)
    if near is not None:
        return reply(member, ctx.text("alert-have-alone", member.person, case=near), ctx)
    return acknowledge_step(member, record_number(number or ""), ctx)


def _cases(_rest: str, _inbound: Inbound, member: Member, ctx: Context) -> Step:
    return reply(member, list_by_chat(member.person, Channel(member.address.channel), ctx), ctx)


def _does(act: Callable[[str, Member, Context], Step]) -> _Command:
    """A command that needs nothing of the message but what stands behind it."""
    return lambda rest, _inbound, member, ctx: act(rest, member, ctx)


def _shows(words: Callable[[Person, Context], str]) -> _Command:
    """A command that only shows something."""
    return lambda _rest, _inbound, member, ctx: reply(member, words(member.person, ctx), ctx)


# What each does, by its name in `menus.WHO_MAY`.
_COMMANDS: Mapping[str, _Command] = {
    "help": _help,
    "about": _shows(about.about),
    "to": _to,
    "log": _does(logbook.log_by_chat),
    "quiet": _does(absence.quiet_by_chat),
    "away": _does(absence.away_by_chat),
    "back": _does(absence.back_by_chat),
    "pause": _does(partial(pausing.change, "pause")),
    "resume": _does(partial(pausing.change, "resume")),
    "prefer": _does(preferring.prefer_by_chat),
    "notes": _does(notes.read_by_chat),
    "concern": concerns.concern_by_chat,
    "complaint": _does(complaints.complain_by_chat),
    "have": _have,
    "cases": _cases,
    **{
        name: _does(partial(desk.command, name))
        for name in ("case", "note", "action", "referral", "letgo", "close", "reopen")
    },
    "duty": _shows(rota_desk.on_call_by_chat),
    "unreached": _shows(unreached.list_by_chat),
}
