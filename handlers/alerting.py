"""Alerts: words that suggest serious harm raise a case at once, and a person in crisis gets the numbers of help."""

from dataclasses import replace
from datetime import timedelta

from content.first_person import of_writer
from content.programme import Programme
from content.safeguarding import Severity
from handlers.accumulation import add_up
from handlers.cases.audience import rules_of
from handlers.cases.opening import Raised, raise_case
from handlers.context import Context, common_language
from handlers.speakers import said_before
from handlers.speaking import speak, speak_to_stranger
from handlers.step import Member, Step
from handlers.subjects import staff_in
from storage.addresses import Sender
from storage.cases import Source
from storage.diary import note_once
from storage.ids import MessageId
from storage.matches import only_match, partners_of
from storage.messages.findings import Finding
from storage.messages.kinds import Kind
from storage.messages.times import last_said_at
from storage.messages.words import get_words
from storage.outbox.rows import Priority
from storage.people import Person, Role

# The diary's name for "somebody got the numbers of help".
NUMBERS = "numbers_given"


def raise_alert(  # noqa: PLR0913 - what is known of one message
    ctx: Context,
    finding: Finding,
    message_id: MessageId,
    member: Member | None,
    step: Step,
    sender: Sender,
    *,
    words: str,
    beside: tuple[str, ...] = (),
) -> None:
    """Raise an alert for the gravest thing that was found in a message; tell the coordinators, and help who needs it.

    `sender` is where it came from, for one of whom it can't be said (None) who they are. `words` are those that it was
    found in, or that came with those `beside` them.
    """
    person = member.person if member else None
    severity = finding.severity or Severity.HIGH.value
    if person is not None and step.match_id is None and step.kind is Kind.COMMAND:
        # What a command says besides is about whoever sent it: with one match it is that pair's, as their messages are.
        step = replace(step, match_id=only_match(partners_of(ctx.tx, person.id)))
    raise_case(
        ctx,
        Raised(
            category=finding.kind,
            severity=severity,
            source=Source.WORDS,
            programme=person.programme if person else sender.programme,
            person_id=person.id if person else None,
            key_id=person.key_id if person else sender.address.key_id,
            match_id=step.match_id,
            about_id=step.about_id,
            named=staff_in(beside, person, ctx) if beside else frozenset(),
            message_id=message_id,
        ),
    )
    if person is not None and severity == Severity.CONCERN.value:
        add_up(ctx, person, step, message_id)
    own = _is_own(finding, words, message_id, ctx)
    if member is not None:
        if _needs_help(severity, member.person, ctx, own=own):
            _give_numbers(member, ctx)
    elif _may_need_help(severity, sender, ctx, own=own):
        numbers = _words_for_unknown(sender, ctx)
        speak_to_stranger(ctx, sender.address, numbers, kind=Kind.ALERT, priority=Priority.ALERT)


def help_teller(ctx: Context, finding: Finding, message_id: MessageId, member: Member, *, words: str) -> None:
    """Give the numbers to whoever tells a case that they are in crisis themself: it calls for others, and answers so.

    `finding` is the gravest thing in the `words`, of which no alert is raised.
    """
    own = _is_own(finding, words, message_id, ctx)
    if own and _needs_help(finding.severity or "", member.person, ctx, own=own):
        _give_numbers(member, ctx)


def _give_numbers(member: Member, ctx: Context) -> None:
    words = _words_for(member.person, ctx)
    speak(ctx, member.person, words, kind=Kind.ALERT, priority=Priority.ALERT, address=member.address)


def _is_own(finding: Finding, words: str, message_id: MessageId, ctx: Context) -> bool:
    """Whether what was found is said by its writer of themself: "i want to", and in the next message "die", is."""
    before = said_before(ctx, get_words(ctx.tx, message_id)) if finding.reaches_back else []
    pieces = "".join(f"{said.words} " for said in before[-finding.reaches_back :])
    return of_writer(pieces + words, len(pieces) + finding.start, len(pieces) + finding.end)


def _needs_help(severity: str, person: Person, ctx: Context, *, own: bool) -> bool:
    """Whether somebody is to get the numbers: not a mentor who reports somebody else."""
    if severity != Severity.IMMEDIATE.value or not (person.role is Role.MENTEE or own):
        return False
    # Noted by itself: a lesser alert brought no numbers, and what a coordinator is alerted of isn't theirs.
    return note_once(ctx.tx, NUMBERS, person.id, ctx.now, since=ctx.now - _again_after(ctx.programme(person)))


def _words_for(person: Person, ctx: Context) -> str:
    return ctx.text("crisis" if person.role is Role.MENTEE else "crisis-grown", person)


def _may_need_help(severity: str, sender: Sender, ctx: Context, *, own: bool) -> bool:
    """Whether one of whom nobody knows who they are may need the numbers: nobody waits for them until that is known.

    A stranger may be a mentee with another telephone. The numbers say nothing of who takes part. Mentors who share a
    telephone get them as one with a telephone of their own does.
    """
    if severity != Severity.IMMEDIATE.value or (_of_mentors(sender) and not own):
        return False
    last = last_said_at(ctx.tx, sender.address.id, Kind.ALERT)
    return last is None or ctx.now - last >= _again_after(rules_of(ctx, sender.programme))


def _words_for_unknown(sender: Sender, ctx: Context) -> str:
    # Whoever of several wrote must understand it: a language of one of them is no help to the others.
    language = common_language(sender.sharers) or rules_of(ctx, sender.programme).emergency_text_language_default
    return ctx.content.texts.say("crisis-grown" if _of_mentors(sender) else "crisis", language)


def _of_mentors(sender: Sender) -> bool:
    """Whether it is a telephone that several share, none of them a mentee."""
    return bool(sender.sharers) and all(one.role is not Role.MENTEE for one in sender.sharers)


def _again_after(programme: Programme) -> timedelta:
    """A person in crisis who writes ten times gets the emergency numbers once in this time."""
    return timedelta(minutes=programme.crisis_again_minutes)
